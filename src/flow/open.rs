//! Open an office: keys, register, catalogue; or say in one line why not.

use std::path::Path;
use std::sync::Arc;

use crate::crypto::data_keys::KeyringWatch;
use crate::crypto::keyring::Keyring;
use crate::crypto::passphrase::Passphrase;
use crate::crypto::random::Randomness;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::settings::Mode;
use crate::domain::settings::Settings;
use crate::domain::time::Clock;
use crate::flow::anchors;
use crate::flow::failure::Failure;
use crate::flow::key_stores;
use crate::flow::office::Office;
use crate::flow::start_fault;
use crate::store::Store;
use crate::store::StoreSecrets;

/// The setting that holds the authority, for life.
pub const AUTHORITY: &str = "authority";

/// Opens the office that settings describe.
///
/// # Errors
///
/// A reason for each fault, with one line: no keyring or passphrase, a wrong one, a changed
/// authority, demo keys in production, a database newer than this program, one that does not
/// answer, or no register in it: that is made by `init` alone, or a lost one would be replaced
/// by an empty one unseen. Nothing was changed, migrations aside.
pub fn open(
    settings: Settings,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
) -> Result<Office, Failure> {
    open_register(settings, clock, randomness, Start::Again)
}

/// Whether the office was opened before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// It was: its register must be there.
    Again,
    /// It was not: its register begins now.
    First,
}

/// Opens the office that settings describe, on a register that is there or begins now.
///
/// # Errors
///
/// Those of [`open`].
pub(super) fn open_register(
    settings: Settings,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    start: Start,
) -> Result<Office, Failure> {
    let watch = watch(&settings);
    let passphrase = passphrase(&settings)?;
    let keyring = Keyring::open(&settings.keyring(), &passphrase)
        .map_err(|why| start_fault::keyring(&settings.keyring(), &why))?;
    let pinned = settings.anchors();
    let text = std::fs::read_to_string(&pinned).map_err(|why| start_fault::roots(&pinned, &why))?;
    let anchors = anchors::read(&text).map_err(|why| start_fault::roots(&pinned, &why))?;
    check_mode(&settings, &anchors)?;
    let secrets = StoreSecrets {
        ledger: keyring.ledger_key(),
        vault: keyring.vault().watching(watch),
        randomness: Arc::clone(&randomness),
    };
    let url = database_url(&settings);
    if start == Start::Again && is_missing(&url) {
        return Err(start_fault::register_missing(&url));
    }
    let store = Store::open(&url, settings.database_connections, Arc::new(secrets))
        .map_err(|why| start_fault::database(&why))?;
    check_authority(&store, &settings, &anchors.authority, start)?;
    let agency_keys = key_stores::of_agencies(&settings, passphrase);
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
/// [`Reason::BadPassphrase`].
pub fn passphrase(settings: &Settings) -> Result<Passphrase, Failure> {
    let credentials = settings.credentials_folder.as_deref();
    Passphrase::from_file(&settings.passphrase_file, credentials)
        .map_err(|why| start_fault::passphrase(&settings.passphrase_file, &why))
}

/// The database's address; a relative SQLite path lies in the office's folder.
#[must_use]
pub fn database_url(settings: &Settings) -> String {
    match settings.database_url.strip_prefix("sqlite://") {
        Some(path) => format!("sqlite://{}", settings.path(path).display()),
        None => settings.database_url.clone(),
    }
}

/// SQLite would make a file that is not there.
fn is_missing(url: &str) -> bool {
    url.strip_prefix("sqlite://")
        .is_some_and(|path| !Path::new(path).exists())
}

fn check_mode(settings: &Settings, anchors: &crate::crypto::trust::Anchors) -> Result<(), Failure> {
    let setup = |what: &str, name| {
        let said = Said::of("doctor", name);
        Err(Failure::saying(Reason::Setup, what, said))
    };
    match settings.mode {
        Mode::Production if anchors::are_for_demonstration(anchors) => setup(
            "production mode refuses the demonstration's root keys: run `mianzheng init` anew",
            "roots_demo_production",
        ),
        Mode::Production if !settings.accept_non_sm => setup(
            "production mode signs with Ed25519, not SM2: set accept_non_sm = true once that is decided",
            "algorithm_undecided",
        ),
        Mode::Demo | Mode::Production => Ok(()),
    }
}

/// The authority is signed for life: settings, roots and register must agree on it.
fn check_authority(
    store: &Store,
    settings: &Settings,
    pinned: &str,
    start: Start,
) -> Result<(), Failure> {
    let stored = store.read(|rx| rx.setting(AUTHORITY))?;
    let stored = match (stored, start) {
        (Some(stored), _) => stored,
        (None, Start::First) => {
            store.write(|tx| tx.put_setting(AUTHORITY, &settings.authority))?;
            settings.authority.clone()
        }
        // A database without anything in it: the register is elsewhere, or lost.
        (None, Start::Again) => {
            return Err(start_fault::register_missing(&database_url(settings)));
        }
    };
    if stored == settings.authority && pinned == settings.authority {
        return Ok(());
    }
    let said = Said::of("doctor", "authority_differs")
        .with("stored", &stored)
        .with("pinned", pinned)
        .with("settings", &settings.authority);
    let what = format!(
        "the authority is {stored} in the register and {pinned} in anchors.json, but {} in the settings",
        settings.authority
    );
    Err(Failure::saying(Reason::AuthorityDiffers, what, said))
}
