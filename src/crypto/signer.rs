//! Who signs: one face for every algorithm and every place a key can be kept.

use std::error::Error;
use std::fmt;

use ed25519_dalek::Signer as _;
use ed25519_dalek::SigningKey;

use crate::crypto::kid::Kid;
use crate::crypto::public_key::PublicKey;
use crate::crypto::random::Randomness;
use crate::crypto::secret::Secret;

/// Something that signs: a key in memory, or a slot in a hardware module.
///
/// A signature is 64 bytes under every algorithm with a name here (R‖S for Ed25519, r‖s for the
/// other two).
pub trait Signer: fmt::Debug + Send + Sync {
    /// The half to verify with.
    fn public_key(&self) -> &PublicKey;

    /// Signs the message itself; what must be hashed or tagged first is the caller's affair.
    ///
    /// # Errors
    ///
    /// [`SignError`] if the key could not be reached. Nothing was signed.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError>;

    /// The name to put beside the signature.
    fn kid(&self) -> &Kid {
        self.public_key().kid()
    }
}

/// The key is known but could not sign: a hardware module that is unplugged or locked.
#[derive(Debug, thiserror::Error)]
#[error("the key could not sign")]
pub struct SignError(#[source] pub Box<dyn Error + Send + Sync>);

/// An Ed25519 key in memory. Its seed is wiped when it is dropped, and never printed.
pub struct Ed25519Signer {
    key: SigningKey,
    public: PublicKey,
}

impl Ed25519Signer {
    /// Unfolds a seed (RFC 8032's private key) into a key pair.
    #[must_use]
    pub fn from_seed(seed: &Secret) -> Self {
        let key = SigningKey::from_bytes(seed.expose());
        let public = PublicKey::sound(key.verifying_key());
        Self { key, public }
    }

    /// Makes a new key.
    #[must_use]
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self::from_seed(&Secret::generate(randomness))
    }

    /// The seed, for the two places that write it down sealed.
    pub(crate) fn seed(&self) -> Secret {
        Secret::new(*self.key.as_bytes())
    }
}

impl Signer for Ed25519Signer {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        Ok(self.key.sign(message).to_bytes())
    }
}

impl fmt::Debug for Ed25519Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519Signer({})", self.public.kid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::public_key::BadSignature;
    use crate::crypto::random::SeededRandomness;

    #[test]
    fn what_is_signed_verifies_and_nothing_else_does() {
        let randomness = SeededRandomness::new(b"signer");
        let signer = Ed25519Signer::generate(&randomness);
        let other = Ed25519Signer::generate(&randomness);
        let signature = signer.sign(b"message").unwrap();
        assert_eq!(signer.public_key().verify(b"message", &signature), Ok(()));

        let refused = |key: &PublicKey, message: &[u8], signature: &[u8]| {
            assert_eq!(key.verify(message, signature), Err(BadSignature));
        };
        refused(signer.public_key(), b"Message", &signature);
        refused(other.public_key(), b"message", &signature);
        refused(signer.public_key(), b"message", &signature[..63]);
        refused(
            signer.public_key(),
            b"message",
            &[&signature[..], &[0]].concat(),
        );
        refused(signer.public_key(), b"message", &[]);
    }

    #[test]
    fn the_first_test_of_rfc_8032_comes_out() {
        let seed = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec,
            0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03,
            0x1c, 0xae, 0x7f, 0x60,
        ];
        let signer = Ed25519Signer::from_seed(&Secret::new(seed));
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        assert_eq!(signer.public_key().jwk_x(), x);
        assert_eq!(signer.sign(b"").unwrap()[..4], [0xe5, 0x56, 0x43, 0x00]);
        assert_eq!(signer.seed(), Secret::new(seed));
    }

    #[test]
    fn a_signer_shows_its_name_only() {
        let signer = Ed25519Signer::generate(&SeededRandomness::new(b"signer"));
        assert_eq!(
            format!("{signer:?}"),
            format!("Ed25519Signer({})", signer.kid())
        );
    }
}
