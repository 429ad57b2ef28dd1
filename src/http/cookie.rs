//! The cookie of who has logged in. The beginning of its name makes browsers keep it for this
//! very host, and take it and send it over TLS only.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::http::header::HeaderMap;
use actix_web::http::header::HeaderValue;

use crate::domain::time::Timestamp;
use crate::flow::people::LoggedIn;

/// The cookie's name.
pub(crate) const NAME: &str = "__Host-mianzheng";

/// What the browser kept of a session, if it sent any.
pub(crate) fn read(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE);
    let pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'));
    let mut own = pairs.filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == NAME).then_some(value)
    });
    own.next()
}

/// Gives the browser of somebody who has logged in what it keeps.
pub(crate) fn give(answer: &mut HttpResponse, logged_in: &LoggedIn, now: Timestamp) {
    let seconds = logged_in.ends.secs() - now.secs();
    put(answer, &logged_in.secret, seconds);
}

/// Takes it back.
pub(crate) fn take_back(answer: &mut HttpResponse) {
    put(answer, "", 0);
}

fn put(answer: &mut HttpResponse, value: &str, seconds: i64) {
    let text = format!("{NAME}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    // It consists of letters and digits of ASCII, and a few signs.
    if let Ok(mut value) = HeaderValue::from_str(&text) {
        value.set_sensitive(true);
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
}
