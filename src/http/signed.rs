//! Requests that are signed: the headers that say how, and the body that must be what was signed.

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::dev::ServiceRequest;
use sha2::Digest;
use sha2::Sha256;

use crate::codec::digest::sha256;
use crate::domain::problem::Reason;
use crate::domain::value::unhex;
use crate::flow::app_keys::SignedRequest;
use crate::http::problem::Refusal;

/// The header that names who signed; whoever sends it is judged by the signature.
pub(crate) const APP_KEY: &str = "x-app-key";

/// What the headers say of a signature.
///
/// # Errors
///
/// `unauthenticated` when a header is missing, comes twice or is none.
pub(crate) fn read(request: &ServiceRequest) -> Result<SignedRequest, Refusal> {
    let unknown = || Refusal::new(Reason::Unauthenticated);
    let one = |name: &str| {
        let mut all = request.headers().get_all(name);
        match (all.next(), all.next()) {
            (Some(value), None) => Ok(value.to_str().map_err(|_why| unknown())?.to_owned()),
            _ => Err(unknown()),
        }
    };
    let body = if request.headers().contains_key("x-content-sha256") {
        let digest = unhex(&one("x-content-sha256")?).and_then(|bytes| bytes.try_into().ok());
        digest.ok_or_else(unknown)?
    } else {
        sha256(b"")
    };
    let target = request.uri().path_and_query().ok_or_else(unknown)?;
    Ok(SignedRequest {
        app_key: one(APP_KEY)?,
        timestamp: one("x-timestamp")?,
        nonce: one("x-nonce")?,
        method: request.method().as_str().to_owned(),
        target: target.as_str().to_owned(),
        body,
        signature: one("x-signature")?,
    })
}

/// The digest that the body of a signed request must have; the door leaves it with the request.
#[derive(Clone, Copy)]
pub(crate) struct SignedBody(pub(crate) [u8; 32]);

/// Compares a body that comes in with what was signed.
pub(crate) struct Compared {
    signed: Option<SignedBody>,
    seen: Sha256,
}

impl Compared {
    /// For the body of this request; of one that was not signed, nothing is compared.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        Self {
            signed: request.extensions().get::<SignedBody>().copied(),
            seen: Sha256::new(),
        }
    }

    /// Takes a piece in.
    pub(crate) fn take(&mut self, piece: &[u8]) {
        if self.signed.is_some() {
            self.seen.update(piece);
        }
    }

    /// Whether what came is what was signed.
    pub(crate) fn holds(&mut self) -> bool {
        let seen: [u8; 32] = std::mem::take(&mut self.seen).finalize().into();
        self.signed.is_none_or(|SignedBody(signed)| signed == seen)
    }
}
