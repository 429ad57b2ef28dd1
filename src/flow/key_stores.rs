//! The key stores of an office: the one place that chooses what kind they are.

use std::path::Path;
use std::sync::Arc;

use crate::crypto::key_file::FileKeyStore;
use crate::crypto::key_store::KeyStore;
use crate::crypto::passphrase::Passphrase;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::settings::Settings;
use crate::flow::failure::Failure;

/// The agencies' keys. Nothing is opened yet.
#[must_use]
pub fn of_agencies(settings: &Settings, passphrase: Passphrase) -> Arc<dyn KeyStore> {
    Arc::new(FileKeyStore::new(settings.agency_keys(), passphrase))
}

/// The root keys in a folder. Nothing is opened yet.
#[must_use]
pub fn of_roots(folder: &Path, passphrase: Passphrase) -> Arc<dyn KeyStore> {
    Arc::new(FileKeyStore::new(folder.to_path_buf(), passphrase))
}

/// The root keys in a folder, with the passphrase that lies beside them.
///
/// # Errors
///
/// [`Reason::Setup`] when they are not here, as it should be on a production server.
pub fn root_store(folder: &Path) -> Result<Arc<dyn KeyStore>, Failure> {
    let path = folder.join("passphrase");
    let passphrase = Passphrase::from_file(&path, None).map_err(|why| {
        let said = Said::of("fault", "root_keys_missing").with("path", folder.display());
        Failure::saying(Reason::Setup, format!("the root's passphrase: {why}"), said)
    })?;
    Ok(of_roots(folder, passphrase))
}
