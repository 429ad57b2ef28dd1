//! Logging in and out, and the accounts that operators keep.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::account::LoginName;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::flow::people;
use crate::flow::people::NewAccount;
use crate::http::api::holder;
use crate::http::body::Body;
use crate::http::connection::Counted;
use crate::http::cookie;
use crate::http::desk::Desk;
use crate::http::hash_room::Place;
use crate::http::off_loop::off_the_loop;
use crate::http::people::Typed;
use crate::http::people::log_in;
use crate::http::people::log_out;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::answers::DoneAnswer;
use crate::http::shapes::people::AccountMade;
use crate::http::shapes::people::AccountRequest;
use crate::http::shapes::people::AccountsAnswer;
use crate::http::shapes::people::LoginAnswer;
use crate::http::shapes::people::LoginRequest;
use crate::http::shapes::people::PasswordRequest;
use crate::http::shapes::people::SessionsAnswer;
use crate::http::shapes::people::SessionsEnded;

/// Somebody logs in.
pub(crate) async fn begin(
    desk: Data<Desk>,
    request: HttpRequest,
    body: Body<LoginRequest>,
) -> Reply {
    let typed = Typed {
        name: body.value.name,
        password: body.value.password,
        code: body.value.code.unwrap_or_default(),
    };
    let logged_in = log_in(&desk, &request, typed).await?;
    let told = LoginAnswer::of(&logged_in.caller, logged_in.ends.to_string());
    let mut answer = json(&told)?;
    cookie::give(&mut answer, &logged_in, desk.office.clock.now());
    Ok(answer)
}

/// The caller logs out.
pub(crate) async fn end(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    log_out(&desk, by.into_inner()).await?;
    let mut answer = json(&DoneAnswer { done: true })?;
    cookie::take_back(&mut answer);
    Ok(answer)
}

/// The caller logs out everywhere.
pub(crate) async fn end_all(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let ended = off_the_loop(&desk, move |office| people::end_all(office, &by)).await?;
    let mut answer = json(&SessionsEnded { ended })?;
    cookie::take_back(&mut answer);
    Ok(answer)
}

/// One of the caller's sessions ends.
pub(crate) async fn end_one(desk: Data<Desk>, by: ReqData<Caller>, session: Path<i64>) -> Reply {
    off_the_loop(&desk, move |office| people::end_one(office, *session, &by)).await?;
    json(&DoneAnswer { done: true })
}

/// The caller's sessions.
pub(crate) async fn sessions(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let lines = off_the_loop(&desk, move |office| people::sessions(office, &by)).await?;
    json(&SessionsAnswer {
        sessions: lines.into_iter().map(Into::into).collect(),
    })
}

/// Every account.
pub(crate) async fn list(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let lines = off_the_loop(&desk, move |office| people::list(office, &by)).await?;
    json(&AccountsAnswer {
        accounts: lines.into_iter().map(Into::into).collect(),
    })
}

/// Makes an account.
pub(crate) async fn add(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    counted: ReqData<Counted>,
    body: Body<AccountRequest>,
) -> Reply {
    let bad = |what: &str| Refusal::because(Reason::BadRequest, what);
    let asked = body.value;
    let name = LoginName::read(&asked.name).map_err(|why| bad(&why.to_string()))?;
    let role = Role::from_name(&asked.role).ok_or_else(|| bad("there is no such role"))?;
    let code = asked.holder.as_ref().map(holder).transpose()?;
    let place = desk.passwords.place(counted.into_inner()).await?;
    let made = off_the_loop(&desk, move |office| {
        let _place: Place = place;
        let known = office.known();
        let agency = asked.agency.as_deref().map(|name| known.agency_named(name));
        let new = NewAccount {
            name: &name,
            display: &asked.display_name,
            role,
            agency: agency.transpose()?.map(|agency| agency.number),
            place: asked.place.as_deref(),
            holder: code.as_ref(),
            password: &asked.password,
            with_code: asked.with_code,
        };
        people::add(office, &new, &by)
    });
    let made = made.await?;
    let (secret, address) = made.code.map(|code| (code.secret, code.address)).unzip();
    json(&AccountMade {
        account: made.id,
        code_secret: secret.map(|secret| secret.to_string()),
        code_address: address.map(|address| address.to_string()),
    })
}

/// Puts another password in the place of an account's.
pub(crate) async fn set_password(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    counted: ReqData<Counted>,
    account: Path<String>,
    body: Body<PasswordRequest>,
) -> Reply {
    let place = desk.passwords.place(counted.into_inner()).await?;
    off_the_loop(&desk, move |office| {
        let _place: Place = place;
        people::set_password(office, &account, &body.value.password, &by)
    })
    .await?;
    json(&DoneAnswer { done: true })
}

/// Disables an account.
pub(crate) async fn disable(desk: Data<Desk>, by: ReqData<Caller>, account: Path<String>) -> Reply {
    off_the_loop(&desk, move |office| people::disable(office, &account, &by)).await?;
    json(&DoneAnswer { done: true })
}
