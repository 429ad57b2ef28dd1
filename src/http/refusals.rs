//! Why the routes that share many reasons may refuse: what is issued, mandated and used.

use crate::domain::problem::Reason as R;

/// What is not issued.
pub(crate) const ISSUING: &[R] = &[
    R::BadDraft,
    R::UnknownType,
    R::MayNotIssue,
    R::NoIssuingKey,
    R::Differs,
    R::Ended,
    R::Suspended,
    R::KeyReused,
    R::BadPicture,
    R::ClockStepped,
];

/// What is not proposed as a mandate.
pub(crate) const PROPOSING: &[R] = &[
    R::BadCause,
    R::UnknownType,
    R::NoProof,
    R::GuardianNeeded,
    R::NoMandate,
    R::NotConfirmed,
    R::MandateEnded,
    R::OutOfScope,
    R::TooDeep,
    R::KeyReused,
];

/// What is not used: every piece that is missing or wrong has a code of its own.
pub(crate) const USING: &[R] = &[
    R::UnknownType,
    R::BadCause,
    R::UnknownItem,
    R::ItemDiffers,
    R::NoGrant,
    R::ModeNotGranted,
    R::FieldNotGranted,
    R::QuotaSpent,
    R::OperatorLimit,
    R::AgencyLimit,
    R::NotFound,
    R::CaseMissing,
    R::UnknownCase,
    R::CaseClosed,
    R::CaseExpired,
    R::OtherItem,
    R::NotOnList,
    R::NotOfCase,
    R::OperatorMissing,
    R::BasisMissing,
    R::ConsentMissing,
    R::ConsentOpen,
    R::ConsentRefused,
    R::ConsentWithdrawn,
    R::ConsentLate,
    R::OverAsking,
    R::OtherHolder,
    R::GuardianNeeded,
    R::GuardianEnded,
    R::BadSlip,
    R::PresentMissing,
    R::NeedsMatch,
    R::NoGuardian,
    R::NoMandate,
    R::MandateEnded,
    R::NotConfirmed,
    R::MandateNotBegun,
    R::OutOfScope,
    R::TooDeep,
];

/// Why no copy is made under the national names.
pub(crate) const COPYING: &[R] = &[
    R::SeveralCertificates,
    R::OnlyRelayed,
    R::NotGoodNow,
    R::CodeTooLarge,
    R::NoSuchField,
    R::Setup,
];

/// For what nobody is asked.
pub(crate) const ASKING: &[R] = &[
    R::UnknownType,
    R::BadCause,
    R::UnknownItem,
    R::ItemDiffers,
    R::NoGrant,
    R::ModeNotGranted,
    R::FieldNotGranted,
    R::OperatorLimit,
    R::AgencyLimit,
    R::ConsentMissing,
    R::OperatorMissing,
    R::UnknownAgency,
];
