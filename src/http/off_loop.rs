//! Off the loop: whatever touches the register runs on a thread that may wait.

use actix_web::web;
use actix_web::web::Data;

use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::http::desk::Desk;
use crate::http::problem::Refusal;

/// Runs one flow on a thread that may wait.
///
/// # Errors
///
/// The flow's failure, as it is told; a flow that panicked is told like one that failed.
pub(crate) async fn off_the_loop<T: Send + 'static>(
    desk: &Data<Desk>,
    flow: impl FnOnce(&Office) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Refusal> {
    let queued = desk.office.clock.now();
    let desk = Data::clone(desk);
    let done = web::block(move || {
        let waited = desk.office.clock.now().millis() - queued.millis();
        desk.metrics.waited(waited);
        flow(&desk.office)
    });
    match done.await {
        Ok(done) => Ok(done?),
        Err(why) => Err(Refusal::broken(why)),
    }
}
