//! How much may be used on a day, and which uses are odd enough to be counted towards an alarm.

use super::UseRequest;
use super::gate::Claimed;
use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::usage::Operator;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;

/// What a use counts towards, and how much of each a day may have.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    day: Day,
    /// At most three.
    of: Vec<(String, i64, Reason)>,
}

impl Limits {
    /// Those of a use under a grant.
    pub(super) fn of(
        office: &Office,
        request: &UseRequest<'_>,
        claimed: &Claimed,
        by: &Caller,
    ) -> Self {
        let (id, grant) = &claimed.grant;
        let mut limits = Self::of_asking(office, request, claimed, by);
        let quota = (
            format!("grant:{id}"),
            i64::from(grant.quota_per_day),
            Reason::QuotaSpent,
        );
        limits.of.insert(0, quota);
        limits
    }

    /// Those of asking a holder, which uses nothing yet.
    pub(super) fn of_asking(
        office: &Office,
        request: &UseRequest<'_>,
        claimed: &Claimed,
        by: &Caller,
    ) -> Self {
        let limits = office.settings.limits;
        let (agency, operator) = (claimed.agency, operator(request, by));
        let of = vec![
            (
                format!("operator:{agency}:{operator}"),
                i64::from(limits.per_operator_day),
                Reason::OperatorLimit,
            ),
            (
                format!("agency:{agency}"),
                i64::from(limits.per_agency_day),
                Reason::AgencyLimit,
            ),
        ];
        Self {
            day: office.clock.now().day(),
            of,
        }
    }

    /// Looks whether each may have one more, and counts nothing.
    ///
    /// # Errors
    ///
    /// The reason of the first that is reached.
    pub(super) fn look(&self, rx: &mut Rx<'_>) -> Result<(), Failure> {
        for (scope, most, reason) in &self.of {
            if rx.uses_of(scope, self.day)? >= *most {
                return Err(Failure::refused(*reason));
            }
        }
        Ok(())
    }

    /// Counts one more towards each.
    ///
    /// # Errors
    ///
    /// The reason of the first that is reached; the transaction is not to be kept then.
    pub(super) fn count(&self, tx: &mut Tx<'_>) -> Result<(), Failure> {
        let mut all = self.of.iter();
        let of = [(); 3].map(|()| all.next().map(|(scope, most, _)| (scope.as_str(), *most)));
        let spent = tx.count_uses(self.day, of)?;
        match spent.and_then(|at| self.of.get(at)) {
            Some((.., reason)) => Err(Failure::refused(*reason)),
            None => Ok(()),
        }
    }
}

/// The credential by itself, as a key of the same kind.
pub(super) fn credential(by: &Caller) -> String {
    hand(&format!("credential:{}", by.id))
}

fn hand(whose: &str) -> String {
    base64url::encode(&sha256(whose.as_bytes()))
}

/// Whose hand it is, as a key that says nothing by itself: the operator's account, or the system
/// itself where it names none.
pub(super) fn operator(request: &UseRequest<'_>, by: &Caller) -> String {
    let named = request.purpose.operator.as_ref().map(Operator::checked);
    match named {
        Some(Ok(operator)) => hand(&format!("account:{}", operator.account)),
        _ => credential(by),
    }
}

/// Whether a refusal is odd: not one that says how a request is written, but one that says whom
/// it was about.
pub(super) const fn is_odd(reason: Reason) -> bool {
    !matches!(
        reason,
        Reason::BadCause
            | Reason::BadRequest
            | Reason::UnknownItem
            | Reason::ItemDiffers
            | Reason::CaseMissing
            | Reason::OperatorMissing
            | Reason::BasisMissing
            | Reason::PresentMissing
            | Reason::NeedsMatch
            | Reason::NoSuchField
            | Reason::ConsentOpen
            | Reason::ConsentRefused
            | Reason::Unavailable
            | Reason::Setup
    )
}
