//! Let a certificate serve for the materials that it fits, each use recorded.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::fit::Fitting;
use super::fit::Offer;
use super::fit::fit;
use super::fit::prove_others;
use super::fit::shown_by_name;
use super::kept::Kept;
use super::kept::refused;
use crate::domain::caller::Caller;
use crate::domain::case::Act;
use crate::domain::case::Misfit;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;

/// What a certificate did for a material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Served {
    /// The material's place; none where no material asks for such a certificate.
    pub material: Option<usize>,
    /// `serves`, or why it does not: `bare`, `not_asked`, `other_holder`, `unproven`,
    /// `not_good`, `fields_missing`, `denied`, `used_up`.
    pub outcome: String,
    /// The same in a sentence for the officer, in Chinese.
    pub told_zh: String,
    /// In English.
    pub told_en: String,
    /// The reason for paper that this suggests.
    pub suggests: Option<String>,
    /// The fields that are missing.
    pub missing: Vec<String>,
    /// The fields that the items need, and no others; none where it does not serve.
    pub fields: BTreeMap<String, Value>,
}

/// Lets a certificate serve for every material that it fits.
pub(super) fn offer_one(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &mut Kept,
    type_code: &str,
    offer: &Offer<'_>,
    by: &Caller,
) -> Result<Vec<Served>, Failure> {
    let of_type = |place: &usize| {
        let material = kept.case.material(*place);
        material.is_some_and(|m| m.certificate_type.as_deref() == Some(type_code))
    };
    let all: Vec<usize> = (0..kept.case.materials.len()).filter(of_type).collect();
    let open = all
        .into_iter()
        .filter(|place| kept.case.can(*place, &Act::Verify));
    let open: Vec<usize> = open.collect();
    if open.is_empty() {
        note(office, tx, kept, None, offer, &Misfit::NotAsked, by)?;
        return Ok(vec![misfit(None, &Misfit::NotAsked)]);
    }
    let open = open.into_iter();
    open.map(|place| offer_to(office, tx, kept, place, offer, by))
        .collect()
}

/// Lets a certificate serve for one material, if it fits.
pub(super) fn offer_to(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &mut Kept,
    place: usize,
    offer: &Offer<'_>,
    by: &Caller,
) -> Result<Served, Failure> {
    let Some(material) = kept.case.material(place).cloned() else {
        return Err(Failure::refused(Reason::NotFound));
    };
    let fitting = match fit(tx, (&kept.case, kept.row.id), &material, offer)? {
        Ok(fitting) => fitting,
        Err(why) => {
            note(office, tx, kept, Some(place), offer, &why, by)?;
            return Ok(misfit(Some(place), &why));
        }
    };
    let needed = material.fields();
    let fields = offer.fields.iter();
    let fields = fields.filter(|(key, _)| needed.contains(&key.as_str()));
    let fields: BTreeMap<String, Value> = fields
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    take(office, tx, kept, (place, &fields), offer, fitting, by)?;
    let (told_zh, told_en) = told("serves", &[]);
    Ok(Served {
        material: Some(place),
        outcome: "serves".to_owned(),
        told_zh,
        told_en,
        suggests: None,
        missing: Vec::new(),
        fields,
    })
}

/// Takes a use in: recorded for whom it concerns, and counted for the material.
fn take(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &mut Kept,
    (place, fields): (usize, &BTreeMap<String, Value>),
    offer: &Offer<'_>,
    fitting: Fitting,
    by: &Caller,
) -> Result<(), Failure> {
    let now = office.clock.now();
    let index = offer.people.get(fitting.used.person).copied();
    let subjects = tx.subjects(index.as_slice())?;
    let what = json!({
        "material": place,
        "outcome": "serves",
        "shown_by": shown_by_name(offer.shown_by),
        "fields": fields.keys().collect::<Vec<_>>(),
        "items": kept.case.items.iter().map(|item| &item.name).collect::<Vec<_>>(),
    });
    let mut event = kept.event(office, EventKind::Used, by, &what);
    event.certificate = Some(offer.row.id);
    event.subject = index.and_then(|index| subjects.get(&index).copied());
    let record = tx.next_record()?;
    tx.record(event);
    prove_others(&mut kept.case, place, &fitting);
    let mut used = fitting.used;
    used.record = record;
    used.at = now.millis();
    let counted = kept.case.add_use(place, used);
    if counted.is_some_and(|(got, wanted)| got >= wanted) {
        kept.case.act(place, &Act::Verify, now).map_err(refused)?;
    }
    Ok(())
}

/// Records a certificate that does not serve.
fn note(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    place: Option<usize>,
    offer: &Offer<'_>,
    why: &Misfit,
    by: &Caller,
) -> Result<(), Failure> {
    let what = json!({
        "material": place,
        "outcome": why.name(),
        "shown_by": shown_by_name(offer.shown_by),
    });
    let mut event = kept.event(office, EventKind::Used, by, &what);
    event.certificate = Some(offer.row.id);
    // Hers to read, whoever brought it and whatever came of it.
    let holders = tx.holders_of(offer.row.id)?;
    let first = holders.into_iter().next().map(|holder| holder.holder_index);
    let index: Option<[u8; 32]> = first.and_then(|index| index.try_into().ok());
    let subjects = tx.subjects(index.as_slice())?;
    event.subject = index.and_then(|index| subjects.get(&index).copied());
    tx.record(event);
    Ok(())
}

/// What came of it in a sentence, in both languages; of what is not good with its verdict.
fn told(outcome: &str, verdict: &[&str]) -> (String, String) {
    let told = |lang| {
        let verdict = verdict
            .iter()
            .map(|of| say(lang, &format!("verdict.{of}"), &[]));
        let verdict: String = verdict.collect();
        say(lang, &format!("served.{outcome}"), &[("verdict", &verdict)])
    };
    (told(Lang::Zh), told(Lang::En))
}

pub(super) fn misfit(material: Option<usize>, why: &Misfit) -> Served {
    let verdict = match why {
        Misfit::NotGood(outcome) => Some(outcome.name()),
        _ => None,
    };
    let (told_zh, told_en) = told(why.name(), verdict.as_slice());
    Served {
        material,
        outcome: why.name().to_owned(),
        told_zh,
        told_en,
        suggests: why.paper_reason().map(|reason| reason.name().to_owned()),
        missing: match why {
            Misfit::FieldsMissing(missing) => missing.clone(),
            _ => Vec::new(),
        },
        fields: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::verdict::Outcome;

    #[test]
    fn whatever_comes_of_a_certificate_is_told_in_words() {
        let all = [
            Misfit::Bare,
            Misfit::NotAsked,
            Misfit::OtherHolder,
            Misfit::Unproven,
            Misfit::NotGood(Outcome::Expired),
            Misfit::FieldsMissing(vec!["holder_name".to_owned()]),
            Misfit::Denied,
            Misfit::UsedUp,
        ];
        for why in all {
            let served = misfit(None, &why);
            assert!(!served.told_zh.starts_with("served."), "{why:?}");
        }
        let expired = misfit(None, &Misfit::NotGood(Outcome::Expired));
        assert_eq!(expired.told_zh, "不能代替材料：已过期");
        assert_eq!(told("serves", &[]).0, "可以代替这份材料");
    }
}
