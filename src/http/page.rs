//! A page: rendered here, no script, nothing loaded from elsewhere.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::http::header::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::codec::digest::sha256;
use crate::http::reply::Reply;
use crate::http::reply::media;

/// The media type of pages.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// How a page looks, and its script; each stands in the page, and nothing else is let in.
pub(crate) struct Look {
    /// The sheet of style.
    pub(crate) style: &'static str,
    /// The script; empty for none.
    pub(crate) script: &'static str,
}

/// The look of plain pages.
pub(crate) const PLAIN: Look = Look {
    style: STYLE,
    script: "",
};

const STYLE: &str = "body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;\
color:#1a1a1a;background:#fff}h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}\
code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}pre{overflow-x:auto;background:#f4f4f4;padding:.5rem}\
table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2rem .5rem;text-align:left;vertical-align:top}\
dt{color:#555}dd{margin:0 0 .5rem;font-size:1.1rem;overflow-wrap:anywhere}\
.verdict{font-size:1.5rem;border-left:.5rem solid #555;padding:.5rem 1rem}.verdict span{display:block;font-size:1rem}\
.valid{border-color:#0a7d33}.expired,.revoked,.tampered,.untrusted_issuer{border-color:#b00020}\
.suspended,.not_yet_valid,.superseded{border-color:#b26a00}";

/// A plain page with a title and a body of HTML, for the reply to one request.
pub(crate) fn reply(title: &str, body: &str) -> Reply {
    Ok(guarded(media(HTML, html(title, body, &PLAIN))?, &PLAIN))
}

/// A page with a title and a body of HTML.
pub(crate) fn html(title: &str, body: &str, Look { style, script }: &Look) -> String {
    let script = match *script {
        "" => String::new(),
        script => format!("<script>{script}</script>"),
    };
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\">\
         <title>{}</title><style>{style}</style></head><body>{body}{script}</body></html>",
        escaped(title),
    )
}

/// A reply with the headers that keep a page to what stands in it.
pub(crate) fn guarded(mut reply: HttpResponse, look: &Look) -> HttpResponse {
    let headers = reply.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy(look)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    reply
}

fn policy(look: &Look) -> String {
    let source = |text: &str| format!("'sha256-{}'", STANDARD.encode(sha256(text.as_bytes())));
    let script = match look.script {
        "" => String::new(),
        script => format!("script-src {}; ", source(script)),
    };
    format!(
        "default-src 'none'; {script}style-src {}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        source(look.style)
    )
}

/// Text, fit to stand in HTML and in quoted attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
