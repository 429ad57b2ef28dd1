//! Erase what was shown, in small transactions, each recorded.

use serde_json::json;

use super::ErasureLine;
use super::asked;
use super::digest;
use super::find::Found;
use super::find::find;
use crate::domain::caller::Caller;
use crate::domain::consent::ConsentState;
use crate::domain::erasure::ErasureKind;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::domain::retention::RecordKind;
use crate::flow::case::consent::Content;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::retention::Hold;
use crate::store::Tx;
use crate::store::ledger::Event;

/// Records that a transaction takes.
const AT_ONCE: usize = 100;

/// Erases what can be erased of a holder who asks for it, if it is what was shown.
///
/// # Errors
///
/// Those of [`show`](super::show); [`Reason::ShownDiffers`] when something else would be erased
/// than what was shown: nothing was erased then. [`Failure`] if the register fails; what was
/// erased until then is recorded and stays so.
pub fn run(
    office: &Office,
    whose: (&HolderCode, bool),
    shown: &str,
    by: &Caller,
) -> Result<Vec<ErasureLine>, Failure> {
    let index = asked(office, whose, by)?;
    let found = office.store.snapshot(|rx| find(office, rx, &index))?;
    if digest(&index, &found) != shown {
        return Err(Failure::refused(Reason::ShownDiffers));
    }
    let mut all = Vec::with_capacity(found.len());
    for one in found.iter().filter(|one| !one.ids.is_empty()) {
        let mut records = 0;
        for some in one.ids.chunks(AT_ONCE) {
            records += office
                .store
                .write(|tx| erase(office, tx, &index, (one, some), by))?;
        }
        all.push(ErasureLine {
            kind: one.kind,
            records,
            kept: Vec::new(),
        });
    }
    Ok(all)
}

fn erase(
    office: &Office,
    tx: &mut Tx<'_>,
    index: &[u8; 32],
    (one, some): (&Found, &[i64]),
    by: &Caller,
) -> Result<usize, Failure> {
    let mut records = 0;
    for id in some {
        records += usize::from(match one.kind {
            ErasureKind::Shown => tx.forget_session(*id)?,
            ErasureKind::Served => clear(office, tx, *id)?,
            ErasureKind::Notices => tx.forget_notice(*id)?,
            ErasureKind::Mandates => tx.forget_mandate(*id)?,
            ErasureKind::Cases => case(office, tx, *id)?,
            ErasureKind::ForeignCases => tx.forget_foreign_case(*id)?,
            ErasureKind::Mirrors => tx.forget_mirror(*id, i64::MAX)?,
            ErasureKind::Uses => tx.forget_details(*id)?,
            ErasureKind::Credentials => tx.forget_credential(*id)?,
            ErasureKind::Accounts => tx.forget_account(*id)?,
            ErasureKind::Subject => tx.forget_subject(index)?,
            ErasureKind::GuardianOrders | ErasureKind::Certificates => false,
        });
    }
    if records > 0 {
        let mut event = Event::new(EventKind::Forgotten, office.clock.now(), &by.id);
        // Without her number where that is what was erased.
        event.subject = tx.subject_of(index)?;
        let uses = one.kind == ErasureKind::Uses;
        let terms = &office.settings.terms;
        let kept_from = terms.kept_from(RecordKind::Uses, office.clock.now());
        event.details = Some(json!({
            "what": "erasure", "kind": one.kind.name(), "records": records,
            "kept_from": uses.then(|| kept_from.to_string()),
        }));
        tx.record(event);
    }
    Ok(records)
}

/// Takes the fields out of what a consent brought, once they can no longer be used.
fn clear(office: &Office, tx: &mut Tx<'_>, id: i64) -> Result<bool, Failure> {
    let Some(mut row) = tx.consent(id)? else {
        return Ok(false);
    };
    let given = row.state == ConsentState::Given.number();
    if given && row.expires_at > office.clock.now().millis() {
        return Ok(false);
    }
    let mut content = Content::open(office, &row)?;
    content.forget_fields();
    content.seal(office, &mut row)?;
    Ok(tx.update_consent(&row, row.state)?)
}

/// Deletes a case, unless somebody disputes it by now.
fn case(office: &Office, tx: &mut Tx<'_>, id: i64) -> Result<bool, Failure> {
    let now = office.clock.now();
    let terms = &office.settings.terms;
    let before = terms.kept_from(RecordKind::Cases, now).start().millis();
    let mut hold = Hold::read(office, tx, now)?;
    match tx.case_by_id(id)? {
        Some(row) => Ok(hold.case(tx, row.clone(), before)?.is_some() && tx.forget_case(&row)?),
        None => Ok(false),
    }
}
