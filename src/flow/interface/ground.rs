//! What authorises a use, by its mode: each piece of evidence is asked for by itself.

use serde_json::Value;
use serde_json::json;

use super::UseRequest;
use super::gate::Claimed;
use super::live_case::LiveCase;
use super::request::SLIP_USED;
use super::request::given;
use super::request::in_person;
use super::request::still_given;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::domain::usage::Operator;
use crate::domain::usage::Present;
use crate::domain::usage::Purpose;
use crate::domain::usage::UseMode;
use crate::domain::usage::stated;
use crate::flow::failure::Failure;
use crate::flow::guardians;
use crate::flow::issue::holder_index;
use crate::flow::mandates;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;

/// The most characters of a slip's number, and of a legal basis.
const LONGEST_SLIP: usize = 64;
const LONGEST_BASIS: usize = 200;

/// What authorises a use, so far as it does not depend on whose certificate it is.
pub(super) enum Ground {
    /// The holder answered yes on her phone.
    Consent(Consented),
    /// Somebody is there with her card, and signed a slip.
    InPerson {
        card: [u8; 32],
        code: HolderCode,
        slip: String,
    },
    /// An agent is there with her card, and a mandate or a child.
    Delegated {
        case: LiveCase,
        agent: [u8; 32],
        mandate: Option<i64>,
        item: String,
        of_type: String,
    },
    /// The agency's duty, in a live case.
    Duty { case: LiveCase, basis: String },
}

/// A consent that can be used.
pub(super) struct Consented {
    /// Its number.
    pub(super) request: i64,
    /// Whose certificates it is about.
    pub(super) holder: [u8; 32],
    /// The fields that she gave.
    pub(super) fields: Vec<String>,
}

impl Ground {
    /// What authorises a use.
    ///
    /// # Errors
    ///
    /// The piece that is missing or wrong, by a code of its own.
    pub(super) fn of(
        office: &Office,
        request: &UseRequest<'_>,
        claimed: &Claimed,
    ) -> Result<Self, Failure> {
        let purpose = request.purpose;
        let case = || {
            let about = (request.of, &*claimed.item);
            LiveCase::find(office, claimed.agency, purpose.case.as_deref(), about)
        };
        match purpose.mode {
            UseMode::Shown | UseMode::Online => given(office, request, claimed).map(Self::Consent),
            UseMode::InPerson => {
                operator(purpose)?;
                let slip = purpose.slip.as_deref();
                let slip = slip.and_then(|slip| stated(slip, LONGEST_SLIP));
                let slip = slip.ok_or(Failure::refused(Reason::BadSlip))?;
                let (card, code) = present(office, purpose)?;
                Ok(Self::InPerson {
                    card,
                    code,
                    slip: slip.to_owned(),
                })
            }
            UseMode::Delegated => {
                operator(purpose)?;
                Ok(Self::Delegated {
                    agent: present(office, purpose)?.0,
                    case: case()?,
                    mandate: purpose.mandate,
                    item: claimed.item.code.to_string(),
                    of_type: request.of.definition.code.clone(),
                })
            }
            UseMode::Duty => {
                operator(purpose)?;
                let basis = purpose.legal_basis.as_deref();
                let basis = basis.and_then(|basis| stated(basis, LONGEST_BASIS));
                let basis = basis.ok_or(Failure::refused(Reason::BasisMissing))?;
                Ok(Self::Duty {
                    case: case()?,
                    basis: basis.to_owned(),
                })
            }
        }
    }

