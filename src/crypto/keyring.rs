//! The service's own secrets: everything it cannot start without.
//!
//! They stand in one file, opened once ([`keyring_file`](crate::crypto::keyring_file)). To lose
//! them is to lose the register: without the data keys its personal data cannot be read, and
//! without the index keys it cannot be searched.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::data_keys;
use crate::crypto::mac::MacKey;
use crate::crypto::overlap::Overlap;
use crate::crypto::public_key::PublicKey;
use crate::crypto::random::Randomness;
use crate::crypto::secret::Secret;
use crate::crypto::signer::Signer;
use crate::crypto::vault::IndexKeys;
use crate::crypto::vault::Vault;

/// What one of the service's own keys signs. (Agencies issue with keys of their own.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServicePurpose {
    /// Offline and printed codes.
    Show,
    /// Status lists.
    Status,
    /// Offline bundles.
    Bundle,
    /// Receipts for waived materials.
    Receipt,
    /// The revocation list, which can only take trust away.
    Revocation,
}

impl ServicePurpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [
        Self::Show,
        Self::Status,
        Self::Bundle,
        Self::Receipt,
        Self::Revocation,
    ];
}

/// The service's secrets, unlocked. Never printed, and wiped when dropped.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyring {
    signing: SigningKeys,
    ledger: Secret,
    index: IndexSecrets,
    data: DataKeys,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningKeys {
    show: Overlap,
    status: Overlap,
    bundle: Overlap,
    receipt: Overlap,
    revocation: Overlap,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IndexSecrets {
    holder_code: Secret,
    certificate_number: Secret,
    name: Secret,
    content: Secret,
    details: Secret,
    spoken_digits: Secret,
    permutation_seed: Secret,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DataKeys {
    current_id: u16,
    current: Secret,
    former: BTreeMap<u16, Secret>,
}

impl Keyring {
    /// Makes all secrets anew, with one data key for `year`.
    ///
    /// # Errors
    ///
    /// [`YearRefused`] for a year after 6552.
    pub fn create(randomness: &dyn Randomness, year: u16) -> Result<Self, YearRefused> {
        let secret = || Secret::generate(randomness);
        let overlap = || Overlap::new(&secret());
        Ok(Self {
            signing: SigningKeys {
                show: overlap(),
                status: overlap(),
                bundle: overlap(),
                receipt: overlap(),
                revocation: overlap(),
            },
            ledger: secret(),
            index: IndexSecrets {
                holder_code: secret(),
                certificate_number: secret(),
                name: secret(),
                content: secret(),
                details: secret(),
                spoken_digits: secret(),
                permutation_seed: secret(),
            },
            data: DataKeys {
                current_id: first_id(year).ok_or(YearRefused(year))?,
                current: secret(),
                former: BTreeMap::new(),
            },
        })
    }

    /// The key that signs for `purpose` today.
    #[must_use]
    pub fn signer(&self, purpose: ServicePurpose) -> Arc<dyn Signer> {
        self.overlap(purpose).signer()
    }

    /// Whatever can still sign for `purpose`: today's key, then the one before it, if any. Which
    /// of them verifiers accept, the trust list in force says.
    #[must_use]
    pub fn signers(&self, purpose: ServicePurpose) -> Vec<Arc<dyn Signer>> {
        self.overlap(purpose).signers()
    }

    /// The keys to publish for `purpose`: today's, then the one before it, if any.
    #[must_use]
    pub fn public_keys(&self, purpose: ServicePurpose) -> Vec<PublicKey> {
        self.overlap(purpose).public_keys()
    }

    /// Puts a new key in the place of today's, and returns it to be published.
    ///
    /// Today's becomes the previous one; what was the previous one is forgotten. Nothing is on
    /// disk until the keyring is sealed again.
    pub fn rotate_signing(
        &mut self,
        purpose: ServicePurpose,
        randomness: &dyn Randomness,
    ) -> PublicKey {
        let overlap = self.overlap_mut(purpose);
        overlap.rotate(&Secret::generate(randomness));
        overlap.signer().public_key().clone()
    }

    /// The key that chains the ledger's rows.
    #[must_use]
    pub fn ledger_key(&self) -> MacKey {
        MacKey::new(&self.ledger)
    }

    /// The keys for personal data, unfolded. Make it once and share it.
    #[must_use]
    pub fn vault(&self) -> Vault {
        let index = &self.index;
        let indexes = IndexKeys {
            holder_code: MacKey::new(&index.holder_code),
            certificate_number: MacKey::new(&index.certificate_number),
            name: MacKey::new(&index.name),
            content: MacKey::new(&index.content),
            details: MacKey::new(&index.details),
            spoken_digits: MacKey::new(&index.spoken_digits),
            permutation_seed: MacKey::new(&index.permutation_seed),
        };
        Vault::new(self.data_keys(), indexes)
    }

    /// The data keys, unfolded.
    pub(crate) fn data_keys(&self) -> data_keys::DataKeys {
        let data = &self.data;
        data_keys::DataKeys::new((data.current_id, &data.current), data.former.clone())
    }

    /// Makes a new current data key and returns its id.
    ///
    /// Ids are the year and one digit: the first key of 2026 is 20260, and a second in the same
    /// year, should the first be feared lost, is 20261. Former keys stay, to read with. Nothing
    /// is on disk until the keyring is sealed again: **seal it before you use the new key.**
    ///
    /// # Errors
    ///
    /// [`YearRefused`] if the year is before that of the current key, has had ten keys, or is
    /// after 6552. Nothing has changed.
    pub fn add_data_key(
        &mut self,
        year: u16,
        randomness: &dyn Randomness,
    ) -> Result<u16, YearRefused> {
        let refused = YearRefused(year);
        let first = first_id(year).ok_or(refused)?;
        let data = &mut self.data;
        let id = if data.current_id < first {
            first
        } else {
            data.current_id.checked_add(1).ok_or(refused)?
        };
        if id - first > 9 {
            return Err(refused);
        }
        let former = std::mem::replace(&mut data.current, Secret::generate(randomness));
        data.former.insert(data.current_id, former);
        data.current_id = id;
        Ok(id)
    }

    fn overlap(&self, purpose: ServicePurpose) -> &Overlap {
        match purpose {
            ServicePurpose::Show => &self.signing.show,
            ServicePurpose::Status => &self.signing.status,
            ServicePurpose::Bundle => &self.signing.bundle,
            ServicePurpose::Receipt => &self.signing.receipt,
            ServicePurpose::Revocation => &self.signing.revocation,
        }
    }

    fn overlap_mut(&mut self, purpose: ServicePurpose) -> &mut Overlap {
        match purpose {
            ServicePurpose::Show => &mut self.signing.show,
            ServicePurpose::Status => &mut self.signing.status,
            ServicePurpose::Bundle => &mut self.signing.bundle,
            ServicePurpose::Receipt => &mut self.signing.receipt,
            ServicePurpose::Revocation => &mut self.signing.revocation,
        }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(..)")
    }
}

/// The id of a year's first data key, if all ten fit.
fn first_id(year: u16) -> Option<u16> {
    let first = year.checked_mul(10)?;
    first.checked_add(9).map(|_| first)
}

/// There can be no new data key for this year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there can be no new data key for {0}: too early, too late, or ten already")]
pub struct YearRefused(pub u16);

#[cfg(test)]
mod tests;
