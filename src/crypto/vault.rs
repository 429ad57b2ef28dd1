//! Personal data at rest: sealed values, and the blind indexes that find them again.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::AeadInOut;
use zeroize::Zeroizing;

use crate::crypto::data_keys::DataKeys;
use crate::crypto::data_keys::KeyringWatch;
use crate::crypto::mac::MacKey;
use crate::crypto::random;
use crate::crypto::random::Randomness;

/// Bytes of nonce before, and of tag after, each ciphertext.
const NONCE: usize = 12;
const TAG: usize = 16;

/// The keys for personal data: one AES-256-GCM key in use, the older ones to read with, and an
/// HMAC key for each [`Index`].
///
/// Its keys are unfolded once, so that sealing, opening and indexing only compute; any number of
/// threads may do so at the same time. With a [`KeyringWatch`] it takes in the data keys that
/// another process has added; the index keys stay for life.
pub struct Vault {
    data: RwLock<Arc<DataKeys>>,
    watch: Option<KeyringWatch>,
    indexes: IndexKeys,
}

/// A column. With the row's id it fixes where a sealed value belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The table's name. To rename it is to reseal it.
    pub table: &'static str,
    /// The column's name.
    pub column: &'static str,
}

/// A sealed value, as the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The data key it is sealed under.
    pub key_id: u16,
    /// Nonce (12 bytes), ciphertext, tag (16 bytes).
    pub bytes: Vec<u8>,
}

impl Vault {
    pub(crate) fn new(data: DataKeys, indexes: IndexKeys) -> Self {
        Self {
            data: RwLock::new(Arc::new(data)),
            watch: None,
            indexes,
        }
    }

    /// This vault, looking at a keyring file for data keys that it does not have.
    #[must_use]
    pub fn watching(mut self, watch: KeyringWatch) -> Self {
        self.watch = Some(watch);
        self
    }

    /// Takes in the data keys of the watched keyring if its file was changed; true if it did.
    pub fn renew(&self) -> bool {
        let Some(newer) = self.watch.as_ref().and_then(KeyringWatch::changed) else {
            return false;
        };
        let mut data = self.data.write().unwrap_or_else(PoisonError::into_inner);
        *data = Arc::new(newer.after(&data));
        true
    }

