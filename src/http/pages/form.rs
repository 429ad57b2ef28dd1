//! Forms of pages.

use std::future::Future;
use std::pin::Pin;

use actix_web::FromRequest;
use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use serde::de::DeserializeOwned;

use crate::codec::digest::sha256;
use crate::domain::problem::Reason;
use crate::domain::value::hex;
use crate::flow::office::Office;
use crate::http::body::Whole;
use crate::http::problem::Refusal;

/// A form, read: what a browser sends of a page's fields.
pub(crate) struct Form<T>(pub(crate) T);

/// A form, read, with the bytes it came in: what is done once is known by them.
pub(crate) struct Filled<T> {
    pub(crate) value: T,
    pub(crate) bytes: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let filled = Filled::from_request(request, payload);
        Box::pin(async move { Ok(Self(filled.await?.value)) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Filled<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request.content_type() == "application/x-www-form-urlencoded";
        let whole = Whole::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Refusal::because(Reason::WrongMedia, "a form of our pages"));
            }
            let Whole(bytes) = whole.await?;
            // Never what was typed: it may be personal.
            let unread = |_| Refusal::because(Reason::BadRequest, "no form of this page");
            let value = serde_urlencoded::from_bytes(&bytes).map_err(unread)?;
            Ok(Self { value, bytes })
        })
    }
}

/// A key for a form that does something once: fresh each time the form is rendered.
pub(crate) fn fresh_key(office: &Office) -> String {
    format!(
        "{:016x}{:016x}",
        office.random_number(),
        office.random_number()
    )
}

/// The key of what a form wants done: what was chosen otherwise, by whoever went back to the page,
/// is another request.
///
/// # Errors
///
/// [`Reason::BadRequest`] for a key that we never wrote there.
pub(crate) fn key_of(key: &str, content: &str) -> Result<String, Refusal> {
    let ours = key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !ours {
        return Err(Refusal::because(Reason::BadRequest, "no form of this page"));
    }
    let digest = hex(&sha256(content.as_bytes()));
    Ok(format!("{key}{}", digest.get(..32).unwrap_or_default()))
}
