//! Open an office: keys, register, catalogue; or say in one line why not.

use std::sync::Arc;

use crate::crypto::data_keys::KeyringWatch;
use crate::crypto::key_file::FileKeyStore;
use crate::crypto::keyring::Keyring;
use crate::crypto::passphrase::Passphrase;
use crate::crypto::random::Randomness;
use crate::domain::problem::Reason;
use crate::domain::settings::Mode;
use crate::domain::settings::Settings;
use crate::domain::time::Clock;
use crate::flow::anchors;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Store;
use crate::store::StoreSecrets;

/// The setting that holds the authority, for life.
pub const AUTHORITY: &str = "authority";

/// Opens the office that settings describe.
///
/// # Errors
///
/// [`Reason::Setup`] with one line: no keyring or passphrase, a wrong one, a changed
/// authority, demo keys in production, a database newer than this program. Nothing was
/// changed, migrations aside.
pub fn open(
    settings: Settings,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
) -> Result<Office, Failure> {
    let setup = |what: String| Failure::because(Reason::Setup, what);
    let watch = watch(&settings);
    let passphrase = passphrase(&settings)?;
    let keyring = Keyring::open(&settings.keyring(), &passphrase)
        .map_err(|why| setup(format!("the keyring: {why}")))?;
    let text = std::fs::read_to_string(settings.anchors())
        .map_err(|why| setup(format!("{}: {why}", settings.anchors().display())))?;
    let anchors = anchors::read(&text).map_err(|why| setup(why.to_string()))?;
    check_mode(&settings, &anchors)?;
    let secrets = StoreSecrets {
        ledger: keyring.ledger_key(),
        vault: keyring.vault().watching(watch),
        randomness: Arc::clone(&randomness),
    };
    let url = database_url(&settings);
    let store = Store::open(&url, settings.database_connections, Arc::new(secrets))
        .map_err(|why| setup(why.to_string()))?;
    check_authority(&store, &settings, &anchors.authority)?;
    let agency_keys = FileKeyStore::new(settings.agency_keys(), passphrase);
    Office::new(
        settings,
        clock,
        randomness,
        store,
        (keyring, agency_keys, anchors),
    )
}

/// Looks at the keyring again with the passphrase's own source, for data keys added meanwhile.
fn watch(settings: &Settings) -> KeyringWatch {
    let source = settings.clone();
    let read = move || passphrase(&source).ok();
    KeyringWatch::new(settings.keyring(), Box::new(read))
}

/// The passphrase of an office's keys.
///
/// # Errors
///
/// [`Reason::Setup`].
pub fn passphrase(settings: &Settings) -> Result<Passphrase, Failure> {
    let credentials = settings.credentials_folder.as_deref();
    Passphrase::from_file(&settings.passphrase_file, credentials)
        .map_err(|why| Failure::because(Reason::Setup, format!("the passphrase file: {why}")))
}

/// The database's address; a relative SQLite path lies in the office's folder.
#[must_use]
pub fn database_url(settings: &Settings) -> String {
    match settings.database_url.strip_prefix("sqlite://") {
        Some(path) => format!("sqlite://{}", settings.path(path).display()),
        None => settings.database_url.clone(),
    }
}

fn check_mode(settings: &Settings, anchors: &crate::crypto::trust::Anchors) -> Result<(), Failure> {
    let setup = |what: &str| Err(Failure::because(Reason::Setup, what));
    match settings.mode {
        Mode::Production if anchors::are_for_demonstration(anchors) => setup(
            "production mode refuses the demonstration's root keys: run `mianzheng init` anew",
        ),
        Mode::Production if !settings.accept_non_sm => setup(
            "production mode signs with Ed25519, not SM2: set accept_non_sm = true once that is decided",
        ),
        Mode::Demo | Mode::Production => Ok(()),
    }
}

/// The authority is signed for life: settings, roots and register must agree on it.
fn check_authority(store: &Store, settings: &Settings, pinned: &str) -> Result<(), Failure> {
    let stored = store.read(|rx| rx.setting(AUTHORITY))?;
    let stored = if let Some(stored) = stored {
        stored
    } else {
        store.write(|tx| tx.put_setting(AUTHORITY, &settings.authority))?;
        settings.authority.clone()
    };
    if stored == settings.authority && pinned == settings.authority {
        return Ok(());
    }
    let what = format!(
        "the authority is {stored} in the register and {pinned} in anchors.json, but {} in the settings",
        settings.authority
    );
    Err(Failure::because(Reason::Setup, what))
}
