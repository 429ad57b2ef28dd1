//! Who may answer for somebody of a case: she herself, a guardian, or whoever has her mandate.

use serde_json::Value;
use serde_json::json;

use super::kept::Kept;
use crate::domain::case::Person;
use crate::domain::case::Proof;
use crate::domain::item::Whose;
use crate::domain::mandate::Authority;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::guardians;
use crate::flow::guardians::GuardianAuthority;
use crate::flow::issue::holder_index;
use crate::flow::mandates;
use crate::flow::office::Office;
use crate::store::Tx;

/// By what right somebody answers.
pub(super) enum Right {
    /// It is about herself.
    Own,
    /// As a child's guardian.
    Guardian(Box<GuardianAuthority>),
    /// By a chain of mandates.
    Mandate(Vec<i64>),
}

impl Right {
    /// As the signed record of the answer says it.
    pub(super) fn told(&self) -> Value {
        match self {
            Self::Own => json!({"by": "own"}),
            Self::Guardian(_) => json!({"by": "guardian"}),
            Self::Mandate(chain) => json!({"by": "mandate", "mandates": chain}),
        }
    }

    /// Tells whom it concerns besides: the child's other guardians.
    pub(super) fn tell(
        &self,
        office: &Office,
        tx: &mut Tx<'_>,
        kept: &Kept,
        actor: &str,
    ) -> Result<(), Failure> {
        let Self::Guardian(authority) = self else {
            return Ok(());
        };
        let names = kept.case.items.iter().map(|item| item.name.as_str());
        let names = names.collect::<Vec<_>>().join("、");
        authority.tell_others(tx, office, &names, (office.clock.now(), actor))?;
        Ok(())
    }
}

/// By what right somebody answers for a person of a case, for certificates of these types.
///
/// # Errors
///
/// [`Reason::OtherHolder`] for who has no part in it; for who has one that does not suffice,
/// what it lacks.
pub(super) fn right(
    office: &Office,
    kept: &Kept,
    (person, types): (&Person, &[&str]),
    acting: &[u8; 32],
) -> Result<Right, Failure> {
    let now = office.clock.now();
    if !person.code.kind().is_organisation() {
        match guardians::consents(office, &person.code, acting, now)? {
            Ok(None) => return Ok(Right::Own),
            Ok(Some(authority)) => return Ok(Right::Guardian(Box::new(authority))),
            Err(Reason::NoGuardian) => {}
            Err(why) => return Err(Failure::refused(why)),
        }
    }
    let index = holder_index(office.store.vault(), &person.code);
    if index == *acting {
        return Ok(Right::Own);
    }
    let chain = mandate(office, kept, &index, acting, types)?;
    match chain {
        Ok(authority) => Ok(Right::Mandate(links(&authority))),
        Err(Reason::NoMandate) => Err(Failure::refused(Reason::OtherHolder)),
        Err(why) => Err(Failure::refused(why)),
    }
}

/// The chain by which somebody acts in every item of a case, for every type.
fn mandate(
    office: &Office,
    kept: &Kept,
    principal: &[u8; 32],
    acting: &[u8; 32],
    types: &[&str],
) -> Result<Result<Authority, Reason>, Failure> {
    let now = office.clock.now();
    let mut found = Err(Reason::NoMandate);
    let types: Vec<Option<&str>> = match types {
        [] => vec![None],
        types => types.iter().map(|of| Some(*of)).collect(),
    };
    for item in &kept.case.items {
        for of in &types {
            match mandates::authority(office, principal, acting, &item.code, *of, now)? {
                Ok(authority) => found = Ok(authority),
                Err(why) => return Ok(Err(why.reason())),
            }
        }
    }
    Ok(found)
}

fn links(authority: &Authority) -> Vec<i64> {
    authority.links().iter().map(|link| link.mandate).collect()
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
            let chain = mandate(office, kept, &applicant, other, &[])?;
            let last = chain.ok().and_then(|authority| links(&authority).pop());
            return Ok(last.map_or(Proof::None, |mandate| Proof::Mandate { mandate }));
        }
        _ => false,
    };
    Ok(if proven { Proof::Guardian } else { Proof::None })
}
