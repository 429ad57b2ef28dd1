//! A signing key and the one before it.

use std::mem;
use std::sync::Arc;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

use crate::crypto::public_key::PublicKey;
use crate::crypto::secret::Secret;
use crate::crypto::signer::Ed25519Signer;
use crate::crypto::signer::Signer;

/// A key that signs, and the one it took over from, which stays known until the next rotation:
/// what it signed is still being shown.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Overlap {
    current: Held,
    previous: Option<Held>,
}

impl Overlap {
    pub(crate) fn new(seed: &Secret) -> Self {
        Self {
            current: Held::new(seed),
            previous: None,
        }
    }

    pub(crate) fn rotate(&mut self, seed: &Secret) {
        self.previous = Some(mem::replace(&mut self.current, Held::new(seed)));
    }

    pub(crate) fn signer(&self) -> Arc<dyn Signer> {
        Arc::<Ed25519Signer>::clone(&self.current.0)
    }

    /// What signs with the current key, then what signs with the previous one.
    pub(crate) fn signers(&self) -> Vec<Arc<dyn Signer>> {
        let held = [Some(&self.current), self.previous.as_ref()];
        let signers = held.into_iter().flatten();
        signers
            .map(|held| -> Arc<dyn Signer> { Arc::<Ed25519Signer>::clone(&held.0) })
            .collect()
    }

    /// The current key, then the previous one.
    pub(crate) fn public_keys(&self) -> Vec<PublicKey> {
        [Some(&self.current), self.previous.as_ref()]
            .into_iter()
            .flatten()
            .map(|held| held.0.public_key().clone())
            .collect()
    }
}

/// A signing key that is written down as its seed.
struct Held(Arc<Ed25519Signer>);

impl Held {
    fn new(seed: &Secret) -> Self {
        Self(Arc::new(Ed25519Signer::from_seed(seed)))
    }
}

impl Serialize for Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.seed().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Held {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(&Secret::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_come_back_and_only_one_former_key_is_kept() {
        let mut overlap = Overlap::new(&Secret::new([1; 32]));
        let first = overlap.public_keys();
        overlap.rotate(&Secret::new([2; 32]));
        let second = overlap.public_keys();
        assert_eq!(second[1..], first);
        overlap.rotate(&Secret::new([3; 32]));
        let third = overlap.public_keys();
        assert_eq!(third[1..], second[..1]);
        assert_eq!(overlap.signer().public_key(), &third[0]);

        let text = serde_json::to_string(&overlap).unwrap();
        let read: Overlap = serde_json::from_str(&text).unwrap();
        assert_eq!(read.public_keys(), third);
    }
}
