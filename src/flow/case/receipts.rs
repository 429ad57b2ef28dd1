//! Receipts of a case: read again, or voided so that the case can be put right and closed anew.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::kept::Kept;
use super::kept::cause;
use super::kept::refused;
use super::kept::window_of;
use super::kept_receipt::signed;
use super::view::CaseView;
use super::view::look_after;
use super::view::view;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::flow::verify::past::Past;
use crate::flow::verify::past::stood_at;
use crate::store::Tx;
use crate::store::receipts::ReceiptRow;
use crate::store::stored::stored_number;

/// The most cases of a day's list.
const MOST: i64 = 500;

/// A receipt 回执.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ReceiptView {
    /// Which receipt of the case, from 1.
    pub version: i16,
    /// When it was signed.
    pub issued_at: String,
    /// When it was voided, if it was: the next one stands in its place.
    pub voided_at: Option<String>,
    /// The receipt itself: a JWS that anybody can verify who has the trust list.
    pub signed: String,
}

/// How a certificate that served in a case stood at a time that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct StoodLine {
    /// The certificate.
    pub identifier: String,
    /// `in_force`, `suspended`, `superseded`, the legal word of an end, or `not_yet_issued`.
    pub standing: &'static str,
    /// What verifying it came to then.
    pub verdict: &'static str,
}

/// How the certificates that served in a case of one's own agency stood at a time that is over;
/// that it was asked is recorded.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is no such case or it is another agency's; those of
/// [`Past::read`].
pub fn stood(
    office: &Office,
    number: &str,
    time: &str,
    by: &Caller,
) -> Result<Vec<StoodLine>, Failure> {
    let kept = office.store.read(|rx| Kept::read(office, rx, number, by))?;
    let past = Past::read(office, time)?;
    let uses = kept.case.materials.iter().flat_map(|m| &m.uses);
    let used: BTreeMap<&str, i64> = uses
        .map(|used| (used.identifier.as_str(), used.certificate))
        .collect();
    let what = json!({"step": "standing", "time": past.at().to_string()});
    office.store.write(|tx| {
        for certificate in used.values() {
            let mut event = kept.event(office, EventKind::Read, by, &what);
            event.certificate = Some(*certificate);
            tx.record(event);
        }
        Ok::<_, Failure>(())
    })?;
    let line = |(identifier, certificate): (&str, i64)| {
        let row = office.store.read(|rx| rx.certificate(certificate))?;
        let row = row.ok_or_else(|| Failure::Broken(format!("no certificate {certificate}")))?;
        let stood = stood_at(office, &row, past)?;
        Ok(StoodLine {
            identifier: identifier.to_owned(),
            standing: stood.standing,
            verdict: stood.verdict.name(),
        })
    };
    used.into_iter().map(line).collect()
}

/// The receipts of a case of one's own agency, in their order.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is no such case or it is another agency's.
pub fn receipts(office: &Office, number: &str, by: &Caller) -> Result<Vec<ReceiptView>, Failure> {
    let (kept, rows) = office.store.read(|rx| {
        let kept = Kept::read(office, rx, number, by)?;
        let rows = rx.receipts_of(kept.row.id)?;
        Ok::<_, Failure>((kept, rows))
    })?;
    kept.reading("receipts", rows.len(), office)
        .record(office, by)?;
    rows.iter().map(|row| view_of(office, row)).collect()
}

/// One receipt of a case of one's own agency.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is no such case or receipt or it is another agency's.
pub fn receipt(
    office: &Office,
    number: &str,
    version: i16,
    by: &Caller,
) -> Result<ReceiptView, Failure> {
    let all = receipts(office, number, by)?;
    let found = all.into_iter().find(|one| one.version == version);
    found.ok_or(Failure::refused(Reason::NotFound))
}

fn view_of(office: &Office, row: &ReceiptRow) -> Result<ReceiptView, Failure> {
    let voided_at = row.voided_at.map(Timestamp::from_millis);
    Ok(ReceiptView {
        version: row.version,
        issued_at: Timestamp::from_millis(row.issued_at).to_string(),
        voided_at: voided_at.map(|at| at.to_string()),
        signed: signed(office, row)?,
    })
}

/// Voids the receipt of a closed case and opens the case again, to be put right: closing it
/// signs the next receipt, which names the one it replaces.
///
/// # Errors
///
/// [`Reason::NotFound`]; [`Reason::WrongStep`] when the case is open; [`Reason::CaseClosed`] when
/// it was withdrawn; [`Reason::BadCause`] without a reason. Nothing was changed then.
pub fn void_receipt(
    office: &Office,
    number: &str,
    reason: &str,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CaseView, Failure> {
    let reason = cause(reason)?;
    let now = office.clock.now();
    let work = |tx: &mut Tx<'_>| {
        let mut kept = Kept::read(office, tx, number, by)?;
        kept.case.reopen().map_err(refused)?;
        let last = tx.receipts_of(kept.row.id)?.into_iter().next_back();
        let Some(last) = last else {
            return Err(Failure::Broken(format!(
                "case {} has no receipt",
                kept.row.id
            )));
        };
        tx.void_receipt(last.id, now)?;
        kept.put(office, tx)?;
        let what = json!({"receipt": last.version, "step": "voided", "reason": reason});
        tx.record(kept.event(office, EventKind::ReceiptChanged, by, &what));
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    look_after(office, number, by)
}

/// The cases that the caller's agency opened today, newest first.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who works at no window.
pub fn today(office: &Office, by: &Caller) -> Result<Vec<CaseView>, Failure> {
    let agency = stored_number(window_of(by)?);
    let since = office.clock.now().day().start();
    let rows = office
        .store
        .read(|rx| Ok::<_, Failure>(rx.cases_since(agency, since, MOST)?))?;
    let open = |row| Ok(view(office, &Kept::opened(office, row)?));
    let cases: Vec<CaseView> = rows.into_iter().map(open).collect::<Result<_, Failure>>()?;
    Reading::of("cases", cases.len()).record(office, by)?;
    Ok(cases)
}
