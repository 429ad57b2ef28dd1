//! A refusal as people read it: what happened, what is safe, what to do, a number to refer to.

use actix_web::HttpResponse;
use askama::Template;

use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::http::pages;
use crate::http::pages::HTML;
use crate::http::pages::frame::Frame;
use crate::http::problem::Refusal;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: &'a Frame,
    code: &'static str,
    shape: &'static str,
    icon: &'static str,
    title: String,
    detail: Option<&'a str>,
    findings: Vec<String>,
    wait: Option<String>,
    safe_key: &'static str,
    do_key: &'static str,
    again: &'a str,
    trace_id: &'a str,
}

/// The page of a refusal; of a step that only reads, or of one that does something.
pub(crate) fn page(why: &Refusal, reads: bool, frame: &Frame, trace_id: &str) -> HttpResponse {
    let (shape, icon, do_key) = advice(why.reason());
    let page = ProblemPage {
        frame,
        code: why.reason().code(),
        shape,
        icon,
        title: why.reason().title(frame.lang),
        detail: why.detail().filter(|_| frame.lang == Lang::En),
        findings: why.findings(frame.lang),
        wait: why.wait_s().map(|seconds| frame.wait(seconds)),
        safe_key: if reads {
            "refused.safe_read"
        } else {
            "refused.safe_write"
        },
        do_key,
        again: if reads { &frame.here } else { "/" },
        trace_id,
    };
    // A template that cannot be written leaves the title alone, which says what happened.
    let html = page.render().unwrap_or_else(|_| page.title.clone());
    pages::guarded(why.answer_as(HTML, html))
}

/// How a refusal looks, and what to do about it.
const fn advice(reason: Reason) -> (&'static str, &'static str, &'static str) {
    match reason {
        Reason::Unauthenticated | Reason::Forbidden => ("unk", "lock", "refused.do_login"),
        Reason::NotFound
        | Reason::UnknownType
        | Reason::UnknownAgency
        | Reason::UnknownCase
        | Reason::UnknownItem
        | Reason::UnknownScenario => ("unk", "unknown", "refused.do_find"),
        Reason::TooMany
        | Reason::TooSlow
        | Reason::OperatorLimit
        | Reason::AgencyLimit
        | Reason::QuotaSpent => ("warn", "wait", "refused.do_wait"),
        Reason::Unavailable | Reason::Setup | Reason::LedgerDiffers | Reason::ClockStepped => {
            ("warn", "warn", "refused.do_tell")
        }
        _ => ("warn", "warn", "refused.do_again"),
    }
}
