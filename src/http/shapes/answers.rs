//! What is answered.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::problem::FindingWords;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Verdict;
use crate::flow::issue::one::OneIssued;

/// A finding, in both languages.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Finding {
    /// The column's key.
    column: String,
    /// The column's heading.
    label: String,
    /// The stable code.
    code: &'static str,
    /// Whether it is a warning only.
    warning: bool,
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
}

impl From<FindingWords> for Finding {
    fn from(words: FindingWords) -> Self {
        Self {
            column: words.column,
            label: words.label,
            code: words.code,
            warning: words.warning,
            zh: words.zh,
            en: words.en,
        }
    }
}

/// A certificate that was issued.
#[derive(Serialize, JsonSchema)]
pub(crate) struct IssuedAnswer {
    /// `issued`, `corrected`, `reissued` or `same`.
    outcome: String,
    /// Its identifier.
    identifier: String,
    /// What somebody should look at.
    warnings: Vec<Finding>,
}

impl From<OneIssued> for IssuedAnswer {
    fn from(issued: OneIssued) -> Self {
        Self {
            outcome: issued.outcome,
            identifier: issued.identifier.to_string(),
            warnings: issued.warnings.into_iter().map(Finding::from).collect(),
        }
    }
}

/// How a certificate stands now.
#[derive(Serialize, JsonSchema)]
pub(crate) struct StandingAnswer {
    /// The certificate.
    pub(crate) identifier: String,
    /// `in_force`, `suspended`, or the legal word of its end.
    pub(crate) standing: &'static str,
}

/// That it is done.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DoneAnswer {
    /// Always true.
    pub(crate) done: bool,
}

/// The codes of a picture, each with its verdict.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PictureVerdicts {
    /// The codes, row by row from the left; never none.
    pub(crate) codes: Vec<PictureVerdict>,
}

/// One code of a picture.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PictureVerdict {
    /// Its text; empty where the picture has no code that can be read.
    pub(crate) code: String,
    /// What verifying it came to.
    pub(crate) verdict: Verdict,
}

/// A batch that was taken in.
#[derive(Serialize, JsonSchema)]
pub(crate) struct BatchAnswer {
    /// Its id.
    pub(crate) batch: String,
    /// How it stands.
    pub(crate) state: &'static str,
}

/// A certificate that a holder can show.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CardAnswer {
    /// Its identifier.
    pub(crate) identifier: String,
    /// Its type's name.
    pub(crate) type_name: String,
    /// The agency that issued it.
    pub(crate) issuer_name: String,
    /// `holder`, `guardian` or `rebound`.
    pub(crate) role: &'static str,
    /// How it stands.
    pub(crate) standing: Outcome,
    /// The last day it is good; none for a long-term one.
    pub(crate) valid_to: Option<String>,
}

/// The certificates that a holder can show.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CardsAnswer {
    /// Newest first.
    pub(crate) cards: Vec<CardAnswer>,
}

/// A credential that was given.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CredentialAnswer {
    /// Its id.
    pub(crate) id: String,
    /// The token, this once: it is kept only as a digest. None for a TLS certificate, and
    /// when the request was repeated.
    pub(crate) token: Option<String>,
    /// The secret of an app key, this once: it is kept sealed. The app key itself is the id.
    pub(crate) secret: Option<String>,
}

/// A credential as operators see it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CredentialLine {
    /// Its id.
    pub(crate) id: String,
    /// `token`, `tls_certificate` or `app_key`.
    pub(crate) kind: &'static str,
    /// What lists call it.
    pub(crate) label: String,
    /// The role it gives.
    pub(crate) role: String,
    /// The agency's number, for roles of agencies.
    pub(crate) agency: Option<i32>,
    /// When it was given.
    pub(crate) created_at: String,
    /// When it runs out.
    pub(crate) expires_at: String,
    /// When it was taken back.
    pub(crate) revoked_at: Option<String>,
}

/// Every credential.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CredentialsAnswer {
    /// Oldest first.
    pub(crate) credentials: Vec<CredentialLine>,
}

/// Who may call what.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RoutesAnswer {
    /// Every role.
    pub(crate) roles: Vec<&'static str>,
    /// Every route.
    pub(crate) routes: Vec<RouteAnswer>,
}

/// A route, and which roles may call it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RouteAnswer {
    /// The method.
    pub(crate) method: &'static str,
    /// The path's pattern.
    pub(crate) path: &'static str,
    /// Its stable name.
    pub(crate) name: &'static str,
    /// What it is for.
    pub(crate) summary: String,
    /// Whether an `Idempotency-Key` is required.
    pub(crate) idempotency_key: bool,
    /// What keeps it from being done twice: it only `reads`, the `key`, or its `nature`.
    pub(crate) repeat: &'static str,
    /// Why it needs no key though it writes.
    pub(crate) why_repeatable: Option<String>,
    /// Whether whoever sits at the machine may, too.
    pub(crate) at_the_machine: bool,
    /// By role.
    pub(crate) allowed: BTreeMap<&'static str, bool>,
}

/// That the server is alive.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AliveAnswer {
    /// Always true.
    pub(crate) alive: bool,
}
