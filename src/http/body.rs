//! Bodies: JSON of a shape, with the bytes it came in, and streams.

use std::future::Future;
use std::pin::Pin;

use actix_web::FromRequest;
use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::body::BodyStream;
use actix_web::body::MessageBody;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::web;
use actix_web::web::Bytes;
use serde::de::DeserializeOwned;

use crate::domain::problem::Reason;
use crate::http::problem::Refusal;

/// A JSON body, read, and its bytes, for the digest of the request.
pub(crate) struct Body<T> {
    /// What it says.
    pub(crate) value: T,
    /// As it came.
    pub(crate) bytes: Bytes,
}

/// Bytes from which on a body is read off the loop: they take longer than the hop.
const LONG: usize = 64 * 1024;

impl<T: DeserializeOwned + Send + 'static> FromRequest for Body<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request
            .content_type()
            .eq_ignore_ascii_case("application/json");
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Refusal::because(Reason::WrongMedia, "application/json"));
            }
            let bytes = bytes.await.map_err(|why| refused(&why))?;
            let read = |bytes: &[u8]| serde_json::from_slice(bytes).map_err(|why| misread(&why));
            if bytes.len() < LONG {
                let value = read(&bytes)?;
                return Ok(Self { value, bytes });
            }
            let done = web::block(move || {
                Ok(Self {
                    value: read(&bytes)?,
                    bytes,
                })
            });
            done.await.map_err(Refusal::broken)?
        })
    }
}

/// Where the JSON goes wrong; never what it says there, which may be personal.
fn misread(why: &serde_json::Error) -> Refusal {
    let kind = match why.classify() {
        serde_json::error::Category::Data => "a member is missing, unknown or of another kind",
        _ => "not JSON",
    };
    let place = format!("{kind}: line {}, column {}", why.line(), why.column());
    Refusal::because(Reason::BadRequest, place)
}

/// The whole body as bytes, within the route's limit.
pub(crate) struct Whole(pub(crate) Bytes);

impl FromRequest for Whole {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move { Ok(Self(bytes.await.map_err(|why| refused(&why))?)) })
    }
}

/// An extractor's error, as it is told.
fn refused(why: &actix_web::Error) -> Refusal {
    match why.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Refusal::new(Reason::TooLarge),
        _ => Refusal::because(Reason::BadRequest, "the body did not come whole"),
    }
}

/// A body that is taken as it comes.
pub(crate) struct Stream(Pin<Box<BodyStream<web::Payload>>>);

impl Stream {
    pub(crate) fn of(payload: web::Payload) -> Self {
        Self(Box::pin(BodyStream::new(payload)))
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// A refusal when the body was cut off.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Refusal>> {
        let next = std::future::poll_fn(|context| self.0.as_mut().poll_next(context)).await?;
        Some(
            next.map_err(|_why| {
                Refusal::because(Reason::BadRequest, "the body did not come whole")
            }),
        )
    }
}
