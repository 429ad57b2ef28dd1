//! Close a case of another system, with what it came to.

use serde_json::json;

use super::kept::FoundCase;
use super::view::ForeignCaseView;
use super::view::own;
use super::view::told;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::usage::CaseResult;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::store::Tx;

/// The most characters of what is said of a result.
const LONGEST_NOTE: usize = 200;

/// Closes a case: it is no ground for anything from then on. One whose days are over can still
/// be closed, and owes its result until it is.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is no system; [`Reason::NotFound`], also for another agency's
/// case; [`Reason::CaseClosed`]; [`Reason::BadCause`] for a note of more than 200 characters.
pub fn close(
    office: &Office,
    id: i64,
    ended: (CaseResult, &str),
    by: &Caller,
) -> Result<ForeignCaseView, Failure> {
    close_once(office, id, ended, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`close`], and [`Reason::KeyReused`].
pub fn close_once(
    office: &Office,
    id: i64,
    (result, note): (CaseResult, &str),
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<ForeignCaseView, Failure> {
    let now = office.clock.now();
    let note = note.trim();
    if note.chars().count() > LONGEST_NOTE {
        return Err(Failure::refused(Reason::BadCause));
    }
    let work = |tx: &mut Tx<'_>| {
        let mut found: FoundCase = own(office, tx, id, by)?;
        if found.row.closed_at.is_some() {
            return Err(Failure::refused(Reason::CaseClosed));
        }
        found.row.closed_at = Some(now.millis());
        found.row.closed_by = Some(by.id.clone());
        found.row.result = Some(result.number());
        found.kept.note = (!note.is_empty()).then(|| note.to_owned());
        found.seal(office)?;
        if !tx.close_foreign_case(&found.row)? {
            return Err(Failure::refused(Reason::CaseClosed));
        }
        let number = &found.row.number;
        let told = json!({"what": "closed", "case": number, "result": result.name()});
        found.record(tx, (by, now), told)?;
        Ok(((), id.to_string()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    told(office, id, by)
}
