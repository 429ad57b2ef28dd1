//! What a window's screen shows is scanned, or typed.

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use actix_web::web::ReqData;
use askama::Template;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::wallet;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::form::Form;
use crate::http::pages::form::fresh_key;
use crate::http::pages::frame::Frame;
use crate::http::pages::scanning_page;
use crate::http::pages::scanning_page_again;
use crate::http::pages::wallet::request::of;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

#[derive(Template)]
#[template(path = "wallet/scan.html")]
struct ScanPage {
    frame: Frame,
    key: String,
    typed: String,
    error: Option<(&'static str, String)>,
}

/// The case whose address led here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filled {
    case: Option<String>,
}

/// Where a code is scanned or typed.
pub(crate) async fn ask(desk: Data<Desk>, frame: Frame, filled: Query<Filled>) -> Reply {
    scanning_page(&ScanPage {
        key: fresh_key(&desk.office),
        typed: filled.into_inner().case.unwrap_or_default(),
        error: None,
        frame,
    })
}

/// What was scanned or typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scanned {
    code: String,
}

/// Leads to the request behind a code.
pub(crate) async fn answer(
    desk: Data<Desk>,
    frame: Frame,
    by: ReqData<Caller>,
    Form(scanned): Form<Scanned>,
) -> Reply {
    let typed = scanned.code.clone();
    let found = off_the_loop(&desk, move |office| {
        match wallet::scanned(office, &scanned.code, &by) {
            // Said where it was typed: these are answers to what was typed.
            Err(Failure::Refused(why)) if SAID_HERE.contains(&why.reason) => Ok(Err(why.reason)),
            found => found.map(Ok),
        }
    });
    match found.await? {
        Ok(code) => Ok(problem::see_other(&of(&code))),
        Err(why) => {
            let page = ScanPage {
                key: fresh_key(&desk.office),
                typed,
                error: Some((why.code(), why.title(frame.lang))),
                frame,
            };
            scanning_page_again(&page, &Refusal::new(why))
        }
    }
}

/// What is said beside the field.
const SAID_HERE: [Reason; 3] = [Reason::NotOfCase, Reason::NothingAsked, Reason::CaseClosed];

/// The address in a case's code leads to where it is typed, whatever opened it: what the case asks
/// is opened by whoever is signed in, with a press of the button.
pub(crate) async fn linked(case: Path<String>) -> Reply {
    let ours = case.bytes().all(|byte| byte.is_ascii_digit());
    if !ours {
        return Err(Refusal::new(Reason::NotFound));
    }
    Ok(problem::see_other(&format!("/w/scan?case={case}")))
}
