//! Rotate: a new key of the service's own, or a new data key, in the one keyring file.
//!
//! Whoever changes the file holds a lock beside it, so that two processes do not lose each
//! other's change. A server that runs takes in new data keys by itself, but goes on signing with
//! the keys it opened: it is started again once the next trust list names the new one.

use std::fs::File;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::json;

use crate::codec::trust_list::KeyUse;
use crate::crypto::keyring::Keyring;
use crate::crypto::public_key::PublicKey;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::keys::enter_service_keys;
use crate::flow::lists_in_force;
use crate::flow::office::Office;
use crate::flow::open;
use crate::store::ledger::Event;

pub use crate::crypto::keyring::ServicePurpose;

/// Makes a new key for one of the service's purposes; the one before it is kept beside it, and
/// the one before that is forgotten and retired.
///
/// # Errors
///
/// [`Reason::Setup`] if the keyring cannot be opened or written; it is as it was then, and at
/// worst the register names a key that nobody has. [`Reason::WrongStep`] for revocation lists
/// while today's key is not on the trust list yet: the one before it alone can sign them.
pub fn rotate(office: &Office, purpose: ServicePurpose, by: &Caller) -> Result<PublicKey, Failure> {
    change_keyring(office, |keyring| {
        if purpose == ServicePurpose::Revocation {
            check_listed(office, keyring)?;
        }
        let public = keyring.rotate_signing(purpose, &*office.randomness);
        // Register before file: a key must be listed before anything is signed with it.
        enter_service_keys(office, keyring, by)?;
        Ok(public)
    })
}

/// Today's key for revocation lists is on the trust list in force, so that the one before it may
/// be forgotten.
fn check_listed(office: &Office, keyring: &Keyring) -> Result<(), Failure> {
    let trust = office
        .store
        .read(|rx| lists_in_force::of_the_root(rx, &office.anchors))?;
    let Some(Ok(trust)) = trust else {
        return Ok(());
    };
    let kid = keyring.signer(ServicePurpose::Revocation).kid().to_string();
    match trust.key(&kid, KeyUse::Revocation) {
        Some(_) => Ok(()),
        None => Err(Failure::because(
            Reason::WrongStep,
            "today's key is not on the trust list yet: run `mianzheng trust publish` first",
        )),
    }
}

/// Makes a new key for personal data, of this year, and returns its id. Rows that are there stay
/// under the key they have.
///
/// # Errors
///
/// [`Reason::WrongStep`] if this year can have no further key; those of [`rotate`].
pub fn add_data_key(office: &Office, by: &Caller) -> Result<u16, Failure> {
    let now = office.clock.now();
    let year = u16::try_from(now.day().year()).unwrap_or_default();
    change_keyring(office, |keyring| {
        let id = keyring
            .add_data_key(year, &*office.randomness)
            .map_err(|why| Failure::because(Reason::WrongStep, why.to_string()))?;
        office.store.write(|tx| {
            let mut event = Event::new(EventKind::KeyChanged, now, &by.id);
            event.details = Some(json!({"what": "data_key", "id": id}));
            tx.record(event);
            Ok::<_, Failure>(())
        })?;
        Ok(id)
    })
}

/// Opens the keyring anew under the lock, changes it, and seals it.
fn change_keyring<T>(
    office: &Office,
    change: impl FnOnce(&mut Keyring) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let setup = |why: String| Failure::because(Reason::Setup, format!("the keyring: {why}"));
    let path = office.settings.keyring();
    let lock = lock(&path.with_extension("lock")).map_err(|why| setup(why.to_string()))?;
    let passphrase = open::passphrase(&office.settings)?;
    let mut keyring = Keyring::open(&path, &passphrase).map_err(|why| setup(why.to_string()))?;
    let done = change(&mut keyring)?;
    keyring
        .seal_to(&path, &passphrase, &*office.randomness)
        .map_err(|why| setup(why.to_string()))?;
    office.refresh()?;
    drop(lock);
    Ok(done)
}

/// Waits for the lock; closing the file gives it back, and so does the end of the process.
fn lock(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.lock()?;
    Ok(file)
}
