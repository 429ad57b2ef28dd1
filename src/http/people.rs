//! Logging in and out over HTTP, for the interface and for pages alike; and who a cookie is.

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::dev::ServiceRequest;
use actix_web::web::Data;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::people;
use crate::flow::people::LoggedIn;
use crate::flow::people::Login;
use crate::flow::people::Trying;
use crate::http::connection::Counted;
use crate::http::cookie;
use crate::http::desk::Desk;
use crate::http::device;
use crate::http::hash_room::Place;
use crate::http::off_loop::off_the_loop;
use crate::http::origin;
use crate::http::problem::Refusal;

/// What somebody typed to log in.
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) password: String,
    /// Empty for none.
    pub(crate) code: String,
}

/// Logs somebody in who comes with name, password and code. The answer needs its cookie yet:
/// [`cookie::give`].
///
/// # Errors
///
/// [`Reason::LoginWrong`], [`Reason::CodeNeeded`], [`Reason::LoginLocked`] with the seconds to
/// wait in [`Refusal::wait`], [`Reason::CrossOrigin`] if somebody else's page asked for it.
pub(crate) async fn log_in(
    desk: &Data<Desk>,
    request: &HttpRequest,
    typed: Typed,
) -> Result<LoggedIn, Refusal> {
    let done = try_in(desk, request, typed).await;
    let outcome = match &done {
        Ok(_) => "in",
        Err(why) => why.reason().code(),
    };
    desk.metrics.login(outcome);
    done
}

async fn try_in(
    desk: &Data<Desk>,
    request: &HttpRequest,
    typed: Typed,
) -> Result<LoggedIn, Refusal> {
    if origin::is_foreign(request.headers(), &desk.office.settings) {
        return Err(Refusal::new(Reason::CrossOrigin));
    }
    let counted = request.extensions().get::<Counted>().cloned();
    let counted = counted.ok_or_else(|| Refusal::broken("a request that nobody counted"))?;
    let address = match &counted {
        Counted::Address(address) => Some(*address),
        Counted::Credential(_) => None,
    };
    let device = device::of(request.headers());
    let before = cookie::read(request.headers()).map(str::to_owned);
    let place = desk.passwords.place(counted).await?;
    let login = off_the_loop(desk, move |office| {
        let _place: Place = place;
        let trying = Trying {
            name: &typed.name,
            password: &typed.password,
            code: &typed.code,
            device: &device,
            address,
            before: before.as_deref(),
        };
        people::log_in(office, &trying)
    });
    match login.await? {
        Login::In(logged_in) => Ok(logged_in),
        Login::Wrong => Err(Refusal::new(Reason::LoginWrong)),
        Login::CodeNeeded => Err(Refusal::new(Reason::CodeNeeded)),
        Login::Locked { seconds } => {
            let wait = u64::try_from(seconds).unwrap_or_default();
            let told = format!("wait {wait} seconds");
            Err(Refusal::because(Reason::LoginLocked, told).retry_after(wait))
        }
    }
}

/// Logs out whoever asks: ends the session she asks with. The answer has a cookie to take back
/// yet: [`cookie::take_back`].
///
/// # Errors
///
/// [`Reason::NotFound`] for a caller with another credential.
pub(crate) async fn log_out(desk: &Data<Desk>, by: Caller) -> Result<(), Refusal> {
    off_the_loop(desk, move |office| people::end(office, &by)).await
}

/// Whose cookie it is; anybody's if there is none, or its session is over.
///
/// # Errors
///
/// [`Reason::CrossOrigin`] for what changes something and does not prove that a page of ours
/// asked for it.
pub(crate) async fn by_cookie(
    desk: &Data<Desk>,
    request: &ServiceRequest,
    address: &Counted,
) -> Result<Caller, Refusal> {
    let Some(secret) = cookie::read(request.headers()).map(str::to_owned) else {
        return Ok(Caller::public());
    };
    // Before the register is asked, or every invented cookie would cost a look.
    let wait = |seconds| Refusal::new(Reason::TooMany).retry_after(seconds);
    desk.limits.may_fail(address).map_err(wait)?;
    let found = off_the_loop(desk, move |office| people::by_cookie(office, &secret)).await?;
    let Some(caller) = found else {
        desk.limits.failed(address);
        return Ok(Caller::public());
    };
    let reads = request.method().is_safe();
    if !reads && !origin::is_own(request.headers(), &desk.office.settings) {
        return Err(Refusal::new(Reason::CrossOrigin));
    }
    Ok(caller)
}
