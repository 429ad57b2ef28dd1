//! Figures, as JSON and as tables.

use actix_web::web::Data;
use actix_web::web::Query;
use actix_web::web::ReqData;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::flow::failure::Failure;
use crate::flow::figures;
use crate::flow::figures::Figures;
use crate::flow::figures::Span;
use crate::flow::figures::Table;
use crate::flow::office::Office;
use crate::http::api::items::CSV;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::file;
use crate::http::reply::json;

/// Which figures.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    from: String,
    to: String,
    division: Option<String>,
    department: Option<String>,
    item: Option<String>,
    r#type: Option<String>,
    table: Option<String>,
}

/// The figures.
pub(crate) async fn all(desk: Data<Desk>, by: ReqData<Caller>, asked: Query<Asked>) -> Reply {
    if asked.table.is_some() {
        return Err(bad("table is for /api/v1/figures.csv"));
    }
    json(&off_the_loop(&desk, move |office| counted(office, &asked, &by)).await?)
}

/// One table of them.
pub(crate) async fn csv(desk: Data<Desk>, by: ReqData<Caller>, asked: Query<Asked>) -> Reply {
    let name = asked.table.clone().unwrap_or_default();
    let table = Table::from_name(&name).ok_or_else(|| bad("table is none of the tables"))?;
    let bytes = off_the_loop(&desk, move |office| {
        figures::csv(&counted(office, &asked, &by)?, table)
    });
    file(CSV, &format!("mianzheng-{name}.csv"), bytes.await?)
}

fn counted(office: &Office, asked: &Asked, by: &Caller) -> Result<Figures, Failure> {
    let day = |text: &str| {
        text.parse::<Day>()
            .map_err(|why| Failure::because(Reason::BadRequest, why.to_string()))
    };
    let span = Span {
        division: asked.division.as_deref(),
        department: asked.department.as_deref(),
        item: asked.item.as_deref(),
        type_name: asked.r#type.as_deref(),
        ..Span::of(day(&asked.from)?, day(&asked.to)?)
    };
    figures::count(office, &span, by)
}

fn bad(why: &str) -> Refusal {
    Refusal::because(Reason::BadRequest, why)
}
