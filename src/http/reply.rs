//! How a handler replies.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use serde::Serialize;

use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::row::Success;

/// The media type of a paper.
pub(crate) const PDF: &str = "application/pdf";

/// What a handler returns. Which success it is, the row says.
pub(crate) type Reply = Result<HttpResponse, Refusal>;

/// Whether a media type is what a request asks for first.
pub(crate) fn wants(request: &HttpRequest, media_type: &str) -> bool {
    let accepted = request.headers().get(header::ACCEPT);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    let first = accepted.and_then(|all| all.split([',', ';']).next());
    first.is_some_and(|first| first.trim().eq_ignore_ascii_case(media_type))
}

/// A reply of JSON.
pub(crate) fn json(value: &impl Serialize) -> Reply {
    let text = serde_json::to_vec(value).map_err(Refusal::broken)?;
    media("application/json", text)
}

/// A reply of bytes.
#[expect(clippy::unnecessary_wraps, reason = "it is the last line of handlers")]
pub(crate) fn media(media_type: &str, bytes: impl Into<Bytes>) -> Reply {
    let bytes: Bytes = bytes.into();
    Ok(HttpResponse::build(problem::success(Success::Done))
        .content_type(media_type)
        .body(bytes))
}

/// A reply of a file to be saved under a name.
pub(crate) fn file(media_type: &str, name: &str, bytes: impl Into<Bytes>) -> Reply {
    saved_as(media(media_type, bytes)?, name)
}

/// A reply that is to be saved under a name.
#[expect(clippy::unnecessary_wraps, reason = "it is the last line of handlers")]
pub(crate) fn saved_as(mut reply: HttpResponse, name: &str) -> Reply {
    let disposition = format!("attachment; filename=\"{name}\"");
    if let Ok(value) = header::HeaderValue::from_str(&disposition) {
        reply
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(reply)
}
