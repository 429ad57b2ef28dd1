//! Keys and seals: the only door from a claim to a fact.
//!
//! Two kinds of secret live here, and they are kept apart. The **keyring** holds what the
//! service cannot start without, in one file opened once. The **key store** holds what agencies
//! sign with, a key a file (or, one day, a slot in a hardware module), opened when first asked.
//!
//! Whoever signs asks for a [`Signer`](signer::Signer) and never learns which algorithm or which
//! kind of store stands behind it. Whoever verifies holds a
//! [`PublicKey`](public_key::PublicKey), which knows its own algorithm: a token never chooses.

pub mod algorithm;
pub mod data_keys;
pub mod key_file;
mod key_pem;
pub mod key_store;
pub mod keyring;
pub mod keyring_file;
pub mod kid;
pub mod mac;
pub mod one_time_code;
mod overlap;
pub mod passphrase;
pub mod password;
pub mod permutation;
pub mod private_file;
pub mod public_key;
pub mod random;
pub mod scrypt_cost;
pub mod secret;
pub mod signer;
pub mod vault;

pub mod bundle;
pub mod certificate_seal;
pub mod code_seal;
pub mod genuine;
pub mod receipt_seal;
#[cfg(test)]
mod scratch;
pub mod signed_json;
pub mod status_seal;
pub mod trust;
pub mod types;
