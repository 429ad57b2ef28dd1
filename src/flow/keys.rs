//! Keys: made, retired, called compromised. What is trusted changes only with the lists.

use serde_json::json;

use crate::codec::trust_list::KeyUse;
use crate::crypto::key_store::KeyName;
use crate::crypto::key_store::KeyStoreError;
use crate::crypto::keyring::Keyring;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::public_key::PublicKey;
use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::catalogue::bump_generation;
use crate::flow::failure::Failure;
use crate::flow::lists_in_force;
use crate::flow::office::Office;
use crate::flow::revocation_list;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::trust::KeyRow;

/// How long a new key may sign, in days: three years.
const LIFE_DAYS: i64 = 3 * 365;

/// The state of a key in the register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoredKeyState {
    /// In use.
    Active,
    /// No longer in use.
    Retired,
    /// Called compromised.
    Compromised,
}

impl StoredKeyState {
    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Active => 0,
            Self::Retired => 1,
            Self::Compromised => 2,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Compromised => "compromised",
        }
    }

    /// The state of a stored number.
    #[must_use]
    pub const fn from_number(number: i16) -> Option<Self> {
        match number {
            0 => Some(Self::Active),
            1 => Some(Self::Retired),
            2 => Some(Self::Compromised),
            _ => None,
        }
    }
}

/// Makes a new issuing key for an agency. It signs once the next trust list names it; the
/// key before it stays trusted until it is retired.
///
/// # Errors
///
/// [`Failure`] if the key store or register cannot be written. A key file that was made
/// before the register failed is never used.
pub fn create(office: &Office, agency: &Agency, by: &Caller) -> Result<PublicKey, Failure> {
    let of_agency = office
        .store
        .read(|rx| Ok::<_, Failure>(rx.keys()?))?
        .into_iter();
    let count = of_agency
        .filter(|k| u32::try_from(k.agency) == Ok(agency.number))
        .count();
    let now = office.clock.now();
    let (name, public) = next_free(office, agency, count + 1)?;
    let row = key_row(&public, (agency.number, KeyUse::Issue), name.as_str(), now);
    office.store.write(|tx| {
        tx.insert_key(&row)?;
        record(tx, now, by, &row.kid, "created");
        bump_generation(tx)
    })?;
    Ok(public)
}

/// Makes the key of the next name that is free: a register that failed once leaves a key file
/// behind, and it must not stand in the way of every key after it.
fn next_free(
    office: &Office,
    agency: &Agency,
    count: usize,
) -> Result<(KeyName, PublicKey), Failure> {
    let year = office.clock.now().day().year();
    for number in count..count + 100 {
        let name = format!("{}-issue-{year}-{number}", agency.code);
        let Ok(name) = name.parse::<KeyName>() else {
            return Err(Failure::Broken(format!("{name} is no key name")));
        };
        match office.agency_keys.create(&name, &*office.randomness) {
            Err(KeyStoreError::AlreadyExists(_)) => {}
            Err(why) => return Err(why.into()),
            Ok(public) => return Ok((name, public)),
        }
    }
    Err(Failure::Broken(
        "a hundred key files that no register knows".to_owned(),
    ))
}

/// The register's row for a new key.
pub(crate) fn key_row(
    public: &PublicKey,
    (agency, key_use): (u32, KeyUse),
    name: &str,
    now: Timestamp,
) -> KeyRow {
    KeyRow {
        kid: public.kid().to_string(),
        agency: crate::store::stored::stored_number(agency),
        key_use: key_use.name().to_owned(),
        name: name.to_owned(),
        alg: public.algorithm().jose_name().to_owned(),
        x: public.jwk_x(),
        not_before: now.millis(),
        not_after: now.plus_secs(LIFE_DAYS * 86_400).millis(),
        state: StoredKeyState::Active.number(),
        since: None,
    }
}

