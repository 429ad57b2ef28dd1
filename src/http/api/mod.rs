//! Handlers: extract → one flow off the loop → reply.

pub(crate) mod admin;
pub(crate) mod batches;
pub(crate) mod certificates;
pub(crate) mod fetch;
pub(crate) mod health;
pub(crate) mod items;
pub(crate) mod pages;
pub(crate) mod published;
pub(crate) mod show;
pub(crate) mod types;
pub(crate) mod upload;
pub(crate) mod verify;

use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::holder::HolderCode;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::idempotency::RequestKey;
use crate::flow::known::Known;
use crate::http::door::Key;
use crate::http::problem::Refusal;
use crate::http::shapes::requests::HolderNamed;

/// Reads the identifier in a path or body; whoever writes it wrong has found nothing.
fn identifier(text: &str) -> Result<CertificateIdentifier, Refusal> {
    let read = CertificateIdentifier::read(text);
    read.map(|read| read.identifier)
        .map_err(|why| Refusal::because(Reason::NotFound, why.to_string()))
}

/// Reads a holder; what it says is not repeated.
fn holder(named: &HolderNamed) -> Result<HolderCode, Refusal> {
    let bad = |what: &str| Refusal::because(Reason::BadRequest, what);
    let Ok(kind) = named.r#type.parse() else {
        return Err(bad("holder.type is no holder code type"));
    };
    let Ok(code) = HolderCode::new(kind, &named.code) else {
        return Err(bad("holder.code is not of its type"));
    };
    Ok(code)
}

/// The agency a caller belongs to.
fn agency<'k>(known: &'k Known, by: &Caller) -> Result<&'k Agency, Failure> {
    let found = by.agency.and_then(|number| known.agencies.get(&number));
    found.ok_or(Failure::refused(Reason::UnknownAgency))
}

/// The key of a request to a path.
fn request_key<'a>(by: &'a Caller, path: &'a str, key: &'a Key) -> RequestKey<'a> {
    RequestKey {
        caller: &by.id,
        route: path,
        key: &key.0,
    }
}
