//! The first page of the console: how many, how often.

use actix_web::web::Data;
use actix_web::web::Query;
use actix_web::web::ReqData;
use askama::Template;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::flow::overview;
use crate::flow::overview::Overview;
use crate::flow::overview::OverviewTable;
use crate::http::api::items::CSV;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::agency::Console;
use crate::http::pages::agency::Side;
use crate::http::pages::agency::minute;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::plot::Bars;
use crate::http::pages::plot::Caption;
use crate::http::pages::plot::Lines;
use crate::http::pages::plot::grouped;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::file;

/// Types that have a bar of their own.
const BARS: usize = 7;

/// A number above the plots.
struct Figure {
    name: &'static str,
    number: String,
    unit: &'static str,
    more: String,
}

#[derive(Template)]
#[template(path = "agency/overview.html")]
struct OverviewPage {
    frame: Frame,
    side: Side,
    at: String,
    behind: Option<String>,
    figures: Vec<Figure>,
    days_plot: String,
    types_plot: String,
    overview: Overview,
}

/// The first page.
pub(crate) async fn show(desk: Data<Desk>, by: ReqData<Caller>, console: Console) -> Reply {
    let seen = off_the_loop(&desk, move |office| overview::overview(office, &by)).await?;
    let Console { frame, side } = console;
    let days = days_plot(&frame, &seen).render().map_err(Refusal::broken)?;
    let types = types_plot(&frame, &seen);
    page(&OverviewPage {
        at: minute(seen.at),
        behind: seen.behind.map(minute),
        figures: figures(&frame, &seen),
        days_plot: days,
        types_plot: types.render().map_err(Refusal::broken)?,
        overview: seen,
        frame,
        side,
    })
}

/// Which table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    table: String,
}

/// One of its tables.
pub(crate) async fn csv(desk: Data<Desk>, by: ReqData<Caller>, asked: Query<Asked>) -> Reply {
    let Some(table) = OverviewTable::from_name(&asked.table) else {
        let what = "table is none of the tables";
        return Err(Refusal::because(Reason::BadRequest, what));
    };
    let bytes = off_the_loop(&desk, move |office| {
        overview::csv(&overview::overview(office, &by)?, table)
    });
    file(CSV, &format!("mianzheng-{}.csv", asked.table), bytes.await?)
}

fn figures(frame: &Frame, seen: &Overview) -> Vec<Figure> {
    let yesterday = seen.yesterday();
    let today = seen.days.last().map_or(0, |day| day.issued);
    let more = |key, n: i64| frame.say_of(key, "n", grouped(n));
    vec![
        Figure {
            name: "overview.types",
            number: seen.types.len().to_string(),
            unit: "overview.unit_types",
            more: frame.say_of("overview.of_types", "n", seen.known_types),
        },
        Figure {
            name: "overview.certificates",
            number: grouped(seen.certificates),
            unit: "overview.unit",
            more: more("overview.good_of", seen.good),
        },
        Figure {
            name: "overview.this_month",
            number: grouped(seen.this_month),
            unit: "overview.unit",
            more: more("overview.today", today),
        },
        Figure {
            name: "overview.uses_yesterday",
            number: grouped(yesterday.interface + yesterday.window),
            unit: "overview.unit_times",
            more: more("overview.at_windows", yesterday.window),
        },
        Figure {
            name: "overview.suspended",
            number: grouped(seen.suspended),
            unit: "overview.unit",
            more: frame.say("overview.suspended_text"),
        },
    ]
}

fn days_plot(frame: &Frame, seen: &Overview) -> Lines {
    let days: Vec<String> = seen.days.iter().map(|day| short_day(day.day)).collect();
    let of = |pick: fn(&overview::Uses) -> i64| -> Vec<i64> {
        seen.days.iter().map(|day| pick(&day.uses)).collect()
    };
    let (interface, window) = (of(|uses| uses.interface), of(|uses| uses.window));
    let sum = |of: &[i64]| grouped(of.iter().sum());
    let with = [
        ("interface", sum(&interface)),
        ("window", sum(&window)),
        (
            "most",
            grouped(interface.iter().chain(&window).copied().max().unwrap_or(0)),
        ),
    ];
    let with = with.each_ref().map(|(name, text)| (*name, text.as_str()));
    let caption = Caption {
        id: "days",
        title: frame.say("overview.days_title"),
        text: frame.say_with("overview.days_text", &with),
    };
    Lines::new(caption, frame.lang, &days, &[interface, window])
}

fn types_plot(frame: &Frame, seen: &Overview) -> Bars {
    let named = seen
        .types
        .iter()
        .map(|of| (frame.either(&of.name, &of.name_en).to_owned(), of.good));
    let mut all: Vec<(String, i64)> = named.collect();
    let rest = all.split_off(all.len().min(BARS));
    let others = (!rest.is_empty()).then(|| {
        let name = frame.say_of("overview.others", "n", rest.len());
        (name, rest.iter().map(|(_, good)| *good).sum())
    });
    let first = all
        .first()
        .map(|(name, good)| (name.clone(), grouped(*good)));
    let (name, good) = first.unwrap_or_default();
    let caption = Caption {
        id: "types",
        title: frame.say("overview.types_title"),
        text: frame.say_with("overview.types_text", &[("type", &name), ("n", &good)]),
    };
    Bars::new(caption, frame.lang, &all, others.as_ref())
}

/// Month and day, as they fit below an axis.
fn short_day(day: Day) -> String {
    let date = day.date();
    format!("{}-{:02}", date.month(), date.day())
}
