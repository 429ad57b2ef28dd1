//! Consents that had their time: requests that nobody looked at again lapse, and fields that may
//! no longer be used are taken out.

use serde_json::json;

use super::answer::of_case;
use super::ask::lapse;
use super::consent::Content;
use super::consent::is_late;
use super::kept::Kept;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::consent::ConsentState;
use crate::domain::erasure::ErasureKind;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::consents::ConsentRow;
use crate::store::ledger::Event;

/// Consents that are read at a time.
const PAGE: i64 = 100;

/// Who does so by itself every hour, as the ledger names it.
const HOURLY: &str = "hourly";

/// Lets every request lapse whose two minutes are over, and takes the fields out of every
/// consent whose half hour is, each in a transaction of its own.
///
/// # Errors
///
/// [`Failure`] if the register fails; what was done until then stays so.
pub(crate) fn settle_due(office: &Office) -> Result<(), Failure> {
    let now = office.clock.now();
    let mut after = 0;
    loop {
        let due = office
            .store
            .read(|rx| rx.consents_due(now, (after, PAGE)))?;
        let Some(last) = due.last() else {
            return Ok(());
        };
        after = last.id;
        for row in due {
            match office.store.write(|tx| settle(office, tx, row.id)) {
                // Somebody is at it: the next hour looks again.
                Err(Failure::Refused(why)) if why.reason == Reason::Unavailable => {}
                done => done?,
            }
        }
    }
}

/// Does what is due of one, as it stands by now.
fn settle(office: &Office, tx: &mut Tx<'_>, id: i64) -> Result<(), Failure> {
    let now = office.clock.now();
    let row = tx.consent(id)?;
    let due = row.filter(|row| row.due_at.is_some_and(|at| at <= now.millis()));
    let Some(row) = due else {
        return Ok(());
    };
    if is_late(&row, now) {
        let duty = Caller {
            id: HOURLY.to_owned(),
            role: Role::System,
            agency: None,
            holder: None,
            person: None,
        };
        let mut kept = of_case(office, tx, &row)?;
        lapse(office, tx, &mut kept, row, &duty)?;
        return Ok(());
    }
    let index = <[u8; 32]>::try_from(row.holder_index.as_slice()).ok();
    clear(office, tx, row)?;
    let mut event = Event::new(EventKind::Forgotten, now, HOURLY);
    event.subject = index
        .map(|index| tx.subject_of(&index))
        .transpose()?
        .flatten();
    event.details = Some(json!({
        "what": HOURLY, "kind": ErasureKind::Served.name(), "records": 1, "consent": id,
    }));
    tx.record(event);
    Ok(())
}

/// Takes out the fields that consents brought to a case, in a transaction that records what
/// became of it: nobody needs them when it is closed.
pub(super) fn clear_case(office: &Office, tx: &mut Tx<'_>, kept: &Kept) -> Result<(), Failure> {
    for row in tx.consents_of_case(kept.row.id)? {
        if row.due_at.is_some() && row.state != ConsentState::Asked.number() {
            clear(office, tx, row)?;
        }
    }
    Ok(())
}

fn clear(office: &Office, tx: &mut Tx<'_>, mut row: ConsentRow) -> Result<(), Failure> {
    let mut content = Content::open(office, &row)?;
    content.forget_fields();
    content.seal(office, &mut row)?;
    // Whoever changed it meanwhile took it back, and the fields with it.
    tx.update_consent(&row, row.state)?;
    Ok(())
}
