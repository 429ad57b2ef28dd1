//! What did you come for? Items by name, by the initials of their reading, by code, and those
//! that the officer used last.

use actix_web::web::Data;
use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use crate::flow::case;
use crate::flow::case::RecentItem;
use crate::flow::items::search;
use crate::flow::items::search::ItemSearch;
use crate::flow::items::search::MainItem;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::window::officer::Officer;
use crate::http::reply::Reply;

/// Main items that are shown.
const MOST: usize = 20;

/// What is looked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    /// Whether in the whole league, and not only where the window is.
    #[serde(default)]
    all: String,
    /// The items that were chosen before, by commas.
    #[serde(default)]
    items: String,
}

#[derive(Template)]
#[template(path = "window/choose.html")]
struct ChoosePage {
    frame: Frame,
    officer: Officer,
    q: String,
    all: bool,
    asked: bool,
    /// What was chosen before, as it stands before the next code.
    before: String,
    found: Vec<MainItem>,
    recent: Vec<RecentItem>,
}

/// Where an item is chosen.
pub(crate) async fn choose(
    desk: Data<Desk>,
    frame: Frame,
    officer: Officer,
    Query(wanted): Query<Wanted>,
) -> Reply {
    let text = wanted.q.trim().to_owned();
    let all = wanted.all == "1";
    let (q, by) = (text.clone(), officer.by.clone());
    let look = off_the_loop(&desk, move |office| {
        let recent = case::recent_items(office, &by)?;
        if q.is_empty() {
            return Ok((Vec::new(), recent));
        }
        let known = office.known();
        let agency = by.agency.and_then(|number| known.agencies.get(&number));
        let division = agency.map(|agency| agency.division.to_string());
        let asked = ItemSearch {
            text: &q,
            division: division.as_deref().filter(|_| !all),
            most: Some(MOST),
            ..ItemSearch::default()
        };
        Ok((search::search(office, &asked)?.found, recent))
    });
    let (found, recent) = look.await?;
    page(&ChoosePage {
        frame,
        officer,
        asked: !text.is_empty(),
        q: text,
        all,
        before: before(&wanted.items),
        found,
        recent,
    })
}

/// Codes of items and a comma behind them, without what cannot be of such codes.
fn before(items: &str) -> String {
    let codes = items.split(',').filter(|code| !code.is_empty());
    let codes = codes.filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    codes.fold(String::new(), |all, code| all + code + ",")
}
