//! What people read: HTML, rendered here, with style sheets and modules of our own origin only.
//!
//! A page calls the same flows as the interface, and shows nothing that a template did not escape.

pub(crate) mod agency;
pub(crate) mod assets;
pub(crate) mod check;
pub(crate) mod dev;
pub(crate) mod docs;
pub(crate) mod form;
pub(crate) mod frame;
mod icon;
pub(crate) mod items;
pub(crate) mod login;
pub(crate) mod multipart;
pub(crate) mod plain;
pub(crate) mod plot;
pub(crate) mod problem;
pub(crate) mod start;
pub(crate) mod wallet;
pub(crate) mod window;
pub(crate) mod wishes;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::http::header::HeaderValue;
use askama::Template;
use serde::Serialize;

use crate::http::problem::Refusal;
use crate::http::problem::see_other;
use crate::http::reply::Reply;
use crate::http::reply::media;

/// The media type of pages.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// What pages may load and do, and that nobody may frame them.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; \
     img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; font-src 'self'; \
     manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same for pages that read codes through a camera, whose decoder is WebAssembly.
pub(crate) const SCANNING_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     worker-src 'self'; connect-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
     style-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// A page as the reply to one request.
pub(crate) fn page(template: &impl Template) -> Reply {
    let html = template.render().map_err(Refusal::broken)?;
    Ok(guarded(media(HTML, html)?))
}

/// Where whoever must log in first is led, to come back afterwards.
pub(crate) fn to_login(request: &HttpRequest) -> HttpResponse {
    #[derive(Serialize)]
    struct Back<'a> {
        back: &'a str,
    }
    let back = Back {
        back: request.path(),
    };
    // A path of ours can always be written so.
    let back = serde_urlencoded::to_string(back).unwrap_or_default();
    guarded(see_other(&format!("/login?{back}")))
}

/// A page on which codes are read by a camera.
pub(crate) fn scanning_page(template: &impl Template) -> Reply {
    Ok(scanning(page(template)?))
}

/// A page that comes back with what was typed, and with why nothing was done.
pub(crate) fn page_again(template: &impl Template, why: &Refusal) -> Reply {
    let html = template.render().map_err(Refusal::broken)?;
    Ok(guarded(why.answer_as(HTML, html)))
}

/// The same where codes are read by a camera.
pub(crate) fn scanning_page_again(template: &impl Template, why: &Refusal) -> Reply {
    Ok(scanning(page_again(template, why)?))
}

fn scanning(mut reply: HttpResponse) -> HttpResponse {
    let policy = HeaderValue::from_static(SCANNING_POLICY);
    reply
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    reply
}

/// A reply with the headers that keep a page to what it is meant to do.
pub(crate) fn guarded(mut reply: HttpResponse) -> HttpResponse {
    let headers = reply.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            header::PERMISSIONS_POLICY,
            "camera=(self), geolocation=(), microphone=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    reply
}
