//! A code that is shown: what the other side scans, and how that stands.

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;
use askama::Template;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::idempotency::Once;
use crate::flow::idempotency::RequestKey;
use crate::flow::show::live;
use crate::flow::show::live::LiveShown;
use crate::flow::wallet;
use crate::flow::wallet::ShowingView;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::form::Form;
use crate::http::pages::form::fresh_key;
use crate::http::pages::form::key_of;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::wallet::card::CardView;
use crate::http::pages::wallet::home::clock;
use crate::http::pages::wallet::quiet;
use crate::http::problem;
use crate::http::reply::Reply;

#[derive(Template)]
#[template(path = "wallet/show.html")]
struct ShowPage {
    frame: Frame,
    session: i64,
    state: &'static str,
    is_held: bool,
    is_for_case: bool,
    cards: Vec<ShownView>,
    /// Who read it, or that it ended, in words.
    over: Option<String>,
    code: Option<CodeView>,
    now: i64,
}

/// A live code, to be drawn and spoken.
struct CodeView {
    svg: String,
    label: String,
    spoken: String,
    /// Seconds until the next, of how many.
    left: i64,
    life: i64,
}

struct ShownView {
    card: CardView,
    fields: Vec<String>,
    kept_back: usize,
    key: String,
}

/// The next code of a showing, or what became of it.
pub(crate) async fn code(
    desk: Data<Desk>,
    frame: Frame,
    by: ReqData<Caller>,
    session: Path<i64>,
) -> Reply {
    let session = session.into_inner();
    shown(&desk, frame, session, by.into_inner(), false).await
}

/// The one code of a showing that lasts two minutes.
pub(crate) async fn hold(
    desk: Data<Desk>,
    frame: Frame,
    by: ReqData<Caller>,
    session: Path<i64>,
) -> Reply {
    let session = session.into_inner();
    shown(&desk, frame, session, by.into_inner(), true).await
}

async fn shown(desk: &Data<Desk>, frame: Frame, session: i64, by: Caller, hold: bool) -> Reply {
    let lang = frame.lang;
    let (view, code) = off_the_loop(desk, move |office| {
        let view = wallet::showing(office, session, lang, &by)?;
        // Who wants to hold what was read meanwhile is told that it was.
        let open = view.standing.state == "open";
        let code = open.then(|| live::renew(office, session, hold, &by));
        Ok((view, code.transpose()?))
    })
    .await?;
    let now = desk.office.clock.now();
    let over = over(&frame, &view);
    let label = match view.cards.as_slice() {
        [one] => frame.say_of("wallet.live_label", "type", &one.face.type_name),
        _ => frame.say("wallet.live_label_several"),
    };
    let cards = view.cards.into_iter().map(|shown| ShownView {
        card: CardView::of(&frame, shown.face),
        fields: shown
            .fields
            .iter()
            .map(|field| quiet(lang, &field.label))
            .collect(),
        kept_back: shown.kept_back,
        key: fresh_key(&desk.office),
    });
    page(&ShowPage {
        cards: cards.collect(),
        session,
        state: view.standing.state,
        is_held: view.is_held || hold,
        is_for_case: view.is_for_case,
        over,
        code: code.map(|code| drawing(&code, label, now)),
        now: now.millis(),
        frame,
    })
}

fn drawing(code: &LiveShown, label: String, now: Timestamp) -> CodeView {
    let left = code.renew_at.secs_since(now).max(0);
    let spoken = code.spoken.split_at_checked(4);
    let (first, last) = spoken.unwrap_or((code.spoken.as_str(), ""));
    CodeView {
        svg: code.picture.svg(),
        label,
        spoken: format!("{first} {last}"),
        left,
        life: left.max(live::LIFE_S),
    }
}

/// What became of a showing that is over.
fn over(frame: &Frame, view: &ShowingView) -> Option<String> {
    let at = view.standing.at.as_deref().map(clock).unwrap_or_default();
    match (view.standing.state, &view.standing.reader) {
        ("open", _) => None,
        ("read", Some(reader)) => {
            let with = [("reader", reader.as_str()), ("time", at.as_str())];
            Some(frame.say_with("wallet.read_by", &with))
        }
        _ => Some(frame.say_of("wallet.show_ended", "time", &at)),
    }
}

/// An offline code that is wanted in place of a live one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Offline {
    key: String,
    card: usize,
}

#[derive(Template)]
#[template(path = "wallet/offline.html")]
struct OfflinePage {
    frame: Frame,
    session: i64,
    card: CardView,
    svg: String,
    label: String,
    expires_at: String,
    left_out: Vec<String>,
}

/// A code of the same fields that needs no network, for a quarter of an hour.
pub(crate) async fn offline(
    desk: Data<Desk>,
    frame: Frame,
    by: ReqData<Caller>,
    session: Path<i64>,
    Form(wanted): Form<Offline>,
) -> Reply {
    let (session, lang) = (session.into_inner(), frame.lang);
    let key = key_of(&wanted.key, &format!("{session} {}", wanted.card))?;
    let (shown, code) = off_the_loop(&desk, move |office| {
        let view = wallet::showing(office, session, lang, &by)?;
        let shown = view.cards.into_iter().nth(wanted.card);
        let shown = shown.ok_or(Failure::refused(Reason::NotFound))?;
        let key = RequestKey {
            caller: &by.id,
            route: "/w/shows/offline",
            key: &key,
        };
        let once = Once::new(key, b"");
        let code = wallet::offline(office, (shown.face.id, &shown.fields), &by, Some(once))?;
        Ok((shown, code))
    })
    .await?;
    let label = |key: &String| {
        let field = shown.fields.iter().find(|field| field.key == *key);
        quiet(lang, field.map_or(key.as_str(), |field| &field.label))
    };
    page(&OfflinePage {
        left_out: code.not_in_code.iter().map(label).collect(),
        svg: code.picture.svg(),
        label: frame.say_of("wallet.offline_label", "type", &shown.face.type_name),
        expires_at: code
            .expires_at
            .map_or_else(String::new, |at| clock(&at.to_string())),
        card: CardView::of(&frame, shown.face),
        session,
        frame,
    })
}

/// Opens a code that shows nothing and says whom to ask 扫码用证.
pub(crate) async fn be_asked(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    Form(wanted): Form<Keyed>,
) -> Reply {
    let key = key_of(&wanted.key, "")?;
    let shown = off_the_loop(&desk, move |office| {
        let key = RequestKey {
            caller: &by.id,
            route: "/w/asking",
            key: &key,
        };
        live::be_asked(office, &by, Some(Once::new(key, b"")))
    });
    let session = shown.await?.session;
    Ok(problem::see_other(&format!("/w/shows/{session}")))
}

/// A form with nothing but its key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keyed {
    key: String,
}
