//! What a holder was told.

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::notices;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::acting::NoticeAnswer;
use crate::http::shapes::acting::NoticesAnswer;
use crate::http::shapes::answers::DoneAnswer;

/// The caller's notices.
pub(crate) async fn list(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let found = off_the_loop(&desk, move |office| notices::list(office, &by)).await?;
    json(&NoticesAnswer {
        notices: found.into_iter().map(NoticeAnswer::from).collect(),
    })
}

/// Marks one as read.
pub(crate) async fn mark_read(desk: Data<Desk>, by: ReqData<Caller>, id: Path<String>) -> Reply {
    let Ok(id) = id.parse() else {
        return Err(Refusal::new(Reason::NotFound));
    };
    off_the_loop(&desk, move |office| notices::mark_read(office, id, &by)).await?;
    json(&DoneAnswer { done: true })
}
