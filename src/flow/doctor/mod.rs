//! Doctor: what is wrong with a deployment, and what to do about it.
//!
//! It is asked when something does not work, so it leans on nothing: each step goes on with
//! what the steps before it could open, and changes nothing. Every check is data; what is said
//! of it stands in the message files.
//!
//! ```text
//! files → passphrase and keyring → roots → database → what the register holds → TLS
//! ```

mod authority;
mod check;
mod clock;
mod database;
mod files;
mod fonts;
mod keys;
mod ledger;
mod lists;
mod not_after;
mod secrets;
mod tls;
mod trust;

use std::path::Path;
use std::sync::Arc;

pub use check::Check;
pub use check::Mark;

use crate::crypto::keyring::Keyring;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::passphrase::Passphrase;
use crate::crypto::random::Randomness;
use crate::crypto::trust::Anchors;
use crate::crypto::trust::Trust;
use crate::domain::settings::Settings;
use crate::domain::time::Timestamp;
use crate::flow::ledger_head::Witness;
use crate::flow::lists_in_force;
use crate::flow::open::AUTHORITY;
use crate::flow::seen_lists;
use crate::store::Rx;
use crate::store::Store;
use crate::store::StoreError;

/// What the doctor is shown.
pub struct Patient<'a> {
    /// The office's folder.
    pub folder: &'a Path,
    /// Its settings, or in one line why they cannot be used.
    pub settings: Result<&'a Settings, &'a str>,
    /// What time it is.
    pub now: Timestamp,
    /// Chance, which opening a register asks for.
    pub randomness: Arc<dyn Randomness>,
}

/// What could be opened on the way.
#[derive(Default)]
struct AtHand {
    passphrase: Option<Passphrase>,
    keyring: Option<Keyring>,
    anchors: Option<Anchors>,
}

/// Examines a deployment. What cannot be looked at because of an earlier fault is left out.
#[must_use]
pub fn examine(patient: &Patient<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    let settings = match patient.settings {
        Ok(settings) => settings,
        Err(why) => {
            checks.push(Check::wrong("settings", "settings_bad").with("why", why));
            checks.extend(files::check(patient.folder, None));
            return checks;
        }
    };
    checks.push(Check::good("settings", "settings"));
    checks.extend(files::check(patient.folder, Some(settings)));
    checks.extend(fonts::check(settings));
    let mut opened = AtHand::default();
    checks.extend(secrets::check(settings, patient.now, &mut opened));
    checks.extend(authority::check_roots(settings, &mut opened));
    checks.extend(authority::check_settings(settings));
    let (found, store) = database::check(patient, settings, &opened);
    checks.extend(found);
    if let Some(store) = store {
        checks.extend(register(patient, settings, &store, &opened));
    }
    checks.extend(tls::check(settings, patient.now));
    checks
}

/// The lists as a start would find them, where roots and keyring could be opened.
fn in_force(
    rx: &mut Rx<'_>,
    settings: &Settings,
    store: &Store,
    opened: &AtHand,
) -> Result<(Option<Trust>, Option<String>), StoreError> {
    let Some(anchors) = opened.anchors.as_ref() else {
        return Ok((None, None));
    };
    let seen = seen_lists::read(settings, store.ledger_key());
    let seen = seen.as_ref().map_err(String::as_str);
    lists_in_force::read(rx, anchors, seen, None)
}

/// What the register itself tells.
fn register(
    patient: &Patient<'_>,
    settings: &Settings,
    store: &Store,
    opened: &AtHand,
) -> Vec<Check> {
    let read = store.snapshot(|rx| {
        Ok::<_, StoreError>((
            rx.setting(AUTHORITY)?,
            rx.latest_trust_list()?,
            in_force(rx, settings, store, opened)?,
            rx.keys()?,
            rx.agencies()?,
            rx.status_lists()?,
            rx.last_ledger_row()?,
        ))
    });
    let (stored, list, (in_force, doubt), rows, agencies, lists, last) = match read {
        Ok(read) => read,
        Err(why) => {
            let check = Check::wrong("database", "database_unreadable");
            return vec![check.with("why", &why.to_string())];
        }
    };
    let now = patient.now;
    let mut checks = vec![authority::agree(
        &settings.authority,
        opened.anchors.as_ref().map(|a| a.authority.as_str()),
        stored.as_deref(),
    )];
    checks.extend(clock::against_the_ledger(
        now,
        last.as_ref().map(|row| row.at),
    ));
    let (found, list) = trust::check(settings.mode, opened.anchors.as_ref(), list, now);
    checks.extend(found);
    if let Some(why) = doubt.filter(|_| list.is_some()) {
        checks.push(Check::wrong("trust", "lists_in_doubt").with("why", &why));
    }
    let named = keys::Named {
        rows: &rows,
        agencies: &agencies,
        list: list.as_ref(),
        trust: in_force.as_ref(),
        now,
    };
    checks.extend(keys::of_agencies(
        &named,
        settings,
        opened.passphrase.as_ref(),
    ));
    checks.extend(keys::of_the_service(&named, opened.keyring.as_ref()));
    checks.extend(lists::check(&lists));
    // Settings that name another authority are a fault of theirs, and not of the head.
    let authority = stored.as_deref().unwrap_or(&settings.authority);
    let witness = opened.keyring.as_ref().map(|keyring| Witness {
        authority,
        own: keyring.public_keys(ServicePurpose::Receipt),
        trust: in_force.as_ref(),
    });
    checks.extend(ledger::check(
        settings,
        witness.as_ref(),
        store,
        last.map_or(0, |row| row.seq),
        now,
    ));
    checks
}
