//! How a material of a case stands, and the steps that change it.

use serde::Deserialize;
use serde::Serialize;

use super::CaseMaterial;
use crate::domain::item::Necessity;
use crate::domain::item::Route;
use crate::domain::time::Day;

/// Why a material is handed in on paper although it could have been spared. Each time one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperReason {
    /// Nothing can stand for it: it must be handed in.
    Required,
    /// The register has no such certificate of this person.
    NotFound,
    /// Nobody was there with a phone.
    NoPhone,
    /// The holder refused.
    Refused,
    /// The certificate says something else, or is somebody else's.
    Mismatch,
    /// It has run out, or is no longer in force.
    Expired,
    /// The department's system did not answer, or the status could not be found out.
    SourceDown,
    /// The applicant preferred to hand in paper.
    PreferredPaper,
    /// The paper itself is taken back.
    Returned,
    /// The certificate serves once, and has served.
    UsedUp,
}

/// The reasons with the numbers that are stored for ever, and their stable names.
const REASONS: &[(PaperReason, i16, &str)] = &[
    (PaperReason::Required, 1, "required"),
    (PaperReason::NotFound, 2, "not_found"),
    (PaperReason::NoPhone, 3, "no_phone"),
    (PaperReason::Refused, 4, "refused"),
    (PaperReason::Mismatch, 5, "mismatch"),
    (PaperReason::Expired, 6, "expired"),
    (PaperReason::SourceDown, 7, "source_down"),
    (PaperReason::PreferredPaper, 8, "preferred_paper"),
    (PaperReason::Returned, 9, "returned"),
    (PaperReason::UsedUp, 10, "used_up"),
];

impl PaperReason {
    /// Every reason.
    pub fn all() -> impl Iterator<Item = Self> {
        REASONS.iter().map(|(reason, ..)| *reason)
    }

    /// The stored number.
    #[must_use]
    pub fn number(self) -> i16 {
        let found = REASONS.iter().find(|(reason, ..)| *reason == self);
        found.map_or(0, |(_, number, _)| *number)
    }

    /// The reason of a stored number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        let found = REASONS.iter().find(|(_, n, _)| *n == number);
        found.map(|(reason, ..)| *reason)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = REASONS.iter().find(|(reason, ..)| *reason == self);
        found.map_or("", |(.., name)| name)
    }

    /// The reason of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|reason| reason.name() == name)
    }

    /// Whether an officer may give it: what must be handed in or is taken back is for the rule
    /// of the item to say.
    #[must_use]
    pub const fn is_for_the_officer(self) -> bool {
        !matches!(self, Self::Required | Self::Returned)
    }
}

/// How a material stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum State {
    /// Nothing was done about it.
    NotAsked,
    /// The holder was asked, and has not answered.
    Waiting {
        /// The consent that is waited for.
        consent: i64,
    },
    /// A certificate serves, and the officer has not waived the material yet.
    Verified,
    /// 免交: it need not be handed in.
    Waived {
        /// By which way.
        route: Route,
    },
    /// It is handed in on paper.
    NeedsPaper {
        /// Why.
        reason: PaperReason,
    },
    /// 部门核验: the issuer was asked, and has not answered.
    DepartmentCheck {
        /// The task at the issuer.
        task: i64,
    },
    /// 告知承诺: a signed promise stands for it.
    Promised,
    /// 容缺: it may follow until the end of that day.
    Tolerant {
        /// The day.
        until: Day,
    },
    /// The applicant says that the certificate is wrong: her own document prevails, and the
    /// issuer was told.
    Disputed {
        /// The correction at the issuer.
        task: i64,
    },
    /// An identity card was read: a check, never a waiver.
    Identified,
    /// 直接取消: it is no longer asked for.
    Cancelled,
}

/// The states with the numbers that figures are counted by, stored for ever.
const NUMBERS: &[(i16, &str)] = &[
    (0, "not_asked"),
    (1, "waiting"),
    (2, "verified"),
    (3, "waived"),
    (4, "needs_paper"),
    (5, "department_check"),
    (6, "promised"),
    (7, "tolerant"),
    (8, "disputed"),
    (9, "identified"),
    (10, "cancelled"),
];

impl State {
    /// The stored number.
    #[must_use]
    pub const fn number(&self) -> i16 {
        match self {
            Self::NotAsked => 0,
            Self::Waiting { .. } => 1,
            Self::Verified => 2,
            Self::Waived { .. } => 3,
            Self::NeedsPaper { .. } => 4,
            Self::DepartmentCheck { .. } => 5,
            Self::Promised => 6,
            Self::Tolerant { .. } => 7,
            Self::Disputed { .. } => 8,
            Self::Identified => 9,
            Self::Cancelled => 10,
        }
    }

    /// The stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let found = NUMBERS.iter().find(|(number, _)| *number == self.number());
        found.map_or("", |(_, name)| name)
    }

    /// Whether nothing is left to be done about it.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        !matches!(
            self,
            Self::NotAsked | Self::Waiting { .. } | Self::Verified | Self::DepartmentCheck { .. }
        )
    }
}

