//! Cases at the window.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::case::PaperReason;
use crate::domain::holder::HolderCode;
use crate::domain::item::Whose;
use crate::domain::problem::Reason;
use crate::flow::case;
use crate::flow::case::Decision;
use crate::flow::case::OpenRequest;
use crate::flow::case::PersonNamed;
use crate::flow::case::Slip;
use crate::flow::idempotency::Once;
use crate::http::api::holder;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::cases::CasesAnswer;
use crate::http::shapes::cases::DecisionRequest;
use crate::http::shapes::cases::DecisionWord;
use crate::http::shapes::cases::OpenCaseRequest;
use crate::http::shapes::cases::PersonRequest;
use crate::http::shapes::cases::PutCodeRequest;
use crate::http::shapes::cases::WithdrawCaseRequest;
use crate::http::shapes::consents::SlipRequest;

/// Opens a case.
pub(crate) async fn open(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<OpenCaseRequest>,
) -> Reply {
    let wanted = OpenRequest {
        items: body.value.items.clone(),
        name: body.value.name.clone(),
        code: holder(&body.value.holder)?,
        foreign_number: body.value.foreign_number.clone(),
    };
    let path = request.path().to_owned();
    let opened = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        case::open_once(office, &wanted, &by, Some(once))
    });
    json(&opened.await?)
}

/// The cases of today.
pub(crate) async fn today(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let cases = off_the_loop(&desk, move |office| case::today(office, &by)).await?;
    json(&CasesAnswer { cases })
}

/// Looks a case up.
pub(crate) async fn look(desk: Data<Desk>, by: ReqData<Caller>, path: Path<String>) -> Reply {
    let found = off_the_loop(&desk, move |office| case::look(office, &path, &by));
    json(&found.await?)
}

/// Names somebody whom a case concerns.
pub(crate) async fn name_person(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<PersonRequest>,
    number: Path<String>,
) -> Reply {
    let named = PersonNamed {
        role: Whose::from_name(&body.value.role).ok_or_else(|| bad("role"))?,
        name: body.value.name.clone(),
        code: holder(&body.value.holder)?,
    };
    let path = request.path().to_owned();
    let changed = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        case::name_person(office, &number, &named, &by, Some(once))
    });
    json(&changed.await?)
}

/// Confirms somebody as a second officer.
pub(crate) async fn confirm_person(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    named: Path<(String, usize)>,
) -> Reply {
    let (number, person) = named.into_inner();
    let path = request.path().to_owned();
    let changed = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), b"");
        case::confirm_person(office, &number, person, &by, Some(once))
    });
    json(&changed.await?)
}

/// Puts a code before a case.
pub(crate) async fn put_code(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<PutCodeRequest>,
    number: Path<String>,
) -> Reply {
    let path = request.path().to_owned();
    let came = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        case::put_code_once(office, &number, &body.value.code, &by, Some(once))
    });
    json(&came.await?)
}

/// Takes the authorisation of somebody who is there in person.
pub(crate) async fn slip(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<SlipRequest>,
    number: Path<String>,
) -> Reply {
    let asked = &body.value;
    let code = holder(&asked.holder)?;
    let again = asked.typed_again.as_deref();
    let slip = Slip {
        number: asked.slip.clone(),
        name: asked.name.clone(),
        typed_again: again.and_then(|text| HolderCode::new(code.kind(), text).ok()),
        code,
        card_was_read: asked.card_was_read,
        face_checked: asked.face_checked,
    };
    let path = request.path().to_owned();
    let changed = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        let whom = (body.value.person, body.value.materials.as_slice());
        case::authorise_in_person(office, &number, whom, &slip, &by, Some(once))
    });
    json(&changed.await?)
}

/// Decides about materials.
pub(crate) async fn decide(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<DecisionRequest>,
    number: Path<String>,
) -> Reply {
    let decision = decision(&body.value)?;
    let path = request.path().to_owned();
    let changed = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        case::decide_once(
            office,
            &number,
            &body.value.materials,
            &decision,
            &by,
            Some(once),
        )
    });
    json(&changed.await?)
}

fn decision(asked: &DecisionRequest) -> Result<Decision, Refusal> {
    let note = || asked.note.clone().unwrap_or_default();
    Ok(match asked.decision {
        DecisionWord::Waive => Decision::Waive {
            matched: asked.matched,
        },
        DecisionWord::Paper => {
            let reason = asked.reason.as_deref().and_then(PaperReason::from_name);
            Decision::Paper {
                reason: reason.ok_or_else(|| bad("reason"))?,
                note: asked.note.clone(),
            }
        }
        DecisionWord::Promise => Decision::Promise { text: note() },
        DecisionWord::Tolerate => {
            let until = asked.until.as_deref().and_then(|text| text.parse().ok());
            Decision::Tolerate {
                until: until.ok_or_else(|| bad("until"))?,
            }
        }
        DecisionWord::Check => Decision::Check { note: note() },
        DecisionWord::Dispute => Decision::Dispute { note: note() },
        DecisionWord::Identify => Decision::Identify,
    })
}

/// Closes a case.
pub(crate) async fn close(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    number: Path<String>,
) -> Reply {
    let path = request.path().to_owned();
    let closed = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), b"");
        case::close_once(office, &number, &by, Some(once))
    });
    json(&closed.await?)
}

/// Withdraws a case.
pub(crate) async fn withdraw(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<WithdrawCaseRequest>,
    number: Path<String>,
) -> Reply {
    let path = request.path().to_owned();
    let ended = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        case::withdraw_case(office, &number, &body.value.reason, &by, Some(once))
    });
    json(&ended.await?)
}

fn bad(member: &str) -> Refusal {
    Refusal::because(Reason::BadRequest, format!("{member} is none of the words"))
}
