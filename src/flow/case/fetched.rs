//! Serve a material from the register, under a consent: only the fields that the items need.

use std::collections::BTreeMap;

use super::fit::Offer;
use super::kept::Kept;
use super::served::Served;
use super::served::misfit;
use super::served::offer_to;
use crate::codec::sd_jwt::SdJwtParts;
use crate::domain::caller::Caller;
use crate::domain::case::Misfit;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::register::facts_of;
use crate::flow::verify::judge_own;
use crate::store::Tx;

/// The most certificates of one person and type that are looked through.
const MOST: i64 = 20;

/// Lets the newest certificate that serves serve; if none does, says why the newest does not.
pub(super) fn serve(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &mut Kept,
    (person, place): (usize, usize),
    consent: i64,
    by: &Caller,
) -> Result<Served, Failure> {
    let Some(material) = kept.case.material(place).cloned() else {
        return Err(Failure::refused(Reason::NotFound));
    };
    let register = Register::of(office);
    let known = office.known();
    let of = material.certificate_type.as_ref();
    let of = of.and_then(|code| known.newest.get(code));
    let people = kept.indexes(office);
    let (Some(of), Some(index)) = (of, people.get(person)) else {
        return Err(Failure::refused(Reason::OverAsking));
    };
    let needed = material.fields();
    let trust = office.trust()?;
    let mut newest = None;
    for row in tx.own_certificates(index, of.number, MOST)? {
        let record = register.record(&row)?;
        let broken = || Failure::Broken(format!("certificate {} cannot be read", row.id));
        let parts = SdJwtParts::parse(&record).map_err(|_why| broken())?;
        let evidence = parts.with_only(|key| needed.contains(&key));
        let verdict = judge_own(office, &trust, &row, &evidence, ShownBy::Fetch)?;
        let facts = facts_of(&evidence).ok_or_else(broken)?;
        let facts = facts
            .into_iter()
            .filter(|(key, _)| needed.contains(&key.as_str()));
        let fields: BTreeMap<_, _> = facts.collect();
        let offer = Offer {
            identifier: &register.identifier(&row)?.to_string(),
            row: &row,
            outcome: verdict.verdict,
            shown_by: ShownBy::Fetch,
            fields: &fields,
            consent: Some(consent),
            single_use_for: &of.definition.single_use_for,
            people: &people,
        };
        let served = offer_to(office, tx, kept, place, &offer, by)?;
        if served.outcome == "serves" {
            return Ok(served);
        }
        newest.get_or_insert(served);
    }
    Ok(newest.unwrap_or_else(|| misfit(Some(place), &Misfit::NotGood(Outcome::NotFound))))
}
