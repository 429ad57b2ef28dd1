//! Open a link: the PDF for the first who brings it in time, and nothing for anybody else.

use serde_json::Value;
use serde_json::json;

use super::Kept;
use super::LINK_LENGTH;
use super::link_digest;
use super::paper;
use crate::codec::base64url;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::copies::CopyRow;
use crate::store::ledger::DETAILS;
use crate::store::ledger::Event;

/// Who opens links, as the ledger names her: whoever has one.
const LINK: &str = "link";

/// Whether a copy still waits behind a link; asking spends nothing.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there never was one, it was taken, or its time is over.
pub fn is_there(office: &Office, link: &str) -> Result<(), Failure> {
    waiting(office, link).map(|_found| ())
}

/// The PDF behind a link, once. It is made first and spent then, so that whoever cannot be given
/// it has lost nothing.
///
/// # Errors
///
/// [`Reason::NotFound`] as with [`is_there`]; [`Failure`] if it cannot be made: the link is then
/// as good as it was.
pub fn take(office: &Office, link: &str) -> Result<Vec<u8>, Failure> {
    let (digest, row) = waiting(office, link)?;
    let told = told(office, &row)?;
    let pdf = paper::pdf(office, &row, &told)?;
    let now = office.clock.now();
    office.store.write(|tx| {
        if tx.take_copy(&digest, now)?.is_none() {
            return Err(none());
        }
        let mut event = Event::new(EventKind::CopyTaken, now, LINK);
        event.details = Some(json!({"use_record": row.use_record}));
        tx.record(event);
        Ok(pdf)
    })
}

fn none() -> Failure {
    Failure::refused(Reason::NotFound)
}

fn waiting(office: &Office, link: &str) -> Result<([u8; 32], CopyRow), Failure> {
    let shape = link.len() == LINK_LENGTH && link.bytes().all(|c| c.is_ascii_alphanumeric());
    if !shape {
        return Err(none());
    }
    let digest = link_digest(link);
    let now = office.clock.now().millis();
    let row = office.store.read(|rx| rx.copy_behind(&digest))?;
    let row = row.filter(|row| row.taken_at.is_none() && now < row.link_until);
    Ok((digest, row.ok_or_else(none)?))
}

/// What a copy is made of, as its use record tells it.
pub(super) struct Told {
    /// The number of the record.
    pub(super) record: i64,
    /// The agency that used.
    pub(super) agency: u32,
    /// What it said of the use.
    pub(super) details: Value,
    /// What was kept of the copy.
    pub(super) kept: Kept,
}

impl Told {
    /// A text of the record; blank if it says nothing there.
    pub(super) fn text(&self, place: &str) -> &str {
        let found = self.details.pointer(place).and_then(Value::as_str);
        found.unwrap_or_default()
    }
}

fn told(office: &Office, row: &CopyRow) -> Result<Told, Failure> {
    let seq = row.use_record;
    let (record, details) = office
        .store
        .read(|rx| Ok::<_, Failure>((rx.ledger_row(seq)?, rx.ledger_details(seq, seq)?)))?;
    let (Some(record), Some((_, sealed))) = (record, details.first()) else {
        return Err(none());
    };
    let text = office.store.vault().open(&DETAILS, seq, sealed)?;
    let broken = |why: serde_json::Error| Failure::Broken(format!("use record {seq}: {why}"));
    let details: Value = serde_json::from_slice(&text).map_err(broken)?;
    let kept = details.get("copy").cloned().unwrap_or_default();
    let kept = serde_json::from_value::<Kept>(kept).ok();
    // A row that says another link, or another certificate, was written by nobody of ours.
    let kept = kept.filter(|kept| kept.link == base64url::encode(&row.link));
    let same = record.certificate_id == Some(row.certificate_id);
    let agency = record.agency.and_then(|agency| u32::try_from(agency).ok());
    match (kept, agency) {
        (Some(kept), Some(agency)) if same => Ok(Told {
            record: seq,
            agency,
            details,
            kept,
        }),
        _ => Err(none()),
    }
}
