//! Which signature algorithms have a name here, and which of them work.

use std::fmt;
use std::str::FromStr;

use crate::codec::cose;

/// A signature algorithm.
///
/// Only [`Algorithm::EdDsa`] signs and verifies today. The other two are reserved, so that a
/// trust list that names them can be read by this version and refused key by key, rather than
/// as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032).
    EdDsa,
    /// ECDSA on P-256 with SHA-256. Reserved.
    Es256,
    /// SM2 with SM3 (GB/T 32918.2). Reserved.
    Sm2,
}

impl Algorithm {
    /// The value of a JOSE header's `alg`.
    ///
    /// Ed25519 is written `EdDSA`, the older name, which every wallet reads; RFC 9864's
    /// `Ed25519` is understood by [`Algorithm::from_str`]. SM2 has no registered name: `SM2` is
    /// ours.
    #[must_use]
    pub fn jose_name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Sm2 => "SM2",
        }
    }

    /// The value of a COSE header's `alg`, written and read in no other way: -19, RFC 9864's
    /// other number for Ed25519, is none of ours, because a compact code has one spelling.
    ///
    /// SM2 has no registered number: its number is ours, from the range for private use.
    #[must_use]
    pub fn cose_id(self) -> i64 {
        match self {
            Self::EdDsa => cose::EDDSA,
            Self::Es256 => cose::ES256,
            Self::Sm2 => cose::SM2,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.jose_name())
    }
}

/// Reads a JOSE `alg`: [`Algorithm::jose_name`], or `Ed25519` for [`Algorithm::EdDsa`].
impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        match name {
            "EdDSA" | "Ed25519" => Ok(Self::EdDsa),
            "ES256" => Ok(Self::Es256),
            "SM2" => Ok(Self::Sm2),
            _ => Err(UnknownAlgorithm),
        }
    }
}

/// The name is of no algorithm known here; `none` is such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an algorithm known here: EdDSA, Ed25519, ES256 and SM2 are")]
pub struct UnknownAlgorithm;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Sm2] {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
        }
        assert_eq!("Ed25519".parse(), Ok(Algorithm::EdDsa));
    }

    #[test]
    fn other_names_are_refused() {
        for name in [
            "", "none", "eddsa", "EDDSA", "Ed448", "ES384", "HS256", "EdDSA ",
        ] {
            assert_eq!(name.parse::<Algorithm>(), Err(UnknownAlgorithm), "{name}");
        }
    }
}
