//! Alarms about odd uses: listed, looked into, settled.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::flow::alarms;
use crate::flow::idempotency::Once;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::alarms::AlarmsAnswer;
use crate::http::shapes::alarms::SettleAlarmRequest;
use crate::http::shapes::answers::DoneAnswer;

/// The alarms that nobody settled.
pub(crate) async fn list(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let alarms = off_the_loop(&desk, move |office| alarms::list(office, &by)).await?;
    json(&AlarmsAnswer { alarms })
}

/// An alarm with its list.
pub(crate) async fn show(desk: Data<Desk>, by: ReqData<Caller>, id: Path<i64>) -> Reply {
    json(&off_the_loop(&desk, move |office| alarms::show(office, *id, &by)).await?)
}

/// Settles an alarm.
pub(crate) async fn settle(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<SettleAlarmRequest>,
    id: Path<i64>,
) -> Reply {
    let path = request.path().to_owned();
    off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        alarms::settle_once(office, *id, &body.value.note, &by, Some(once))
    })
    .await?;
    json(&DoneAnswer { done: true })
}
