//! Off the loop: whatever touches the register runs on a thread that may wait; what may wait for a
//! department's system runs on one of its own, so that no slow source holds up who needs none.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use actix_web::web;
use actix_web::web::Data;
use tokio::sync::oneshot;

use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::source;
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

/// The most flows that wait aside at the same time; a source itself bounds how many wait for it.
const MOST_ASIDE: usize = 128;

/// How many flows are aside.
#[derive(Default)]
pub(crate) struct Aside(AtomicUsize);

/// A place aside, given back when it is dropped.
struct Place(Data<Desk>);

impl Place {
    fn take(desk: &Data<Desk>) -> Option<Self> {
        let before = desk.aside.0.fetch_add(1, Ordering::Relaxed);
        let place = Self(Data::clone(desk));
        (before < MOST_ASIDE).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.aside.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Runs one flow about certificates of a type: aside, where a department's system is asked for
/// them, for that may take seconds.
///
/// # Errors
///
/// Those of [`off_the_loop`]; [`Reason::TooMany`] when too many wait already.
pub(crate) async fn about_type<T: Send + 'static>(
    desk: &Data<Desk>,
    of: &str,
    flow: impl FnOnce(&Office) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Refusal> {
    let of = desk.office.known().type_named(of);
    if !of.is_ok_and(|of| source::has(&desk.office, &of)) {
        return off_the_loop(desk, flow).await;
    }
    let Some(place) = Place::take(desk) else {
        return Err(Refusal::new(Reason::TooMany).retry_after(1));
    };
    let (tell, told) = oneshot::channel();
    let spawned = std::thread::Builder::new()
        .name("aside".to_owned())
        .spawn(move || {
            // Whoever asked may have gone away.
            let _ = tell.send(flow(&place.0.office));
        });
    spawned.map_err(Refusal::broken)?;
    match told.await {
        Ok(done) => Ok(done?),
        Err(why) => Err(Refusal::broken(why)),
    }
}