    fn data(&self) -> Arc<DataKeys> {
        Arc::clone(&self.data.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Seals a value for one place in one row, under the current key.
    ///
    /// Nonces are random. With 96 bits the chance that any two of 2^32 under one key agree is
    /// one in 2^33; a year's values are far fewer.
    ///
    /// # Panics
    ///
    /// If `plaintext` has more than 64 GiB.
    #[expect(
        clippy::expect_used,
        reason = "AES-GCM refuses nothing but 64 GiB, which no caller can hold in a row; the key \
                  in use is put among the keys where they are made"
    )]
    #[must_use]
    pub fn seal(
        &self,
        place: &Place,
        row_id: i64,
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Sealed {
        let data = self.data();
        let key_id = data.current_id;
        let key = data.get(key_id).expect("the key in use is one of the keys");
        let nonce: [u8; NONCE] = random::array(randomness);
        let mut bytes = Vec::with_capacity(NONCE + plaintext.len() + TAG);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(plaintext);
        let (_, body) = bytes.split_at_mut(NONCE);
        let associated = associated_data(place, row_id, key_id);
        let tag = key
            .encrypt_inout_detached(&nonce.into(), &associated, body.into())
            .expect("less than 64 GiB");
        bytes.extend_from_slice(&tag);
        Sealed { key_id, bytes }
    }

    /// Opens what was sealed for this place in this row.
    ///
    /// # Errors
    ///
    /// [`VaultError`]. Nothing was opened, though a watched keyring may have been read for a key
    /// that was missing: a value that was moved to another row, column or
    /// table, or altered, is refused as a whole.
    pub fn open(
        &self,
        place: &Place,
        row_id: i64,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let key = self.key(sealed.key_id)?;
        let (nonce, rest) = sealed
            .bytes
            .split_first_chunk::<NONCE>()
            .ok_or(VaultError::NotGenuine)?;
        let (ciphertext, tag) = rest
            .split_last_chunk::<TAG>()
            .ok_or(VaultError::NotGenuine)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        let associated = associated_data(place, row_id, sealed.key_id);
        let body = plaintext.as_mut_slice().into();
        let Ok(()) = key.decrypt_inout_detached(nonce.into(), &associated, body, tag.into()) else {
            return Err(VaultError::NotGenuine);
        };
        Ok(plaintext)
    }

    /// The name under which a value can be found again without being readable.
    ///
    /// The same value has the same index: normalise it first (`x` to `X` in a holder's code).
    #[must_use]
    pub fn index(&self, purpose: Index, value: &[u8]) -> [u8; 32] {
        self.indexes.key(purpose).mac(&[value])
    }

    /// Whether a value is sealed under another key than the current one, and so due for
    /// resealing.
    #[must_use]
    pub fn needs_rekey(&self, sealed: &Sealed) -> bool {
        sealed.key_id != self.current()
    }

    /// The id of the data key that [`Vault::seal`] uses.
    #[must_use]
    pub fn current(&self) -> u16 {
        self.data().current_id
    }

    /// The ids of all data keys, ascending.
    #[must_use]
    pub fn key_ids(&self) -> Vec<u16> {
        self.data().ids()
    }

    /// A key, also one that was added while this program runs.
    fn key(&self, id: u16) -> Result<Arc<Aes256Gcm>, VaultError> {
        let found = self.data().get(id);
        let found = found.or_else(|| self.renew().then(|| self.data().get(id)).flatten());
        found.ok_or(VaultError::UnknownKey(id))
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault(current {}, ..)", self.current())
    }
}

/// Table, column (each after its length as 8 bytes), row id (8 bytes), key id (2 bytes); numbers
/// big-endian. The lengths keep `ab|c` apart from `a|bc`.
fn associated_data(place: &Place, row_id: i64, key_id: u16) -> Vec<u8> {
    let mut out = Vec::with_capacity(26 + place.table.len() + place.column.len());
    for name in [place.table, place.column] {
        // No name is longer than 2^64.
        let length = u64::try_from(name.len()).unwrap_or(u64::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(name.as_bytes());
    }
    out.extend_from_slice(&row_id.to_be_bytes());
    out.extend_from_slice(&key_id.to_be_bytes());
    out
}

/// What a blind index is for. Each has a key of its own, so that equal values in different
/// columns do not look equal, and an index that leaks says nothing about the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Index {
    /// A holder's, guardian's or agent's code: `type‖number`.
    HolderCode,
    /// The number printed on a certificate.
    CertificateNumber,
    /// An exact name. Nothing shorter, and no sound-alikes, can be searched.
    Name,
    /// A whole row's content, to tell an unchanged file row from a changed one.
    Content,
    /// The commitment in a ledger row to the details that stand, deletable, beside it.
    Details,
    /// The eight spoken digits beside a live code.
    SpokenDigits,
    /// Not an index: the seed of the permutation that hands out a status list's positions.
    PermutationSeed,
}

/// One key for each [`Index`].
#[derive(Clone)]
pub(crate) struct IndexKeys {
    pub(crate) holder_code: MacKey,
    pub(crate) certificate_number: MacKey,
    pub(crate) name: MacKey,
    pub(crate) content: MacKey,
    pub(crate) details: MacKey,
    pub(crate) spoken_digits: MacKey,
    pub(crate) permutation_seed: MacKey,
}

impl IndexKeys {
    fn key(&self, purpose: Index) -> &MacKey {
        match purpose {
            Index::HolderCode => &self.holder_code,
            Index::CertificateNumber => &self.certificate_number,
            Index::Name => &self.name,
            Index::Content => &self.content,
            Index::Details => &self.details,
            Index::SpokenDigits => &self.spoken_digits,
            Index::PermutationSeed => &self.permutation_seed,
        }
    }
}

/// Why a sealed value stays shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It is sealed under a key the keyring does not hold.
    #[error("the keyring has no data key {0}")]
    UnknownKey(u16),
    /// It was altered, cut short, or sealed for another place.
    #[error("the sealed value does not belong here")]
    NotGenuine,
}

#[cfg(test)]
mod tests;
