//! Requests to holders and their answers; tasks of issuers and theirs.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::flow::case;
use crate::flow::idempotency::Once;
use crate::flow::interface;
use crate::flow::requests;
use crate::flow::tasks;
use crate::http::api::request_key;
use crate::http::api::show::drawn;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::answers::DoneAnswer;
use crate::http::shapes::codes::CodeAnswer;
use crate::http::shapes::consents::AnswerRequest;
use crate::http::shapes::consents::AskRequest;
use crate::http::shapes::consents::GiveRequest;
use crate::http::shapes::consents::OpenAskedRequest;
use crate::http::shapes::consents::PendingAnswer;
use crate::http::shapes::tasks::TaskAnswerRequest;
use crate::http::shapes::tasks::TasksAnswer;

/// Asks a holder.
pub(crate) async fn ask(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<AskRequest>,
    number: Path<String>,
) -> Reply {
    let asked = off_the_loop(&desk, move |office| {
        let whom = (body.value.person, body.value.materials.as_slice());
        case::ask(office, &number, whom, &by)
    });
    json(&asked.await?)
}

/// How a request stands.
pub(crate) async fn standing(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    named: Path<(String, i64)>,
) -> Reply {
    let (number, consent) = named.into_inner();
    let found = off_the_loop(&desk, move |office| {
        case::standing(office, &number, consent, &by)
    });
    json(&found.await?)
}

/// What a request asks, for its holder.
pub(crate) async fn read(desk: Data<Desk>, by: ReqData<Caller>, code: Path<String>) -> Reply {
    let found = off_the_loop(&desk, move |office| requests::read(office, &code, &by));
    json(&found.await?)
}

/// Gives or refuses.
pub(crate) async fn answer(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<AnswerRequest>,
    code: Path<String>,
) -> Reply {
    let give = body.value.give;
    let answered = off_the_loop(&desk, move |office| {
        requests::answer(office, &code, give, &by)
    });
    json(&answered.await?)
}

/// What asks something of the caller: open cases, and systems.
pub(crate) async fn pending(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let pending = off_the_loop(&desk, move |office| {
        Ok(PendingAnswer {
            cases: case::pending(office, &by)?,
            uses: interface::waiting(office, &by)?,
        })
    });
    json(&pending.await?)
}

/// Opens what a case asks of the caller.
pub(crate) async fn open(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<OpenAskedRequest>,
) -> Reply {
    let asks = off_the_loop(&desk, move |office| {
        case::open_case(office, &body.value.case, &by)
    });
    json(&asks.await?)
}

/// Gives what a case asks, by one live code.
pub(crate) async fn give(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<GiveRequest>,
    code: Path<String>,
) -> Reply {
    let path = request.path().to_owned();
    drawn(&desk, &request, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        let shown = case::give_by_code(office, &code, &body.value.also, &by, Some(once))?;
        Ok(CodeAnswer::of_live(shown))
    })
    .await
}

/// Takes back what was given.
pub(crate) async fn withdraw(desk: Data<Desk>, by: ReqData<Caller>, code: Path<String>) -> Reply {
    let back = off_the_loop(&desk, move |office| requests::withdraw(office, &code, &by));
    json(&back.await?)
}

/// The open tasks of the caller's agency.
pub(crate) async fn tasks(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let tasks = off_the_loop(&desk, move |office| tasks::list(office, &by)).await?;
    json(&TasksAnswer { tasks })
}

/// Answers a task.
pub(crate) async fn answer_task(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<TaskAnswerRequest>,
    task: Path<i64>,
) -> Reply {
    let path = request.path().to_owned();
    off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        let said = (body.value.confirmed, body.value.answer.as_str());
        tasks::answer(office, *task, said, &by, Some(once))
    })
    .await?;
    json(&DoneAnswer { done: true })
}
