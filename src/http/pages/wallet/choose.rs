//! Choose what is shown: a card and how much of it, or several cards with the least.

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;
use askama::Template;

use crate::domain::caller::Caller;
use crate::domain::definition::Disclosure;
use crate::domain::problem::Reason;
use crate::flow::idempotency::Once;
use crate::flow::idempotency::RequestKey;
use crate::flow::wallet;
use crate::flow::wallet::CardField;
use crate::flow::wallet::Extent;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::form::Form;
use crate::http::pages::form::fresh_key;
use crate::http::pages::form::key_of;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::wallet::card::CardView;
use crate::http::pages::wallet::quiet;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

#[derive(Template)]
#[template(path = "wallet/choose.html")]
struct ChoosePage {
    frame: Frame,
    card: CardView,
    for_child: Option<String>,
    key: String,
    least: Vec<String>,
    by_need: Vec<FieldView>,
    sensitive: Vec<FieldView>,
}

struct FieldView {
    key: String,
    label: String,
}

/// How much of one card is shown.
pub(crate) async fn fields(
    desk: Data<Desk>,
    frame: Frame,
    by: ReqData<Caller>,
    id: Path<i64>,
) -> Reply {
    let lang = frame.lang;
    let found = off_the_loop(&desk, move |office| {
        wallet::showable(office, *id, lang, &by)
    });
    let found = found.await?;
    let of = |wanted: Disclosure| {
        let fields = found.fields.iter();
        fields.filter(move |field| field.disclosure == wanted)
    };
    let view = |field: &CardField| FieldView {
        key: field.key.clone(),
        label: quiet(lang, &field.label),
    };
    page(&ChoosePage {
        least: of(Disclosure::Always)
            .map(|field| quiet(lang, &field.label))
            .collect(),
        by_need: of(Disclosure::ByNeed).map(view).collect(),
        sensitive: of(Disclosure::Sensitive).map(view).collect(),
        key: fresh_key(&desk.office),
        card: CardView::of(&frame, found.face),
        for_child: found.for_child,
        frame,
    })
}

#[derive(Template)]
#[template(path = "wallet/pick.html")]
struct PickPage {
    frame: Frame,
    key: String,
    cards: Vec<CardView>,
}

/// Which cards are shown: all that the caller may show now, those used last before others.
pub(crate) async fn pick(desk: Data<Desk>, frame: Frame, by: ReqData<Caller>) -> Reply {
    let found = off_the_loop(&desk, move |office| wallet::hers_to_show(office, &by));
    let cards = found.await?.into_iter();
    page(&PickPage {
        key: fresh_key(&desk.office),
        cards: cards.map(|face| CardView::of(&frame, face)).collect(),
        frame,
    })
}

/// What somebody chose to show.
struct Chosen {
    key: String,
    cards: Vec<i64>,
    extent: Extent,
}

impl Chosen {
    fn read(typed: &[(String, String)], card: Option<i64>) -> Result<Self, Refusal> {
        let bad = || Refusal::because(Reason::BadRequest, "no form of this page");
        let (mut key, mut extent) = (None, None);
        let (mut cards, mut fields) = (Vec::from_iter(card), Vec::new());
        for (name, value) in typed {
            match name.as_str() {
                "key" => key = Some(value.as_str()),
                "extent" => extent = Some(value.as_str()),
                "card" if card.is_none() => cards.push(value.parse().map_err(|_why| bad())?),
                "field" => fields.push(value.clone()),
                _ => return Err(bad()),
            }
        }
        let content = format!("{cards:?} {extent:?} {fields:?}");
        Ok(Self {
            key: key_of(key.ok_or_else(bad)?, &content)?,
            cards,
            extent: match extent {
                Some("least") | None => Extent::Least,
                Some("usual") => Extent::Usual,
                Some("all") => Extent::All,
                Some("chosen") => Extent::Chosen(fields),
                Some(_) => return Err(bad()),
            },
        })
    }
}

/// Shows one card.
pub(crate) async fn one(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    id: Path<i64>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Reply {
    let chosen = Chosen::read(&typed, Some(*id))?;
    begun(&desk, by.into_inner(), chosen).await
}

/// Shows several.
pub(crate) async fn several(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Reply {
    let chosen = Chosen::read(&typed, None)?;
    begun(&desk, by.into_inner(), chosen).await
}

async fn begun(desk: &Data<Desk>, by: Caller, chosen: Chosen) -> Reply {
    let shown = off_the_loop(desk, move |office| {
        let key = RequestKey {
            caller: &by.id,
            route: "/w/shows",
            key: &chosen.key,
        };
        let once = Once::new(key, b"");
        wallet::show(office, &chosen.cards, &chosen.extent, &by, Some(once))
    });
    let session = shown.await?.session;
    Ok(problem::see_other(&format!("/w/shows/{session}")))
}
