//! A folder of signing keys, one encrypted file each: `<name>.pem`.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use crate::crypto::key_pem;
use crate::crypto::key_pem::BadPem;
use crate::crypto::key_store::KeyName;
use crate::crypto::key_store::KeyStore;
use crate::crypto::key_store::KeyStoreError;
use crate::crypto::passphrase::Passphrase;
use crate::crypto::private_file;
use crate::crypto::private_file::Access;
use crate::crypto::private_file::PrivateFileError;
use crate::crypto::public_key::PublicKey;
use crate::crypto::random::Randomness;
use crate::crypto::signer::Ed25519Signer;
use crate::crypto::signer::Signer;

/// Longest key file we look at; ours have about 400 bytes.
const LONGEST: usize = 16 << 10;

/// Keys in files that `openssl pkey` reads, all under one passphrase.
///
/// A key is opened when it is first asked for and kept open: opening costs what trying a
/// passphrase costs.
#[derive(Debug)]
pub struct FileKeyStore {
    folder: PathBuf,
    passphrase: Passphrase,
    open: Mutex<HashMap<KeyName, Arc<dyn Signer>>>,
}

impl FileKeyStore {
    /// Names the folder and what opens the keys in it. Nothing is read or made yet.
    #[must_use]
    pub fn new(folder: PathBuf, passphrase: Passphrase) -> Self {
        Self {
            folder,
            passphrase,
            open: Mutex::default(),
        }
    }

    /// Whether there is a file of this name; whether it opens is not tried.
    fn exists(&self, name: &KeyName) -> bool {
        fs::symlink_metadata(self.path(name)).is_ok()
    }

    fn path(&self, name: &KeyName) -> PathBuf {
        self.folder.join(format!("{name}.pem"))
    }

    fn opened(&self) -> MutexGuard<'_, HashMap<KeyName, Arc<dyn Signer>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, name: &KeyName) -> Result<Ed25519Signer, KeyStoreError> {
        let content = private_file::read(&self.path(name), LONGEST, Access::OwnerOnly)
            .map_err(|error| file_error(name, error))?;
        let not_a_key = |reason| KeyStoreError::NotAKey {
            name: name.clone(),
            reason,
        };
        let Ok(text) = std::str::from_utf8(&content) else {
            return Err(not_a_key("not text"));
        };
        key_pem::read(text, &self.passphrase).map_err(|bad| match bad {
            BadPem::WrongPassphrase => KeyStoreError::WrongPassphrase(name.clone()),
            BadPem::NotAKey(reason) => not_a_key(reason),
            BadPem::AlgorithmUnsupported(algorithm) => KeyStoreError::AlgorithmUnsupported {
                name: name.clone(),
                algorithm,
            },
        })
    }
}

impl KeyStore for FileKeyStore {
    /// An Ed25519 key, mode 0600, and its folder, mode 0700, if there is none.
    fn create(
        &self,
        name: &KeyName,
        randomness: &dyn Randomness,
    ) -> Result<PublicKey, KeyStoreError> {
        if self.exists(name) {
            // Said early to save the work; what counts is that `create` below refuses as well.
            return Err(KeyStoreError::AlreadyExists(name.clone()));
        }
        let signer = Ed25519Signer::generate(randomness);
        let text = key_pem::write(&signer, &self.passphrase, randomness);
        private_file::create_folder(&self.folder).map_err(KeyStoreError::File)?;
        private_file::create(&self.path(name), text.as_bytes())
            .map_err(|error| file_error(name, error))?;
        let public = signer.public_key().clone();
        self.opened().insert(name.clone(), Arc::new(signer));
        Ok(public)
    }

    fn open(&self, name: &KeyName) -> Result<Arc<dyn Signer>, KeyStoreError> {
        if let Some(signer) = self.opened().get(name) {
            return Ok(Arc::clone(signer));
        }
        // Outside the lock: two threads may both open a key, but none waits for another's.
        let signer: Arc<dyn Signer> = Arc::new(self.read(name)?);
        let mut opened = self.opened();
        Ok(Arc::clone(opened.entry(name.clone()).or_insert(signer)))
    }

    /// Files whose names are not key names are passed over; a missing folder holds no keys.
    fn list(&self) -> Result<Vec<KeyName>, KeyStoreError> {
        let failed = |source| {
            let path = self.folder.clone();
            KeyStoreError::File(PrivateFileError::Io { path, source })
        };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let path = PathBuf::from(entry.map_err(failed)?.file_name());
            let stem = path.file_stem().and_then(OsStr::to_str);
            if path.extension() == Some(OsStr::new("pem"))
                && let Some(Ok(name)) = stem.map(str::parse)
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }
}

fn file_error(name: &KeyName, error: PrivateFileError) -> KeyStoreError {
    match error {
        PrivateFileError::Missing(_) => KeyStoreError::Missing(name.clone()),
        PrivateFileError::AlreadyExists(_) => KeyStoreError::AlreadyExists(name.clone()),
        error => KeyStoreError::File(error),
    }
}

#[cfg(test)]
mod tests;
