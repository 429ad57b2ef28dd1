//! Name whom else a case concerns, and by what she is what she is said to be.

use serde_json::json;

use super::kept::Kept;
use super::view::CaseView;
use super::view::look;
use crate::domain::caller::Caller;
use crate::domain::case::Person;
use crate::domain::case::Proof;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::item::Whose;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::holders::HolderRole;

/// The most people of one case.
const MOST: usize = 50;

/// Somebody whom a case concerns.
#[derive(Clone, Debug)]
pub struct PersonNamed {
    /// What she is in the case.
    pub role: Whose,
    /// Her name.
    pub name: String,
    /// Her code.
    pub code: HolderCode,
}

/// Names somebody whom a case concerns. A child or parent whom the register knows by a birth
/// certificate is proven by that; anybody else is not, until a certificate of the case names her
/// beside the applicant or a second officer confirms her.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CaseClosed`], [`Reason::BadRequest`] for a blank name, too
/// many people, or somebody who is that already.
pub fn name_person(
    office: &Office,
    number: &str,
    named: &PersonNamed,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CaseView, Failure> {
    let name = named.name.trim();
    if name.is_empty() || name.chars().count() > 100 || named.role == Whose::Applicant {
        let what = "somebody beside the applicant, with a name";
        return Err(Failure::because(Reason::BadRequest, what));
    }
    let now = office.clock.now();
    let work = |tx: &mut Tx<'_>| {
        let mut kept = opened(office, tx, number, by)?;
        let same = kept
            .case
            .people
            .iter()
            .position(|person| person.code == named.code);
        let proof = proof(office, tx, &kept, named)?;
        let place = match same {
            // A mother who applies herself is a parent, too.
            Some(place) => {
                let person = kept.case.people.get_mut(place);
                let person = person.filter(|person| !person.is(named.role));
                person.ok_or_else(already)?.roles.push(named.role);
                place
            }
            None if kept.case.people.len() >= MOST => return Err(already()),
            None => {
                kept.case.people.push(Person {
                    roles: vec![named.role],
                    name: name.to_owned(),
                    code: named.code.clone(),
                    named_by: by.id.clone(),
                    proof: proof.clone(),
                });
                kept.case.people.len() - 1
            }
        };
        if proof == Proof::Guardian
            && named.role == Whose::Child
            && let Some(applicant) = kept.case.people.first_mut()
            && !applicant.is(Whose::Parent)
        {
            applicant.roles.push(Whose::Parent);
        }
        kept.put(office, tx)?;
        let what = json!({"person": place, "role": named.role.name(), "step": "named"});
        tx.record(kept.event(office, EventKind::CaseChanged, by, &what));
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    look(office, number, by)
}

/// Confirms as a second officer that somebody is what she is said to be.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CaseClosed`], [`Reason::SecondOfficer`] for the officer who
/// named her, [`Reason::WrongStep`] when she is proven already.
pub fn confirm_person(
    office: &Office,
    number: &str,
    place: usize,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CaseView, Failure> {
    let now = office.clock.now();
    let work = |tx: &mut Tx<'_>| {
        let mut kept = opened(office, tx, number, by)?;
        let person = kept.case.people.get_mut(place);
        let person = person.ok_or(Failure::refused(Reason::NotFound))?;
        if person.is_proven() {
            return Err(Failure::refused(Reason::WrongStep));
        }
        if person.named_by == by.id {
            return Err(Failure::refused(Reason::SecondOfficer));
        }
        person.proof = Proof::SecondOfficer {
            officer: by.id.clone(),
        };
        kept.put(office, tx)?;
        let what = json!({"person": place, "step": "confirmed"});
        tx.record(kept.event(office, EventKind::CaseChanged, by, &what));
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    look(office, number, by)
}

/// A case that is not closed.
pub(super) fn opened(
    office: &Office,
    tx: &mut Tx<'_>,
    number: &str,
    by: &Caller,
) -> Result<Kept, Failure> {
    let kept = Kept::read(office, tx, number, by)?;
    if kept.case.is_closed() {
        return Err(Failure::refused(Reason::CaseClosed));
    }
    Ok(kept)
}

fn already() -> Failure {
    Failure::because(Reason::BadRequest, "the case has this person, or too many")
}

/// What proves somebody: the register knows parent and child by the child's certificate.
fn proof(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    named: &PersonNamed,
) -> Result<Proof, Failure> {
    let Some(applicant) = kept.case.applicant() else {
        return Ok(Proof::None);
    };
    let vault = office.store.vault();
    let applicant = holder_index(vault, &applicant.code);
    let other = holder_index(vault, &named.code);
    let proven = match named.role {
        Whose::Child => is_guardian(tx, &applicant, &other)?,
        Whose::Parent => {
            is_guardian(tx, &other, &applicant)? || share_a_child(office, tx, kept, &other)?
        }
        _ => false,
    };
    Ok(if proven { Proof::Guardian } else { Proof::None })
}

/// Whether the other parent, too, is on the certificate of a child of the case.
fn share_a_child(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    other: &[u8; 32],
) -> Result<bool, Failure> {
    let vault = office.store.vault();
    let children = kept
        .case
        .people
        .iter()
        .filter(|p| p.is(Whose::Child) && p.is_proven());
    for child in children {
        if is_guardian(tx, other, &holder_index(vault, &child.code))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody is the guardian on a certificate that another holds.
pub(super) fn is_guardian(
    tx: &mut Tx<'_>,
    guardian: &[u8; 32],
    child: &[u8; 32],
) -> Result<bool, Failure> {
    for (row, role) in tx.certificates_of_holder(guardian, None, 200)? {
        if role != HolderRole::Guardian {
            continue;
        }
        let people = tx.holders_of(row.id)?;
        let held = people.iter().any(|p| {
            p.role != HolderRole::Guardian.stored() && p.holder_index.as_slice() == child.as_slice()
        });
        if held {
            return Ok(true);
        }
    }
    Ok(false)
}
