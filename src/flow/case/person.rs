//! Name whom else a case concerns, and by what she is what she is said to be.

use serde_json::json;

use super::acting::proof;
use super::kept::Kept;
use super::view::CaseView;
use super::view::look_after;
use crate::domain::caller::Caller;
use crate::domain::case::Part;
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
/// certificate is proven by that, who acts for the applicant by a mandate; anybody else is not,
/// until a certificate of the case names her beside the applicant or a second officer confirms
/// her. What she was proven to be before says nothing of the part that is named now.
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
    let kept = office.store.read(|rx| Kept::read(office, rx, number, by))?;
    let index = holder_index(office.store.vault(), &named.code);
    let proof = proof(office, &kept, named.role, &index)?;
    let part = |role| Part {
        role,
        named_by: by.id.clone(),
        proof: proof.clone(),
    };
    let work = |tx: &mut Tx<'_>| {
        let mut kept = opened(office, tx, number, by)?;
        let same = kept
            .case
            .people
            .iter()
            .position(|person| person.code == named.code);
        let place = match same {
            // A mother who applies herself is a parent, too.
            Some(place) => {
                let person = kept.case.people.get_mut(place);
                let person = person.filter(|person| !person.is(named.role));
                person.ok_or_else(already)?.parts.push(part(named.role));
                place
            }
            None if kept.case.people.len() >= MOST => return Err(already()),
            None => {
                kept.case.people.push(Person {
                    parts: vec![part(named.role)],
                    name: name.to_owned(),
                    code: named.code.clone(),
                });
                kept.case.people.len() - 1
            }
        };
        if proof == Proof::Guardian
            && named.role == Whose::Child
            && let Some(applicant) = kept.case.people.first_mut()
            && !applicant.is(Whose::Parent)
        {
            applicant.parts.push(part(Whose::Parent));
        }
        kept.put(office, tx)?;
        let what = json!({"person": place, "role": named.role.name(), "step": "named"});
        tx.record(kept.event(office, EventKind::CaseChanged, by, &what));
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    look_after(office, number, by)
}

/// Confirms as a second officer that somebody is what others said she is.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CaseClosed`], [`Reason::SecondOfficer`] for the officer who
/// named her as all that is not proven yet, [`Reason::WrongStep`] when all is.
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
        let parts = person.parts.iter_mut();
        let mut open: Vec<_> = parts.filter(|part| part.proof == Proof::None).collect();
        if open.is_empty() {
            return Err(Failure::refused(Reason::WrongStep));
        }
        open.retain(|part| part.named_by != by.id);
        if open.is_empty() {
            return Err(Failure::refused(Reason::SecondOfficer));
        }
        for part in open {
            part.proof = Proof::SecondOfficer {
                officer: by.id.clone(),
            };
        }
        kept.put(office, tx)?;
        let what = json!({"person": place, "step": "confirmed"});
        tx.record(kept.event(office, EventKind::CaseChanged, by, &what));
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    look_after(office, number, by)
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
