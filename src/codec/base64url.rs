//! base64url without padding (RFC 4648 §5), read strictly.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A text that is not canonical base64url without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not base64url without padding")]
pub struct BadBase64Url;

/// Writes bytes as base64url without padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url; padding, other alphabets and non-zero trailing bits are refused, so that
/// one value has one spelling.
///
/// # Errors
///
/// [`BadBase64Url`].
pub fn decode(text: &str) -> Result<Vec<u8>, BadBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_why| BadBase64Url)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn one_value_has_one_spelling() {
        assert_eq!(decode("AA").unwrap(), [0]);
        for other in ["AB", "AA=", "AA==", "A", "A A", "+/8", "AA\n"] {
            assert!(decode(other).is_err(), "{other}");
        }
    }
}
