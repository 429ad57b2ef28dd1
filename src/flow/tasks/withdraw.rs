//! Ask an issuer no longer.

use serde_json::json;

use super::TaskKind;
use super::TaskState;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::stored::read_number;

/// Withdraws the checks of a case that no issuer has answered. What is said to be wrong with a
/// certificate stays with its issuer: it is as wrong without the case.
///
/// # Errors
///
/// [`Reason::Unavailable`] if an issuer answered meanwhile: ask again.
pub(crate) fn withdraw_checks(
    office: &Office,
    tx: &mut Tx<'_>,
    case: i64,
    by: &Caller,
) -> Result<(), Failure> {
    let now = office.clock.now();
    let (open, check) = (TaskState::Open.number(), TaskKind::Check.number());
    let rows = tx.tasks_of_case(case)?.into_iter();
    for mut row in rows.filter(|row| row.state == open && row.kind == check) {
        row.state = TaskState::Withdrawn.number();
        row.answered_at = Some(now.millis());
        row.answered_by = Some(by.id.clone());
        if !tx.update_task(&row, open)? {
            return Err(Failure::because(Reason::Unavailable, "answered just now"));
        }
        let mut event = Event::new(EventKind::TaskChanged, now, &by.id);
        event.agency = Some(read_number(row.agency));
        event.certificate = row.certificate_id;
        event.details = Some(json!({"task": row.id, "step": TaskState::name(row.state)}));
        tx.record(event);
    }
    Ok(())
}
