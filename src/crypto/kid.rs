//! What a signature calls the key it was made with.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::Digest;
use sha2::Sha256;

/// The name of a key: its RFC 7638 thumbprint, written as 43 characters of base64url.
///
/// A name is not a proof. Anyone can write one; only the trust list says whose it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kid([u8; 32]);

impl Kid {
    /// SHA-256 over the members that make the key a JSON Web Key, sorted, without spaces.
    pub(crate) fn of(members: &BTreeMap<&str, String>) -> Self {
        // A tree of texts is sorted and always has a JSON form.
        let members = serde_json::to_vec(members).unwrap_or_default();
        Self(Sha256::digest(members).into())
    }

    /// The first 4 bytes, which is what a compact code has room for.
    ///
    /// Several keys may share them, by chance or by intent: try every trusted key that does.
    #[must_use]
    pub fn short(&self) -> [u8; 4] {
        let [a, b, c, d, ..] = self.0;
        [a, b, c, d]
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kid({self})")
    }
}

impl FromStr for Kid {
    type Err = BadKid;

    fn from_str(text: &str) -> Result<Self, BadKid> {
        let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(text) else {
            return Err(BadKid);
        };
        let Ok(digest) = bytes.try_into() else {
            return Err(BadKid);
        };
        Ok(Self(digest))
    }
}

/// The text is not a [`Kid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key's name: 43 characters of base64url are")]
pub struct BadKid;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::public_key::PublicKey;

    /// RFC 8037, appendices A.2 and A.3.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

    #[test]
    fn the_thumbprint_is_the_one_in_rfc_8037() {
        let key = PublicKey::from_jwk_x(X).unwrap();
        assert_eq!(key.kid().to_string(), THUMBPRINT);
        assert_eq!(key.kid().short(), [0x90, 0xfa, 0xca, 0xfe]);
    }

    #[test]
    fn a_kid_is_read_back_and_nothing_else_is() {
        let kid: Kid = THUMBPRINT.parse().unwrap();
        assert_eq!(kid.to_string(), THUMBPRINT);
        for bad in [
            "",
            "kPrK",
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k=",
            // The last character carries bits that belong to no byte.
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4l",
            "kPrK/qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        ] {
            assert_eq!(bad.parse::<Kid>(), Err(BadKid), "{bad}");
        }
    }
}
