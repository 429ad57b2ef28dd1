//! Signed files for everybody: trust, status, keys, the offline bundle.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;

use crate::domain::problem::Reason;
use crate::domain::uscc::Uscc;
use crate::flow::bundle;
use crate::flow::identity;
use crate::flow::published;
use crate::flow::status;
use crate::http::desk::Desk;
use crate::http::kept::Keep;
use crate::http::kept::bytes;
use crate::http::kept::made;
use crate::http::kept::shelved;
use crate::http::off_loop::off_the_loop;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// The media type of signed lists.
pub(crate) const JWT: &str = "application/jwt";

/// The media type of status lists.
pub(crate) const STATUS_LIST: &str = "application/statuslist+jwt";

/// Hours that a bundle is good for.
const BUNDLE_HOURS: i64 = 24;

/// Pages about keys.
const KEYS: Keep = Keep::json(60);

/// The trust list in force.
pub(crate) async fn trust_list(desk: Data<Desk>, request: HttpRequest) -> Reply {
    made(&desk, &request, Keep(JWT, 60), |office| {
        Ok(published::trust_list(office)?.into_bytes())
    })
    .await
}

/// The revocation list in force.
pub(crate) async fn revocation_list(desk: Data<Desk>, request: HttpRequest) -> Reply {
    made(&desk, &request, Keep(JWT, 30), |office| {
        Ok(published::revocation_list(office)?.into_bytes())
    })
    .await
}

/// A status list; what it says is at most thirty seconds old.
pub(crate) async fn status_list(
    desk: Data<Desk>,
    request: HttpRequest,
    path: Path<String>,
) -> Reply {
    let Ok(number) = path.parse::<u32>() else {
        return Err(Refusal::new(Reason::NotFound));
    };
    let list = off_the_loop(&desk, move |office| status::publish(office, number)).await?;
    let place = (format!("/status/{number}"), list.etag.clone());
    let place = (place.0.as_str(), place.1.as_str());
    let reply = shelved(&desk, &request, Keep(STATUS_LIST, 30), place, move |_| {
        Ok(list.token.clone().into_bytes())
    });
    let reply = reply.await?;
    if problem::is_plain(reply.status()) {
        desk.metrics.list_sent();
    }
    Ok(reply)
}

/// The DID document of the service.
pub(crate) async fn service_did(desk: Data<Desk>, request: HttpRequest) -> Reply {
    made(&desk, &request, KEYS, |office| {
        bytes(&identity::service_document(office)?)
    })
    .await
}

/// The DID document of an agency.
pub(crate) async fn agency_did(
    desk: Data<Desk>,
    request: HttpRequest,
    path: Path<String>,
) -> Reply {
    let code = uscc(&path)?;
    made(&desk, &request, KEYS, move |office| {
        bytes(&identity::agency_document(office, &code)?)
    })
    .await
}

/// The service's keys.
pub(crate) async fn jwks(desk: Data<Desk>, request: HttpRequest) -> Reply {
    made(&desk, &request, KEYS, |office| {
        bytes(&identity::service_jwks(office)?)
    })
    .await
}

/// The service as an issuer.
pub(crate) async fn service_issuer(desk: Data<Desk>, request: HttpRequest) -> Reply {
    made(&desk, &request, KEYS, |office| {
        bytes(&identity::issuer_metadata(office, None)?)
    })
    .await
}

/// An agency as an issuer.
pub(crate) async fn agency_issuer(
    desk: Data<Desk>,
    request: HttpRequest,
    path: Path<String>,
) -> Reply {
    let code = uscc(&path)?;
    made(&desk, &request, KEYS, move |office| {
        bytes(&identity::issuer_metadata(office, Some(&code))?)
    })
    .await
}

/// The offline bundle: a new one every minute, and when catalogue or trust change.
pub(crate) async fn offline_bundle(desk: Data<Desk>, request: HttpRequest) -> Reply {
    let minute = desk.office.clock.now().secs() / 60;
    let version = format!("{} {minute}", desk.office.known().generation);
    let place = (request.path(), version.as_str());
    shelved(&desk, &request, Keep(JWT, 60), place, |office| {
        Ok(bundle::make(office, BUNDLE_HOURS)?.into_bytes())
    })
    .await
}

fn uscc(text: &str) -> Result<Uscc, Refusal> {
    match text.parse() {
        Ok(code) => Ok(code),
        Err(_) => Err(Refusal::new(Reason::NotFound)),
    }
}
