//! What may go wrong: every code, in words, with its status and what to do about it.

use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::http::docs::tell::both;
use crate::http::docs::tell::pair;
use crate::http::problem;

/// The reasons for which a call may be refused, folded away.
pub(super) fn of(reasons: &[Reason]) -> String {
    let mut reasons = reasons.to_vec();
    reasons.sort_by_key(|reason| (problem::status(*reason).as_u16(), reason.code()));
    reasons.dedup();
    let lines = reasons.iter().map(|reason| {
        format!(
            "<li><span class=\"st\">{0}</span><a href=\"#problem-{1}\"><code>{1}</code></a> {2}</li>",
            problem::status(*reason).as_u16(),
            reason.code(),
            words(*reason)
        )
    });
    format!(
        "<details class=\"probs\"><summary>{} <span class=\"muted\">{}</span></summary><ul>{}</ul></details>",
        both("docs.problems"),
        reasons.len(),
        lines.collect::<String>()
    )
}

/// Every reason.
pub(super) fn section() -> String {
    let lines = Reason::all().map(|reason| {
        format!(
            "<tr id=\"problem-{0}\" data-find><td><span class=\"st\">{1}</span></td>\
             <td><code>{0}</code></td><td>{2}</td><td>{3}</td></tr>",
            reason.code(),
            problem::status(reason).as_u16(),
            words(reason),
            both(remedy(reason)),
        )
    });
    format!(
        "<section id=\"on-problems\" class=\"chapter\"><header><h2>{}</h2><p class=\"lead\">{}</p></header>\
         <div class=\"panel\"><table class=\"tbl\"><thead><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr></thead>\
         <tbody>{}</tbody></table></div></section>",
        both("docs.problems"),
        both("docs.problems_text"),
        both("docs.status"),
        both("docs.code"),
        both("docs.told"),
        both("docs.then"),
        lines.collect::<String>()
    )
}

/// What whoever was refused can do.
const fn remedy(reason: Reason) -> &'static str {
    match reason {
        Reason::TooMany | Reason::Unavailable => "docs.ask_again",
        Reason::Unauthenticated
        | Reason::Forbidden
        | Reason::MayNotIssue
        | Reason::NoGrant
        | Reason::NoMandate
        | Reason::NotConfirmed
        | Reason::MandateEnded
        | Reason::OutOfScope => "docs.ask_for_it",
        Reason::NoIssuingKey | Reason::ClockStepped | Reason::Setup => "docs.ask_operators",
        _ => "docs.mend",
    }
}

fn words(reason: Reason) -> String {
    pair(&reason.title(Lang::Zh), &reason.title(Lang::En))
}
