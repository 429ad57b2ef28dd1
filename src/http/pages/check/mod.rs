//! What opens when a phone's own camera reads one of our codes: a live code, a certificate's
//! printed one, a receipt's. No cookie is set, and nothing in the address makes a verdict.

pub(crate) mod entry;
pub(crate) mod told;

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;
use askama::Template;

use crate::domain::caller::Caller;
use crate::flow::verify::faces;
use crate::http::api::receipts;
use crate::http::api::verify;
use crate::http::connection::Counted;
use crate::http::desk::Desk;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::reply::Reply;

#[derive(Template)]
#[template(path = "public/live.html")]
struct LivePage {
    frame: Frame,
}

/// A live code that was opened instead of shown. It is not even looked at.
pub(crate) async fn live(frame: Frame) -> Reply {
    page(&LivePage { frame })
}

/// What the register says of the certificate behind a printed code, and what its paper must say.
pub(crate) async fn printed(
    desk: Data<Desk>,
    frame: Frame,
    (who, reference): (ReqData<Counted>, Path<String>),
) -> Reply {
    let (asked, lang) = (reference.clone(), frame.lang);
    let printed = verify::guessed(
        &desk,
        &who,
        move |office| faces::printed(office, &asked, &Caller::public(), lang),
        |(verdict, _)| verdict.verdict,
    );
    let (verdict, faces) = printed.await?;
    told::printed(&desk, frame, &reference, (verdict, faces))
}

/// What the register says of the receipt behind the address in its code: nothing of the case.
pub(crate) async fn receipt(
    desk: Data<Desk>,
    frame: Frame,
    (who, path): (ReqData<Counted>, Path<String>),
) -> Reply {
    let text = format!("https://{}/p/{path}", desk.office.settings.code_host);
    let verdict = receipts::asked(&desk, &who, text).await?;
    told::receipt(frame, &verdict)
}
