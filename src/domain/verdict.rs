//! The verdict 核验结果: one vocabulary in pages, interfaces, commands and receipts.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::standing::Standing;
use crate::domain::time::Timestamp;

/// What checking a code or certificate came to.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 有效.
    Valid,
    /// 尚未生效.
    NotYetValid,
    /// 已过期.
    Expired,
    /// 暂扣.
    Suspended,
    /// Ended for good.
    Revoked,
    /// 已有新版本.
    Superseded,
    /// The signature does not fit the content.
    Tampered,
    /// Signed by nobody we trust for this.
    UntrustedIssuer,
    /// The code has run out; the certificate may be good.
    StaleCode,
    /// The code was used before.
    Replayed,
    /// No code of any kind we know.
    Unreadable,
    /// A code of a kind that is not ours, or of a certificate we cannot check yet.
    Unsupported,
    /// Status or trust is older than allowed, or a key is compromised: never "valid".
    Undetermined,
    /// 查无此证.
    NotFound,
    /// Not who or what it should be.
    Mismatch,
}

/// How the certificate was put before the verifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShownBy {
    /// A live code, used once: waives alone.
    Live,
    /// An offline code: needs the officer's identity match.
    Offline,
    /// A printed code: needs the officer's identity match.
    Printed,
    /// The code on an annotated copy 加注件, which is no original: proves what the copy says and
    /// never waives.
    Copy,
    /// Fetched by a system with grant and reason: waives alone.
    Fetch,
    /// A bare certificate or identifier: proves what it says and never waives.
    None,
}

/// How a step of the check came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// It passed.
    Passed,
    /// It failed, and decided the verdict.
    Failed,
    /// It was not done, and why is in its code.
    NotChecked,
}

/// One step of the check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Step {
    /// What was checked; stable, worded in the message files under `step`.
    pub code: &'static str,
    /// How it came out.
    pub outcome: StepOutcome,
    /// Seconds since the input of the step was made, where it has an age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_s: Option<i64>,
    /// More for the curious: a reason code. Never personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'static str>,
}

/// What a verdict says of the certificate itself.
#[derive(Clone, PartialEq, Debug, Serialize, Default, schemars::JsonSchema)]
pub struct Shown {
    /// The type's code.
    pub type_code: String,
    /// The version of the definition it was issued under: for labels, not for programs.
    #[serde(skip)]
    pub type_version: u32,
    /// The type's Chinese name.
    pub type_name: String,
    /// The identifier.
    pub identifier: String,
    /// The issuing agency's code.
    pub issuer_code: String,
    /// The issuing agency's name.
    pub issuer_name: String,
    /// The fields that were disclosed, by key.
    pub fields: BTreeMap<String, serde_json::Value>,
    /// The fields that the code was too small for: 未载入此码.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub not_in_code: Vec<String>,
    /// The legal word for a certificate that ended, where the register was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_word: Option<&'static str>,
    /// Whether it is an old record that was digitised.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub stock: bool,
}

/// A verdict: the outcome, how it was come by, and what was not checked.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Verdict {
    /// The outcome.
    pub verdict: Outcome,
    /// How it was shown.
    pub shown_by: ShownBy,
    /// The national result of GB/T 36906 as vendors share it: 0 to 5.
    pub national_result: u8,
    /// The steps, in the order they were done.
    pub steps: Vec<Step>,
    /// What the reader must still do or know.
    pub not_checked: Vec<&'static str>,
    /// The certificates, one for most codes; none when nothing could be trusted.
    pub certificates: Vec<Shown>,
    /// When this verdict was reached.
    pub at: String,
    /// The time that is over and that was asked about, where one was: outcome, days and status
    /// are those of then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stood_at: Option<String>,
}

