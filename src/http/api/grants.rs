//! Grants: proposed by one operator, confirmed by another, taken by any; and what they let see.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::usage::Grant;
use crate::flow::grants;
use crate::flow::grants::Proposed;
use crate::flow::grants::report;
use crate::flow::idempotency::Once;
use crate::http::api::items::CSV;
use crate::http::api::numbered_once;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::file;
use crate::http::reply::json;
use crate::http::shapes::grants::GrantAnswer;
use crate::http::shapes::grants::GrantProposalsAnswer;
use crate::http::shapes::grants::GrantRequest;

/// What each agency can see.
pub(crate) async fn report(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    json(&off_the_loop(&desk, move |office| report::report(office, &by)).await?)
}

/// The same as a table.
pub(crate) async fn csv(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let bytes = off_the_loop(&desk, move |office| {
        report::csv(&report::report(office, &by)?)
    });
    file(CSV, "mianzheng-grants.csv", bytes.await?)
}

/// Proposes a grant.
pub(crate) async fn propose(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<GrantRequest>,
) -> Reply {
    let Ok(until) = body.value.until.parse::<Timestamp>() else {
        let what = "until is no RFC 3339 time";
        return Err(Refusal::because(Reason::BadRequest, what));
    };
    let path = request.path().to_owned();
    let proposed = off_the_loop(&desk, move |office| {
        let (asked, known) = (body.value, office.known());
        let grant = Grant {
            agency: known.agency_named(&asked.agency)?.number,
            type_number: known.type_named(&asked.r#type)?.number,
            item: asked.item,
            fields: asked.fields,
            modes: asked.modes,
            quota_per_day: asked.quota_per_day,
            until,
        };
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        grants::propose_once(office, &grant, &by, Some(once))
    });
    json(&GrantAnswer::from(proposed.await?))
}

/// The grants that wait for a second operator.
pub(crate) async fn waiting(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let answer = off_the_loop(&desk, move |office| {
        let waiting = grants::waiting(office, &by)?;
        Ok(GrantProposalsAnswer::of(waiting, &office.known()))
    });
    json(&answer.await?)
}

/// Confirms a grant, as a second operator. Such a request has no body.
pub(crate) async fn confirm(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    id: Path<String>,
) -> Reply {
    let Ok(id) = id.parse() else {
        return Err(Refusal::new(Reason::NotFound));
    };
    let path = request.path().to_owned();
    let given = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), b"");
        grants::confirm_once(office, id, &by, Some(once))
    });
    json(&GrantAnswer::from(Proposed::InForce(given.await?)))
}

/// Withdraws a grant that waits, or refuses it.
pub(crate) async fn withdraw(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    id: Path<String>,
) -> Reply {
    let claim = (by, key, &request);
    numbered_once(&desk, claim, &id, |office, id, by, once| {
        grants::withdraw_once(office, id, by, Some(once))
    })
    .await
}

/// Takes a grant away.
pub(crate) async fn take(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    id: Path<String>,
) -> Reply {
    let claim = (by, key, &request);
    numbered_once(&desk, claim, &id, |office, id, by, once| {
        grants::take_once(office, id, by, Some(once))
    })
    .await
}
