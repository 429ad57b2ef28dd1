//! A key to verify with.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::Signature;
use ed25519_dalek::VerifyingKey;
use serde_json::Value;

use crate::crypto::algorithm::Algorithm;
use crate::crypto::kid::Kid;

/// A public key that is sound: on the curve, canonically written, and not weak.
///
/// It keeps the decompressed point and its own thumbprint, so that a check costs one
/// verification and nothing else.
#[derive(Clone)]
pub struct PublicKey {
    point: Point,
    kid: Kid,
}

/// One variant for each algorithm that is supported.
#[derive(Clone)]
enum Point {
    Ed25519(VerifyingKey),
}

impl PublicKey {
    /// Reads a key as its algorithm writes it; for Ed25519, the 32 bytes of RFC 8032.
    ///
    /// # Errors
    ///
    /// [`BadPublicKey`]: the first reason met.
    pub fn new(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, BadPublicKey> {
        match algorithm {
            Algorithm::EdDsa => Self::ed25519(bytes),
            Algorithm::Es256 | Algorithm::Sm2 => Err(BadPublicKey::Unsupported(algorithm)),
        }
    }

    fn ed25519(bytes: &[u8]) -> Result<Self, BadPublicKey> {
        let bytes = bytes
            .first_chunk()
            .filter(|chunk| chunk.len() == bytes.len());
        let bytes = bytes.ok_or(BadPublicKey::Length)?;
        let Ok(key) = VerifyingKey::from_bytes(bytes) else {
            return Err(BadPublicKey::NotOnCurve);
        };
        if key.is_weak() {
            return Err(BadPublicKey::Weak);
        }
        // The library reads y above the prime as well. Two texts for one key would be two kids.
        if key.to_edwards().compress().as_bytes() != bytes {
            return Err(BadPublicKey::NotCanonical);
        }
        Ok(Self::sound(key))
    }

    /// Reads a key as the trust list and the register have it: the JOSE name of its algorithm,
    /// and [`Self::jwk_x`].
    ///
    /// # Errors
    ///
    /// [`BadPublicKey`]: an algorithm that is unknown or not supported, not base64url without
    /// padding, or not a sound key.
    pub fn listed(alg: &str, x: &str) -> Result<Self, BadPublicKey> {
        let Ok(algorithm) = alg.parse() else {
            return Err(BadPublicKey::UnknownAlgorithm);
        };
        Self::new(algorithm, &bytes_of(x)?)
    }

    /// Reads the `x` of a root, which stands alone: a root is an Ed25519 key (RFC 8037).
    ///
    /// # Errors
    ///
    /// [`BadPublicKey`]: not base64url without padding, or not a sound key.
    pub fn from_jwk_x(x: &str) -> Result<Self, BadPublicKey> {
        Self::ed25519(&bytes_of(x)?)
    }

    /// For a key that comes from its own secret half, which is never weak.
    pub(crate) fn sound(key: VerifyingKey) -> Self {
        let point = Point::Ed25519(key);
        Self {
            kid: Kid::of(&point.jwk_members()),
            point,
        }
    }

    /// Checks a signature with this key's algorithm, whatever the message says of itself.
    ///
    /// For Ed25519 the check is the strict one: canonical, and without the small-order points
    /// that let one signature fit several messages.
    ///
    /// # Errors
    ///
    /// [`BadSignature`]. It does not say why: no honest caller needs to know.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match &self.point {
            Point::Ed25519(key) => {
                let Ok(signature) = Signature::from_slice(signature) else {
                    return Err(BadSignature);
                };
                let Ok(()) = key.verify_strict(message, &signature) else {
                    return Err(BadSignature);
                };
                Ok(())
            }
        }
    }

    /// The algorithm to verify with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.point {
            Point::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    /// The key as its algorithm writes it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.point {
            Point::Ed25519(key) => key.as_bytes(),
        }
    }

    /// The name that signatures give this key.
    #[must_use]
    pub fn kid(&self) -> &Kid {
        &self.kid
    }

    /// The `x` of its JSON Web Key: base64url of the key.
    #[must_use]
    pub fn jwk_x(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.as_bytes())
    }

    /// The key as a JSON Web Key (RFC 7517), for JWKS and `did.json`.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let mut members = self.point.jwk_members();
        members.insert("kid", self.kid.to_string());
        members.insert("alg", self.algorithm().jose_name().to_owned());
        members.insert("use", "sig".to_owned());
        members.into_iter().collect()
    }

    /// The key as PEM (`PUBLIC KEY`, RFC 8410), which `openssl pkey -pubin` reads.
    #[must_use]
    pub fn pem(&self) -> String {
        /// SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes follows }.
        const ED25519_SPKI: [u8; 12] = [
            0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
        ];
        let der = match &self.point {
            Point::Ed25519(key) => [ED25519_SPKI.as_slice(), key.as_bytes()].concat(),
        };
        // 44 bytes are 60 characters: one line, so nothing to wrap.
        let text = BASE64_STANDARD.encode(der);
        format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
    }
}

impl Point {
    /// The members that make it a JSON Web Key: those its thumbprint is of, and no others.
    fn jwk_members(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Ed25519(key) => BTreeMap::from([
                ("crv", "Ed25519".to_owned()),
                ("kty", "OKP".to_owned()),
                ("x", BASE64_URL_SAFE_NO_PAD.encode(key.as_bytes())),
            ]),
        }
    }
}

fn bytes_of(base64url: &str) -> Result<Vec<u8>, BadPublicKey> {
    let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(base64url) else {
        return Err(BadPublicKey::NotBase64url);
    };
    Ok(bytes)
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm() == other.algorithm() && self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm(), self.kid)
    }
}

/// Why some bytes are not a public key to trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPublicKey {
    /// The name is of no algorithm known here.
    #[error("the public key's algorithm is unknown")]
    UnknownAlgorithm,
    /// The algorithm is reserved.
    #[error("keys for {0} are not supported yet")]
    Unsupported(Algorithm),
    /// Not base64url without padding.
    #[error("the public key is not base64url")]
    NotBase64url,
    /// Not as long as a key of this algorithm.
    #[error("the public key has the wrong length")]
    Length,
    /// No point of the curve.
    #[error("the public key is not a point of the curve")]
    NotOnCurve,
    /// A point of small order, under which signatures prove nothing.
    #[error("the public key is weak")]
    Weak,
    /// A second spelling of a good key.
    #[error("the public key is not canonically encoded")]
    NotCanonical,
}

/// The signature is not this key's over this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct BadSignature;

#[cfg(test)]
mod tests;