/// A step with a material.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Its holder is asked.
    Ask(i64),
    /// The holder did not answer in time: she can be asked again.
    Lapse(i64),
    /// The holder refused.
    Refuse(i64),
    /// The holder takes back what she gave, before it was waived.
    Withdraw,
    /// Certificates serve for all of whom it is asked.
    Verify,
    /// The officer waives it.
    Waive,
    /// It is handed in on paper.
    Paper(PaperReason),
    /// Its issuer is asked.
    Check(i64),
    /// The issuer has answered: whether it is so.
    Answer {
        /// The task that was answered.
        task: i64,
        /// Whether the issuer says that it is so.
        confirmed: bool,
    },
    /// A promise stands for it.
    Promise,
    /// It may follow until then.
    Tolerate(Day),
    /// The applicant disputes what the certificate says.
    Dispute(i64),
    /// The identity card was read.
    Identify,
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongAct {
    /// The case is closed.
    #[error("the case is closed")]
    Closed,
    /// It has no such material.
    #[error("the case has no such material")]
    NoSuchMaterial,
    /// The material was waived before: it is waived once.
    #[error("the material was waived before")]
    WaivedBefore,
    /// It does not stand where the step could be taken from.
    #[error("the material does not stand where this could be done")]
    NotFromHere,
    /// The item does not allow this way.
    #[error("the item does not allow this for the material")]
    NotAllowed,
}

impl CaseMaterial {
    /// How it stands after a step.
    ///
    /// # Errors
    ///
    /// [`WrongAct`].
    pub(super) fn after(&self, act: &Act) -> Result<State, WrongAct> {
        match act {
            Act::Ask(consent) => self.may_ask(*consent),
            Act::Lapse(consent) => self.waited(*consent, State::NotAsked),
            Act::Refuse(consent) => self.waited(*consent, paper(PaperReason::Refused)),
            Act::Withdraw => {
                from_here(self.state == State::Verified)?;
                Ok(State::NotAsked)
            }
            Act::Verify => self.undecided().map(|()| State::Verified),
            Act::Waive => self.may_waive(),
            Act::Paper(reason) => self.may_need_paper(*reason),
            Act::Check(task) => {
                self.undecided()?;
                allow(self.certificate_type.is_some() && !self.return_paper)?;
                Ok(State::DepartmentCheck { task: *task })
            }
            Act::Answer { task, confirmed } => self.answered(*task, *confirmed),
            Act::Promise => {
                self.undecided()?;
                allow(self.route == Some(Route::Promise))?;
                Ok(State::Promised)
            }
            Act::Tolerate(until) => {
                self.undecided()?;
                allow(self.necessity == Necessity::Tolerant)?;
                Ok(State::Tolerant { until: *until })
            }
            Act::Dispute(task) => {
                allow(self.certificate_type.is_some())?;
                let open = !matches!(self.state, State::Disputed { .. } | State::Cancelled);
                from_here(open)?;
                Ok(State::Disputed { task: *task })
            }
            Act::Identify => {
                allow(self.identity)?;
                from_here(self.state == State::NotAsked)?;
                Ok(State::Identified)
            }
        }
    }

    /// Whether nothing final was decided: what must be on paper, identifies or is no longer
    /// asked for was decided by the rule.
    fn undecided(&self) -> Result<(), WrongAct> {
        allow(self.is_waivable() || self.necessity == Necessity::Tolerant)?;
        match self.state {
            State::Waived { .. } => Err(WrongAct::WaivedBefore),
            State::NotAsked
            | State::Waiting { .. }
            | State::Verified
            | State::NeedsPaper { .. } => Ok(()),
            _ => Err(WrongAct::NotFromHere),
        }
    }

    fn may_ask(&self, consent: i64) -> Result<State, WrongAct> {
        self.undecided()?;
        allow(self.certificate_type.is_some())?;
        from_here(!matches!(
            self.state,
            State::Waiting { .. } | State::Verified
        ))?;
        Ok(State::Waiting { consent })
    }

    fn waited(&self, consent: i64, then: State) -> Result<State, WrongAct> {
        from_here(self.state == State::Waiting { consent })?;
        Ok(then)
    }

    fn may_waive(&self) -> Result<State, WrongAct> {
        match (&self.state, self.route) {
            (State::Waived { .. }, _) => Err(WrongAct::WaivedBefore),
            (State::Verified, Some(route)) if self.is_waivable() => Ok(State::Waived { route }),
            _ => Err(WrongAct::NotFromHere),
        }
    }

    fn may_need_paper(&self, reason: PaperReason) -> Result<State, WrongAct> {
        allow(reason.is_for_the_officer() && self.is_waivable())?;
        let open = !matches!(self.state, State::Disputed { .. });
        from_here(open)?;
        Ok(paper(reason))
    }

    fn answered(&self, task: i64, confirmed: bool) -> Result<State, WrongAct> {
        from_here(self.state == State::DepartmentCheck { task })?;
        if confirmed {
            let route = Route::DepartmentCheck;
            Ok(State::Waived { route })
        } else {
            Ok(paper(PaperReason::Mismatch))
        }
    }
}

const fn paper(reason: PaperReason) -> State {
    State::NeedsPaper { reason }
}

const fn allow(allowed: bool) -> Result<(), WrongAct> {
    if allowed {
        Ok(())
    } else {
        Err(WrongAct::NotAllowed)
    }
}

const fn from_here(can: bool) -> Result<(), WrongAct> {
    if can {
        Ok(())
    } else {
        Err(WrongAct::NotFromHere)
    }
}
