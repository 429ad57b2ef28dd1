//! Look up a certificate of one's own: how it stands, its dates and its history, and nothing
//! that would open personal data.

use serde::Serialize;

use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::change_status::owned;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::flow::register::Register;
use crate::flow::verify::past::Past;
use crate::flow::verify::past::Stood;
use crate::flow::verify::past::stood_at;
use crate::flow::verify::stands;

/// A certificate as the agency that issued it sees it.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct OwnCertificate {
    /// Its identifier.
    pub identifier: String,
    /// Its type's code.
    pub type_code: String,
    /// Its type's name.
    pub type_name: String,
    /// The version of the definition it was issued under.
    pub type_version: i32,
    /// How it stands, with the legal word of an end.
    pub standing: &'static str,
    /// What verifying it comes to.
    pub verdict: &'static str,
    /// The time that is over and that was asked about, where one was: standing and verdict are
    /// those of then, `not_yet_issued` among them.
    pub stood_at: Option<String>,
    /// When it was issued.
    pub issued_at: String,
    /// The first day it is good.
    pub valid_from: String,
    /// The last day it is good; none for a long-term one.
    pub valid_to: Option<String>,
    /// Its status list and place.
    pub status: (i32, i32),
    /// What changed it, oldest first.
    pub history: Vec<HistoryLine>,
}

/// Something that changed a certificate.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct HistoryLine {
    /// The number of its ledger row.
    pub record: i64,
    /// When.
    pub at: String,
    /// What.
    pub event: &'static str,
    /// How the certificate stood after it, where that changed.
    pub standing: Option<&'static str>,
    /// The credential that did it.
    pub by: String,
}

/// Looks a certificate up: how it stands, or how it stood at a time that is over.
///
/// # Errors
///
/// [`Reason::NotFound`](crate::domain::problem::Reason::NotFound), whether it does not exist or
/// belongs to another agency; those of [`Past::read`].
pub fn look_up(
    office: &Office,
    identifier: &CertificateIdentifier,
    time: Option<&str>,
    by: &Caller,
) -> Result<OwnCertificate, Failure> {
    let row = owned(office, identifier, by)?;
    let register = Register::of(office);
    let of = register.definition(&row)?;
    let rows = office.store.read(|rx| rx.ledger_of(row.id))?;
    let history = rows.into_iter().map(|line| HistoryLine {
        record: line.seq,
        at: Timestamp::from_millis(line.at).to_string(),
        event: EventKind::from_number(line.kind).map_or("", EventKind::name),
        standing: line
            .status
            .and_then(Standing::from_stored)
            .map(Standing::name),
        by: line.actor,
    });
    let past = time.map(|text| Past::read(office, text)).transpose()?;
    Reading::of("certificate", 1)
        .certificate(row.id)
        .record(office, by)?;
    let stood = match past {
        Some(past) => stood_at(office, &row, past)?,
        None => Stood {
            standing: Standing::from_stored(row.status).map_or("", Standing::name),
            verdict: stands(office, &register, &row)?,
        },
    };
    Ok(OwnCertificate {
        identifier: identifier.to_string(),
        type_code: of.definition.code.clone(),
        type_name: of.definition.name.clone(),
        type_version: row.type_version,
        standing: stood.standing,
        verdict: stood.verdict.name(),
        stood_at: past.map(|past| past.at().to_string()),
        issued_at: Timestamp::from_millis(row.issued_at).to_string(),
        valid_from: Day::from_number(row.valid_from).to_string(),
        valid_to: row.valid_to.map(|day| Day::from_number(day).to_string()),
        status: (row.list_number, row.list_index),
        history: history.collect(),
    })
}
