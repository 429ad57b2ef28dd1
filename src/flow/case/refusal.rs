//! What was asked of somebody and refused: hers to read, although nothing was disclosed.

use serde_json::json;

use super::kept::Kept;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::consents::ConsentRow;
use crate::store::ledger::Event;

/// Records a refusal with its reason, if it was one, and passes on what came of asking. Asking
/// for a case that is another agency's is recorded too, without saying whom it concerns.
///
/// # Errors
///
/// What came of asking, or that it could not be recorded.
pub(super) fn noted<T>(
    office: &Office,
    number: &str,
    (person, places): (usize, &[usize]),
    asked: Result<T, Failure>,
    by: &Caller,
) -> Result<T, Failure> {
    if let Some(reason) = refused(&asked) {
        office.store.write(|tx| {
            let what = json!({"outcome": reason.code(), "person": person, "materials": places});
            let Ok(kept) = Kept::read(office, tx, number, by) else {
                let mut event = Event::new(EventKind::ConsentChanged, office.clock.now(), &by.id);
                event.agency = by.agency;
                event.details = Some(json!({"case": number, "what": what}));
                tx.record(event);
                return Ok(());
            };
            let mut event = kept.event(office, EventKind::ConsentChanged, by, &what);
            if let Some(index) = kept.indexes(office).get(person) {
                event.subject = tx.subjects(&[*index])?.get(index).copied();
            }
            tx.record(event);
            Ok::<_, Failure>(())
        })?;
    }
    asked
}

/// Records that somebody wanted to answer or read what another was asked, and was refused.
///
/// # Errors
///
/// Those of [`noted`].
pub(super) fn noted_of<T>(
    office: &Office,
    kept: &Kept,
    row: &ConsentRow,
    asked: Result<T, Failure>,
    by: &Caller,
) -> Result<T, Failure> {
    if let Some(reason) = refused(&asked) {
        office.store.write(|tx| {
            let what = json!({"outcome": reason.code(), "consent": row.id});
            let mut event = kept.event(office, EventKind::ConsentChanged, by, &what);
            let holder: Option<[u8; 32]> = row.holder_index.as_slice().try_into().ok();
            let subjects = tx.subjects(holder.as_slice())?;
            event.subject = holder.and_then(|holder| subjects.get(&holder).copied());
            tx.record(event);
            Ok::<_, Failure>(())
        })?;
    }
    asked
}

/// What it was refused for. A request that is to be sent again asked for nothing new.
fn refused<T>(asked: &Result<T, Failure>) -> Option<Reason> {
    let Err(Failure::Refused(problem)) = asked else {
        return None;
    };
    let again = matches!(problem.reason, Reason::KeyReused | Reason::Unavailable);
    (!again).then_some(problem.reason)
}
