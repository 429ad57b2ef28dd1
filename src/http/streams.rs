//! Streams of events: who waits for somebody's answer is told when it is there.
//!
//! A stream asks the register once a second, on a thread of those that everybody uses, and holds
//! neither thread nor connection in between. There are so many at once, each caller has so many,
//! and none lasts longer than ten minutes.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::BodySize;
use actix_web::body::MessageBody;
use actix_web::rt::spawn;
use actix_web::rt::time::sleep;
use actix_web::web::Bytes;
use serde_json::Value;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::channel;

use crate::domain::problem::Reason;
use crate::http::connection::Counted;
use crate::http::guests::Guests;
use crate::http::guests::Own;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::row::Success;
use crate::http::server::Stop;

/// The media type of a stream of events.
pub(crate) const EVENTS: &str = "text/event-stream";

/// Streams that there are at once.
const PLACES: usize = 256;
/// Streams that one credential has at once.
const PLACES_EACH: u32 = 16;
/// How far apart the register is asked.
const BETWEEN: Duration = Duration::from_secs(1);
/// How often it is asked: for ten minutes.
const TIMES: u32 = 600;
/// After so many times without news a line says that somebody is still there.
const QUIET: u32 = 15;
/// Events that wait for a slow reader; there are hardly more in all.
const WAITING: usize = 8;

/// What stands at a moment, and whether anything can come after it.
pub(crate) struct Stand {
    pub(crate) says: Value,
    /// None as long as more may come, or why this is the last.
    pub(crate) over: Option<&'static str>,
}

/// Where streams have their places.
pub(crate) struct Streams {
    places: Arc<Semaphore>,
    guests: Guests,
    stop: Stop,
}

/// A place of a stream; whoever drops it gives it back.
pub(crate) struct Place {
    _own: Own,
    _permit: OwnedSemaphorePermit,
    stop: Stop,
}

impl Streams {
    /// No stream yet; all end when the server is asked to stop.
    pub(crate) fn new(stop: Stop) -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            guests: Guests::default(),
            stop,
        }
    }

    /// A place.
    ///
    /// # Errors
    ///
    /// A refusal when the caller has as many as one may have, or there is none.
    pub(crate) fn enter(&self, who: Counted) -> Result<Place, Refusal> {
        let full = || Refusal::because(Reason::TooMany, "many streams are open").retry_after(5);
        let own = self.guests.enter(who, PLACES_EACH).ok_or_else(full)?;
        let permit = Arc::clone(&self.places).try_acquire_owned();
        Ok(Place {
            _own: own,
            _permit: permit.map_err(|_none| full())?,
            stop: self.stop.clone(),
        })
    }
}

impl Place {
    /// Begins a stream with what stands now, and goes on as long as `ask` tells of it.
    ///
    /// # Errors
    ///
    /// What `ask` refuses at first: then there is no stream.
    pub(crate) async fn tell<F, A>(self, ask: A) -> Reply
    where
        A: Fn() -> F + 'static,
        F: Future<Output = Result<Stand, Refusal>> + 'static,
    {
        let first = ask().await?;
        let (events, told) = channel(WAITING);
        spawn(go_on(self, events, first, ask));
        Ok(HttpResponse::build(problem::success(Success::Done))
            .content_type(EVENTS)
            // What stands before us must not keep events back.
            .insert_header(("x-accel-buffering", "no"))
            .body(Told(told)))
    }
}

async fn go_on<F, A>(place: Place, events: Sender<Bytes>, first: Stand, ask: A)
where
    A: Fn() -> F,
    F: Future<Output = Result<Stand, Refusal>>,
{
    let mut stand = first;
    let mut quiet = 0;
    let mut news = true;
    for _ in 0..TIMES {
        if news && events.send(event("standing", &stand.says)).await.is_err() {
            return;
        }
        if let Some(why) = stand.over {
            let _ = events.send(event("end", &json!({"why": why}))).await;
            return;
        }
        quiet = if news { 0 } else { quiet + 1 };
        if quiet >= QUIET {
            quiet = 0;
            if events.send(Bytes::from_static(b":\n\n")).await.is_err() {
                return;
            }
        }
        sleep(BETWEEN).await;
        if events.is_closed() || place.stop.is_asked() {
            return;
        }
        news = match ask().await {
            Ok(now) => {
                let news = now.says != stand.says;
                stand = now;
                news
            }
            // Whoever asks again later may be told.
            Err(why) if why.reason() == Reason::Unavailable => false,
            Err(_refused) => return,
        };
    }
    let _ = events.send(event("end", &json!({"why": "time"}))).await;
}

fn event(name: &str, says: &Value) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {says}\n\n"))
}

/// Events on their way.
struct Told(Receiver<Bytes>);

impl MessageBody for Told {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.get_mut()
            .0
            .poll_recv(context)
            .map(|event| event.map(Ok))
    }
}
