//! Cards, and the codes that people show.

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::show;
use crate::flow::show::CardLine;
use crate::flow::show::DrawnCode;
use crate::flow::show::choice::Choice;
use crate::flow::show::compact;
use crate::flow::show::live;
use crate::flow::wallet;
use crate::http::api::identifier;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::kept::bytes;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::reply::media;
use crate::http::shapes::answers::CardAnswer;
use crate::http::shapes::answers::CardsAnswer;
use crate::http::shapes::codes::CodeAnswer;
use crate::http::shapes::requests::OfflineRequest;
use crate::http::shapes::requests::RenewCodeRequest;
use crate::http::shapes::requests::ShowRequest;

/// Pixels a module of a picture that is asked for as PNG.
const SCALE: u32 = 8;

/// The certificates of the holder.
pub(crate) async fn cards(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let cards = off_the_loop(&desk, move |office| show::cards(office, &by)).await?;
    json(&CardsAnswer {
        cards: cards.into_iter().map(card).collect(),
    })
}

fn card(line: CardLine) -> CardAnswer {
    CardAnswer {
        identifier: line.identifier,
        type_name: line.type_name,
        issuer_name: line.issuer_name,
        role: line.role,
        standing: line.standing,
        valid_to: line.valid_to.map(|day| day.to_string()),
    }
}

/// Shows one or more certificates live.
pub(crate) async fn show(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<ShowRequest>,
) -> Reply {
    let choices = body.value.choices.iter().map(|choice| {
        Ok(Choice {
            identifier: identifier(&choice.identifier)?,
            fields: choice.fields.clone(),
        })
    });
    let choices: Vec<Choice> = choices.collect::<Result<_, Refusal>>()?;
    let path = request.path().to_owned();
    drawn(&desk, &request, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        let shown = live::show_once(office, &choices, &by, Some(once))?;
        Ok(CodeAnswer::of_live(shown))
    })
    .await
}

/// Opens a code that shows nothing and says whom to ask.
pub(crate) async fn be_asked(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
) -> Reply {
    let path = request.path().to_owned();
    drawn(&desk, &request, move |office| {
        let once = Once::new(request_key(&by, &path, &key), b"");
        let shown = live::be_asked(office, &by, Some(once))?;
        Ok(CodeAnswer::of_live(shown))
    })
    .await
}

/// Draws the next picture of a live code.
pub(crate) async fn renew(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    request: HttpRequest,
    body: Body<RenewCodeRequest>,
    path: Path<String>,
) -> Reply {
    let Ok(session) = path.parse() else {
        return Err(Refusal::new(Reason::NotFound));
    };
    drawn(&desk, &request, move |office| {
        let shown = live::renew(office, session, body.value.hold, &by)?;
        Ok(CodeAnswer::of_live(shown))
    })
    .await
}

/// How a showing stands.
pub(crate) async fn standing(desk: Data<Desk>, by: ReqData<Caller>, session: Path<i64>) -> Reply {
    let found = off_the_loop(&desk, move |office| {
        wallet::show_standing(office, *session, &by)
    });
    json(&found.await?)
}

/// Makes an offline code.
pub(crate) async fn offline(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<OfflineRequest>,
    path: Path<String>,
) -> Reply {
    let identifier = identifier(&path)?;
    let path = request.path().to_owned();
    drawn(&desk, &request, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        let chosen = (body.value.fields.as_slice(), body.value.minutes);
        let shown = compact::offline_once(office, &identifier, chosen, &by, Some(once))?;
        Ok(CodeAnswer::of_compact(shown))
    })
    .await
}

/// Makes a printed code.
pub(crate) async fn printed(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    request: HttpRequest,
    path: Path<String>,
) -> Reply {
    let identifier = identifier(&path)?;
    drawn(&desk, &request, move |office| {
        Ok(CodeAnswer::of_compact(compact::printed(
            office,
            &identifier,
            &by,
        )?))
    })
    .await
}

/// The picture alone where that is asked for, else all about it. Drawing takes longer than most
/// flows, so that it is done where they are.
pub(crate) async fn drawn(
    desk: &Data<Desk>,
    request: &HttpRequest,
    show: impl FnOnce(&Office) -> Result<(CodeAnswer, DrawnCode), Failure> + Send + 'static,
) -> Reply {
    let accepted = request.headers().get(header::ACCEPT);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    let kind = match accepted {
        Some("image/svg+xml") => "image/svg+xml",
        Some("image/png") => "image/png",
        _ => "application/json",
    };
    let bytes = off_the_loop(desk, move |office| {
        let (answer, picture) = show(office)?;
        match kind {
            "image/svg+xml" => Ok(picture.svg().into_bytes()),
            "image/png" => Ok(picture.png(SCALE)),
            _ => bytes(&answer),
        }
    });
    media(kind, bytes.await?)
}
