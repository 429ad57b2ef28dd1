//! What has had its term: shown, and then deleted.

use actix_web::web::Data;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::retention;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::retention::DeletedAnswer;
use crate::http::shapes::retention::RetentionAnswer;
use crate::http::shapes::retention::RetentionRequest;

/// Shows what has had its term now.
pub(crate) async fn show(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let due = off_the_loop(&desk, move |office| retention::show(office, None, &by)).await?;
    json(&RetentionAnswer::from(due))
}

/// Deletes what was shown.
pub(crate) async fn run(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<RetentionRequest>,
) -> Reply {
    let deleted = off_the_loop(&desk, move |office| {
        let bad = |_why| Failure::because(Reason::BadRequest, "until is no moment");
        let until = body.value.until.parse().map_err(bad)?;
        retention::run(office, (until, &body.value.shown), &by)
    });
    json(&DeletedAnswer::from(deleted.await?))
}
