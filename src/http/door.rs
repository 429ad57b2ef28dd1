//! The door that every request passes: a trace id, who is it, may they, how often; and on the
//! way out the problem's words, headers, one count and one line in the log.

use std::net::IpAddr;
use std::net::Ipv4Addr;

use actix_web::Error;
use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::dev::ServiceResponse;
use actix_web::http::header;
use actix_web::http::header::HeaderName;
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::flow::app_keys;
use crate::flow::credentials;
use crate::http::connection::Counted;
use crate::http::connection::PeerCertificate;
use crate::http::connection::peer;
use crate::http::desk::Desk;
use crate::http::headed;
use crate::http::headed::RequestSerial;
use crate::http::manner::Repeat;
use crate::http::manner::Who;
use crate::http::off_loop::off_the_loop;
use crate::http::pages;
use crate::http::pages::frame::Frame;
use crate::http::pages::frame::LANGUAGE;
use crate::http::people;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::wants;
use crate::http::row::Row;
use crate::http::signed;
use crate::http::signed::SignedBody;
use crate::http::visit::Visit;

/// The header that makes a request one that is done once.
const KEY: &str = "idempotency-key";

/// The key of a request that is done once.
#[derive(Clone, Debug)]
pub(crate) struct Key(pub(crate) String);

/// Passes a request to one of the rows that share a path; no rows means there is no such path.
pub(crate) async fn door<B: MessageBody + 'static>(
    rows: &'static [Row],
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(desk) = request.app_data::<Data<Desk>>().cloned() else {
        return Err(Refusal::broken("a server without a desk").into());
    };
    let lang = language(request.request());
    let method = request.method().clone();
    let row = rows.iter().find(|row| row.verb.is(method.as_str()));
    let mut visit = Visit::begin(&desk, rows, row);
    let admitted = match row {
        Some(row) => admit(&desk, row, &request).await,
        None => Err(nothing_here(&desk, rows, &request)),
    };
    let answer = match admitted {
        Err(refusal) => {
            tell_cause(&refusal, &visit.trace_id);
            let about = (request.request(), visit.trace_id.as_str());
            let told = worded(&desk, row, &refusal, (about, None, lang));
            request.into_response(told)
        }
        Ok(Admitted {
            caller,
            counted,
            key,
            signed,
        }) => {
            visit.is_by(&caller.id);
            request.extensions_mut().insert(caller);
            request.extensions_mut().insert(counted);
            if let Some(key) = key {
                request.extensions_mut().insert(key);
            }
            if let Some(signed) = signed {
                request.extensions_mut().insert(signed);
            }
            match next.call(request).await {
                Ok(answer) => told(
                    (&desk, row),
                    answer.map_into_boxed_body(),
                    &visit.trace_id,
                    lang,
                ),
                Err(why) => {
                    visit.end(why.as_response_error().status_code().as_u16());
                    return Err(why);
                }
            }
        }
    };
    let answer = dressed(answer, row, &visit.trace_id);
    visit.end(answer.status().as_u16());
    Ok(answer)
}

/// A caller who was let in.
struct Admitted {
    caller: Caller,
    counted: Counted,
    key: Option<Key>,
    /// What the body must be, of a request that was signed.
    signed: Option<SignedBody>,
}

