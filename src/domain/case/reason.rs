//! Why a material is on paper.

use serde::Deserialize;
use serde::Serialize;

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

    /// The reason that the rule gives for a material for which nothing can stand.
    #[must_use]
    pub const fn of_rule(return_paper: bool) -> Self {
        if return_paper {
            Self::Returned
        } else {
            Self::Required
        }
    }

    /// Whether an officer may give it for what could have been waived: what must be handed in or
    /// is taken back is for the rule of the item to say.
    #[must_use]
    pub const fn is_for_the_officer(self) -> bool {
        !matches!(self, Self::Required | Self::Returned)
    }
}
