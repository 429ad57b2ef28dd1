//! Verify without a register and without a network: a text, a bundle, a clock.

use crate::codec::compact::Kind;
use crate::codec::presented::Presented;
use crate::codec::presented::recognise;
use crate::crypto::bundle::Bundle;
use crate::crypto::certificate_seal;
use crate::crypto::code_seal;
use crate::crypto::genuine::Certified;
use crate::crypto::genuine::Genuine;
use crate::crypto::genuine::Refused;
use crate::crypto::trust::Trust;
use crate::crypto::types::Types;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Verdict;
use crate::flow::verify::judge;
use crate::flow::verify::judge::Evidence;
use crate::flow::verify::judge::Recorded;

/// Verifies any text with a bundle and nothing else.
///
/// A refusal is an answer, so this cannot fail. What only the register knows is said to be
/// unchecked: whether an offline code was used before, the legal word of an end. Codes that
/// mean nothing without the register (live, spoken, a bare reference or identifier) come to
/// [`Outcome::Undetermined`] with the detail `needs_network`.
#[must_use]
pub fn verify_offline(text: &str, bundle: &Bundle, now: Timestamp) -> Verdict {
    let opened = match open(text, &bundle.hosts, &bundle.trust, &bundle.types, now) {
        Opened::Certified(certified) => certified.into_inner(),
        Opened::NeedsRegister(shown_by) => {
            let mut verdict = Verdict::begin(shown_by, now);
            verdict.passed("read", None);
            return verdict.failed("register", Outcome::Undetermined, Some("needs_network"));
        }
        Opened::Refused(shown_by, refused) => return judge::refuse(shown_by, now, refused),
    };
    let list = opened.status.and_then(|at| bundle.status.get(&at.list));
    let status = judge::status_of_list(list, opened.status, now);
    let evidence = Evidence {
        now,
        at: now,
        trust: &bundle.trust,
        types: &bundle.types,
        status,
        recorded: Recorded::NotAsked,
    };
    let shown_by = judge::shown_by(&opened);
    let mut verdict = judge::judge(&opened, shown_by, &evidence);
    let denied = opened.code.is_some_and(|code| bundle.denies(&code.id));
    if denied && verdict.verdict == Outcome::Valid {
        verdict = judge::denied(verdict);
    }
    if now >= bundle.expires_at && verdict.verdict == Outcome::Valid {
        verdict = verdict.failed("bundle", Outcome::Undetermined, Some("bundle_too_old"));
    }
    judge::note_unchecked(&mut verdict);
    verdict
}

/// What can be said of a text before any register is asked.
pub enum Opened {
    /// It is a certificate or a self-contained code, and genuine.
    Certified(Box<Genuine<Certified>>),
    /// It means nothing without the register.
    NeedsRegister(ShownBy),
    /// It is refused.
    Refused(ShownBy, Refused),
}

/// Opens a text as far as that goes without a register.
#[must_use]
pub fn open(text: &str, hosts: &[String], trust: &Trust, types: &Types, now: Timestamp) -> Opened {
    let refused = |outcome, detail| {
        Opened::Refused(
            ShownBy::None,
            Refused {
                step: "read",
                outcome,
                detail: Some(detail),
            },
        )
    };
    match recognise(text, hosts) {
        Presented::Record(text) => match certificate_seal::open(text, trust, types, now) {
            Ok(certified) => Opened::Certified(Box::new(certified)),
            Err(why) => Opened::Refused(ShownBy::None, why),
        },
        Presented::Digits(digits) => open_digits(digits, None, trust, types, now),
        Presented::Printed {
            reference,
            digits: Some(digits),
        } => open_digits(digits, Some(&reference), trust, types, now),
        Presented::Printed { digits: None, .. } => Opened::NeedsRegister(ShownBy::Printed),
        Presented::Live(_) | Presented::Spoken(_) => Opened::NeedsRegister(ShownBy::Live),
        Presented::Identifier(_) => Opened::NeedsRegister(ShownBy::None),
        Presented::Unsupported => refused(Outcome::Unsupported, "foreign_code"),
        Presented::Unreadable => refused(Outcome::Unreadable, "no_code"),
    }
}

fn open_digits(
    digits: &str,
    reference: Option<&str>,
    trust: &Trust,
    types: &Types,
    now: Timestamp,
) -> Opened {
    let by_address = if reference.is_some() {
        ShownBy::Printed
    } else {
        ShownBy::Offline
    };
    let certified = match code_seal::open(digits, trust, types, now) {
        Ok(certified) => certified,
        Err(why) => return Opened::Refused(by_address, why),
    };
    // Paper and code must belong together: another certificate's fragment is a forgery.
    let code = certified.get().code;
    let fits = match (reference, code) {
        (None, _) => true,
        (Some(reference), Some(code)) => {
            code.kind != Kind::Offline && reference.as_bytes().get(..8) == Some(&code.id[..])
        }
        (Some(_), None) => false,
    };
    if fits {
        Opened::Certified(Box::new(certified))
    } else {
        let refused = Refused {
            step: "reference",
            outcome: Outcome::Tampered,
            detail: Some("other_reference"),
        };
        Opened::Refused(by_address, refused)
    }
}
