//! A verdict as anybody reads it: one word, what it means and what to do, what the paper must
//! say, every step that was checked and what was not.

use askama::Template;
use serde_json::to_string;

use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Step;
use crate::domain::verdict::StepOutcome;
use crate::domain::verdict::Verdict;
use crate::flow::receipt::ReceiptVerdict;
use crate::flow::verify::describe;
use crate::flow::verify::faces::Face;
use crate::flow::verify::fragment;
use crate::http::desk::Desk;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// How an outcome looks: its shape and its picture.
pub(crate) const fn shape(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Valid => ("ok", "ok"),
        Outcome::Suspended | Outcome::Revoked | Outcome::Tampered | Outcome::UntrustedIssuer => {
            ("bad", "bad")
        }
        Outcome::Expired
        | Outcome::NotYetValid
        | Outcome::Superseded
        | Outcome::StaleCode
        | Outcome::Replayed
        | Outcome::Mismatch => ("warn", "warn"),
        Outcome::Unreadable | Outcome::Unsupported | Outcome::Undetermined | Outcome::NotFound => {
            ("unk", "unknown")
        }
    }
}

/// The verdict's word with all that stands around it.
pub(crate) struct Head {
    pub(crate) name: &'static str,
    pub(crate) shape: &'static str,
    pub(crate) icon: &'static str,
    /// What must not be accepted is said at once.
    pub(crate) role: &'static str,
    pub(crate) word: String,
    pub(crate) why: String,
    pub(crate) next: String,
    /// The server's time, as people write it.
    pub(crate) at: String,
}

impl Head {
    fn of(frame: &Frame, outcome: Outcome, at: &str) -> Self {
        let (shape, icon) = shape(outcome);
        let name = outcome.name();
        let warned = matches!(outcome, Outcome::Tampered | Outcome::UntrustedIssuer);
        Self {
            name,
            shape,
            icon,
            role: if warned { "alert" } else { "status" },
            word: frame.say(&format!("verdict.{name}")),
            why: frame.say(&format!("check_why.{name}")),
            next: frame.say(&format!("check_next.{name}")),
            at: clock_text(at),
        }
    }
}

/// A step of the check, in a sentence.
pub(crate) struct Line {
    pub(crate) shape: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: String,
}

/// A moment as people write it: the day and the time of day, as clocks here show it.
fn clock_text(at: &str) -> String {
    at.split('+').next().unwrap_or(at).replacen('T', " ", 1)
}

fn lines(frame: &Frame, (outcome, steps): (Outcome, &[Step]), asked_at: &str) -> Vec<Line> {
    let (failed, failed_icon) = shape(outcome);
    let asked_at: Option<Timestamp> = asked_at.parse().ok();
    let line = |step: &Step| {
        let code = step.code;
        let (shape, icon, key) = match step.outcome {
            StepOutcome::Passed => ("ok", "ok", format!("check_step.{code}")),
            StepOutcome::Failed => (failed, failed_icon, format!("check_failed.{code}")),
            StepOutcome::NotChecked => ("unk", "unknown", format!("check_unchecked.{code}")),
        };
        // The status was read when it was asked for, or so long before.
        let age_s = step.age_s.unwrap_or(0);
        let read_at = asked_at.map(|at| clock_text(&at.plus_secs(-age_s).to_string()));
        Line {
            shape,
            icon,
            text: frame.say_of(&key, "time", read_at.unwrap_or_default()),
        }
    };
    steps.iter().map(line).collect()
}

/// What the browser checks the signed part of a code with.
struct Fragment {
    reference: String,
    keys: String,
    names: String,
}

#[derive(Template)]
#[template(path = "public/verdict.html")]
struct VerdictPage {
    frame: Frame,
    head: Head,
    /// Type, issuer, and the identifier where that is what was asked for.
    certificates: Vec<(String, String, Option<String>)>,
    faces: Vec<Face>,
    lines: Vec<Line>,
    fragment: Option<Fragment>,
    is_copy: bool,
    is_known: bool,
}

/// What a printed code comes to.
pub(super) fn printed(
    desk: &Desk,
    frame: Frame,
    reference: &str,
    (verdict, faces): (Verdict, Vec<Face>),
) -> Reply {
    let json = |text: Result<String, serde_json::Error>| text.map_err(Refusal::broken);
    let names = fragment::names(&desk.office, verdict.certificates.first(), frame.lang);
    let fragment = Fragment {
        reference: reference.to_ascii_uppercase(),
        keys: json(to_string(&fragment::keys(&desk.office)))?,
        names: json(to_string(&names))?,
    };
    verdict_page(desk, frame, (verdict, faces), Some(fragment))
}

/// What was scanned or typed comes to.
pub(super) fn typed(desk: &Desk, frame: Frame, (verdict, faces): (Verdict, Vec<Face>)) -> Reply {
    verdict_page(desk, frame, (verdict, faces), None)
}

fn verdict_page(
    desk: &Desk,
    frame: Frame,
    (verdict, faces): (Verdict, Vec<Face>),
    fragment: Option<Fragment>,
) -> Reply {
    desk.metrics.verdict(verdict.verdict);
    let known = desk.office.known();
    let certificates = verdict.certificates.iter().map(|shown| {
        let facts = describe::facts_of(shown, &known.types);
        // The paper's own numbers are shown masked; who typed an identifier has it.
        let identifier = faces.is_empty().then(|| shown.identifier.clone());
        let name = describe::type_name(shown, facts, frame.lang);
        (name, shown.issuer_name.clone(), identifier)
    });
    page(&VerdictPage {
        head: Head::of(&frame, verdict.verdict, &verdict.at),
        certificates: certificates.collect(),
        lines: lines(&frame, (verdict.verdict, &verdict.steps), &verdict.at),
        is_copy: verdict.shown_by == ShownBy::Copy,
        is_known: !verdict.certificates.is_empty(),
        faces,
        fragment,
        frame,
    })
}

#[derive(Template)]
#[template(path = "public/receipt.html")]
struct ReceiptPage {
    frame: Frame,
    head: Head,
    lines: Vec<Line>,
}

/// What a receipt's code comes to.
pub(super) fn receipt(frame: Frame, verdict: &ReceiptVerdict) -> Reply {
    let name = verdict.verdict.name();
    let mut head = Head::of(&frame, verdict.verdict, &verdict.at);
    head.word = frame.say(&format!("receipt_verdict.{name}"));
    head.why = frame.say("check.receipt_text");
    page(&ReceiptPage {
        lines: lines(&frame, (verdict.verdict, &verdict.steps), &verdict.at),
        frame,
        head,
    })
}