/// Enters a keyring's own keys in the register, those it does not have yet, and retires those
/// that the keyring has forgotten: nobody can sign with them any more.
///
/// # Errors
///
/// [`Failure`] if the register cannot be written.
pub fn enter_service_keys(
    office: &Office,
    keyring: &Keyring,
    by: &Caller,
) -> Result<usize, Failure> {
    let known = office.store.read(|rx| Ok::<_, Failure>(rx.keys()?))?;
    let now = office.clock.now();
    let mut held = Vec::new();
    for purpose in ServicePurpose::ALL {
        for public in keyring.public_keys(purpose) {
            held.push(key_row(&public, (0, use_of(purpose)), "keyring", now));
        }
    }
    let new = held
        .iter()
        .filter(|row| known.iter().all(|k| k.kid != row.kid));
    let new: Vec<&KeyRow> = new.collect();
    let forgotten = known.iter().filter(|k| {
        k.agency == 0
            && k.state == StoredKeyState::Active.number()
            && held.iter().all(|row| row.kid != k.kid)
    });
    office.store.write(|tx| {
        for row in &new {
            tx.insert_key(row)?;
            record(tx, now, by, &row.kid, "created");
        }
        for key in forgotten {
            tx.set_key_state(&key.kid, StoredKeyState::Retired.number(), Some(now))?;
            record(tx, now, by, &key.kid, "retired");
        }
        bump_generation(tx)
    })?;
    Ok(new.len())
}

/// What the service's key of a purpose is listed for.
#[must_use]
pub const fn use_of(purpose: ServicePurpose) -> KeyUse {
    match purpose {
        ServicePurpose::Show => KeyUse::Show,
        ServicePurpose::Status => KeyUse::Status,
        ServicePurpose::Bundle => KeyUse::Bundle,
        ServicePurpose::Receipt => KeyUse::Receipt,
        ServicePurpose::Revocation => KeyUse::Revocation,
    }
}

/// Retires a key: what it signed until now stays good. Takes effect with the next trust list.
///
/// # Errors
///
/// [`Reason::NotFound`], or [`Reason::WrongStep`] if it is not active.
pub fn retire(office: &Office, kid: &str, by: &Caller) -> Result<(), Failure> {
    let now = office.clock.now();
    office.store.write(|tx| {
        let key = tx.key(kid)?.ok_or(Failure::refused(Reason::NotFound))?;
        if key.state != StoredKeyState::Active.number() {
            return Err(Failure::refused(Reason::WrongStep));
        }
        tx.set_key_state(kid, StoredKeyState::Retired.number(), Some(now))?;
        record(tx, now, by, kid, "retired");
        bump_generation(tx)
    })?;
    office.refresh()?;
    Ok(())
}

/// Calls a key compromised since a moment, and publishes that at once in the revocation list:
/// both or nothing. Returns since when it counts as compromised.
///
/// What the ledger recorded before then stays good online; offline, everything the key signed
/// becomes undetermined. Said again, it publishes the list again and moves the moment only to
/// an earlier one: what was doubtful once stays doubtful.
///
/// # Errors
///
/// [`Reason::NotFound`]; [`Reason::Setup`] when the keyring has no key that may sign the list.
/// Nothing was changed then.
pub fn compromise(
    office: &Office,
    kid: &str,
    since: Timestamp,
    by: &Caller,
) -> Result<Timestamp, Failure> {
    let now = office.clock.now();
    let since = office.store.write(|tx| {
        revocation_list::lock(tx)?;
        let key = tx.key(kid)?.ok_or(Failure::refused(Reason::NotFound))?;
        let known = (key.state == StoredKeyState::Compromised.number())
            .then_some(key.since)
            .flatten()
            .map(Timestamp::from_millis);
        let since = known.map_or(since, |known| known.min(since));
        if known != Some(since) {
            tx.set_key_state(kid, StoredKeyState::Compromised.number(), Some(since))?;
            let mut event = Event::new(EventKind::KeyChanged, now, &by.id);
            let what = StoredKeyState::Compromised.name();
            event.details = Some(json!({"kid": kid, "what": what, "since": since.to_string()}));
            tx.record(event);
        }
        // Before the first trust list there is nothing to take away from.
        if let Some(trust) = lists_in_force::of_the_root(tx, &office.anchors)? {
            let trust = trust.map_err(|why| Failure::Broken(why.to_string()))?;
            revocation_list::put_next(office, tx, &trust, by)?;
        }
        bump_generation(tx)?;
        Ok::<_, Failure>(since)
    })?;
    office.refresh()?;
    Ok(since)
}

pub(crate) fn record(tx: &mut Tx<'_>, now: Timestamp, by: &Caller, kid: &str, what: &str) {
    let mut event = Event::new(EventKind::KeyChanged, now, &by.id);
    event.details = Some(json!({"kid": kid, "what": what}));
    tx.record(event);
}
