//! Result codes: `0` is done, and every reason of ours falls into one of a few classes. The codes
//! are ours; no published table was at hand. The exact reason stands beside each.

use crate::domain::problem::Reason;

/// That it was done.
pub const DONE: &str = "0";

/// The request cannot be understood.
const REQUEST: &str = "1001";
/// What is said of the use is missing or wrong.
const PURPOSE: &str = "1002";
/// Who asks did not prove it.
const IDENTITY: &str = "2001";
/// Who asks may not.
const GRANT: &str = "2002";
/// No consent, mandate or guardian authorises it.
const CONSENT: &str = "2003";
/// The case does not carry it.
const CASE: &str = "2004";
/// Too much.
const LIMIT: &str = "3001";
/// There is no such thing.
const NONE: &str = "4001";
/// No copy can be made of it.
const COPY: &str = "4002";
/// It could not be found out now; ask again.
const LATER: &str = "5001";

/// The result code of a refusal.
#[must_use]
pub const fn status_of(reason: Reason) -> &'static str {
    match reason {
        Reason::BadCause
        | Reason::UnknownItem
        | Reason::ItemDiffers
        | Reason::CaseMissing
        | Reason::OperatorMissing
        | Reason::BasisMissing
        | Reason::PresentMissing
        | Reason::NeedsMatch
        | Reason::BadSlip => PURPOSE,
        Reason::Unauthenticated
        | Reason::ClockOff
        | Reason::NonceReplayed
        | Reason::CredentialEnded => IDENTITY,
        Reason::Forbidden
        | Reason::NoGrant
        | Reason::ModeNotGranted
        | Reason::FieldNotGranted
        | Reason::OverAsking => GRANT,
        Reason::ConsentMissing
        | Reason::ConsentOpen
        | Reason::ConsentRefused
        | Reason::ConsentWithdrawn
        | Reason::ConsentLate
        | Reason::OtherHolder
        | Reason::GuardianNeeded
        | Reason::GuardianEnded
        | Reason::NoGuardian
        | Reason::NoMandate
        | Reason::NotConfirmed
        | Reason::MandateEnded
        | Reason::MandateNotBegun
        | Reason::OutOfScope
        | Reason::TooDeep => CONSENT,
        Reason::UnknownCase
        | Reason::CaseClosed
        | Reason::CaseExpired
        | Reason::OtherItem
        | Reason::NotOnList
        | Reason::NotOfCase => CASE,
        Reason::TooMany | Reason::QuotaSpent | Reason::OperatorLimit | Reason::AgencyLimit => LIMIT,
        Reason::NotFound | Reason::UnknownType | Reason::UnknownAgency => NONE,
        Reason::SeveralCertificates
        | Reason::OnlyRelayed
        | Reason::NotGoodNow
        | Reason::CodeTooLarge => COPY,
        Reason::Unavailable | Reason::Setup => LATER,
        // Everything else is no answer of these operations; a caller can only look at its request.
        _ => REQUEST,
    }
}
