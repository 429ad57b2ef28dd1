//! Withdraw a case 撤件: end it without a receipt, and leave nothing open behind it.

use serde_json::json;

use super::act::give_back;
use super::ask::run_out;
use super::kept::cause;
use super::kept::refused;
use super::outdated::clear_case;
use super::person::opened;
use super::view::CaseView;
use super::view::look_after;
use crate::domain::caller::Caller;
use crate::domain::case::Withdrawal;
use crate::domain::consent::ConsentState;
use crate::domain::event::EventKind;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::tasks;
use crate::store::Tx;

/// Withdraws an open case of one's own agency, in one transaction: requests to phones run out,
/// issuers are asked no longer, and what serves once serves again. Live codes that were made for
/// it serve nowhere, because it has ended; the applicant reads of it among her uses.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is none or it is another agency's;
/// [`Reason::CaseClosed`]; [`Reason::BadCause`] for a reason that is blank or longer than 200
/// characters; [`Reason::KeyReused`]. Nothing was changed then.
///
/// [`Reason::NotFound`]: crate::domain::problem::Reason::NotFound
/// [`Reason::CaseClosed`]: crate::domain::problem::Reason::CaseClosed
/// [`Reason::BadCause`]: crate::domain::problem::Reason::BadCause
/// [`Reason::KeyReused`]: crate::domain::problem::Reason::KeyReused
pub fn withdraw_case(
    office: &Office,
    number: &str,
    reason: &str,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CaseView, Failure> {
    let reason = cause(reason)?;
    let now = office.clock.now();
    let work = |tx: &mut Tx<'_>| {
        let mut kept = opened(office, tx, number, by)?;
        for row in tx.consents_that_stand(kept.row.id, ConsentState::Asked.number())? {
            run_out(office, tx, &mut kept, row, by)?;
        }
        for place in 0..kept.case.materials.len() {
            give_back(tx, &kept, place)?;
        }
        tasks::withdraw_checks(office, tx, kept.row.id, by)?;
        let withdrawal = Withdrawal {
            reason: reason.to_owned(),
            by: by.id.clone(),
        };
        clear_case(office, tx, &kept)?;
        kept.case.withdraw(withdrawal, now).map_err(refused)?;
        kept.put(office, tx)?;
        let what = json!({"cause": reason});
        let mut event = kept.event(office, EventKind::CaseWithdrawn, by, &what);
        let applicant = kept.indexes(office).first().copied();
        let subjects = tx.subjects(applicant.as_slice())?;
        event.subject = applicant.and_then(|index| subjects.get(&index).copied());
        tx.record(event);
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    look_after(office, number, by)
}
