//! From a genuine claim to a verdict: pure, and exhaustive on purpose.

use crate::codec::compact::Kind;
use crate::codec::compact::StatusRef;
use crate::crypto::genuine::Certified;
use crate::crypto::genuine::Refused;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::crypto::types::Types;
use crate::domain::standing::EndWord;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Shown;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Verdict;

/// What is known of a certificate's status, and how old that knowledge is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatusFound {
    /// Known.
    Known {
        /// What it comes to.
        outcome: Outcome,
        /// The legal word of an end, which only the register knows.
        word: Option<EndWord>,
        /// Seconds since the source was made.
        age_s: i64,
    },
    /// The source is older than allowed.
    TooOld {
        /// Seconds since the source was made.
        age_s: i64,
    },
    /// No source knows it.
    Unknown,
}

/// Whether the register's ledger knew what was signed before its key was compromised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recorded {
    /// There is no register to ask.
    NotAsked,
    /// Recorded at this time.
    At(Timestamp),
    /// Not recorded.
    Never,
}

/// Everything beside the certificate that a verdict follows from.
pub struct Evidence<'a> {
    /// Now.
    pub now: Timestamp,
    /// The time that is asked about: now, unless somebody asks how it was.
    pub at: Timestamp,
    /// Whom we trust.
    pub trust: &'a Trust,
    /// The types.
    pub types: &'a Types,
    /// The certificate's status.
    pub status: StatusFound,
    /// What the ledger knows of it.
    pub recorded: Recorded,
}

/// Begins a verdict with what a claim was refused for.
#[must_use]
pub fn refuse(shown_by: ShownBy, now: Timestamp, refused: Refused) -> Verdict {
    let mut verdict = Verdict::begin(shown_by, now);
    for step in [
        "read",
        "issuer",
        "signature",
        "disclosures",
        "type",
        "in_date",
    ] {
        if step == refused.step {
            break;
        }
        // The issuer's key is looked up before and judged after its signature.
        if !(step == "issuer" && refused.step == "signature") {
            verdict.passed(step, None);
        }
    }
    verdict.failed(refused.step, refused.outcome, refused.detail)
}

/// How a certificate was shown, by what it came in.
#[must_use]
pub fn shown_by(certified: &Certified) -> ShownBy {
    match certified.code.map(|c| c.kind) {
        Some(Kind::Offline) => ShownBy::Offline,
        Some(Kind::Printed) => ShownBy::Printed,
        Some(Kind::Copy) => ShownBy::Copy,
        None => ShownBy::None,
    }
}

