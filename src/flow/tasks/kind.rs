//! Kinds of tasks, and how they stand.

/// What an issuer is asked to do. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// 部门核验: is it so?
    Check,
    /// 纠错: the applicant says that it is wrong.
    Correction,
    /// 不是我: the holder says that she was not there.
    NotMe,
}

impl TaskKind {
    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Check => 1,
            Self::Correction => 2,
            Self::NotMe => 3,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Correction => "correction",
            Self::NotMe => "not_me",
        }
    }

    pub(super) const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Check),
            2 => Some(Self::Correction),
            3 => Some(Self::NotMe),
            _ => None,
        }
    }
}

/// How a task stands. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// Nobody has answered.
    Open,
    /// It is so; or it was mended.
    Confirmed,
    /// It is not so; or there was nothing to mend.
    Denied,
    /// Nobody wants to know any more: the case was withdrawn.
    Withdrawn,
}

impl TaskState {
    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Open => 0,
            Self::Confirmed => 1,
            Self::Denied => 2,
            Self::Withdrawn => 3,
        }
    }

    pub(super) const fn name(number: i16) -> &'static str {
        match number {
            0 => "open",
            1 => "confirmed",
            2 => "denied",
            _ => "withdrawn",
        }
    }
}
