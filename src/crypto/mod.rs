//! Keys and seals: the only door from a claim to a fact.

pub mod key_file;
pub mod keyring;
pub mod random;
pub mod signer;
pub mod vault;
