//! Where agencies' keys are kept, seen from those who sign with them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::crypto::private_file::PrivateFileError;
use crate::crypto::public_key::PublicKey;
use crate::crypto::random::Randomness;
use crate::crypto::signer::Signer;

/// A place that keeps signing keys: a folder of files, or a hardware module.
///
/// Of which algorithm a new key is, the store was told when it was set up: whoever makes or uses
/// a key through it need not know.
pub trait KeyStore: fmt::Debug + Send + Sync {
    /// Makes a new key and returns the half to verify with. When this returns, the key is kept.
    ///
    /// A store with a source of chance of its own need not use `randomness`.
    ///
    /// # Errors
    ///
    /// [`KeyStoreError::AlreadyExists`], or the store's own failure. No key was made, and one
    /// that existed is as it was.
    fn create(
        &self,
        name: &KeyName,
        randomness: &dyn Randomness,
    ) -> Result<PublicKey, KeyStoreError>;

    /// Opens a key. The first time may take a tenth of a second; later times are quick.
    ///
    /// # Errors
    ///
    /// [`KeyStoreError::Missing`], or why the key is not to be had.
    fn open(&self, name: &KeyName) -> Result<Arc<dyn Signer>, KeyStoreError>;

    /// The names of all keys, sorted. No key is opened.
    ///
    /// # Errors
    ///
    /// [`KeyStoreError`] if the store cannot be read.
    fn list(&self) -> Result<Vec<KeyName>, KeyStoreError>;
}

/// The name of a key in its store: 1 to 64 of `a-z`, `0-9`, `-` and the capitals of a unified
/// social credit code (no I, O, S, V, Z), not starting with `-`.
///
/// It is safe as a file name: `11370100004188628E-issue-2026`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = BadKeyName;

    fn from_str(text: &str) -> Result<Self, BadKeyName> {
        let fits = |byte: u8| match byte {
            b'I' | b'O' | b'S' | b'V' | b'Z' => false,
            _ => byte.is_ascii_alphanumeric() || byte == b'-',
        };
        if !(1..=64).contains(&text.len()) || text.starts_with('-') || !text.bytes().all(fits) {
            return Err(BadKeyName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyName({})", self.0)
    }
}

/// The text cannot name a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key's name: 11370100004188628E-issue-2026 is one")]
pub struct BadKeyName;

/// Why a key is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// There is no key of this name.
    #[error("there is no key {0}")]
    Missing(KeyName),
    /// There is a key of this name already; it was left as it is.
    #[error("there is a key {0} already")]
    AlreadyExists(KeyName),
    /// The passphrase does not open this key.
    #[error("the passphrase does not open the key {0}")]
    WrongPassphrase(KeyName),
    /// What is kept under this name is not an encrypted private key.
    #[error("what is kept as the key {name} is not one: {reason}")]
    NotAKey {
        /// The name.
        name: KeyName,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The key, or its encryption, uses an algorithm that is not supported.
    #[error("the key {name} uses an algorithm that is not supported: {algorithm}")]
    AlgorithmUnsupported {
        /// The name.
        name: KeyName,
        /// The algorithm's object identifier.
        algorithm: String,
    },
    /// Others than the owner have access to the key, or the file could not be read or written.
    #[error("the key's file: {0}")]
    File(#[source] PrivateFileError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_safe_file_name() {
        let longest = "a".repeat(64);
        for good in [
            "a",
            "0",
            "root-2026",
            "11370100004188628E-issue-2026",
            &longest,
        ] {
            assert_eq!(good.parse::<KeyName>().unwrap().to_string(), good);
        }
        let too_long = "a".repeat(65);
        for bad in [
            "", "-a", ".", "..", "a.pem", "a/b", "a b", "a_b", "I", "O", "S", "V", "Z", "é", "a\0",
            "a\n", &too_long,
        ] {
            assert_eq!(bad.parse::<KeyName>(), Err(BadKeyName), "{bad:?}");
        }
    }
}
