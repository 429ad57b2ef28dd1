//! Where a request was made: by a page of ours, or of somebody else's.
//!
//! A browser sends its cookie with whatever a page makes it send. So what changes something in
//! the name of a cookie has to prove that a page of this very host asked for it; browsers say so
//! in headers that no page can write.

use actix_web::http::header;
use actix_web::http::header::HeaderMap;

use crate::domain::settings::Settings;

const FETCH_SITE: &str = "sec-fetch-site";

/// Whether a request proves that a page of ours, or a person at the browser's own address line,
/// asked for it: by `Sec-Fetch-Site`, or else by an `Origin` that is our own host.
pub(crate) fn is_own(headers: &HeaderMap, settings: &Settings) -> bool {
    match text(headers, FETCH_SITE) {
        Some(site) => is_own_site(site),
        None => text(headers, header::ORIGIN.as_str())
            .is_some_and(|origin| is_own_origin(origin, headers, settings)),
    }
}

/// Whether a request says of itself that somebody else's page asked for it. Programs, which say
/// nothing, are nobody's page.
pub(crate) fn is_foreign(headers: &HeaderMap, settings: &Settings) -> bool {
    let says = [FETCH_SITE, header::ORIGIN.as_str()]
        .iter()
        .any(|name| headers.contains_key(*name));
    says && !is_own(headers, settings)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    // What is there and cannot be read proves nothing.
    headers
        .get(name)
        .map(|value| value.to_str().unwrap_or_default())
}

fn is_own_site(site: &str) -> bool {
    matches!(site, "same-origin" | "none")
}

fn is_own_origin(origin: &str, headers: &HeaderMap, settings: &Settings) -> bool {
    let Some(host) = text(headers, header::HOST.as_str()) else {
        return false;
    };
    let secure = origin.strip_prefix("https://");
    // Only a server on this machine that speaks plain HTTP has pages of its own without TLS.
    let plain = settings.tls.is_none() && !settings.plain_http;
    let bare = origin.strip_prefix("http://").filter(|_| plain);
    secure
        .or(bare)
        .is_some_and(|named| !named.is_empty() && named.eq_ignore_ascii_case(host))
}
