//! The steps that change how a material stands, and from where each can be taken.

use super::CaseMaterial;
use super::PaperReason;
use super::State;
use crate::domain::item::Necessity;
use crate::domain::item::Route;
use crate::domain::time::Day;

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
                // A yes waives it, and what may only follow must still be handed in.
                allow(self.certificate_type.is_some() && self.is_waivable())?;
                Ok(State::DepartmentCheck { task: *task })
            }
            Act::Answer { task, confirmed } => self.answered(*task, *confirmed),
            Act::Promise => {
                self.undecided()?;
                allow(self.route == Some(Route::Promise) && !self.return_paper)?;
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
        // Reading a card is a check: no other step makes a waiver of it.
        allow(!self.identity)?;
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
        // What nothing can stand for is handed in because it must be, and for no other reason.
        let fits = if self.is_waivable() {
            reason.is_for_the_officer()
        } else {
            !self.identity && reason == PaperReason::of_rule(self.return_paper)
        };
        allow(fits)?;
        from_here(!matches!(
            self.state,
            State::Disputed { .. } | State::Cancelled
        ))?;
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
