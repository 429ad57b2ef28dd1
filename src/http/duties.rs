//! What a server does by itself: read catalogue and trust again, write the ledger's head,
//! forget what has had its time; every day what has had its term, if the settings say so.

use std::thread::sleep;
use std::time::Duration;

use actix_web::web::Data;

use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::foreign_cases::report::run_weekly;
use crate::flow::forget;
use crate::flow::ledger_head;
use crate::flow::readiness;
use crate::flow::retention;
use crate::http::desk::Desk;
use crate::http::server::Stop;

const TICK: Duration = Duration::from_millis(200);
const TICKS_A_SECOND: u64 = 5;

/// Does the duties until asked to stop, and writes the head once more then.
pub(crate) fn attend(desk: &Data<Desk>, stop: &Stop) {
    let mut tick: u64 = 0;
    while !stop.is_asked() {
        let every = |seconds: u64| tick.is_multiple_of(seconds * TICKS_A_SECOND);
        if every(5) {
            tell("refresh", desk.office.refresh());
            look(desk);
        }
        if every(60) {
            write_head(desk);
            desk.limits.forget();
        }
        if every(3600) {
            tell("forget", forget::forget_expired(&desk.office));
        }
        if every(86_400) {
            tell("retention", retention::run_daily(&desk.office));
        }
        tick += 1;
        sleep(TICK);
    }
}

/// Reports each week what other systems owe, on a thread of its own: a register of many cases is to
/// hold up no other duty.
pub(crate) fn report(desk: &Data<Desk>, stop: &Stop) {
    let mut tick: u64 = 0;
    while !stop.is_asked() {
        // Not at the start, which has more to do.
        if tick > 0 && tick.is_multiple_of(3600 * TICKS_A_SECOND) {
            report_week(desk);
        }
        tick += 1;
        sleep(TICK);
    }
}

/// The last duty, when nothing is written any more.
pub(crate) fn last(desk: &Data<Desk>) {
    write_head(desk);
}

fn write_head(desk: &Data<Desk>) {
    let written = ledger_head::write(&desk.office);
    let differs = matches!(&written, Err(why) if why.problem().reason == Reason::LedgerDiffers);
    desk.metrics.head_differs.set(i64::from(differs));
    tell("ledger head", written);
}

/// Asked every hour, done once a week: what other systems owe a result for, as counts.
fn report_week(desk: &Data<Desk>) {
    let done = run_weekly(&desk.office);
    for one in done.iter().flatten().flat_map(|report| &report.agencies) {
        let (agency, unclosed, uses) = (one.agency, one.unclosed, one.uses_without_result);
        tracing::warn!(agency, unclosed, uses, "cases and uses without a result");
    }
    tell("foreign cases", done);
}

fn look(desk: &Data<Desk>) {
    let seen = readiness::look(&desk.office);
    desk.metrics.ready.set(i64::from(seen.ready));
    desk.metrics.ledger.set(seen.ledger_seq);
}

fn tell<T>(duty: &str, done: Result<T, Failure>) {
    if let Err(why) = done {
        tracing::error!(duty, cause = %why, "a duty failed");
    }
}
