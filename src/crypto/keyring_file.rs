//! The keyring's file: a JSON envelope anyone can read around secrets nobody can.
//!
//! ```json
//! {
//!   "format": 1,
//!   "kdf": { "name": "scrypt", "n": 32768, "r": 8, "p": 1, "salt": "…" },
//!   "cipher": "AES-256-GCM",
//!   "nonce": "…",
//!   "sealed": "…"
//! }
//! ```
//!
//! The first three members, as compact JSON in this order, are the cipher's associated data: a
//! file whose parameters were touched does not open. Salt and nonce are new at every sealing, so
//! no key is used twice.

use std::fmt;
use std::path::Path;

use aes_gcm::Aes256Gcm;
use aes_gcm::KeyInit;
use aes_gcm::aead::AeadInOut;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;
use zeroize::Zeroizing;

use crate::crypto::keyring::Keyring;
use crate::crypto::passphrase::Passphrase;
use crate::crypto::private_file;
use crate::crypto::private_file::Access;
use crate::crypto::private_file::PrivateFileError;
use crate::crypto::random;
use crate::crypto::random::Randomness;
use crate::crypto::scrypt_cost::ScryptCost;

/// Longest keyring file; ours has under 2,000 bytes, and each year adds 60.
const LONGEST: usize = 256 << 10;

const FORMAT: u32 = 1;
const KDF: &str = "scrypt";
const CIPHER: &str = "AES-256-GCM";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    format: u32,
    kdf: Kdf,
    cipher: String,
    nonce: Bytes,
    sealed: Bytes,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    name: String,
    n: u64,
    r: u32,
    p: u32,
    salt: Bytes,
}

/// The part of the envelope that the cipher vouches for.
#[derive(Serialize)]
struct Header<'a> {
    format: u32,
    kdf: &'a Kdf,
    cipher: &'a str,
}

impl Keyring {
    /// Opens a keyring file. It takes about a tenth of a second and 32 MiB, on purpose.
    ///
    /// # Errors
    ///
    /// [`KeyringError`]. Parameters that would eat the machine's memory are refused before any
    /// of it is taken.
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Self, KeyringError> {
        let text = private_file::read(path, LONGEST, Access::OwnerOnly)?;
        let Ok(envelope) = serde_json::from_slice(&text) else {
            return Err(KeyringError::Damaged("not a keyring's JSON"));
        };
        let plain = open(envelope, passphrase)?;
        let Ok(keyring) = serde_json::from_slice(&plain) else {
            return Err(KeyringError::Damaged("its content is not a keyring's"));
        };
        Ok(keyring)
    }

    /// Seals the keyring into its file, in the place of what stood there, all at once.
    ///
    /// When this returns, it is on disk. After a crash the file is the old one or the new one.
    /// Two processes that change a keyring at once lose the changes of one: rotate from one
    /// place.
    ///
    /// # Errors
    ///
    /// [`KeyringError::File`]. The old file is as it was.
    pub fn seal_to(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        randomness: &dyn Randomness,
    ) -> Result<(), KeyringError> {
        let text = seal(&plaintext(self), passphrase, randomness);
        Ok(private_file::replace(path, &text)?)
    }

    /// Seals the keyring into a file that must not exist yet: a register's keys are made once.
    ///
    /// # Errors
    ///
    /// [`KeyringError::File`]. A file that existed is as it was.
    pub fn seal_new(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        randomness: &dyn Randomness,
    ) -> Result<(), KeyringError> {
        let text = seal(&plaintext(self), passphrase, randomness);
        Ok(private_file::create(path, &text)?)
    }
}

#[expect(
    clippy::expect_used,
    reason = "a keyring is strings and numbers, which JSON can always hold; a test writes one"
)]
fn plaintext(keyring: &Keyring) -> Zeroizing<Vec<u8>> {
    // Room for all of it: a buffer that grows leaves copies behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(LONGEST));
    serde_json::to_writer(&mut *plain, keyring).expect("JSON in memory");
    plain
}

