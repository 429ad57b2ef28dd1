//! Delete what was shown: in small transactions, each looking again, each recorded.

use serde_json::json;

use super::Found;
use super::digest;
use super::find;
use super::hold::Hold;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::retention::RecordKind;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::retention::Old;

/// What was deleted of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The kind.
    pub kind: RecordKind,
    /// How many records.
    pub records: usize,
}

/// Who deletes by itself every day, as the ledger names it.
const DAILY: &str = "daily";

/// Deletes what had had its term at a moment, if it is what was shown.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is no operator; [`Reason::ShownDiffers`] when something else
/// would be deleted than what was shown: nothing was deleted then. [`Failure`] if the register
/// fails; what was deleted until then is recorded and stays so.
pub fn run(
    office: &Office,
    (until, shown): (Timestamp, &str),
    by: &Caller,
) -> Result<Vec<Deleted>, Failure> {
    if by.role != Role::Operator {
        return Err(Failure::refused(Reason::Forbidden));
    }
    let found = find(office, until)?;
    if digest(until, &found) != shown {
        return Err(Failure::refused(Reason::ShownDiffers));
    }
    delete(office, until, &found, &by.id)
}

/// Deletes what has had its term by now, where the settings say that a server does so.
///
/// # Errors
///
/// [`Failure`] if the register fails; what was deleted until then is recorded and stays so.
pub fn run_daily(office: &Office) -> Result<Vec<Deleted>, Failure> {
    if !office.settings.forgets_daily {
        return Ok(Vec::new());
    }
    let until = office.clock.now();
    let found = find(office, until)?;
    delete(office, until, &found, DAILY)
}

fn delete(
    office: &Office,
    until: Timestamp,
    found: &[Found],
    actor: &str,
) -> Result<Vec<Deleted>, Failure> {
    let mut all = Vec::with_capacity(found.len());
    for one in found {
        let mut records = 0;
        for some in one.old.chunks(at_once(one.kind)) {
            records += office
                .store
                .write(|tx| delete_some(office, tx, (one, some), until, actor))?;
        }
        all.push(Deleted {
            kind: one.kind,
            records,
        });
    }
    Ok(all)
}

/// How many records a transaction takes, so that nobody waits long. A case comes with others.
const fn at_once(kind: RecordKind) -> usize {
    match kind {
        RecordKind::Cases => 20,
        _ => 200,
    }
}

fn delete_some(
    office: &Office,
    tx: &mut Tx<'_>,
    (one, some): (&Found, &[Old]),
    until: Timestamp,
    actor: &str,
) -> Result<usize, Failure> {
    let before = one.kept_from.start().millis();
    // Somebody may have disputed one since it was shown: that stays.
    let mut hold = Hold::read(office, tx, until)?;
    let mut gone: Vec<i64> = Vec::with_capacity(some.len());
    for old in some {
        let id = old.id;
        let deleted = match one.kind {
            RecordKind::Cases => match tx.case_by_id(id)? {
                Some(row) => {
                    hold.case(tx, row.clone(), before)?.is_some() && tx.forget_case(&row)?
                }
                None => false,
            },
            RecordKind::ForeignCases => {
                let row = tx.foreign_case_by_id(id)?;
                let due = row.is_some_and(|row| row.closed_at.unwrap_or(row.until) < before);
                due && tx.forget_foreign_case(id)?
            }
            RecordKind::Tasks => tx.forget_task(id)?,
            RecordKind::Alarms => tx.forget_alarm(id)?,
            RecordKind::Mirrors => tx.forget_mirror(id, before)?,
            RecordKind::Mandates => tx.forget_mandate(id)?,
            RecordKind::Credentials => tx.forget_credential(id)?,
            RecordKind::Accounts => tx.forget_account(id)?,
            RecordKind::Notices => tx.forget_notice(id)?,
            RecordKind::Uses | RecordKind::Security => tx.forget_details(id)?,
        };
        if deleted {
            gone.push(id);
        }
    }
    if let (Some(first), Some(last)) = (gone.iter().min(), gone.iter().max()) {
        let mut event = Event::new(EventKind::Forgotten, office.clock.now(), actor);
        event.details = Some(json!({
            "what": "retention", "kind": one.kind.name(), "records": gone.len(),
            "from": first, "to": last, "kept_from": one.kept_from.to_string(),
        }));
        tx.record(event);
    }
    Ok(gone.len())
}
