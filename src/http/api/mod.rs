//! Handlers: extract → one flow off the loop → reply.

pub(crate) mod admin;
pub(crate) mod alarms;
pub(crate) mod batches;
pub(crate) mod cases;
pub(crate) mod certificates;
pub(crate) mod consents;
pub(crate) mod export;
pub(crate) mod figures;
pub(crate) mod foreign_cases;
pub(crate) mod grants;
pub(crate) mod guardians;
pub(crate) mod health;
pub(crate) mod interfaces;
pub(crate) mod items;
pub(crate) mod mandates;
pub(crate) mod national;
pub(crate) mod notices;
pub(crate) mod people;
pub(crate) mod phones;
pub(crate) mod published;
pub(crate) mod receipts;
pub(crate) mod retention;
pub(crate) mod show;
pub(crate) mod types;
pub(crate) mod upload;
pub(crate) mod uses;
pub(crate) mod verify;

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::ReqData;
use serde::Deserialize;

use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::holder::HolderCode;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::idempotency::Once;
use crate::flow::idempotency::RequestKey;
use crate::flow::known::Known;
use crate::flow::office::Office;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::answers::DoneAnswer;
use crate::http::shapes::requests::HolderNamed;

/// The time that is over and that is asked about, if one is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Then {
    time: Option<String>,
}

/// Reads the identifier in a path or body; whoever writes it wrong has found nothing.
pub(crate) fn identifier(text: &str) -> Result<CertificateIdentifier, Failure> {
    let read = CertificateIdentifier::read(text);
    read.map(|read| read.identifier)
        .map_err(|why| Failure::because(Reason::NotFound, why.to_string()))
}

/// Reads a holder; what it says is not repeated.
pub(crate) fn holder(named: &HolderNamed) -> Result<HolderCode, Failure> {
    let bad = |what: &str| Failure::because(Reason::BadRequest, what);
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

/// Does something to what a number in the address names, once however often it is asked. Such a
/// request has no body.
async fn numbered_once(
    desk: &Data<Desk>,
    (by, key, request): (ReqData<Caller>, ReqData<Key>, &HttpRequest),
    id: &str,
    flow: impl FnOnce(&Office, i64, &Caller, Once<'_>) -> Result<(), Failure> + Send + 'static,
) -> Reply {
    let Ok(id) = id.parse() else {
        return Err(Refusal::new(Reason::NotFound));
    };
    let path = request.path().to_owned();
    off_the_loop(desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), b"");
        flow(office, id, &by, once)
    })
    .await?;
    json(&DoneAnswer { done: true })
}
