//! What must prove a use, by its way: the table of modes × evidence.

use super::UseMode;
use crate::domain::problem::Reason;

/// A piece of evidence that a way of use needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The member of `purpose` that carries it, with a dot where it is inside another. Its words
    /// stand under `evidence` in the message files.
    pub member: &'static str,
    /// Why a use without it is refused.
    pub without: Reason,
}

const fn piece(member: &'static str, without: Reason) -> Piece {
    Piece { member, without }
}

/// What every use states.
const STATED: &[Piece] = &[
    piece("cause", Reason::BadCause),
    piece("item", Reason::UnknownItem),
    piece("item_name", Reason::ItemDiffers),
];
const OPERATOR: Piece = piece("operator", Reason::OperatorMissing);
const CASE: Piece = piece("case", Reason::CaseMissing);
const CONSENT: Piece = piece("consent", Reason::ConsentMissing);
const PRESENT: &[Piece] = &[
    piece("present", Reason::PresentMissing),
    piece("present.face_checked", Reason::NeedsMatch),
];

impl UseMode {
    /// What a use by this way must have, in the order in which it is looked at. A mandate is not
    /// among it: a guardian has none.
    #[must_use]
    pub fn evidence(self) -> Vec<Piece> {
        let (first, then): (&[Piece], &[Piece]) = match self {
            Self::Shown | Self::Online => (&[CONSENT], &[]),
            Self::InPerson => (&[OPERATOR, piece("slip", Reason::BadSlip)], PRESENT),
            Self::Delegated => (&[OPERATOR], PRESENT),
            Self::Duty => (&[OPERATOR, piece("legal_basis", Reason::BasisMissing)], &[]),
        };
        let mut all = [STATED, first, then].concat();
        if matches!(self, Self::Delegated | Self::Duty) {
            all.push(CASE);
        }
        all
    }
}
