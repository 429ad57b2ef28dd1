//! What a case asks of whoever opens it on her phone: the materials that she can serve, herself
//! or for somebody, each with the certificate for it and just the fields that the items need.

use super::acting::answering;
use super::ask::row;
use super::asked::asked_material;
use super::asked::asks;
use super::consent::CaseOffer;
use super::consent::Content;
use super::consent::Piece;
use super::consent::record;
use super::kept::Kept;
use super::pending::holder;
use super::pending::meant;
use crate::codec::presented::LIVE_LENGTH;
use crate::domain::caller::Caller;
use crate::domain::case::Act;
use crate::domain::case::CaseMaterial;
use crate::domain::case::State;
use crate::domain::consent::Asked;
use crate::domain::consent::AskedMaterial;
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::definition::CertificateType;
use crate::domain::item::HowMany;
use crate::domain::item::Necessity;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::live::alphanumeric;
use crate::flow::verify::stands;
use crate::store::certificates::CertificateRow;

/// The most certificates of one person and type that are looked through.
const MOST: i64 = 20;

/// What a case asks of whoever opened it, for two minutes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct CaseAsks {
    /// The code under which she answers, shown once.
    pub code: String,
    /// Who asks, why, which fields of which certificates, until when.
    pub asked: Asked,
    /// The names of materials of hers for which there is no certificate in force.
    pub missing: Vec<String>,
}

/// What somebody could give to a case.
pub(super) struct Wanted {
    pub(super) pieces: Vec<Piece>,
    pub(super) materials: Vec<AskedMaterial>,
    missing: Vec<String>,
}

/// Opens what a case asks of the caller. Nothing of the case is changed and nothing is given;
/// what she was shown is kept, so that an answer can be to nothing else.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder, [`Reason::NotOfCase`] where there is no
/// such case or she has no part in it, [`Reason::CaseClosed`], [`Reason::NothingAsked`] where
/// nothing that she could give is open; for a part that does not suffice, what it lacks.
pub fn open_case(office: &Office, text: &str, by: &Caller) -> Result<CaseAsks, Failure> {
    let me = holder(by)?;
    let kept = meant(office, text, &me)?;
    let found = wanted(office, &kept, &me)?.map_err(Failure::refused)?;
    if kept.case.is_closed() {
        return Err(Failure::refused(Reason::CaseClosed));
    }
    if found.pieces.is_empty() {
        return Err(Failure::refused(Reason::NothingAsked));
    }
    let asked = asks(office, &kept, found.materials, &kept.row.opened_by)?;
    let code = alphanumeric(LIVE_LENGTH, &*office.randomness);
    let content = Content {
        person: found.pieces.first().map_or(0, |piece| piece.person),
        asked,
        record: None,
        served: Vec::new(),
        acted: Vec::new(),
        offer: Some(CaseOffer {
            acting: me,
            pieces: found.pieces,
        }),
        for_use: None,
        code: None,
    };
    office.store.write(|tx| {
        let id = tx.reserve("consent", 1)?;
        let mode = ConsentMode::CaseCode;
        let row = row(office, &kept, id, (&code, me), mode, None, &content)?;
        tx.insert_consent(&row)?;
        record(office, tx, &kept, &row, ConsentState::Asked, by)?;
        Ok::<_, Failure>(())
    })?;
    Ok(CaseAsks {
        code,
        asked: content.asked,
        missing: found.missing,
    })
}

/// The names of materials of somebody's for which there is no certificate in force.
pub(super) fn missing(office: &Office, kept: &Kept, me: &[u8; 32]) -> Result<Vec<String>, Failure> {
    let found = wanted(office, kept, me)?;
    Ok(found.map(|found| found.missing).unwrap_or_default())
}

/// What somebody could give to a case; if she has no part in it, what is said to her.
pub(super) fn wanted(
    office: &Office,
    kept: &Kept,
    me: &[u8; 32],
) -> Result<Result<Wanted, Reason>, Failure> {
    let known = office.known();
    let people = kept.indexes(office);
    let mut found = Wanted {
        pieces: Vec::new(),
        materials: Vec::new(),
        missing: Vec::new(),
    };
    let (mut takes_part, mut lacks) = (false, None);
    for (place, person) in kept.case.people.iter().enumerate() {
        match may(office, kept, place, &[], me)? {
            Ok(()) => takes_part = true,
            Err(Reason::OtherHolder) => {}
            Err(why) if person.is_proven(None) => lacks = Some(why),
            Err(_) => {}
        }
    }
    for (place, material) in kept.case.materials.iter().enumerate() {
        let of = material.certificate_type.as_ref();
        let of = of.and_then(|code| known.newest.get(code));
        let Some(of) = of.filter(|_| is_open(kept, place, material)) else {
            continue;
        };
        let mut hers = false;
        let before = found.pieces.len();
        for person in kept.case.people_of(material) {
            let (Some(who), Some(index)) = (kept.case.people.get(person), people.get(person))
            else {
                continue;
            };
            if !who.is_proven(material.whose) {
                continue;
            }
            if let Err(why) = may(office, kept, person, &[&of.definition.code], me)? {
                lacks = lacks.or(Some(why).filter(|why| *why != Reason::OtherHolder));
                continue;
            }
            (hers, takes_part) = (true, true);
            let Some(row) = newest(office, index, of, material)? else {
                continue;
            };
            let identifier = Register::of(office).identifier(&row)?;
            found.materials.push(AskedMaterial {
                certificate: Some(identifier.to_string()),
                required: material.necessity == Necessity::Required
                    && material.wants.iter().any(|w| w.alternatives.is_none()),
                ..asked_material(kept, (place, material), of, who)
            });
            found.pieces.push(Piece {
                material: place,
                person,
                certificate: row.id,
            });
            if material.how_many == HowMany::One {
                break;
            }
        }
        if hers && found.pieces.len() == before {
            found.missing.push(material.name.clone());
        }
    }
    Ok(match lacks {
        _ if takes_part => Ok(found),
        Some(why) => Err(why),
        None => Err(Reason::NotOfCase),
    })
}

/// Whether somebody answers for a person of a case, for certificates of these types.
fn may(
    office: &Office,
    kept: &Kept,
    person: usize,
    types: &[&str],
    me: &[u8; 32],
) -> Result<Result<(), Reason>, Failure> {
    if kept.case.people.get(person).is_none() {
        return Ok(Err(Reason::OtherHolder));
    }
    match office
        .store
        .read(|rx| answering(office, rx, kept, (person, types), me))
    {
        Ok(_) => Ok(Ok(())),
        Err(Failure::Refused(why)) => Ok(Err(why.reason)),
        Err(why) => Err(why),
    }
}

/// Whether a material can still be served, and nothing serves for it yet.
pub(super) fn is_open(kept: &Kept, place: usize, material: &CaseMaterial) -> bool {
    material.is_waivable()
        && material.state != State::Verified
        && kept.case.can(place, &Act::Verify)
}

/// The newest certificate of somebody that is good and has all the fields that are needed.
fn newest(
    office: &Office,
    index: &[u8; 32],
    of: &CertificateType,
    material: &CaseMaterial,
) -> Result<Option<CertificateRow>, Failure> {
    let register = Register::of(office);
    let rows = office
        .store
        .read(|rx| rx.own_certificates(index, of.number, MOST))?;
    for row in rows {
        let has_all = material.lacks(&register.facts(&row)?).is_empty();
        if has_all && stands(office, &register, &row)? == Outcome::Valid {
            return Ok(Some(row));
        }
    }
    Ok(None)
}
