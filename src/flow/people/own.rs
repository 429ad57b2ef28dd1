//! One's own sessions: seen, and ended one by one or everywhere.

use serde_json::json;

use crate::domain::account::Way;
use crate::domain::account::stay;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::sessions::LoginRow;

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// Its number.
    pub id: i64,
    /// What kind of device it is on.
    pub device: String,
    /// How its owner logged in.
    pub way: &'static str,
    /// When it began.
    pub begun: Timestamp,
    /// When it was last used, to the minute.
    pub seen: Timestamp,
    /// When it ends at the latest.
    pub ends: Timestamp,
    /// Whether it is the one that is asked with.
    pub own: bool,
}

/// The sessions of the caller's account that have not run out, the one that was used last first;
/// none for a caller with another credential.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn sessions(office: &Office, by: &Caller) -> Result<Vec<SessionLine>, Failure> {
    let Some(person) = &by.person else {
        return Ok(Vec::new());
    };
    let now = office.clock.now();
    let idle = now.plus_secs(-stay(by.role).idle).millis();
    let rows = office.store.read(|rx| rx.logins_of(person.account))?;
    let open = rows
        .into_iter()
        .filter(|row| row.ends_at > now.millis() && row.seen_at > idle);
    let line = |row: LoginRow| SessionLine {
        id: row.id,
        device: row.device,
        way: Way::name_of(row.way),
        begun: Timestamp::from_millis(row.begun_at),
        seen: Timestamp::from_millis(row.seen_at),
        ends: Timestamp::from_millis(row.ends_at),
        own: row.id == person.session,
    };
    Ok(open.map(line).collect())
}

/// Logs the caller out: ends the session that is asked with.
///
/// # Errors
///
/// [`Reason::NotFound`] for a caller with another credential, or who is logged out by now.
pub fn end(office: &Office, by: &Caller) -> Result<(), Failure> {
    let session = by.person.as_ref().map(|person| person.session);
    end_one(office, session.unwrap_or_default(), by)
}

/// Ends one session of the caller's account.
///
/// # Errors
///
/// [`Reason::NotFound`] if it has none of this number.
pub fn end_one(office: &Office, session: i64, by: &Caller) -> Result<(), Failure> {
    let account = account_of(by)?;
    office.store.write(|tx| {
        if !tx.end_session(account, session)? {
            return Err(no_session());
        }
        note_ended(
            tx,
            by,
            json!({"what": "ended", "session": session}),
            office.clock.now(),
        )
    })
}

/// Logs the caller out everywhere, here included; returns how many sessions ended.
///
/// # Errors
///
/// [`Reason::NotFound`] for a caller with another credential.
pub fn end_all(office: &Office, by: &Caller) -> Result<usize, Failure> {
    let account = account_of(by)?;
    office.store.write(|tx| {
        let ended = tx.end_sessions(account, None)?;
        let what = json!({"what": "ended_everywhere", "sessions": ended});
        note_ended(tx, by, what, office.clock.now())?;
        Ok(ended)
    })
}

fn account_of(by: &Caller) -> Result<i64, Failure> {
    let account = by.person.as_ref().map(|person| person.account);
    account.ok_or_else(no_session)
}

fn no_session() -> Failure {
    Failure::because(Reason::NotFound, "no such session of this account")
}

fn note_ended(
    tx: &mut Tx<'_>,
    by: &Caller,
    what: serde_json::Value,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut event = Event::new(EventKind::SessionChanged, now, &by.id);
    event.agency = by.agency;
    if let Some(holder) = by.holder {
        event.subject = tx.subjects(&[holder])?.get(&holder).copied();
    }
    event.details = Some(what);
    tx.record(event);
    Ok(())
}

/// Ends every session of a holder but the one that is asked with, and returns how many.
pub(in crate::flow) fn end_of_holder(
    tx: &mut Tx<'_>,
    holder: &[u8; 32],
    by: &Caller,
) -> Result<usize, Failure> {
    let own = by.person.as_ref().map(|person| person.session);
    let mut ended = 0;
    for account in tx.accounts_of(holder)? {
        ended += tx.end_sessions(account.id, own)?;
    }
    Ok(ended)
}
