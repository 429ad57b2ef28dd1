//! Phones that were lost.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::flow::idempotency::Once;
use crate::flow::lost_phone;
use crate::http::api::holder;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::phones::LostPhoneAnswer;
use crate::http::shapes::phones::LostPhoneRequest;

/// The caller's own, from another device.
pub(crate) async fn mine(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
) -> Reply {
    let path = request.path().to_owned();
    let ended = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), b"");
        lost_phone::mine(office, &by, Some(once))
    });
    json(&LostPhoneAnswer::from(ended.await?))
}

/// That of somebody who stands at the window.
pub(crate) async fn at_the_window(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<LostPhoneRequest>,
) -> Reply {
    let code = holder(&body.value.holder)?;
    let path = request.path().to_owned();
    let ended = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        let whose = (&code, body.value.face_checked);
        lost_phone::of_holder(office, whose, &by, Some(once))
    });
    json(&LostPhoneAnswer::from(ended.await?))
}
