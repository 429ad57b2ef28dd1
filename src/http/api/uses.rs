//! What was done with somebody's certificates.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use actix_web::web::ReqData;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::flow::idempotency::Once;
use crate::flow::uses;
use crate::flow::uses_paper;
use crate::http::api::holder;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::reply::PDF;
use crate::http::reply::Reply;
use crate::http::reply::file;
use crate::http::reply::json;
use crate::http::reply::wants;
use crate::http::shapes::uses::ObjectionAnswer;
use crate::http::shapes::uses::ObjectionRequest;
use crate::http::shapes::uses::UsesAnswer;
use crate::http::shapes::uses::UsesRequest;

/// Which page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    before: Option<i64>,
}

/// The caller's own history.
pub(crate) async fn mine(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    request: HttpRequest,
    page: Query<Page>,
) -> Reply {
    if wants(&request, PDF) {
        let printed = off_the_loop(&desk, move |office| {
            uses_paper::mine(office, page.before, &by)
        });
        return file(PDF, "uses.pdf", printed.await?);
    }
    let uses = off_the_loop(&desk, move |office| uses::mine(office, page.before, &by)).await?;
    json(&UsesAnswer { uses })
}

/// The history of somebody who stands at the window.
pub(crate) async fn at_the_window(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    request: HttpRequest,
    body: Body<UsesRequest>,
) -> Reply {
    let code = holder(&body.value.holder)?;
    let (checked, before) = (body.value.face_checked, body.value.before);
    if wants(&request, PDF) {
        let printed = off_the_loop(&desk, move |office| {
            uses_paper::at_the_window(office, (&code, checked), before, &by)
        });
        return file(PDF, "uses.pdf", printed.await?);
    }
    let uses = off_the_loop(&desk, move |office| {
        uses::at_the_window(office, (&code, checked), before, &by)
    });
    json(&UsesAnswer { uses: uses.await? })
}

/// Says of a use that it was not hers.
pub(crate) async fn object(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<ObjectionRequest>,
    record: Path<i64>,
) -> Reply {
    let path = request.path().to_owned();
    let task = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        uses::object(office, *record, &body.value.note, &by, Some(once))
    });
    json(&ObjectionAnswer { task: task.await? })
}