/// Lets a caller in, or says why not.
async fn admit(
    desk: &Data<Desk>,
    row: &Row,
    request: &ServiceRequest,
) -> Result<Admitted, Refusal> {
    let behind_proxy = desk.office.settings.plain_http;
    let peer = peer(request, behind_proxy);
    let address = Counted::address(peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
    let wait = |seconds| Refusal::new(Reason::TooMany).retry_after(seconds);
    let mut signed = None;
    let caller = match row.who {
        Who::Anybody => Ok(Caller::public()),
        Who::Roles(_) | Who::AtTheMachineOr(_) => {
            // Before the register is asked, or every invented credential would cost a look.
            let tries = [header::AUTHORIZATION.as_str(), signed::APP_KEY];
            if tries
                .iter()
                .any(|name| request.headers().contains_key(*name))
            {
                desk.limits.may_fail(&address).map_err(wait)?;
            }
            let caller = recognise(desk, request, &address, &mut signed).await;
            if caller
                .as_ref()
                .is_err_and(|why| why.reason() == Reason::Unauthenticated)
            {
                desk.limits.failed(&address);
            }
            caller
        }
    };
    let counted = match &caller {
        Ok(caller) if caller.role != Role::Public => Counted::Credential(caller.id.clone()),
        _ => address,
    };
    desk.limits.count(&counted).map_err(wait)?;
    let caller = caller?;
    let address = request.uri().path_and_query();
    if address.is_some_and(|address| address.as_str().contains("%00")) {
        return Err(Refusal::because(
            Reason::BadRequest,
            "the address holds U+0000",
        ));
    }
    let forwarded = request.headers().contains_key("x-forwarded-for")
        || request.headers().contains_key("forwarded");
    let at_the_machine = matches!(row.who, Who::AtTheMachineOr(_))
        && peer.is_some_and(|peer| peer.is_loopback())
        && !forwarded;
    if !(row.who.allows(caller.role) || at_the_machine) {
        let reason = match caller.role {
            Role::Public => Reason::Unauthenticated,
            _ => Reason::Forbidden,
        };
        return Err(Refusal::new(reason));
    }
    let key = (row.repeat == Repeat::Key).then(|| key(request));
    let key = key.transpose()?;
    Ok(Admitted {
        caller,
        counted,
        key,
        signed,
    })
}

/// Whose credential it is: a bearer token's, or else the signature's, or else the TLS
/// certificate's, or else that of a session, by its cookie.
async fn recognise(
    desk: &Data<Desk>,
    request: &ServiceRequest,
    address: &Counted,
    signed: &mut Option<SignedBody>,
) -> Result<Caller, Refusal> {
    if let Some(header) = request.headers().get(header::AUTHORIZATION) {
        let token = header.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then(|| token.trim().to_owned())
        });
        let token = token.ok_or_else(|| Refusal::new(Reason::Unauthenticated))?;
        return off_the_loop(desk, move |office| credentials::by_token(office, &token)).await;
    }
    if request.headers().contains_key(signed::APP_KEY) {
        let claim = signed::read(request)?;
        *signed = Some(SignedBody(claim.body));
        return off_the_loop(desk, move |office| app_keys::by_signature(office, &claim)).await;
    }
    match request.conn_data::<PeerCertificate>().copied() {
        Some(PeerCertificate(fingerprint)) => {
            off_the_loop(desk, move |office| {
                credentials::by_tls_certificate(office, &fingerprint)
            })
            .await
        }
        None => people::by_cookie(desk, request, address).await,
    }
}

fn key(request: &ServiceRequest) -> Result<Key, Refusal> {
    let Some(header) = request.headers().get(KEY) else {
        return Err(Refusal::new(Reason::KeyMissing));
    };
    let bytes = header.as_bytes();
    let visible = bytes.iter().all(u8::is_ascii_graphic);
    match header.to_str() {
        Ok(text) if visible && (1..=64).contains(&bytes.len()) => Ok(Key(text.to_owned())),
        _ => Err(Refusal::because(
            Reason::BadRequest,
            "Idempotency-Key is 1 to 64 visible ASCII characters",
        )),
    }
}

fn nothing_here(desk: &Data<Desk>, rows: &[Row], request: &ServiceRequest) -> Refusal {
    let peer = peer(request, desk.office.settings.plain_http);
    let counted = peer.map(|peer| desk.limits.count(&Counted::address(peer)));
    if let Some(Err(seconds)) = counted {
        return Refusal::new(Reason::TooMany).retry_after(seconds);
    }
    if rows.is_empty() {
        return Refusal::new(Reason::NotFound);
    }
    let methods: Vec<&str> = rows.iter().map(|row| row.verb.name()).collect();
    Refusal::new(Reason::WrongMethod).allow(methods.join(", "))
}

