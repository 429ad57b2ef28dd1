//! The published items: found, shown, listed, and what to bring for them.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use serde::Deserialize;

use crate::flow::items::checklist;
use crate::flow::items::list;
use crate::flow::items::search;
use crate::flow::items::search::ItemSearch;
use crate::flow::items::show;
use crate::http::desk::Desk;
use crate::http::kept::Keep;
use crate::http::kept::bytes;
use crate::http::kept::made;
use crate::http::kept::shelved;
use crate::http::reply::Reply;
use crate::http::reply::saved_as;

/// The media type of the list as CSV.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// Items change when the catalogue is loaded, which is seldom; who asks should see it soon.
const KEEP: Keep = Keep::json(60);

/// What is looked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    division: Option<String>,
    department: Option<String>,
    limit: Option<usize>,
}

/// Which part of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    division: Option<String>,
    department: Option<String>,
}

/// Which version of a rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    version: Option<u32>,
}

/// In which situation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    pub(crate) scenario: Option<String>,
}

/// Finds items.
pub(crate) async fn find(desk: Data<Desk>, request: HttpRequest, wanted: Query<Wanted>) -> Reply {
    let counted = Data::clone(&desk);
    made(&desk, &request, KEEP, move |office| {
        let asked = ItemSearch {
            text: &wanted.q,
            division: wanted.division.as_deref(),
            department: wanted.department.as_deref(),
            most: wanted.limit,
        };
        let found = search::search(office, &asked)?;
        counted.metrics.searched(!found.found.is_empty());
        bytes(&found)
    })
    .await
}

/// Shows an item.
pub(crate) async fn one(
    desk: Data<Desk>,
    request: HttpRequest,
    (item, which): (Path<String>, Query<Which>),
) -> Reply {
    made(&desk, &request, KEEP, move |office| {
        bytes(&show::show(office, &item, which.version)?)
    })
    .await
}

/// What to bring.
pub(crate) async fn checklist(
    desk: Data<Desk>,
    request: HttpRequest,
    (item, when): (Path<String>, Query<When>),
) -> Reply {
    made(&desk, &request, KEEP, move |office| {
        bytes(&checklist::checklist(
            office,
            &item,
            when.scenario.as_deref(),
        )?)
    })
    .await
}

/// The list.
pub(crate) async fn list(desk: Data<Desk>, request: HttpRequest, part: Query<Part>) -> Reply {
    listed(&desk, &request, KEEP, part.into_inner(), bytes).await
}

/// The list as CSV.
pub(crate) async fn list_csv(desk: Data<Desk>, request: HttpRequest, part: Query<Part>) -> Reply {
    let reply = listed(&desk, &request, Keep(CSV, 60), part.into_inner(), list::csv);
    saved_as(reply.await?, "mianzheng-items.csv")
}

/// The whole list is made once and kept; parts of it have too many names for that.
async fn listed(
    desk: &Data<Desk>,
    request: &HttpRequest,
    keep: Keep,
    part: Part,
    write: impl FnOnce(&list::ItemList) -> Result<Vec<u8>, crate::flow::failure::Failure>
    + Send
    + 'static,
) -> Reply {
    let whole = part.division.is_none() && part.department.is_none();
    let make = move |office: &crate::flow::office::Office| {
        write(&list::list(
            office,
            part.division.as_deref(),
            part.department.as_deref(),
        )?)
    };
    if whole {
        let version = desk.office.known().generation.clone();
        let place = (request.path(), version.as_str());
        shelved(desk, request, keep, place, make).await
    } else {
        made(desk, request, keep, make).await
    }
}
