//! The data keys of a vault, which may grow while the vault is in use.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use aes_gcm::Aes256Gcm;
use aes_gcm::KeyInit;

use crate::crypto::keyring::Keyring;
use crate::crypto::passphrase::Passphrase;
use crate::crypto::private_file;
use crate::crypto::private_file::Version;
use crate::crypto::secret::Secret;

/// One key in use and those before it.
#[derive(Clone)]
pub(crate) struct DataKeys {
    pub(crate) current_id: u16,
    keys: BTreeMap<u16, Arc<Aes256Gcm>>,
}

impl DataKeys {
    pub(crate) fn new(
        (current_id, current): (u16, &Secret),
        former: impl IntoIterator<Item = (u16, Secret)>,
    ) -> Self {
        let schedule = |key: &Secret| Arc::new(Aes256Gcm::new(key.expose().into()));
        let former = former.into_iter().map(|(id, key)| (id, schedule(&key)));
        let mut keys: BTreeMap<_, _> = former.collect();
        keys.insert(current_id, schedule(current));
        Self { current_id, keys }
    }

    pub(crate) fn get(&self, id: u16) -> Option<Arc<Aes256Gcm>> {
        self.keys.get(&id).cloned()
    }

    pub(crate) fn ids(&self) -> Vec<u16> {
        self.keys.keys().copied().collect()
    }

    /// These keys, and those of `before` that are not among them: what was readable stays so.
    pub(crate) fn after(mut self, before: &Self) -> Self {
        for (id, key) in &before.keys {
            self.keys.entry(*id).or_insert_with(|| Arc::clone(key));
        }
        self
    }
}

/// Where a passphrase comes from; it is read again each time, and kept nowhere.
pub type PassphraseSource = Box<dyn Fn() -> Option<Passphrase> + Send + Sync>;

/// The keyring file, looked at again while the program runs.
pub struct KeyringWatch {
    path: PathBuf,
    passphrase: PassphraseSource,
    seen: Mutex<Option<Version>>,
}

impl KeyringWatch {
    /// Watches a keyring file. Make it before the keyring is opened: a change in between is
    /// then read twice rather than never.
    #[must_use]
    pub fn new(path: PathBuf, passphrase: PassphraseSource) -> Self {
        let seen = Mutex::new(private_file::version(&path));
        Self {
            path,
            passphrase,
            seen,
        }
    }

    /// The data keys in the file, if it is another one than was read last.
    ///
    /// A file that does not open is not tried again until it changes: opening takes a tenth of
    /// a second and 32 MiB, and whoever can edit the database could ask for it at will.
    pub(crate) fn changed(&self) -> Option<DataKeys> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = private_file::version(&self.path)?;
        if *seen == Some(now) {
            return None;
        }
        let passphrase = (self.passphrase)()?;
        *seen = Some(now);
        let keyring = Keyring::open(&self.path, &passphrase).ok()?;
        Some(keyring.data_keys())
    }
}
