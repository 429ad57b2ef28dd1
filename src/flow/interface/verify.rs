//! Verify: do these values match? Values go in, and a number comes out.

use std::collections::BTreeMap;

use serde_json::Value;

use super::UseRequest;
use super::envelope;
use super::gate::agency_of;
use super::query::Gathered;
use super::query::gather;
use super::record;
use super::record::Used;
use super::relayed;
use crate::domain::caller::Caller;
use crate::domain::contract::claim::is_picture;
use crate::domain::problem::Reason;
use crate::domain::usage::differing;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::flow::failure::Failure;
use crate::flow::interface::fetchable;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::verify::judge_own;

/// The most values of one question.
pub(super) const MOST_VALUES: usize = 64;

/// What verifying values gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// The national result: 0 correct and valid, 1 correct and not yet valid, 2 correct and
    /// suspended, 3 correct and no longer valid, 4 it cannot be verified or a value differs, 5
    /// there is no record (GB/T 36906 as vendors share it).
    pub result: u8,
    /// The same as one of our verdicts.
    pub verdict: Outcome,
    /// Which of the values differ, of those fields that the caller may see.
    pub differs: Vec<String>,
    /// The number of the use record.
    pub use_record: i64,
    /// The answer, signed by this service.
    pub envelope: String,
}

/// Compares values with those of the certificate that is named, or of the holder's newest that
/// they fit best. Any field of the type may be compared; which of them differ is told only of
/// those that are granted, and every question counts as a use.
///
/// # Errors
///
/// Those of a [`query`](super::query()); [`Reason::NoSuchField`] for a value that the type does
/// not have, and [`Reason::BadRequest`] without any. Nothing was compared then.
pub fn verify(
    office: &Office,
    request: &UseRequest<'_>,
    values: &BTreeMap<String, Value>,
    by: &Caller,
) -> Result<Matched, Failure> {
    agency_of(by)?;
    let gathered = check(request, values).and_then(|()| gather(office, request, by));
    let gathered = match gathered {
        Ok(gathered) => gathered,
        Err(why) => return Err(record::refused(office, request, why, by)),
    };
    let (verdict, differs) = compare(office, request, &gathered, values)?;
    let used = Used {
        what: "verify",
        outcome: verdict.name(),
        gathered: &gathered,
        copy: None,
    };
    let use_record = record::used(office, request, &used, by)
        .map_err(|why| record::refused(office, request, why, by))?;
    let granted = &gathered.permit.claimed.fields;
    let differs = differs.into_iter().filter(|key| granted.contains(key));
    let mut matched = Matched {
        result: verdict.national_result(),
        verdict,
        differs: differs.collect(),
        use_record,
        envelope: String::new(),
    };
    let agency = gathered.permit.claimed.agency;
    matched.envelope = envelope::seal_result(office, request, (agency, &matched))?;
    Ok(matched)
}

fn check(request: &UseRequest<'_>, values: &BTreeMap<String, Value>) -> Result<(), Failure> {
    if values.is_empty() || values.len() > MOST_VALUES {
        return Err(Failure::because(Reason::BadRequest, "1 to 64 values"));
    }
    let comparable = |key: &str| fetchable(request.of, key) && !is_picture(request.of, key);
    match values.keys().find(|key| !comparable(key)) {
        Some(key) => Err(Failure::because(Reason::NoSuchField, key.as_str())),
        None => Ok(()),
    }
}

/// How the certificate stands that fits the values best, and which of them differ.
fn compare(
    office: &Office,
    request: &UseRequest<'_>,
    gathered: &Gathered,
    values: &BTreeMap<String, Value>,
) -> Result<(Outcome, Vec<String>), Failure> {
    let register = Register::of(office);
    let trust = office.trust()?;
    let mut best: Option<(Outcome, Vec<String>)> = None;
    for one in &gathered.found {
        let facts = register.facts(&one.row)?;
        let differs = differing(&request.of.definition, &facts, values);
        let differs: Vec<String> = differs.into_iter().map(str::to_owned).collect();
        let nearer = best
            .as_ref()
            .is_none_or(|(_, than)| differs.len() < than.len());
        if nearer {
            let record = register.record(&one.row)?;
            let verdict = judge_own(office, &trust, &one.row, &record, ShownBy::Fetch)?.verdict;
            best = Some((verdict, differs));
        }
    }
    if let Some(one) = relayed::relayed_whole(office, request.of, gathered)? {
        let differs = differing(&request.of.definition, &one.fields, values);
        let differs: Vec<String> = differs.into_iter().map(str::to_owned).collect();
        let nearer = best
            .as_ref()
            .is_none_or(|(_, than)| differs.len() < than.len());
        if nearer {
            best = Some((one.verdict, differs));
        }
    }
    Ok(match best {
        None => (Outcome::NotFound, Vec::new()),
        Some((verdict, differs)) if differs.is_empty() => (verdict, differs),
        Some((_, differs)) => (Outcome::Mismatch, differs),
    })
}