/// Gives a refusal of the handler or an extractor its words.
fn told(
    (desk, row): (&Data<Desk>, Option<&Row>),
    answer: ServiceResponse<BoxBody>,
    trace_id: &str,
    lang: Lang,
) -> ServiceResponse<BoxBody> {
    let serial = answer
        .request()
        .extensions()
        .get::<RequestSerial>()
        .cloned();
    let about = (answer.request(), trace_id);
    let words = |why: &Refusal| worded(desk, row, why, (about, serial.clone(), lang));
    let problem = answer.response().error().map(|why| match why.as_error() {
        Some(refusal) => {
            tell_cause(refusal, trace_id);
            words(refusal)
        }
        // What actix itself refuses before a handler of ours is asked.
        None => words(&Refusal::because(
            Reason::BadRequest,
            "the request cannot be read",
        )),
    });
    match problem {
        Some(problem) => answer.into_response(problem),
        None => answer,
    }
}

/// The request that is answered, and its trace id.
type About<'a> = (&'a HttpRequest, &'a str);

/// A refusal in the shape of the route: a page, a problem, or the national envelope.
fn worded(
    desk: &Data<Desk>,
    row: Option<&Row>,
    why: &Refusal,
    (about, serial, lang): (About<'_>, Option<RequestSerial>, Lang),
) -> HttpResponse<BoxBody> {
    let (request, trace_id) = about;
    if row.map_or_else(|| wants(request, "text/html"), |row| row.page) {
        if row.is_some_and(Row::reads) && why.reason() == Reason::Unauthenticated {
            return pages::to_login(request);
        }
        let frame = Frame::of(desk, request);
        let reads = row.is_none_or(Row::reads);
        return pages::problem::page(why, reads, &frame, trace_id);
    }
    if row.is_none_or(|row| !row.national) {
        return why.answer(&desk.office.settings.authority, trace_id, lang);
    }
    let at = desk.office.clock.now().to_string();
    let told = headed::refusal((why.reason(), why.detail()), (trace_id, serial), at, lang);
    why.answer_with(&told)
}

fn tell_cause(refusal: &Refusal, trace_id: &str) {
    if let Some(cause) = refusal.cause() {
        tracing::error!(trace_id, cause, "a request failed");
    }
}

fn dressed(
    mut answer: ServiceResponse<BoxBody>,
    row: Option<&Row>,
    trace_id: &str,
) -> ServiceResponse<BoxBody> {
    if let Some(row) = row
        && problem::is_plain(answer.status())
    {
        *answer.response_mut().status_mut() = problem::success(row.success);
    }
    let headers = answer.headers_mut();
    if let Ok(value) = HeaderValue::from_str(trace_id) {
        headers.insert(HeaderName::from_static("x-trace-id"), value);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if row.is_some_and(|row| row.public_file) {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
    }
    answer
}

/// The language that the browser keeps as a wish, or the first of ours that the caller names;
/// Chinese otherwise.
pub(crate) fn language(request: &HttpRequest) -> Lang {
    let wish = request.cookie(LANGUAGE);
    if let Some(lang) = wish.and_then(|wish| Lang::named(wish.value())) {
        return lang;
    }

    let Some(header) = request.headers().get(header::ACCEPT_LANGUAGE) else {
        return Lang::Zh;
    };
    let named = header.to_str().unwrap_or_default().split(',');
    let known = named.filter_map(|part| Lang::named(part.trim().get(..2)?));
    known.into_iter().next().unwrap_or_default()
}

/// There is nothing here; the door says so before this is asked.
pub(crate) async fn nowhere() -> HttpResponse {
    HttpResponse::new(problem::status(Reason::NotFound))
}