/// Judges a genuine certificate or code: trust, dates, status, in this order. The first
/// failure decides.
#[must_use]
pub fn judge(certified: &Certified, shown_by: ShownBy, by: &Evidence<'_>) -> Verdict {
    let mut verdict = Verdict::begin(shown_by, by.now);
    verdict.certificates.push(shown(certified, by));
    verdict.passed("read", None);
    verdict.passed("signature", Some(by.now.secs_since(certified.signed_at)));
    let trust_age = by.now.secs_since(by.trust.issued_at);
    if by.now >= by.trust.next_update {
        return verdict.failed("trust", Outcome::Undetermined, Some("trust_list_too_old"));
    }
    if by.trust.in_doubt {
        return verdict.failed("trust", Outcome::Undetermined, Some("lists_in_doubt"));
    }
    verdict.passed("trust", Some(trust_age));
    match (certified.key, by.recorded) {
        (KeyFinding::Good, _) => verdict.passed("issuer", None),
        (KeyFinding::OutOfTime, _) => {
            return verdict.failed("issuer", Outcome::UntrustedIssuer, Some("key_out_of_time"));
        }
        (KeyFinding::Compromised { since }, Recorded::At(at)) if at < since => {
            verdict.passed("recorded_before_compromise", None);
        }
        (KeyFinding::Compromised { .. }, _) => {
            return verdict.failed("issuer", Outcome::Undetermined, Some("key_compromised"));
        }
    }
    if let Some(code) = certified.code {
        // A copy has an end of its own, after which the certificate may be good still.
        if code.kind != Kind::Printed && code.expires_at.is_none_or(|end| by.at >= end) {
            return verdict.failed("code_in_date", Outcome::StaleCode, None);
        }
        // A printed code is good as long as its certificate; the day may have found no room.
        if code.kind == Kind::Printed && code.expires_at.is_some_and(|end| by.at >= end) {
            return verdict.failed("in_date", Outcome::Expired, None);
        }
        verdict.passed("code_in_date", None);
    }
    if certified.valid_from.is_some_and(|day| by.at < day.start()) {
        return verdict.failed("in_date", Outcome::NotYetValid, None);
    }
    if certified.valid_to.is_some_and(|day| by.at >= day.end()) {
        return verdict.failed("in_date", Outcome::Expired, None);
    }
    verdict.passed("in_date", None);
    match by.status {
        StatusFound::Known {
            outcome: Outcome::Valid,
            age_s,
            ..
        } => {
            verdict.passed("status", Some(age_s));
            verdict.ended(Outcome::Valid)
        }
        StatusFound::Known { outcome, word, .. } => {
            if let (Some(word), Some(shown)) = (word, verdict.certificates.first_mut()) {
                shown.end_word = Some(word.name());
            }
            verdict.failed("status", outcome, word.map(EndWord::name))
        }
        StatusFound::TooOld { .. } => {
            verdict.failed("status", Outcome::Undetermined, Some("status_too_old"))
        }
        StatusFound::Unknown => {
            verdict.failed("status", Outcome::Undetermined, Some("status_unknown"))
        }
    }
}

fn shown(certified: &Certified, by: &Evidence<'_>) -> Shown {
    let facts = by.types.get(certified.type_number, certified.type_version);
    let party = by.trust.party(certified.issuer);
    Shown {
        type_code: facts.map(|f| f.code.clone()).unwrap_or_default(),
        type_version: certified.type_version,
        type_name: facts.map(|f| f.name.clone()).unwrap_or_default(),
        identifier: certified.identifier.to_string(),
        issuer_code: party.map(|p| p.code.clone()).unwrap_or_default(),
        issuer_name: party.map(|p| p.name.clone()).unwrap_or_default(),
        fields: certified.fields.clone(),
        not_in_code: certified.not_in_code.clone(),
        end_word: None,
        stock: certified.stock,
    }
}

/// Ends a check with a code that its holder took back; the certificate may be good.
#[must_use]
pub fn denied(verdict: Verdict) -> Verdict {
    verdict.failed("denied", Outcome::StaleCode, Some("taken_back"))
}

/// Notes on a verdict what whoever reads it must still look at, by how it was shown.
pub fn note_unchecked(verdict: &mut Verdict) {
    // Who spends offline codes has said so before; everybody else has to say that nobody did.
    let spends = verdict.steps.iter().any(|step| step.code == "spent");
    if verdict.shown_by == ShownBy::Offline && verdict.verdict == Outcome::Valid && !spends {
        verdict.skipped("spent");
    }
    match verdict.shown_by {
        ShownBy::Offline | ShownBy::Printed => verdict.skipped("bearer"),
        ShownBy::Copy => verdict.skipped("original"),
        ShownBy::None => verdict.skipped("shown_by_holder"),
        ShownBy::Live | ShownBy::Fetch => {}
    }
}

/// The status of a place in lists that were opened, no older than `oldest_s` seconds.
#[must_use]
pub fn status_of_list(
    list: Option<&crate::crypto::status_seal::StatusList>,
    at: Option<StatusRef>,
    now: Timestamp,
) -> StatusFound {
    let (Some(list), Some(at)) = (list, at) else {
        return StatusFound::Unknown;
    };
    let age_s = now.secs_since(list.issued_at);
    if now >= list.expires_at {
        return StatusFound::TooOld { age_s };
    }
    match list.bits.get(at.index) {
        Some(bits) => StatusFound::Known {
            outcome: Outcome::of_bits(bits),
            word: None,
            age_s,
        },
        None => StatusFound::Unknown,
    }
}
