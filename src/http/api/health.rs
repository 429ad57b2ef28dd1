//! Alive, ready, counted.

use actix_web::web::Data;

use crate::flow::readiness;
use crate::flow::tasks;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::reply::media;
use crate::http::shapes::answers::AliveAnswer;

/// The media type of `OpenMetrics`.
pub(crate) const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Whether the server is alive.
pub(crate) async fn alive() -> Reply {
    json(&AliveAnswer { alive: true })
}

/// Whether it may be sent work.
pub(crate) async fn ready(desk: Data<Desk>) -> Reply {
    let seen = off_the_loop(&desk, |office| Ok(readiness::look(office))).await?;
    desk.metrics.ready.set(i64::from(seen.ready));
    desk.metrics.ledger.set(seen.ledger_seq);
    Ok(problem::readiness(seen.ready, &seen))
}

/// What was counted.
pub(crate) async fn metrics(desk: Data<Desk>) -> Reply {
    let looked = off_the_loop(&desk, |office| {
        Ok((readiness::look(office), tasks::waiting(office)))
    });
    let (seen, waiting) = looked.await?;
    // A register that does not answer is told by `ready`, and leaves the last count.
    if let Ok(waiting) = waiting {
        desk.metrics.cases.tasks_open.set(waiting);
    }
    desk.metrics.sources.breakers(&seen.sources);
    desk.metrics.ready.set(i64::from(seen.ready));
    desk.metrics.ledger.set(seen.ledger_seq);
    let written = i64::try_from(desk.office.store.written());
    desk.metrics.written.set(written.unwrap_or(i64::MAX));
    media(OPEN_METRICS, desk.metrics.text())
}
