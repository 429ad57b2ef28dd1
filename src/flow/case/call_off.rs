//! Call a request off that its holder has not answered: the officer goes another way.

use super::consent::Content;
use super::consent::record;
use super::kept::Kept;
use super::kept::refused;
use super::view::CaseView;
use super::view::look_after;
use crate::domain::caller::Caller;
use crate::domain::case::Act;
use crate::domain::consent::ConsentState;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;

/// Calls a request of a case of one's own agency off: its materials can be asked for again, and
/// whoever was asked reads that it was withdrawn.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is none or it is another agency's; [`Reason::WrongStep`]
/// when it was answered, has run out or was called off. Nothing was changed then.
pub fn call_off(
    office: &Office,
    number: &str,
    consent: i64,
    by: &Caller,
) -> Result<CaseView, Failure> {
    let now = office.clock.now();
    let work = |tx: &mut Tx<'_>| {
        let mut kept = Kept::read(office, tx, number, by)?;
        let row = tx.consent(consent)?;
        let row = row.filter(|row| row.case_id == Some(kept.row.id));
        let mut row = row.ok_or(Failure::refused(Reason::NotFound))?;
        let mut content = Content::open(office, &row)?;
        row.state = ConsentState::Withdrawn.number();
        row.answered_at = Some(now.millis());
        content.code = None;
        content.seal(office, &mut row)?;
        if !tx.update_consent(&row, ConsentState::Asked.number())? {
            return Err(Failure::refused(Reason::WrongStep));
        }
        for place in content.places() {
            // What was decided meanwhile stays as it was decided.
            if kept.case.can(place, &Act::Lapse(consent)) {
                let lapsed = kept.case.act(place, &Act::Lapse(consent), now);
                lapsed.map_err(refused)?;
            }
        }
        if !kept.case.is_closed() {
            kept.put(office, tx)?;
        }
        record(office, tx, &kept, &row, ConsentState::Withdrawn, by)?;
        Ok::<_, Failure>(())
    };
    office.store.write(work)?;
    look_after(office, number, by)
}
