//! Who answers for a person of a case, and by what somebody is what she is said to be in it.

use super::kept::Kept;
use crate::domain::case::Proof;
use crate::domain::item::Whose;
use crate::domain::problem::Reason;
use crate::flow::acting::Answering;
use crate::flow::acting::Matter;
use crate::flow::acting::mandate;
use crate::flow::failure::Failure;
use crate::flow::guardians;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;

/// By what right somebody answers for a person of a case, for certificates of these types.
///
/// # Errors
///
/// [`Reason::NotFound`] for a place where nobody is, and those of [`Answering::of`].
pub(super) fn answering(
    office: &Office,
    rx: &mut Rx<'_>,
    kept: &Kept,
    (place, types): (usize, &[&str]),
    acting: &[u8; 32],
) -> Result<Answering, Failure> {
    let person = kept.case.people.get(place);
    let person = person.ok_or(Failure::refused(Reason::NotFound))?;
    let matter = Matter {
        shown_name: &person.shown_name(),
        index: holder_index(office.store.vault(), &person.code),
        code: Some(&person.code),
        items: &items(kept),
        types,
    };
    Answering::of(office, rx, (place, matter), acting)
}

/// Tells whom an answer concerns besides.
pub(super) fn tell(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    (answering, actor): (&Answering, &str),
) -> Result<(), Failure> {
    let names: Vec<&str> = items(kept).into_iter().map(|(_, name)| name).collect();
    answering.tell(office, tx, (&names.join("、"), actor))
}

fn items(kept: &Kept) -> Vec<(&str, &str)> {
    let items = kept.case.items.iter();
    items.map(|i| (i.code.as_str(), i.name.as_str())).collect()
}

/// By what somebody is what she is said to be to the applicant: parent and child by the child's
/// certificate, who acts for the applicant by a mandate.
///
/// # Errors
///
/// [`Failure`] if it could not be found out.
pub(super) fn proof(
    office: &Office,
    kept: &Kept,
    role: Whose,
    other: &[u8; 32],
) -> Result<Proof, Failure> {
    let Some(applicant) = kept.indexes(office).first().copied() else {
        return Ok(Proof::None);
    };
    let guards = |child: &[u8; 32], guardian: &[u8; 32]| {
        let authority = guardians::authority(office, child, guardian, office.clock.now())?;
        Ok::<_, Failure>(authority.is_ok())
    };
    let proven = match role {
        Whose::Child => guards(other, &applicant)?,
        Whose::Parent => {
            let children = kept.case.people.iter().zip(kept.indexes(office));
            let children = children.filter(|(p, _)| p.is_proven(Some(Whose::Child)));
            let mut proven = guards(&applicant, other)?;
            for (_, child) in children {
                proven = proven || guards(&child, other)?;
            }
            proven
        }
        Whose::LegalRepresentative | Whose::Agent => {
            let find =
                |rx: &mut Rx<'_>| mandate(office, rx, (&items(kept), &[]), (&applicant, other));
            let chain = office.store.read(find)?;
            let last = chain.ok();
            let last = last.and_then(|authority| authority.links().last().map(|l| l.mandate));
            return Ok(last.map_or(Proof::None, |mandate| Proof::Mandate { mandate }));
        }
        _ => false,
    };
    Ok(if proven { Proof::Guardian } else { Proof::None })
}
