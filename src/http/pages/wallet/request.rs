//! What somebody is asked: who, why, which fields, until when; and her answer.

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;
use askama::Template;
use serde::Deserialize;

use crate::codec::digest::sha256;
use crate::domain::caller::Caller;
use crate::domain::consent::Asked;
use crate::domain::problem::Reason;
use crate::domain::value::hex;
use crate::flow::case;
use crate::flow::idempotency::Once;
use crate::flow::idempotency::RequestKey;
use crate::flow::requests;
use crate::flow::wallet;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::form::Form;
use crate::http::pages::form::key_of;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::wallet::home::clock;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

#[derive(Template)]
#[template(path = "wallet/request.html")]
struct RequestPage {
    frame: Frame,
    code: String,
    state: &'static str,
    is_known: bool,
    gives_code: bool,
    asked: Asked,
    missing: Vec<String>,
    /// Fields that are given with a yes to what is required.
    count: usize,
    answer_by: String,
    seconds_left: i64,
}

impl RequestPage {
    /// How a request that is over came out: the look, the icon, and the words.
    fn outcome(&self) -> (&'static str, &'static str, String, String) {
        let (look, icon) = match self.state {
            "given" => ("info", "info"),
            "expired" => ("warn", "wait"),
            _ => ("unk", "close"),
        };
        let said = self.frame.say(&format!("wallet.request_{}", self.state));
        let more = self
            .frame
            .say(&format!("wallet.request_{}_text", self.state));
        (look, icon, said, more)
    }
}

/// What is asked.
pub(crate) async fn read(
    desk: Data<Desk>,
    frame: Frame,
    by: ReqData<Caller>,
    code: Path<String>,
) -> Reply {
    let code = code.into_inner();
    let wanted = code.clone();
    let found = off_the_loop(&desk, move |office| wallet::asked(office, &wanted, &by)).await?;
    let asked = found.view.asked;
    let fields = asked.materials.iter().filter(|material| material.required);
    page(&RequestPage {
        count: fields.map(|material| material.fields.len()).sum(),
        answer_by: clock(&asked.answer_by),
        frame,
        code,
        state: found.state,
        is_known: found.is_known,
        gives_code: found.view.mode == "case_code",
        asked,
        missing: found.view.missing,
        seconds_left: found.seconds_left,
    })
}

/// Which case is opened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Opened {
    case: String,
}

/// Opens what a case asks.
pub(crate) async fn open(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    Form(opened): Form<Opened>,
) -> Reply {
    let asks = off_the_loop(&desk, move |office| {
        case::open_case(office, &opened.case, &by)
    });
    Ok(problem::see_other(&of(&asks.await?.code)))
}

/// Where a request is read.
pub(crate) fn of(code: &str) -> String {
    format!("/w/requests/{code}")
}

/// A yes or no; what was chosen beside it is of no account to a no.
#[derive(Deserialize)]
pub(crate) struct Answered {
    give: bool,
}

/// Gives or refuses.
pub(crate) async fn answer(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    code: Path<String>,
    Form(answered): Form<Answered>,
) -> Reply {
    let back = of(&code);
    let done = off_the_loop(&desk, move |office| {
        requests::answer(office, &code, answered.give, &by)
    });
    done.await?;
    Ok(problem::see_other(&back))
}

/// Gives what a case asks, by one code: all that is required, and what else was chosen. A request
/// is given once, so that its own code is the key of that.
pub(crate) async fn give(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    code: Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Reply {
    let also = typed.iter().map(|(name, value)| match name.as_str() {
        "also" => value.parse().ok(),
        _ => None,
    });
    let also: Option<Vec<usize>> = also.collect();
    let also = also.ok_or_else(|| Refusal::because(Reason::BadRequest, "no form of this page"))?;
    let own = hex(&sha256(code.as_bytes()));
    let key = key_of(own.get(..32).unwrap_or_default(), &format!("{also:?}"))?;
    let shown = off_the_loop(&desk, move |office| {
        let key = RequestKey {
            caller: &by.id,
            route: "/w/requests/code",
            key: &key,
        };
        case::give_by_code(office, &code, &also, &by, Some(Once::new(key, b"")))
    });
    let session = shown.await?.session;
    Ok(problem::see_other(&format!("/w/shows/{session}")))
}

/// Takes back what was given.
pub(crate) async fn withdraw(desk: Data<Desk>, by: ReqData<Caller>, code: Path<String>) -> Reply {
    let back = of(&code);
    let done = off_the_loop(&desk, move |office| requests::withdraw(office, &code, &by));
    done.await?;
    Ok(problem::see_other(&back))
}

/// The address in a request's code leads to the wallet, whatever opened it.
pub(crate) async fn linked(code: Path<String>) -> Reply {
    let ours = code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !ours {
        return Err(Refusal::new(Reason::NotFound));
    }
    Ok(problem::see_other(&of(&code.to_ascii_uppercase())))
}
