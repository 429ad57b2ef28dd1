//! Whether a certificate that was put before an officer serves for a material of a case.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::codec::base64url;
use crate::domain::case::Case;
use crate::domain::case::CaseMaterial;
use crate::domain::case::Misfit;
use crate::domain::case::Proof;
use crate::domain::case::Use;
use crate::domain::item::ItemCode;
use crate::domain::item::Whose;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::flow::failure::Failure;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;

/// What a certificate's item may ask instead of a field.
const PAIR: &str = "holder_pair_matches";

/// A certificate that was put before an officer.
pub(super) struct Offer<'a> {
    pub(super) identifier: &'a str,
    pub(super) row: &'a CertificateRow,
    pub(super) outcome: Outcome,
    pub(super) shown_by: ShownBy,
    pub(super) fields: &'a BTreeMap<String, Value>,
    pub(super) consent: Option<i64>,
    /// The base items for which its type serves once only.
    pub(super) single_use_for: &'a [String],
    /// The people of the case, as the register indexes holders.
    pub(super) people: &'a [[u8; 32]],
}

/// A use, and who stands on the certificate.
pub(super) struct Fitting {
    pub(super) used: Use,
    pub(super) holders: Vec<OnIt>,
}

/// Somebody who stands on a certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnIt {
    /// Who of the case, by place.
    OfTheCase(usize),
    /// Nobody of the case.
    Stranger,
}

/// The use that it makes for a material, or why it makes none.
pub(super) fn fit(
    tx: &mut Tx<'_>,
    (case, id): (&Case, i64),
    material: &CaseMaterial,
    offer: &Offer<'_>,
) -> Result<Result<Fitting, Misfit>, Failure> {
    if matches!(offer.shown_by, ShownBy::None | ShownBy::Copy) {
        return Ok(Err(Misfit::Bare));
    }
    if offer.outcome != Outcome::Valid {
        return Ok(Err(Misfit::NotGood(offer.outcome)));
    }
    let guardian = HolderRole::Guardian.stored();
    let holders = tx.holders_of(offer.row.id)?;
    let holders: Vec<OnIt> = holders
        .iter()
        .filter(|holder| holder.role != guardian)
        .map(|holder| {
            let mine = |index: &[u8; 32]| index.as_slice() == holder.holder_index;
            offer.people.iter().position(mine)
        })
        .map(|place| place.map_or(OnIt::Stranger, OnIt::OfTheCase))
        .collect();
    let right = case.people_of(material);
    let serving = |on_it: &OnIt| match on_it {
        OnIt::OfTheCase(place) => Some(*place).filter(|place| right.contains(place)),
        OnIt::Stranger => None,
    };
    let Some(person) = holders.iter().find_map(serving) else {
        return Ok(Err(Misfit::OtherHolder));
    };
    if material.asks(PAIR) && !is_pair(&holders) {
        return Ok(Err(Misfit::Denied));
    }
    if !case
        .people
        .get(person)
        .is_some_and(|p| p.is_proven(material.whose))
    {
        return Ok(Err(Misfit::Unproven));
    }
    let lacking = material.lacks(offer.fields);
    if !lacking.is_empty() {
        return Ok(Err(Misfit::FieldsMissing(lacking)));
    }
    for base in single_uses(case, material, offer.single_use_for) {
        let spent = tx.spent_for(offer.row.id, &base)?;
        if spent.is_some_and(|by| by != id) {
            return Ok(Err(Misfit::UsedUp));
        }
    }
    let used = Use {
        record: 0,
        person,
        certificate: offer.row.id,
        identifier: offer.identifier.to_owned(),
        digest: base64url::encode(&offer.row.digest),
        verdict: offer.outcome.name().to_owned(),
        shown_by: shown_by_name(offer.shown_by).to_owned(),
        consent: offer.consent,
        needs_match: matches!(offer.shown_by, ShownBy::Offline | ShownBy::Printed),
        at: 0,
    };
    Ok(Ok(Fitting { used, holders }))
}

/// Whether a certificate is of just two people, both of the case.
fn is_pair(holders: &[OnIt]) -> bool {
    matches!(holders, [OnIt::OfTheCase(one), OnIt::OfTheCase(other)] if one != other)
}

/// The base items of the case for which a certificate would be used up by a material.
pub(super) fn single_uses(
    case: &Case,
    material: &CaseMaterial,
    single_use_for: &[String],
) -> Vec<String> {
    let items = material
        .wants
        .iter()
        .filter_map(|want| case.items.get(want.item));
    let bases = items.filter_map(|item| item.code.parse::<ItemCode>().ok());
    let mut bases: Vec<String> = bases
        .map(|code| code.base().to_string())
        .filter(|base| single_use_for.contains(base))
        .collect();
    bases.dedup();
    bases
}

/// Whoever stands beside somebody on a certificate that serves is proven by it: as the spouse
/// where it is of a pair, else as what the material is asked of.
pub(super) fn prove_others(case: &mut Case, place: usize, fitting: &Fitting) {
    let used = &fitting.used;
    let proven = case.material(place).and_then(|material| {
        let pair = material.asks(PAIR).then_some(Whose::Spouse);
        pair.or(material.whose)
    });
    for on_it in &fitting.holders {
        let OnIt::OfTheCase(place) = on_it else {
            continue;
        };
        let person = case.people.get_mut(*place).into_iter();
        let parts = person.flat_map(|person| &mut person.parts);
        for part in parts.filter(|part| Some(part.role) == proven && part.proof == Proof::None) {
            part.proof = Proof::Certificate {
                identifier: used.identifier.clone(),
            };
        }
    }
}

/// The stable name of a way of showing.
pub(super) const fn shown_by_name(shown_by: ShownBy) -> &'static str {
    match shown_by {
        ShownBy::Live => "live",
        ShownBy::Offline => "offline",
        ShownBy::Printed => "printed",
        ShownBy::Copy => "copy",
        ShownBy::Fetch => "fetch",
        ShownBy::None => "none",
    }
}
