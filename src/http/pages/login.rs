//! Logging in and out with a browser.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Query;
use actix_web::web::ReqData;
use askama::Template;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::http::cookie;
use crate::http::desk::Desk;
use crate::http::pages;
use crate::http::pages::form::Form;
use crate::http::pages::frame::Frame;
use crate::http::pages::wishes::Back;
use crate::http::pages::wishes::own;
use crate::http::people;
use crate::http::people::Typed;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

#[derive(Template)]
#[template(path = "people/login.html")]
struct LoginPage {
    frame: Frame,
    /// The page to go to afterwards; empty for the own first one.
    back: String,
    name: String,
    wrong: Option<Wrong>,
}

/// What was wrong with the last try.
struct Wrong {
    title: String,
    wait: Option<String>,
    code: &'static str,
}

/// Where somebody logs in.
pub(crate) async fn ask(frame: Frame, back: Query<Back>) -> Reply {
    let back = back.into_inner().back.map(|back| own(Some(&back)));
    pages::page(&LoginPage {
        frame,
        back: back.unwrap_or_default(),
        name: String::new(),
        wrong: None,
    })
}

/// What somebody typed to log in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginForm {
    name: String,
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    back: String,
}

/// Logs somebody in, or asks again with the reason.
pub(crate) async fn begin(
    desk: Data<Desk>,
    frame: Frame,
    (request, Form(form)): (HttpRequest, Form<LoginForm>),
) -> Reply {
    let typed = Typed {
        name: form.name.clone(),
        password: form.password,
        code: form.code,
    };
    match people::log_in(&desk, &request, typed).await {
        Ok(logged_in) => {
            let to = match form.back.as_str() {
                "" => home(logged_in.caller.role),
                back => &own(Some(back)),
            };
            let mut answer = problem::see_other(to);
            cookie::give(&mut answer, &logged_in, desk.office.clock.now());
            Ok(answer)
        }
        Err(why) if is_of_the_form(why.reason()) => again(frame, form.name, &form.back, &why),
        Err(why) => Err(why),
    }
}

/// Whether the form itself says what is wrong.
const fn is_of_the_form(why: Reason) -> bool {
    matches!(
        why,
        Reason::LoginWrong | Reason::CodeNeeded | Reason::LoginLocked
    )
}

fn again(frame: Frame, name: String, back: &str, why: &Refusal) -> Reply {
    let wrong = Wrong {
        title: why.reason().title(frame.lang),
        wait: why.wait_s().map(|seconds| frame.wait(seconds)),
        code: why.reason().code(),
    };
    let back = match back {
        "" => String::new(),
        back => own(Some(back)),
    };
    let page = LoginPage {
        frame,
        back,
        name,
        wrong: Some(wrong),
    };
    pages::page_again(&page, why)
}

/// The first page of a role.
const fn home(role: Role) -> &'static str {
    match role {
        Role::Holder => "/w",
        Role::Window => "/desk",
        Role::Issuer => "/agency",
        Role::Operator | Role::Auditor => "/ops",
        Role::Public | Role::System => "/",
    }
}

/// Logs out whoever asks.
pub(crate) async fn end(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    people::log_out(&desk, by.into_inner()).await?;
    let mut answer = problem::see_other("/");
    cookie::take_back(&mut answer);
    Ok(answer)
}