impl Outcome {
    /// The national verification result: 0 correct and valid, 1 not yet, 2 suspended,
    /// 3 no longer valid, 4 cannot verify, 5 not found.
    #[must_use]
    pub const fn national_result(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::NotYetValid => 1,
            Self::Suspended => 2,
            Self::Expired | Self::Revoked | Self::Superseded => 3,
            Self::NotFound => 5,
            Self::Tampered
            | Self::UntrustedIssuer
            | Self::StaleCode
            | Self::Replayed
            | Self::Unreadable
            | Self::Unsupported
            | Self::Undetermined
            | Self::Mismatch => 4,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Tampered => "tampered",
            Self::UntrustedIssuer => "untrusted_issuer",
            Self::StaleCode => "stale_code",
            Self::Replayed => "replayed",
            Self::Unreadable => "unreadable",
            Self::Unsupported => "unsupported",
            Self::Undetermined => "undetermined",
            Self::NotFound => "not_found",
            Self::Mismatch => "mismatch",
        }
    }

    /// The outcome of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// Every outcome, for tables and tests.
    pub const ALL: [Self; 15] = [
        Self::Valid,
        Self::NotYetValid,
        Self::Expired,
        Self::Suspended,
        Self::Revoked,
        Self::Superseded,
        Self::Tampered,
        Self::UntrustedIssuer,
        Self::StaleCode,
        Self::Replayed,
        Self::Unreadable,
        Self::Unsupported,
        Self::Undetermined,
        Self::NotFound,
        Self::Mismatch,
    ];

    /// What a standing alone comes to.
    #[must_use]
    pub const fn of_standing(standing: Standing) -> Self {
        match standing {
            Standing::InForce => Self::Valid,
            Standing::Suspended => Self::Suspended,
            Standing::Ended(_) => Self::Revoked,
            Standing::Superseded => Self::Superseded,
        }
    }

    /// What the two bits of a status list come to; the legal word is known only online.
    #[must_use]
    pub const fn of_bits(bits: u8) -> Self {
        match bits {
            0 => Self::Valid,
            2 => Self::Suspended,
            3 => Self::Superseded,
            _ => Self::Revoked,
        }
    }
}

impl Verdict {
    /// Starts the record of a check at a moment.
    #[must_use]
    pub fn begin(shown_by: ShownBy, at: Timestamp) -> Self {
        Self {
            verdict: Outcome::Undetermined,
            shown_by,
            national_result: Outcome::Undetermined.national_result(),
            steps: Vec::with_capacity(8),
            not_checked: Vec::new(),
            certificates: Vec::new(),
            at: at.to_string(),
            stood_at: None,
        }
    }

    /// Notes a step that passed.
    pub fn passed(&mut self, code: &'static str, age_s: Option<i64>) {
        self.steps.push(Step {
            code,
            outcome: StepOutcome::Passed,
            age_s,
            detail: None,
        });
    }

    /// Notes a step that was not done.
    pub fn skipped(&mut self, code: &'static str) {
        self.steps.push(Step {
            code,
            outcome: StepOutcome::NotChecked,
            age_s: None,
            detail: None,
        });
        self.not_checked.push(code);
    }

    /// Notes the step that failed and ends the check with its outcome.
    #[must_use]
    pub fn failed(
        mut self,
        code: &'static str,
        outcome: Outcome,
        detail: Option<&'static str>,
    ) -> Self {
        self.steps.push(Step {
            code,
            outcome: StepOutcome::Failed,
            age_s: None,
            detail,
        });
        self.ended(outcome)
    }

    /// Takes the legal word of an end away, for those it is not for; what ended has ended.
    pub fn keep_the_word(&mut self) {
        let words = self.certificates.iter_mut();
        let words: Vec<&str> = words.filter_map(|shown| shown.end_word.take()).collect();
        for step in &mut self.steps {
            step.detail = step.detail.filter(|detail| !words.contains(detail));
        }
    }

    /// Ends the check with an outcome.
    #[must_use]
    pub fn ended(mut self, outcome: Outcome) -> Self {
        self.verdict = outcome;
        self.national_result = outcome.national_result();
        self
    }
}
