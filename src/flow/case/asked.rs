//! What a holder is shown before she answers: who asks, why, which fields of what, until when.

use super::act::agency_of;
use super::consent::ANSWER_S;
use super::consent::USE_MINUTES;
use super::kept::Kept;
use crate::domain::case::CaseMaterial;
use crate::domain::case::Person;
use crate::domain::consent::Asked;
use crate::domain::consent::AskedField;
use crate::domain::consent::AskedMaterial;
use crate::domain::definition::CertificateType;
use crate::domain::item::PREDICATES;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

/// What somebody is to be asked for materials of a case: just what the items need of them.
///
/// # Errors
///
/// [`Reason::Unproven`] when nothing proves yet what she is in the case; [`Reason::OverAsking`]
/// for a material that is not hers or that no certificate serves; [`Reason::NotFound`].
pub(super) fn asked(
    office: &Office,
    kept: &Kept,
    person: usize,
    places: &[usize],
    officer: &str,
) -> Result<Asked, Failure> {
    let known = office.known();
    let who = kept.case.people.get(person);
    let who = who.ok_or(Failure::refused(Reason::NotFound))?;
    if places.is_empty() {
        return Err(Failure::because(Reason::BadRequest, "no material"));
    }
    let mut materials = Vec::with_capacity(places.len());
    for place in places {
        let material = kept.case.material(*place);
        let material = material.ok_or(Failure::refused(Reason::NotFound))?;
        let hers = kept.case.people_of(material).contains(&person);
        let of = material.certificate_type.as_ref();
        let of = of.and_then(|code| known.newest.get(code));
        let Some(of) = of.filter(|_| hers && material.is_waivable()) else {
            let what = "the items do not need this of this person";
            return Err(Failure::because(Reason::OverAsking, what));
        };
        if !who.is_proven(material.whose) {
            return Err(Failure::refused(Reason::Unproven));
        }
        materials.push(asked_material(kept, (*place, material), of, who));
    }
    asks(office, kept, materials, officer)
}

/// Who asks for materials, for what and until when.
///
/// # Errors
///
/// [`Reason::UnknownAgency`] for an agency that the catalogue no longer has.
pub(super) fn asks(
    office: &Office,
    kept: &Kept,
    materials: Vec<AskedMaterial>,
    officer: &str,
) -> Result<Asked, Failure> {
    let known = office.known();
    let agency = known.agencies.get(&agency_of(kept));
    let agency = agency.ok_or(Failure::refused(Reason::UnknownAgency))?;
    let items = kept.case.items.iter().map(|item| item.name.clone());
    Ok(Asked {
        case: kept.row.number.clone(),
        agency: agency.name.clone(),
        agency_code: agency.code.to_string(),
        officer: officer.to_owned(),
        items: items.collect(),
        cause: None,
        materials,
        answer_by: office.clock.now().plus_secs(ANSWER_S).to_string(),
        use_minutes: USE_MINUTES,
    })
}

/// A material with the fields that the items need of it, and why.
pub(super) fn asked_material(
    kept: &Kept,
    (place, material): (usize, &CaseMaterial),
    of: &CertificateType,
    whose: &Person,
) -> AskedMaterial {
    let field = |key: &str| {
        let wants = material.wants.iter();
        let needing = wants.filter(|want| want.fields.iter().any(|f| f == key));
        let items = needing.filter_map(|want| kept.case.items.get(want.item));
        AskedField {
            key: key.to_owned(),
            label: label(of, key),
            needed_for: items.map(|item| item.name.clone()).collect(),
        }
    };
    AskedMaterial {
        material: place,
        name: material.name.clone(),
        type_code: of.definition.code.clone(),
        type_name: of.definition.name.clone(),
        fields: material.fields().into_iter().map(field).collect(),
        whose: whose.shown_name(),
        certificate: None,
        required: true,
    }
}

fn label(of: &CertificateType, key: &str) -> String {
    match of.definition.field(key) {
        Some(field) => field.label.clone(),
        None if PREDICATES.contains(&key) => say(Lang::Zh, &format!("predicate.{key}"), &[]),
        None => say(Lang::Zh, &format!("claim.{key}"), &[]),
    }
}
