//! Thirty-two bytes that nobody may see: a seed, an AES key, a MAC key.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;
use zeroize::ZeroizeOnDrop;

use crate::crypto::random;
use crate::crypto::random::Randomness;

/// A 32-byte secret: wiped when dropped, never printed, compared in constant time.
///
/// It serializes (as base64url) only because the keyring seals what it serializes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Takes the bytes over; the caller wipes its own copy.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Makes a new secret.
    #[must_use]
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self(random::array(randomness))
    }

    /// The bytes, for the one call that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret {}

/// Length of 32 bytes in base64url without padding.
const TEXT_LEN: usize = 43;

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // On the stack and wiped, where `encode` would leave a copy on the heap.
        let mut text = zeroize::Zeroizing::new([0; TEXT_LEN]);
        BASE64_URL_SAFE_NO_PAD
            .encode_slice(self.0, &mut *text)
            .map_err(serde::ser::Error::custom)?;
        let text = std::str::from_utf8(&*text).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(text)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(SecretVisitor)
    }
}

struct SecretVisitor;

impl de::Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("32 bytes in base64url")
    }

    // The text is not repeated in the error: most of it may be right.
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        // A little longer than 32, because the decoder asks for room by the group of three.
        let mut bytes = zeroize::Zeroizing::new([0; 36]);
        let refused = || E::custom("not 32 bytes in base64url");
        if text.len() != TEXT_LEN {
            return Err(refused());
        }
        let Ok(32) = BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut *bytes) else {
            return Err(refused());
        };
        let (secret, _) = bytes.split_first_chunk::<32>().ok_or_else(refused)?;
        Ok(Secret(*secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself() {
        let secret = Secret::new([7; 32]);
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn a_secret_comes_back_from_its_text() {
        let secret = Secret::new([0xA5; 32]);
        let text = serde_json::to_string(&secret).unwrap();
        assert_eq!(text, "\"paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU\"");
        assert_eq!(serde_json::from_str::<Secret>(&text).unwrap(), secret);
        assert_ne!(Secret::new([0; 32]), secret);
    }

    #[test]
    fn a_bad_text_is_refused_and_not_repeated() {
        for bad in [
            "\"\"",
            "\"paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa\"",
            "\"paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaUU\"",
            "\"paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaV\"",
            "\"paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa=\"",
        ] {
            let error = serde_json::from_str::<Secret>(bad).unwrap_err().to_string();
            assert!(error.contains("not 32 bytes"), "{error}");
            assert!(!error.contains("paWl"), "{error}");
        }
    }
}
