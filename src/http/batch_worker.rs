//! The thread that works on batches, one at a time.

use std::thread::sleep;
use std::time::Duration;

use actix_web::web::Data;

use crate::flow::batch::work::Turn;
use crate::flow::batch::work::work_once;
use crate::http::desk::Desk;
use crate::http::server::Stop;

/// How long to wait before asking again when nothing waits.
const PAUSE: Duration = Duration::from_millis(200);

/// Works until asked to stop, which it heeds between two chunks.
pub(crate) fn work(desk: &Data<Desk>, stop: &Stop) {
    while !stop.is_asked() {
        match work_once(&desk.office, stop.flag()) {
            Ok(turn @ Turn::Worked { .. }) => desk.metrics.batch(turn),
            Ok(Turn::Idle | Turn::Stopped | Turn::Lost) => sleep(PAUSE),
            Err(why) => {
                tracing::error!(cause = %why, "a batch could not be worked on");
                sleep(PAUSE * 10);
            }
        }
    }
}
