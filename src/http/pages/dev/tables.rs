//! What answers say: every verdict, and every refusal with whether asking again helps.

use std::collections::BTreeSet;

use askama::Template;

use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::http::openapi::responses::refusals;
use crate::http::pages::check::told::shape;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::problem;
use crate::http::reply::Reply;
use crate::http::routes::TABLE;
use crate::http::subject::Subject;

/// A verdict, in words.
struct VerdictLine {
    code: &'static str,
    word: String,
    shape: &'static str,
    icon: &'static str,
    national: u8,
    means: String,
    then: String,
}

#[derive(Template)]
#[template(path = "dev/verdicts.html")]
struct VerdictsPage {
    frame: Frame,
    lines: Vec<VerdictLine>,
}

/// Every verdict.
pub(crate) async fn verdicts(frame: Frame) -> Reply {
    let line = |outcome: Outcome| {
        let (shape, icon) = shape(outcome);
        let name = outcome.name();
        VerdictLine {
            code: name,
            word: frame.say(&format!("verdict.{name}")),
            shape,
            icon,
            national: outcome.national_result(),
            means: frame.say(&format!("dev_means.{name}")),
            then: frame.say(&format!("dev_then.{name}")),
        }
    };
    let lines = Outcome::ALL.map(line).into_iter().collect();
    page(&VerdictsPage { frame, lines })
}

/// Whether the same request may do better another time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Retry {
    /// The same again, in a while, with the same `Idempotency-Key`.
    Later,
    /// The same again on another day.
    Tomorrow,
    /// The same again once somebody else did something.
    Others,
    /// Not before it says something else.
    Mended,
}

impl Retry {
    const fn name(self) -> &'static str {
        match self {
            Self::Later => "later",
            Self::Tomorrow => "tomorrow",
            Self::Others => "others",
            Self::Mended => "mended",
        }
    }

    const fn of(reason: Reason) -> Self {
        match reason {
            Reason::TooMany
            | Reason::TooSlow
            | Reason::Unavailable
            | Reason::DatabaseUnreachable
            | Reason::ClockStepped => Self::Later,
            Reason::QuotaSpent | Reason::OperatorLimit | Reason::AgencyLimit => Self::Tomorrow,
            Reason::Unauthenticated
            | Reason::Forbidden
            | Reason::NoGrant
            | Reason::ModeNotGranted
            | Reason::FieldNotGranted
            | Reason::ConsentOpen
            | Reason::NotConfirmed
            | Reason::MandateNotBegun
            | Reason::NoMandate
            | Reason::NoIssuingKey
            | Reason::MayNotIssue
            | Reason::Suspended
            | Reason::SecondPerson
            | Reason::SecondOfficer
            | Reason::MaterialsOpen
            | Reason::NotGoodNow
            | Reason::Unproven
            | Reason::Setup => Self::Others,
            _ => Self::Mended,
        }
    }
}

/// A refusal, in words.
struct ErrorLine {
    code: &'static str,
    status: u16,
    title: String,
    retry: &'static str,
    again: String,
}

/// The refusals that somebody meets.
struct Part {
    id: &'static str,
    title: &'static str,
    lines: Vec<ErrorLine>,
}

#[derive(Template)]
#[template(path = "dev/errors.html")]
struct ErrorsPage {
    frame: Frame,
    /// First of whoever uses or verifies certificates, then of others.
    parts: [Part; 2],
}

/// Every refusal.
pub(crate) async fn errors(frame: Frame) -> Reply {
    let uses = |subject| matches!(subject, Subject::Use | Subject::Verify | Subject::Check);
    let rows = TABLE.iter().filter(|row| uses(row.subject) && !row.page);
    let met: BTreeSet<Reason> = rows.flat_map(refusals).collect();
    let line = |reason: Reason| {
        let retry = Retry::of(reason).name();
        ErrorLine {
            code: reason.code(),
            status: problem::status(reason).as_u16(),
            title: reason.title(frame.lang),
            retry,
            again: frame.say(&format!("dev_retry.{retry}")),
        }
    };
    let (mut using, mut others): (Vec<_>, Vec<_>) =
        Reason::all().partition(|reason| met.contains(reason));
    let part = |id, title, reasons: &mut Vec<Reason>| {
        reasons.sort_by_key(|reason| (problem::status(*reason).as_u16(), reason.code()));
        let lines = reasons.iter().copied().map(line).collect();
        Part { id, title, lines }
    };
    let parts = [
        part("using", "dev.errors_using", &mut using),
        part("others", "dev.errors_others", &mut others),
    ];
    page(&ErrorsPage { frame, parts })
}