#[expect(
    clippy::expect_used,
    reason = "the parameters are constants and the lengths small; a test seals a keyring"
)]
fn seal(plain: &[u8], passphrase: &Passphrase, randomness: &dyn Randomness) -> Vec<u8> {
    let kdf = Kdf {
        name: KDF.to_owned(),
        n: 1 << 15,
        r: 8,
        p: 1,
        salt: Bytes(random::array::<16>(randomness).to_vec()),
    };
    let nonce: [u8; 12] = random::array(randomness);
    let cipher = derive(&kdf, passphrase).expect("constant");
    let mut sealed = plain.to_vec();
    // From here on `sealed` is ciphertext; it is encrypted where it lies.
    let tag = cipher
        .encrypt_inout_detached(&nonce.into(), &header(&kdf), sealed.as_mut_slice().into())
        .expect("less than 64 GiB");
    sealed.extend_from_slice(&tag);
    let envelope = Envelope {
        format: FORMAT,
        kdf,
        cipher: CIPHER.to_owned(),
        nonce: Bytes(nonce.to_vec()),
        sealed: Bytes(sealed),
    };
    let mut text = serde_json::to_vec_pretty(&envelope).expect("JSON in memory");
    text.push(b'\n');
    text
}

fn open(envelope: Envelope, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    let known = (FORMAT, KDF, CIPHER);
    if (envelope.format, &*envelope.kdf.name, &*envelope.cipher) != known {
        return Err(KeyringError::Damaged(
            "of a format this version cannot read",
        ));
    }
    let Ok(nonce) = <[u8; 12]>::try_from(envelope.nonce.0) else {
        return Err(KeyringError::Damaged("its nonce is not 12 bytes"));
    };
    let mut plain = Zeroizing::new(envelope.sealed.0);
    if plain.len() < 16 {
        return Err(KeyringError::Damaged("its content is cut short"));
    }
    let cipher = derive(&envelope.kdf, passphrase)?;
    let header = header(&envelope.kdf);
    let Ok(()) = cipher.decrypt_in_place(&nonce.into(), &header, &mut *plain) else {
        return Err(KeyringError::WrongPassphrase);
    };
    Ok(plain)
}

fn derive(kdf: &Kdf, passphrase: &Passphrase) -> Result<Aes256Gcm, KeyringError> {
    let Ok(cost) = ScryptCost::new(kdf.n, kdf.r, kdf.p) else {
        return Err(KeyringError::TooCostly);
    };
    let mut key = Zeroizing::new([0; 32]);
    let Ok(()) = scrypt::scrypt(passphrase.expose(), &kdf.salt.0, cost.params(), &mut *key) else {
        return Err(KeyringError::TooCostly);
    };
    Ok(Aes256Gcm::new((&*key).into()))
}

#[expect(
    clippy::expect_used,
    reason = "strings and numbers, which JSON can always hold"
)]
fn header(kdf: &Kdf) -> Vec<u8> {
    let header = Header {
        format: FORMAT,
        kdf,
        cipher: CIPHER,
    };
    serde_json::to_vec(&header).expect("JSON in memory")
}

/// Public bytes, written as base64url.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl TryFrom<String> for Bytes {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, base64::DecodeError> {
        BASE64_URL_SAFE_NO_PAD.decode(text).map(Self)
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Why the keyring stays shut, or could not be written.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The passphrase is another one, or the file was altered: one cannot tell which.
    #[error("wrong passphrase for the keyring, or its file was altered")]
    WrongPassphrase,
    /// What is there is not a keyring, or not one this version can read.
    #[error("the keyring's file is damaged: {0}")]
    Damaged(&'static str),
    /// The file asks for an absurd amount of memory or time.
    #[error("the keyring's key derivation parameters are malformed or too costly")]
    TooCostly,
    /// Missing, there already, open to others, or unreadable.
    #[error("the keyring's file: {0}")]
    File(#[from] PrivateFileError),
}

#[cfg(test)]
mod tests;
