//! What verifying a receipt came to, in the words of every verdict.

use serde::Serialize;

use super::told::ReceiptTold;
use crate::crypto::genuine::Refused;
use crate::crypto::receipt_seal::Receipted;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Step;
use crate::domain::verdict::StepOutcome;
use crate::flow::verify::judge::Recorded;

/// What verifying a receipt came to: `valid`; `revoked` when it was voided, `superseded` when
/// another stands in its place; `tampered`; `untrusted_issuer` for a key that is not trusted for
/// it; `undetermined` when its key is compromised, or trust or register are not to be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReceiptVerdict {
    /// The outcome.
    pub verdict: Outcome,
    /// The steps, in the order they were done.
    pub steps: Vec<Step>,
    /// What the reader must still find out.
    pub not_checked: Vec<&'static str>,
    /// What it says; none where nothing could be trusted.
    pub receipt: Option<ReceiptTold>,
    /// Which receipt of the case stands in its place.
    pub replaced_by: Option<i16>,
    /// When this verdict was reached.
    pub at: String,
}

/// Whether the register has the receipt, and whether it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// There is no register to ask.
    NotAsked,
    /// It has none with this digest.
    Unknown,
    /// It stands.
    Stands,
    /// It was voided; the number of the one in its place, if the case was closed again.
    Voided(Option<i16>),
}

impl ReceiptVerdict {
    pub(super) fn begin(now: Timestamp) -> Self {
        Self {
            verdict: Outcome::Undetermined,
            steps: Vec::with_capacity(6),
            not_checked: Vec::new(),
            receipt: None,
            replaced_by: None,
            at: now.to_string(),
        }
    }

    /// A verdict on what was refused for what it is.
    pub(super) fn refused(now: Timestamp, refused: Refused) -> Self {
        let mut verdict = Self::begin(now);
        if refused.step != "read" {
            verdict.passed("read", None);
        }
        verdict.failed(refused.step, refused.outcome, refused.detail)
    }

    pub(super) fn passed(&mut self, code: &'static str, age_s: Option<i64>) {
        self.note(code, StepOutcome::Passed, age_s, None);
    }

    pub(super) fn failed(
        mut self,
        code: &'static str,
        outcome: Outcome,
        detail: Option<&'static str>,
    ) -> Self {
        self.note(code, StepOutcome::Failed, None, detail);
        self.verdict = outcome;
        self
    }

    fn note(
        &mut self,
        code: &'static str,
        outcome: StepOutcome,
        age_s: Option<i64>,
        detail: Option<&'static str>,
    ) {
        self.steps.push(Step {
            code,
            outcome,
            age_s,
            detail,
        });
    }
}

/// Judges a receipt whose signature fits: trust, key, register, in this order.
pub(super) fn judge(
    receipted: &Receipted,
    told: ReceiptTold,
    (trust, now): (&Trust, Timestamp),
    (recorded, kept): (Recorded, Kept),
) -> ReceiptVerdict {
    let mut verdict = ReceiptVerdict::begin(now);
    verdict.receipt = Some(told);
    verdict.passed("read", None);
    verdict.passed("signature", Some(now.secs_since(receipted.signed_at)));
    if now >= trust.next_update {
        return verdict.failed("trust", Outcome::Undetermined, Some("trust_list_too_old"));
    }
    if trust.in_doubt {
        return verdict.failed("trust", Outcome::Undetermined, Some("lists_in_doubt"));
    }
    verdict.passed("trust", Some(now.secs_since(trust.issued_at)));
    match (receipted.key, recorded) {
        (KeyFinding::Good, _) => verdict.passed("issuer", None),
        (KeyFinding::Compromised { since }, Recorded::At(at)) if at < since => {
            verdict.passed("recorded_before_compromise", None);
        }
        (KeyFinding::Compromised { .. }, _) => {
            return verdict.failed("issuer", Outcome::Undetermined, Some("key_compromised"));
        }
        (KeyFinding::OutOfTime, _) => {
            return verdict.failed("issuer", Outcome::UntrustedIssuer, Some("key_out_of_time"));
        }
    }
    match kept {
        Kept::NotAsked => {
            verdict.note("voided", StepOutcome::NotChecked, None, None);
            verdict.not_checked.push("voided");
        }
        Kept::Unknown => {
            return verdict.failed("voided", Outcome::Undetermined, Some("status_unknown"));
        }
        Kept::Stands => verdict.passed("voided", None),
        Kept::Voided(Some(next)) => {
            verdict.replaced_by = Some(next);
            return verdict.failed("voided", Outcome::Superseded, None);
        }
        Kept::Voided(None) => return verdict.failed("voided", Outcome::Revoked, None),
    }
    verdict.verdict = Outcome::Valid;
    verdict
}
