//! Everything that is held about the caller.

use actix_web::web::Data;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::flow::export;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::reply::Reply;
use crate::http::reply::file;

/// As a file of JSON.
pub(crate) async fn mine(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let told = off_the_loop(&desk, move |office| export::mine(office, &by)).await?;
    file("application/json", "mianzheng.json", told.to_string())
}
