//! Cases of other systems: registered before use, looked up, closed, reported.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use actix_web::web::ReqData;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::usage::Applicant;
use crate::domain::usage::ForeignCase;
use crate::flow::foreign_cases;
use crate::flow::foreign_cases::report;
use crate::flow::idempotency::Once;
use crate::http::api::holder;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::foreign_cases::CloseForeignCaseRequest;
use crate::http::shapes::foreign_cases::ForeignCaseRequest;
use crate::http::shapes::foreign_cases::ForeignCasesAnswer;
use crate::http::shapes::requests::HolderNamed;

/// Which cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    number: Option<String>,
}

/// Registers a case.
pub(crate) async fn register(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<ForeignCaseRequest>,
) -> Reply {
    let asked = body.value;
    let Ok(opened) = asked.opened.parse::<Timestamp>() else {
        let what = "opened is no RFC 3339 time";
        return Err(Refusal::because(Reason::BadRequest, what));
    };
    let named = HolderNamed {
        r#type: asked.applicant.r#type,
        code: asked.applicant.code,
    };
    let case = ForeignCase {
        number: asked.number,
        item: asked.item,
        item_name: asked.item_name,
        scenario: asked.scenario,
        applicant: Applicant {
            name: asked.applicant.name,
            code: holder(&named)?,
        },
        opened: opened.millis(),
        operator: asked.operator,
    };
    let path = request.path().to_owned();
    let registered = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        foreign_cases::register_once(office, &case, &body.bytes, &by, Some(once))
    });
    json(&registered.await?)
}

/// The cases that are not closed, or the one of a number.
pub(crate) async fn list(desk: Data<Desk>, by: ReqData<Caller>, which: Query<Which>) -> Reply {
    let cases = off_the_loop(&desk, move |office| match &which.number {
        Some(number) => foreign_cases::numbered(office, number, &by),
        None => foreign_cases::open_ones(office, &by),
    });
    let cases = cases.await?;
    json(&ForeignCasesAnswer { cases })
}

/// How a case stands.
pub(crate) async fn look(desk: Data<Desk>, by: ReqData<Caller>, id: Path<i64>) -> Reply {
    let found = off_the_loop(&desk, move |office| foreign_cases::look(office, *id, &by));
    json(&found.await?)
}

/// Closes a case.
pub(crate) async fn close(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<CloseForeignCaseRequest>,
    id: Path<i64>,
) -> Reply {
    let path = request.path().to_owned();
    let closed = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        let ended = (body.value.result, body.value.note.as_str());
        foreign_cases::close_once(office, *id, ended, &by, Some(once))
    });
    json(&closed.await?)
}

/// What other systems owe a result for.
pub(crate) async fn report(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    json(&off_the_loop(&desk, move |office| report::report(office, &by)).await?)
}
