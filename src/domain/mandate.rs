//! Mandates 委托: who may act for whom, in which matters, until when.
//!
//! An organisation acts through its *representative* 法定代表人, who appoints *clerks* 经办人,
//! who may mandate an *agent* 帮您办; a person may mandate an agent for herself. Every link is
//! proposed by one side and confirmed by the other, and either side ends it.

mod chain;
mod scope;

pub use chain::Authority;
pub use chain::Link;
pub use chain::Refusal;
pub use chain::fits_below;
pub use chain::may_act;
pub use scope::Listed;
pub use scope::Scope;

use crate::domain::time::Timestamp;

/// What somebody is to the one they act for. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MandateKind {
    /// An organisation's legal representative 法定代表人: 0.
    Representative,
    /// Whom a representative appoints 经办人: 1.
    Clerk,
    /// Who helps with a matter 帮您办、代办人: 2.
    Agent,
}

const KINDS: [(MandateKind, i16, &str); 3] = [
    (MandateKind::Representative, 0, "representative"),
    (MandateKind::Clerk, 1, "clerk"),
    (MandateKind::Agent, 2, "agent"),
];

impl MandateKind {
    /// The stored number.
    #[must_use]
    pub fn stored(self) -> i16 {
        let found = KINDS.iter().find(|(kind, ..)| *kind == self);
        found.map_or(-1, |(_, number, _)| *number)
    }

    /// The kind of a stored number; `None` for a number that is none.
    #[must_use]
    pub fn from_stored(number: i16) -> Option<Self> {
        let found = KINDS.iter().find(|(_, n, _)| *n == number);
        found.map(|(kind, ..)| *kind)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = KINDS.iter().find(|(kind, ..)| *kind == self);
        found.map_or("", |(.., name)| name)
    }

    /// The kind of a name; `None` for a name that is none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let found = KINDS.iter().find(|(.., n)| *n == name);
        found.map(|(kind, ..)| *kind)
    }

    /// The most days such a mandate lasts.
    #[must_use]
    pub const fn longest_days(self) -> i64 {
        match self {
            Self::Representative => 3653,
            Self::Clerk => 1096,
            Self::Agent => 366,
        }
    }

    /// Whether who acts by this mandate may give one of that kind. Nobody hands a clerk's desk
    /// on, and an agent hands on nothing: that keeps every chain two deep.
    #[must_use]
    pub const fn may_give(self, given: Self) -> bool {
        matches!(
            (self, given),
            (Self::Representative, Self::Clerk | Self::Agent) | (Self::Clerk, Self::Agent)
        )
    }
}

/// Which side proposed a mandate. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who is acted for, or who stands above in the chain: 0.
    Giver,
    /// Who will act: 1.
    Agent,
    /// An officer who has both before her: 2. A second officer confirms.
    Office,
}

impl Side {
    /// The stored number.
    #[must_use]
    pub const fn stored(self) -> i16 {
        match self {
            Self::Giver => 0,
            Self::Agent => 1,
            Self::Office => 2,
        }
    }

    /// The side of a stored number; `None` for a number that is none.
    #[must_use]
    pub const fn from_stored(number: i16) -> Option<Self> {
        match number {
            0 => Some(Self::Giver),
            1 => Some(Self::Agent),
            2 => Some(Self::Office),
            _ => None,
        }
    }
}

/// How a mandate stands, but for the calendar: whether its time has come or passed is asked
/// with [`Mandate::standing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MandateState {
    /// One side said yes.
    Proposed,
    /// Both did.
    Confirmed {
        /// When the second did.
        at: Timestamp,
    },
    /// Either took it back.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

/// A step that a mandate cannot take from where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mandate is {from} and cannot be {wanted}")]
pub struct WrongMandateStep {
    /// Where it stands.
    pub from: &'static str,
    /// What was wanted.
    pub wanted: &'static str,
}

impl MandateState {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Confirmed { .. } => "confirmed",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// The other side says yes.
    ///
    /// # Errors
    ///
    /// [`WrongMandateStep`] unless it waits for that.
    pub const fn confirm(self, at: Timestamp) -> Result<Self, WrongMandateStep> {
        match self {
            Self::Proposed => Ok(Self::Confirmed { at }),
            Self::Confirmed { .. } | Self::Revoked { .. } => Err(WrongMandateStep {
                from: self.name(),
                wanted: "confirmed",
            }),
        }
    }

    /// Either side says no, or no longer.
    ///
    /// # Errors
    ///
    /// [`WrongMandateStep`] if that was said before.
    pub const fn revoke(self, at: Timestamp) -> Result<Self, WrongMandateStep> {
        match self {
            Self::Proposed | Self::Confirmed { .. } => Ok(Self::Revoked { at }),
            Self::Revoked { .. } => Err(WrongMandateStep {
                from: self.name(),
                wanted: "revoked",
            }),
        }
    }
}

/// How a mandate stands at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MandateStanding {
    /// It waits for the other side.
    Proposed,
    /// Its time has not come.
    NotBegun,
    /// It is good.
    InForce,
    /// Taken back.
    Revoked,
    /// Its time has passed.
    Expired,
}

impl MandateStanding {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::NotBegun => "not_begun",
            Self::InForce => "in_force",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

/// One link: somebody acts for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Its number.
    pub id: i64,
    /// What the one who acts is to the principal.
    pub kind: MandateKind,
    /// The mandate it was given under; none where the principal gave it.
    pub parent: Option<i64>,
    /// Who is acted for, at every link of a chain: the blind index of their code.
    pub principal: [u8; 32],
    /// Who acts: the blind index of their code.
    pub agent: [u8; 32],
    /// In which matters.
    pub scope: Scope,
    /// From when.
    pub from: Timestamp,
    /// The first moment it is no longer good.
    pub until: Timestamp,
    /// How it stands.
    pub state: MandateState,
}

impl Mandate {
    /// How it stands at a time, by itself: what stands above it is another question.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> MandateStanding {
        match self.state {
            MandateState::Revoked { .. } => MandateStanding::Revoked,
            _ if now >= self.until => MandateStanding::Expired,
            MandateState::Proposed => MandateStanding::Proposed,
            MandateState::Confirmed { .. } if now < self.from => MandateStanding::NotBegun,
            MandateState::Confirmed { .. } => MandateStanding::InForce,
        }
    }
}

#[cfg(test)]
mod tests;
