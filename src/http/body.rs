//! Bodies: JSON of a shape, with the bytes it came in, and streams.
//!
//! Whoever sends slowly holds memory and a connection, so every body has to keep a pace: ten
//! seconds are given, every 32 KB that come give one more, and never are more than thirty left.
//! Only the waiting counts, not what the server does between two pieces.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::FromRequest;
use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::body::BodyStream;
use actix_web::body::MessageBody;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::rt::time::Instant;
use actix_web::rt::time::timeout;
use actix_web::web;
use actix_web::web::Bytes;
use actix_web::web::BytesMut;
use serde::de::DeserializeOwned;

use crate::domain::problem::Reason;
use crate::http::problem::Refusal;
use crate::http::signed::Compared;

/// What a sender may wait at first, and at most.
const PATIENCE: Duration = Duration::from_secs(10);
const MOST_PATIENCE: Duration = Duration::from_secs(30);

/// Bytes that earn a second.
const A_SECOND: u32 = 32 * 1024;

/// The most bytes that the bodies of a resource may have.
#[derive(Clone, Copy)]
pub(crate) struct Most(pub(crate) usize);

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
        let whole = Whole::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Refusal::because(Reason::WrongMedia, "application/json"));
            }
            let Whole(bytes) = whole.await?;
            let read = |bytes: &[u8]| {
                if has_nul(bytes) {
                    return Err(Refusal::because(Reason::BadRequest, "a text holds U+0000"));
                }
                serde_json::from_slice(bytes).map_err(|why| misread(&why))
            };
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

/// Whether a text of the JSON holds the character that no text of a register can hold:
/// PostgreSQL refuses it, and it would look like a failure of ours.
fn has_nul(json: &[u8]) -> bool {
    // Codes and tokens, the most of what comes, hold no backslash, which is seen at a glance.
    let mut rest = if json.contains(&b'\\') { json } else { &[] };
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        if escape.starts_with(b"u0000") {
            return true;
        }
        // A backslash that is escaped itself begins nothing.
        rest = escape.get(1..).unwrap_or_default();
    }
    false
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
        let begun = Coming::of(request, payload);
        Box::pin(async move { begun?.whole().await })
    }
}

/// A body that was announced and not read yet.
///
/// Nothing of it is held but the little that the connection has buffered: whoever has to wait
/// for a place can let the sender wait.
pub(crate) struct Coming {
    stream: Stream,
    most: usize,
}

impl Coming {
    fn of(request: &HttpRequest, payload: &mut Payload) -> Result<Self, Refusal> {
        let Some(Most(most)) = request.app_data::<Most>().copied() else {
            return Err(Refusal::broken("a route whose bodies have no limit"));
        };
        let header = |name| request.headers().get(name)?.to_str().ok();
        // What is inflated here would have to be limited twice, and nobody needs it.
        if header(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
            return Err(Refusal::because(Reason::WrongMedia, "a body as it is"));
        }
        let length = header(header::CONTENT_LENGTH).and_then(|text| text.parse::<usize>().ok());
        if length.is_some_and(|length| length > most) {
            return Err(Refusal::new(Reason::TooLarge));
        }
        let stream = Stream::of(request, payload.take());
        Ok(Self { stream, most })
    }

    /// Takes all of it in.
    ///
    /// # Errors
    ///
    /// A refusal when there is more than the route takes, it was cut off, or comes too slowly.
    pub(crate) async fn whole(mut self) -> Result<Whole, Refusal> {
        let mut all = BytesMut::new();
        while let Some(bytes) = self.stream.next().await {
            let bytes = bytes?;
            if all.len() + bytes.len() > self.most {
                return Err(Refusal::new(Reason::TooLarge));
            }
            all.extend_from_slice(&bytes);
        }
        Ok(Whole(all.freeze()))
    }
}

impl FromRequest for Coming {
    type Error = Refusal;
    type Future = std::future::Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Self::of(request, payload))
    }
}

/// A body that is taken as it comes.
pub(crate) struct Stream {
    pieces: Pin<Box<BodyStream<Payload>>>,
    patience: Duration,
    compared: Compared,
}

impl Stream {
    pub(crate) fn of(request: &HttpRequest, payload: Payload) -> Self {
        Self {
            pieces: Box::pin(BodyStream::new(payload)),
            patience: PATIENCE,
            compared: Compared::of(request),
        }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// A refusal when the body was cut off, comes too slowly, or is not what was signed.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Refusal>> {
        let began = Instant::now();
        let next = std::future::poll_fn(|context| self.pieces.as_mut().poll_next(context));
        let Ok(next) = timeout(self.patience, next).await else {
            return Some(Err(Refusal::new(Reason::TooSlow)));
        };
        let Some(next) = next else {
            let holds = self.compared.holds();
            return (!holds).then(|| Err(Refusal::new(Reason::Unauthenticated)));
        };
        let Ok(bytes) = next else {
            let why = "the body did not come whole";
            return Some(Err(Refusal::because(Reason::BadRequest, why)));
        };
        self.compared.take(&bytes);
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let left = self.patience.saturating_sub(began.elapsed());
        self.patience = (left + Duration::from_secs(1) * length / A_SECOND).min(MOST_PATIENCE);
        Some(Ok(bytes))
    }
}
