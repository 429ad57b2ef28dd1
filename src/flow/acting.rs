//! Who may answer for somebody: she herself, a guardian, or whoever has her mandate.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::holder::HolderCode;
use crate::domain::mandate::Authority;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::guardians;
use crate::flow::guardians::GuardianAuthority;
use crate::flow::mandates;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::Rx;
use crate::store::Tx;

/// What somebody is asked: whose certificates it is about, for which items, of which types.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matter<'a> {
    /// Whose, as any paper that lies about has the name.
    pub(crate) shown_name: &'a str,
    /// The blind index of her code.
    pub(crate) index: [u8; 32],
    /// Her code, where it is known.
    pub(crate) code: Option<&'a HolderCode>,
    /// The items, by code and name.
    pub(crate) items: &'a [(&'a str, &'a str)],
    /// The codes of the types; none stands for any.
    pub(crate) types: &'a [&'a str],
}

/// By what right somebody answers.
enum Right {
    /// It is about herself.
    Own,
    /// As a child's guardian.
    Guardian(Box<GuardianAuthority>),
    /// By a chain of mandates.
    Mandate(Box<Authority>),
}

/// Somebody who answers for somebody.
pub(crate) struct Answering {
    right: Right,
    told: Acted,
}

/// Who answered for somebody, and by what, as it was at that moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acted {
    /// Whom it was for, by place in the case; the first where there is no case.
    pub(crate) person: usize,
    /// Whether somebody else than that person answered.
    pub(crate) by_another: bool,
    /// As signed records say it.
    pub(crate) told: Value,
}

impl Answering {
    /// By what right somebody answers in a matter.
    ///
    /// # Errors
    ///
    /// [`Reason::OtherHolder`] for who has no part in it; for who has one that does not suffice,
    /// what it lacks.
    pub(crate) fn of(
        office: &Office,
        rx: &mut Rx<'_>,
        (place, matter): (usize, Matter<'_>),
        acting: &[u8; 32],
    ) -> Result<Self, Failure> {
        let right = right(office, rx, matter, acting)?;
        let told = Acted {
            person: place,
            by_another: !matches!(right, Right::Own),
            told: right.told(office, rx, matter)?,
        };
        Ok(Self { right, told })
    }

    /// As the signed record of the answer says it.
    pub(crate) const fn told(&self) -> &Acted {
        &self.told
    }

    /// Tells whom it concerns besides: the child's other guardians. `what` is the names of the
    /// items.
    pub(crate) fn tell(
        &self,
        office: &Office,
        tx: &mut Tx<'_>,
        (what, actor): (&str, &str),
    ) -> Result<(), Failure> {
        let Right::Guardian(authority) = &self.right else {
            return Ok(());
        };
        authority.tell_others(tx, office, what, (office.clock.now(), actor))?;
        Ok(())
    }
}

impl Right {
    /// Who answered, in which capacity and by what, as signed records and receipts
    /// say it: people masked, a guardian with the certificate that names her and the order that
    /// counts, a mandate with its whole chain.
    ///
    /// # Errors
    ///
    /// [`Failure`] if what it stands on cannot be opened.
    fn told(&self, office: &Office, rx: &mut Rx<'_>, matter: Matter<'_>) -> Result<Value, Failure> {
        let of = json!({
            "name": matter.shown_name,
            "code_type": matter.code.map(|code| code.kind().to_string()),
            "code_last4": matter.code.map(HolderCode::last4),
        });
        Ok(match self {
            Self::Own => json!({"for": of, "by": "own", "name": matter.shown_name}),
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

/// By what right somebody answers in a matter; see [`Answering::of`].
fn right(
    office: &Office,
    rx: &mut Rx<'_>,
    matter: Matter<'_>,
    acting: &[u8; 32],
) -> Result<Right, Failure> {
    let now = office.clock.now();
    let index = matter.index;
    if matter
        .code
        .is_none_or(|code| !code.kind().is_organisation())
    {
        match guardians::consents(office, rx, (&index, matter.code), acting, now)? {
            Ok(None) => return Ok(Right::Own),
            Ok(Some(authority)) => return Ok(Right::Guardian(Box::new(authority))),
            Err(Reason::NoGuardian) => {}
            Err(why) => return Err(Failure::refused(why)),
        }
    }
    if index == *acting {
        return Ok(Right::Own);
    }
    let matters = (matter.items, matter.types);
    match mandate(office, rx, matters, (&index, acting))? {
        Ok(authority) => Ok(Right::Mandate(Box::new(authority))),
        Err(Reason::NoMandate) => Err(Failure::refused(Reason::OtherHolder)),
        Err(why) => Err(Failure::refused(why)),
    }
}

/// The chain by which somebody acts in every one of these items, for every one of these types.
pub(crate) fn mandate(
    office: &Office,
    rx: &mut Rx<'_>,
    (items, types): (&[(&str, &str)], &[&str]),
    (principal, acting): (&[u8; 32], &[u8; 32]),
) -> Result<Result<Authority, Reason>, Failure> {
    let now = office.clock.now();
    let mut found = Err(Reason::NoMandate);
    let types: Vec<Option<&str>> = match types {
        [] => vec![None],
        types => types.iter().map(|of| Some(*of)).collect(),
    };
    for (item, _) in items {
        for of in &types {
            match mandates::authority_in(rx, principal, acting, item, *of, now)? {
                Ok(authority) => found = Ok(authority),
                Err(why) => return Ok(Err(why.reason())),
            }
        }
    }
    Ok(found)
}
