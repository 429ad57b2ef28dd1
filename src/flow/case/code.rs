//! Put a code before the case: whatever it carries serves for every material it fits.

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
use super::view::CaseView;
use super::view::look;
use crate::domain::caller::Caller;
use crate::domain::case::Act;
use crate::domain::case::Misfit;
use crate::domain::event::EventKind;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Step;
use crate::domain::verdict::Verdict;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::verify::online::verify_and;
use crate::flow::verify::stands;
use crate::store::Tx;

/// What came of a code.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct CodeOutcome {
    /// What verifying it came to; none when the request was repeated.
    pub verdict: Option<Outcome>,
    /// The steps that were checked.
    pub steps: Vec<Step>,
    /// The certificates it carried, and what each served for.
    pub offered: Vec<Offered>,
    /// The case as it stands now.
    pub case: CaseView,
}

/// A certificate that was put before an officer.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Offered {
    /// Its identifier.
    pub identifier: String,
    /// Its type's name.
    pub type_name: String,
    /// How it was shown.
    pub shown_by: &'static str,
    /// What came of it.
    pub served: Vec<Served>,
}

/// What a certificate did for a material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Served {
    /// The material's place; none where no material asks for such a certificate.
    pub material: Option<usize>,
    /// `serves`, or why it does not: `bare`, `not_asked`, `other_holder`, `unproven`,
    /// `not_good`, `fields_missing`, `denied`, `used_up`.
    pub outcome: String,
    /// The reason for paper that this suggests.
    pub suggests: Option<String>,
    /// The fields that are missing.
    pub missing: Vec<String>,
    /// The fields that the items need, and no others; none where it does not serve.
    pub fields: BTreeMap<String, Value>,
}

/// Verifies a code for a case and lets what it carries serve.
///
/// A live code is spent, an offline one noted, each in the transaction that changes the case.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CaseClosed`], and those of
/// [`verify`](crate::flow::verify::online::verify): nothing was spent or written then.
pub fn put_code(
    office: &Office,
    number: &str,
    code: &str,
    by: &Caller,
) -> Result<CodeOutcome, Failure> {
    put_code_once(office, number, code, by, None)
}

/// The same for a request that may come twice: the second time the case is told as it stands.
///
/// # Errors
///
/// Those of [`put_code`], and [`Reason::KeyReused`].
pub fn put_code_once(
    office: &Office,
    number: &str,
    code: &str,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CodeOutcome, Failure> {
    let done = || {
        let before = once.map(|once| office.store.read(|rx| once.before(rx)));
        Ok::<_, Failure>(before.transpose()?.flatten().is_some())
    };
    if done()? {
        return told(office, number, by, None, Vec::new());
    }
    let kept = office.store.read(|rx| Kept::read(office, rx, number, by))?;
    if kept.case.is_closed() {
        return Err(Failure::refused(Reason::CaseClosed));
    }
    let mut offered = Vec::new();
    let mut also = |tx: &mut Tx<'_>, verdict: &Verdict| {
        let now = office.clock.now();
        if idempotency::claim(tx, once, Some(number), now)?
            .before()
            .is_some()
        {
            return Err(Failure::because(Reason::Unavailable, "sent twice at once"));
        }
        offered = serve_all(office, tx, kept.clone(), verdict, by)?;
        Ok(())
    };
    let verdict = verify_and(office, code, by, &mut also);
    // Sent twice at once, the other one has spent the code, and is the answer.
    if offered.is_empty() && done()? {
        return told(office, number, by, None, Vec::new());
    }
    let verdict = verdict?;
    if offered.is_empty() {
        // A bare number opens nothing: what it names is told, and that it does not serve.
        offered = verdict
            .certificates
            .iter()
            .map(|one| bare(one, verdict.shown_by))
            .collect();
    }
    told(office, number, by, Some(verdict), offered)
}

fn told(
    office: &Office,
    number: &str,
    by: &Caller,
    verdict: Option<Verdict>,
    offered: Vec<Offered>,
) -> Result<CodeOutcome, Failure> {
    Ok(CodeOutcome {
        verdict: verdict.as_ref().map(|verdict| verdict.verdict),
        steps: verdict.map(|verdict| verdict.steps).unwrap_or_default(),
        offered,
        case: look(office, number, by)?,
    })
}

fn bare(one: &crate::domain::verdict::Shown, shown_by: ShownBy) -> Offered {
    Offered {
        identifier: one.identifier.clone(),
        type_name: one.type_name.clone(),
        shown_by: shown_by_name(shown_by),
        served: vec![misfit(None, &Misfit::Bare)],
    }
}

/// Lets every certificate of a verdict serve, and puts the case back.
fn serve_all(
    office: &Office,
    tx: &mut Tx<'_>,
    mut kept: Kept,
    verdict: &Verdict,
    by: &Caller,
) -> Result<Vec<Offered>, Failure> {
    let mut offered = Vec::new();
    for shown in &verdict.certificates {
        let register = Register::of(office);
        let read = CertificateIdentifier::read(&shown.identifier).ok();
        let row = read.map(|read| register.find_in(tx, &read.identifier));
        let row = row.transpose()?.flatten();
        let Some(row) = row else { continue };
        let outcome = match verdict.certificates.as_slice() {
            [_] => verdict.verdict,
            _ if verdict.verdict == Outcome::Valid => Outcome::Valid,
            _ => stands(office, &register, &row)?,
        };
        let offer = Offer {
            identifier: &shown.identifier,
            row: &row,
            outcome,
            shown_by: verdict.shown_by,
            fields: &shown.fields,
            consent: None,
            single_use_for: &register.definition(&row)?.definition.single_use_for,
            people: &kept.indexes(office),
        };
        offered.push(Offered {
            identifier: shown.identifier.clone(),
            type_name: shown.type_name.clone(),
            shown_by: shown_by_name(verdict.shown_by),
            served: offer_one(office, tx, &mut kept, &shown.type_code, &offer, by)?,
        });
    }
    kept.put(office, tx)?;
    Ok(offered)
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
        note(office, tx, kept, None, offer, &Misfit::NotAsked, by);
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
            note(office, tx, kept, Some(place), offer, &why, by);
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
    Ok(Served {
        material: Some(place),
        outcome: "serves".to_owned(),
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
    prove_others(&mut kept.case, &fitting);
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
) {
    let what = json!({
        "material": place,
        "outcome": why.name(),
        "shown_by": shown_by_name(offer.shown_by),
    });
    let mut event = kept.event(office, EventKind::Used, by, &what);
    event.certificate = Some(offer.row.id);
    tx.record(event);
}

pub(super) fn misfit(material: Option<usize>, why: &Misfit) -> Served {
    Served {
        material,
        outcome: why.name().to_owned(),
        suggests: why.paper_reason().map(|reason| reason.name().to_owned()),
        missing: match why {
            Misfit::FieldsMissing(missing) => missing.clone(),
            _ => Vec::new(),
        },
        fields: BTreeMap::new(),
    }
}
