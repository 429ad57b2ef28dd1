//! Who may answer for somebody of a case: she herself, a guardian, or whoever has her mandate.

use serde::Deserialize;
use serde::Serialize;
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
use crate::flow::register::Register;
use crate::store::Rx;
use crate::store::Tx;

/// By what right somebody answers.
pub(super) enum Right {
    /// It is about herself.
    Own,
    /// As a child's guardian.
    Guardian(Box<GuardianAuthority>),
    /// By a chain of mandates.
    Mandate(Box<Authority>),
}

/// Somebody who answers for a person of a case.
pub(super) struct Answering {
    right: Right,
    told: Acted,
}

/// Who answered for a person of a case, and by what, as it was at that moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acted {
    /// The person, by place.
    pub(crate) person: usize,
    /// Whether somebody else than that person answered.
    pub(crate) by_another: bool,
    /// As signed records say it.
    pub(crate) told: Value,
}

impl Answering {
    /// By what right somebody answers for a person of a case, for certificates of these types.
    ///
    /// # Errors
    ///
    /// [`Reason::NotFound`] for a place where nobody is, and those of [`right`].
    pub(super) fn of(
        office: &Office,
        rx: &mut Rx<'_>,
        kept: &Kept,
        (place, types): (usize, &[&str]),
        acting: &[u8; 32],
    ) -> Result<Self, Failure> {
        let person = kept.case.people.get(place);
        let person = person.ok_or(Failure::refused(Reason::NotFound))?;
        let right = right(office, rx, kept, (person, types), acting)?;
        let told = Acted {
            person: place,
            by_another: !matches!(right, Right::Own),
            told: right.told(office, rx, person)?,
        };
        Ok(Self { right, told })
    }

    /// As the signed record of the answer says it.
    pub(super) const fn told(&self) -> &Acted {
        &self.told
    }

    /// Tells whom it concerns besides: the child's other guardians.
    pub(super) fn tell(
        &self,
        office: &Office,
        tx: &mut Tx<'_>,
        kept: &Kept,
        actor: &str,
    ) -> Result<(), Failure> {
        let Right::Guardian(authority) = &self.right else {
            return Ok(());
        };
        let names = kept.case.items.iter().map(|item| item.name.as_str());
        let names = names.collect::<Vec<_>>().join("、");
        authority.tell_others(tx, office, &names, (office.clock.now(), actor))?;
        Ok(())
    }
}

impl Right {
    /// Who answered for a person, in which capacity and by what, as signed records and receipts
    /// say it: people masked, a guardian with the certificate that names her and the order that
    /// counts, a mandate with its whole chain.
    ///
    /// # Errors
    ///
    /// [`Failure`] if what it stands on cannot be opened.
    fn told(&self, office: &Office, rx: &mut Rx<'_>, whose: &Person) -> Result<Value, Failure> {
        let of = json!({
            "name": whose.shown_name(),
            "code_type": whose.code.kind().to_string(),
            "code_last4": whose.code.last4(),
        });
        Ok(match self {
            Self::Own => json!({"for": of, "by": "own", "name": whose.shown_name()}),
            Self::Guardian(authority) => {
                let guardian = authority.guardian();
                let row = rx.certificate(guardian.certificate)?;
                let row = row.ok_or_else(|| Failure::Broken("a guardian of nobody".to_owned()))?;
                let named_by = Register::of(office).identifier(&row)?.to_string();
                json!({
                    "for": of,
                    "by": "guardian",
                    "name": guardian.name,
                    "certificate": named_by,
                    "order": guardian.order,
                })
            }
            Self::Mandate(authority) => {
                let chain = mandates::told_in(office, rx, authority)?;
                let links = chain.iter().map(|link| {
                    json!({
                        "mandate": link.mandate,
                        "kind": link.kind,
                        "name": link.name,
                        "until": link.until.to_string(),
                    })
                });
                json!({
                    "for": of,
                    "by": "mandate",
                    "name": chain.last().map(|link| link.name.as_str()),
                    "mandates": links.collect::<Vec<_>>(),
                })
            }
        })
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
    rx: &mut Rx<'_>,
    kept: &Kept,
    (person, types): (&Person, &[&str]),
    acting: &[u8; 32],
) -> Result<Right, Failure> {
    let now = office.clock.now();
    if !person.code.kind().is_organisation() {
        match guardians::consents(office, rx, &person.code, acting, now)? {
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
    let chain = mandate(office, rx, kept, (&index, acting), types)?;
    match chain {
        Ok(authority) => Ok(Right::Mandate(Box::new(authority))),
        Err(Reason::NoMandate) => Err(Failure::refused(Reason::OtherHolder)),
        Err(why) => Err(Failure::refused(why)),
    }
}

/// The chain by which somebody acts in every item of a case, for every type.
fn mandate(
    office: &Office,
    rx: &mut Rx<'_>,
    kept: &Kept,
    (principal, acting): (&[u8; 32], &[u8; 32]),
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
            match mandates::authority_in(rx, principal, acting, &item.code, *of, now)? {
                Ok(authority) => found = Ok(authority),
                Err(why) => return Ok(Err(why.reason())),
            }
        }
    }
    Ok(found)
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
            let find = |rx: &mut Rx<'_>| mandate(office, rx, kept, (&applicant, other), &[]);
            let chain = office.store.read(find)?;
            let last = chain.ok();
            let last = last.and_then(|authority| authority.links().last().map(|l| l.mandate));
            return Ok(last.map_or(Proof::None, |mandate| Proof::Mandate { mandate }));
        }
        _ => false,
    };
    Ok(if proven { Proof::Guardian } else { Proof::None })
}