    /// Whether it covers the certificates of somebody, or why not.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it could not be found out.
    pub(super) fn covers(
        &self,
        office: &Office,
        holder: &[u8; 32],
    ) -> Result<Result<(), Reason>, Failure> {
        let now = office.clock.now();
        let whether = |yes: bool, why: Reason| if yes { Ok(()) } else { Err(why) };
        Ok(match self {
            Self::Consent(given) => whether(given.holder == *holder, Reason::OtherHolder),
            Self::InPerson { card, code, .. } => {
                // Her own number says how old she is, whether or not anybody registered her birth.
                let whose = (holder, Some(code));
                let signed = office
                    .store
                    .read(|rx| guardians::consents(office, rx, whose, card, now))?;
                signed.map(|_right| ()).map_err(|why| match why {
                    Reason::NoGuardian => Reason::OtherHolder,
                    why => why,
                })
            }
            Self::Delegated {
                case,
                agent,
                mandate,
                item,
                of_type,
            } => {
                if !case.concerns(office, holder)? {
                    return Ok(Err(Reason::NotOfCase));
                }
                match mandate {
                    None => guardians::authority(office, holder, agent, now)?.map(|_found| ()),
                    Some(number) => {
                        let found =
                            mandates::authority(office, holder, agent, item, Some(of_type), now)?;
                        match found {
                            Err(why) => Err(why.reason()),
                            Ok(found) => {
                                let named = found.links().iter().any(|l| l.mandate == *number);
                                whether(named, Reason::NoMandate)
                            }
                        }
                    }
                }
            }
            Self::Duty { case, .. } => whether(case.concerns(office, holder)?, Reason::NotOfCase),
        })
    }

    /// Refuses what [`settle`](Self::settle) would refuse as things stand. A consent was looked at
    /// when it was found.
    ///
    /// # Errors
    ///
    /// [`Reason::BadSlip`].
    pub(super) fn look(&self, rx: &mut Rx<'_>, agency: u32) -> Result<(), Failure> {
        match self {
            Self::InPerson { slip, .. } if rx.has_slip(agency, slip)? => {
                Err(Failure::because(Reason::BadSlip, SLIP_USED))
            }
            _ => Ok(()),
        }
    }

    /// Whether it has something to do in the transaction of the use record.
    pub(super) const fn settles(&self) -> bool {
        matches!(self, Self::Consent(_) | Self::InPerson { .. })
    }

    /// Does in the transaction of the use record what the ground needs there: a consent is asked
    /// for again, and a slip is kept, so that it serves once.
    ///
    /// # Errors
    ///
    /// [`Reason::ConsentWithdrawn`], [`Reason::BadSlip`]; nothing may be written then.
    pub(super) fn settle(
        &self,
        office: &Office,
        tx: &mut Tx<'_>,
        (request, claimed): (&UseRequest<'_>, &Claimed),
    ) -> Result<(), Failure> {
        match self {
            Self::Consent(given) => still_given(tx, given.request),
            Self::InPerson { card, slip, .. } => {
                in_person(office, tx, (request, claimed), (slip, card))
            }
            Self::Delegated { .. } | Self::Duty { .. } => Ok(()),
        }
    }

    /// The live case that it stands on, if it is of a way that needs one.
    pub(super) const fn case(&self) -> Option<&LiveCase> {
        match self {
            Self::Delegated { case, .. } | Self::Duty { case, .. } => Some(case),
            Self::Consent(_) | Self::InPerson { .. } => None,
        }
    }

    /// As the use record tells it.
    pub(super) fn told(&self) -> Value {
        match self {
            Self::Consent(given) => json!({"consent": given.request}),
            Self::InPerson { slip, .. } => json!({"slip": slip}),
            Self::Delegated { case, mandate, .. } => {
                json!({"mandate": mandate, "registered": case.foreign.is_some()})
            }
            Self::Duty { case, basis } => {
                json!({"basis": basis, "registered": case.foreign.is_some()})
            }
        }
    }
}

/// The operator, whole.
fn operator(purpose: &Purpose) -> Result<Operator, Failure> {
    let named = purpose.operator.as_ref().map(Operator::checked);
    match named {
        Some(Ok(operator)) => Ok(operator),
        Some(Err(why)) => Err(Failure::because(Reason::OperatorMissing, why.to_string())),
        None => Err(Failure::refused(Reason::OperatorMissing)),
    }
}

/// Who is there in person, face compared with card: the blind index of the number on it, and the number.
fn present(office: &Office, purpose: &Purpose) -> Result<([u8; 32], HolderCode), Failure> {
    let missing = || Failure::refused(Reason::PresentMissing);
    let present: &Present = purpose.present.as_ref().ok_or_else(missing)?;
    stated(&present.name, 64).ok_or_else(missing)?;
    if present.face_checked {
        let index = holder_index(office.store.vault(), &present.code);
        Ok((index, present.code.clone()))
    } else {
        Err(Failure::refused(Reason::NeedsMatch))
    }
}
