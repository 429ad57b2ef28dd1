//! Signed files for everybody: trust, status, keys, the offline bundle.

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::http::header::HeaderValue;
use actix_web::web;
use actix_web::web::Bytes;
use actix_web::web::Data;
use actix_web::web::Path;

use crate::domain::problem::Reason;
use crate::domain::uscc::Uscc;
use crate::flow::bundle;
use crate::flow::failure::Failure;
use crate::flow::identity;
use crate::flow::published;
use crate::flow::status;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::kept;
use crate::http::reply::kept_json;

/// The media type of signed lists.
pub(crate) const JWT: &str = "application/jwt";

/// The media type of status lists.
pub(crate) const STATUS_LIST: &str = "application/statuslist+jwt";

/// Hours that a bundle is good for.
const BUNDLE_HOURS: i64 = 24;

/// Seconds that a bundle is sent before a new one is made.
const BUNDLE_S: i64 = 60;

/// Seconds that a page about keys may be kept.
const KEEP_S: u32 = 60;

/// The trust list in force.
pub(crate) async fn trust_list(desk: Data<Desk>) -> Reply {
    kept(
        JWT,
        off_the_loop(&desk, published::trust_list).await?,
        KEEP_S,
    )
}

/// The revocation list in force.
pub(crate) async fn revocation_list(desk: Data<Desk>) -> Reply {
    kept(
        JWT,
        off_the_loop(&desk, published::revocation_list).await?,
        30,
    )
}

/// A status list, at most fifteen seconds old.
pub(crate) async fn status_list(
    desk: Data<Desk>,
    request: HttpRequest,
    path: Path<String>,
) -> Reply {
    let Ok(number) = path.parse::<u32>() else {
        return Err(Refusal::new(Reason::NotFound));
    };
    let list = off_the_loop(&desk, move |office| status::publish(office, number)).await?;
    // Weak: the same list is sent compressed and not.
    let etag = format!("W/\"{}\"", list.etag);
    let has = request.headers().get(header::IF_NONE_MATCH);
    let same = has
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .any(|tag| tag.trim() == etag || tag.trim() == "*")
        });
    let mut reply = if same {
        problem::unchanged(&etag)
    } else {
        desk.metrics.list_sent();
        kept(STATUS_LIST, list.token.clone(), 30)?
    };
    if let Ok(value) = HeaderValue::from_str(&etag) {
        reply.headers_mut().insert(header::ETAG, value);
    }
    let keep = HeaderValue::from_static("public, max-age=30");
    reply.headers_mut().insert(header::CACHE_CONTROL, keep);
    Ok(reply)
}

/// The DID document of the service.
pub(crate) async fn service_did(desk: Data<Desk>) -> Reply {
    kept_json(
        &off_the_loop(&desk, identity::service_document).await?,
        KEEP_S,
    )
}

/// The DID document of an agency.
pub(crate) async fn agency_did(desk: Data<Desk>, path: Path<String>) -> Reply {
    let code = uscc(&path)?;
    let document = off_the_loop(&desk, move |office| {
        identity::agency_document(office, &code)
    });
    kept_json(&document.await?, KEEP_S)
}

/// The service's keys.
pub(crate) async fn jwks(desk: Data<Desk>) -> Reply {
    kept_json(&off_the_loop(&desk, identity::service_jwks).await?, KEEP_S)
}

/// The service as an issuer.
pub(crate) async fn service_issuer(desk: Data<Desk>) -> Reply {
    let metadata = off_the_loop(&desk, |office| identity::issuer_metadata(office, None));
    kept_json(&metadata.await?, KEEP_S)
}

/// An agency as an issuer.
pub(crate) async fn agency_issuer(desk: Data<Desk>, path: Path<String>) -> Reply {
    let code = uscc(&path)?;
    let metadata = off_the_loop(&desk, move |office| {
        identity::issuer_metadata(office, Some(&code))
    });
    kept_json(&metadata.await?, KEEP_S)
}

/// The offline bundle, at most a minute old.
pub(crate) async fn offline_bundle(desk: Data<Desk>) -> Reply {
    let now = desk.office.clock.now();
    let at_desk = Data::clone(&desk);
    let made = web::block(move || {
        Desk::kept(
            &at_desk.bundle,
            |made| now.secs_since(*made) < BUNDLE_S,
            || {
                let bundle = bundle::make(&at_desk.office, BUNDLE_HOURS)?;
                Ok::<_, Failure>((now, Bytes::from(bundle)))
            },
        )
    });
    kept(JWT, made.await.map_err(Refusal::broken)??, 60)
}

fn uscc(text: &str) -> Result<Uscc, Refusal> {
    match text.parse() {
        Ok(code) => Ok(code),
        Err(_) => Err(Refusal::new(Reason::NotFound)),
    }
}
