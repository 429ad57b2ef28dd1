//! What to know before the first call.

use crate::domain::problem::Reason;
use crate::http::docs::tell::block;
use crate::http::docs::tell::both;
use crate::http::docs::tell::json;
use crate::http::openapi::responses::problem_example;
use crate::http::pages::plain::escaped;

/// The first section.
pub(super) fn section(authority: &str) -> String {
    let part = |id: &str, title: &str, text: &str| {
        format!(
            "<div id=\"{id}\"><h3>{}</h3><p>{}</p></div>",
            both(title),
            both(text)
        )
    };
    let base = format!("https://{}", escaped(authority));
    let call = format!(
        "curl {base}/api/v1/verify \\\n  -H 'Content-Type: application/json' \\\n  \
         -d '{{\"code\": \"…\"}}'"
    );
    format!(
        "<section id=\"on-begin\" class=\"chapter\"><header><h1>{}</h1><p class=\"lead\">{}</p>\
         <p><a class=\"btn\" href=\"/openapi.json\">{} <code>openapi.json</code></a></p></header>\
         <div class=\"panel begin\"><div class=\"cols\"><div class=\"left\">{}{}{}{}{}{}</div>\
         <div class=\"right\">{}{}</div></div></div></section>",
        both("docs.title"),
        both("docs.text"),
        both("docs.machine_readable"),
        part("about-base", "docs.base", "docs.base_text"),
        part(
            "about-credentials",
            "docs.credentials",
            "docs.credentials_text"
        ),
        part("about-signature", "docs.signature", "docs.signature_text"),
        part("about-once", "docs.once", "docs.once_text"),
        part("about-problems", "docs.problem", "docs.problems_text"),
        part("about-limits", "docs.limits", "docs.limits_text"),
        block(&both("docs.base"), &base),
        block("curl", &call)
            + &block(
                &both("docs.problem"),
                &json(&problem_example(authority, Reason::BadDraft))
            ),
    )
}
