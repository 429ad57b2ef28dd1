//! The page of routes.

use actix_web::HttpRequest;
use actix_web::web::Data;

use crate::http::desk::Desk;
use crate::http::docs;
use crate::http::kept::Keep;
use crate::http::kept::shelved;
use crate::http::pages;
use crate::http::pages::HTML;
use crate::http::reply::Reply;

/// The page of routes, which anybody may keep for a minute.
pub(crate) async fn docs(desk: Data<Desk>, request: HttpRequest) -> Reply {
    let version = desk.office.known().generation.clone();
    let place = (request.path(), version.as_str());
    let reply = shelved(&desk, &request, Keep(HTML, 60), place, |office| {
        Ok(docs::html(office).into_bytes())
    });
    Ok(pages::guarded(reply.await?))
}
