//! Sessions: who is logged in, since when, where, and until when.

use serde_json::json;
use zeroize::Zeroizing;

use super::content::Content;
use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::crypto::random;
use crate::domain::account::Way;
use crate::domain::account::account_id;
use crate::domain::account::stay;
use crate::domain::caller::Caller;
use crate::domain::caller::Person;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::accounts::AccountRow;
use crate::store::ledger::Event;
use crate::store::sessions::LoginRow;
use crate::store::stored::read_number;

/// How often, in milliseconds, it is noted at most that a session was used.
const NOTED_EVERY: i64 = 60_000;

/// Characters of what the browser keeps: 32 bytes in base64url.
const SECRET_LENGTH: usize = 43;

/// Characters of what a device is called.
const DEVICE_LENGTH: usize = 60;

/// The longest that anybody may leave a session unused, in seconds.
const LONGEST_IDLE: i64 = stay(Role::Holder).idle;

/// Somebody who has just logged in.
pub struct LoggedIn {
    /// What the browser keeps, and nobody else: it is not stored here.
    pub secret: Zeroizing<String>,
    /// Who it is.
    pub caller: Caller,
    /// When the session ends at the latest.
    pub ends: Timestamp,
}

impl std::fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LoggedIn({}, ..)", self.caller.id)
    }
}

/// How a session comes about.
pub(super) struct NewSession<'a> {
    pub(super) way: Way,
    pub(super) device: &'a str,
    /// What the browser kept of a session before, which ends.
    pub(super) before: Option<&'a str>,
}

/// Begins a session of somebody whom another way than a password has proved to be the owner of
/// an account.
///
/// # Errors
///
/// [`Reason::NotFound`] if there is no such account, or it was disabled.
pub fn begin(office: &Office, account: i64, way: Way, device: &str) -> Result<LoggedIn, Failure> {
    let new = NewSession {
        way,
        device,
        before: None,
    };
    office.store.write(|tx| {
        let row = tx.account_held(account)?;
        let row = row.filter(|row| row.disabled_at.is_none());
        let row = row.ok_or(Failure::refused(Reason::NotFound))?;
        open(office, tx, &row, &new)
    })
}

/// Begins a session in a transaction that holds the account.
pub(super) fn open(
    office: &Office,
    tx: &mut Tx<'_>,
    account: &AccountRow,
    new: &NewSession<'_>,
) -> Result<LoggedIn, Failure> {
    let now = office.clock.now();
    if let Some(digest) = new.before.and_then(digest_of)
        && let Some((before, of)) = tx.login(&digest)?
    {
        tx.end_session(of.id, before.id)?;
        record(tx, &before, "ended", (&of, now))?;
    }
    let secret: Zeroizing<[u8; 32]> = Zeroizing::new(random::array(&*office.randomness));
    let secret = Zeroizing::new(base64url::encode(&*secret));
    let ends = now.plus_secs(stay(role_of(account)?).whole);
    let mut row = LoginRow {
        digest: sha256(secret.as_bytes()).to_vec(),
        id: tx.reserve("session", 1)?,
        account: account.id,
        way: new.way.number(),
        device: new.device.chars().take(DEVICE_LENGTH).collect(),
        begun_at: now.millis(),
        seen_at: now.millis(),
        ends_at: ends.millis(),
        mac: Vec::new(),
    };
    row.bind(office.store.ledger_key());
    tx.begin_session(&row)?;
    record(tx, &row, "begun", (account, now))?;
    let caller = caller_of(office, account, &row)?;
    Ok(LoggedIn {
        secret,
        caller,
        ends,
    })
}

fn record(
    tx: &mut Tx<'_>,
    session: &LoginRow,
    what: &str,
    (account, now): (&AccountRow, Timestamp),
) -> Result<(), Failure> {
    let mut event = Event::new(EventKind::SessionChanged, now, &account_id(account.id));
    event.agency = account.agency.map(read_number);
    event.subject = tx.subject_of_account(account)?;
    event.details = Some(json!({
        "what": what, "session": session.id, "way": Way::name_of(session.way),
    }));
    tx.record(event);
    Ok(())
}

fn role_of(account: &AccountRow) -> Result<Role, Failure> {
    let role = Role::from_name(&account.role);
    role.ok_or_else(|| Failure::Broken(format!("account {} has no role", account.id)))
}

fn caller_of(office: &Office, account: &AccountRow, row: &LoginRow) -> Result<Caller, Failure> {
    let content = Content::open(office, account)?;
    Ok(Caller {
        id: account_id(account.id),
        role: role_of(account)?,
        agency: account.agency.map(read_number),
        holder: account.holder(),
        person: Some(Person {
            account: account.id,
            name: content.display,
            place: account.place.clone(),
            session: row.id,
        }),
    })
}

fn digest_of(secret: &str) -> Option<[u8; 32]> {
    (secret.len() == SECRET_LENGTH).then(|| sha256(secret.as_bytes()))
}

/// Whose session it is, by what the browser keeps; none if it ended, or never was. That it was
/// used is noted, once a minute at most.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read or written.
pub fn by_cookie(office: &Office, secret: &str) -> Result<Option<Caller>, Failure> {
    let Some(digest) = digest_of(secret) else {
        return Ok(None);
    };
    let now = office.clock.now();
    let Some((row, account)) = office.store.read(|rx| rx.login(&digest))? else {
        return Ok(None);
    };
    if !row.is_bound(office.store.ledger_key()) || account.disabled_at.is_some() {
        return Ok(None);
    }
    let idle = now.plus_secs(-stay(role_of(&account)?).idle).millis();
    if row.ends_at <= now.millis() || row.seen_at <= idle {
        return Ok(None);
    }
    if row.seen_at + NOTED_EVERY <= now.millis() {
        office.store.write(|tx| tx.session_seen(row.id, now))?;
    }
    caller_of(office, &account, &row).map(Some)
}

/// Whether a caller who has logged in still is, in a transaction; true for other callers. On
/// `PostgreSQL` nobody ends the session before the transaction has ended.
pub(in crate::flow) fn still_in(tx: &mut Tx<'_>, by: &Caller) -> Result<bool, Failure> {
    match &by.person {
        Some(person) => Ok(tx.session_stands(person.session)?),
        None => Ok(true),
    }
}

/// Whether the account of a caller is in use and gives her what it gave her.
pub(in crate::flow) fn account_stands(
    office: &Office,
    account: i64,
    by: &Caller,
) -> Result<bool, Failure> {
    let row = office.store.read(|rx| rx.account(account))?;
    Ok(row.is_some_and(|row| {
        row.disabled_at.is_none()
            && row.role == by.role.name()
            && row.agency.map(read_number) == by.agency
    }))
}

/// Forgets sessions that ran out, and counts of failed logins that nobody waits for any more.
///
/// # Errors
///
/// [`Failure`] if the register cannot be written.
pub fn forget(office: &Office) -> Result<(), Failure> {
    let now = office.clock.now();
    let unused = now.plus_secs(-LONGEST_IDLE);
    office.store.write(|tx| {
        tx.forget_old_sessions(now, unused)?;
        tx.forget_old_failures(now.plus_secs(-3600))?;
        Ok(())
    })
}
