//! The picture room: where pictures are searched for codes, on threads of its own, so that no
//! number of pictures keeps anybody from the register.
//!
//! A place is taken before the first byte of a picture is read, and given back when the work on
//! it has ended, whether or not somebody still waits for the answer. So places bound memory and
//! work together.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::web::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::oneshot;

use crate::codec::picture::PictureError;
use crate::codec::picture::read_codes;
use crate::domain::problem::Reason;
use crate::http::connection::Counted;
use crate::http::guests::Guests;
use crate::http::guests::Own;
use crate::http::problem::Refusal;

/// Pictures that are searched at the same time: each takes up to 16 MB and two seconds.
const THREADS: usize = 2;

/// Pictures that are in the room at once, of callers with a credential and of those without:
/// the crowd cannot keep a window out.
const PLACES: usize = 4;

/// Places that one credential or address has at once, waiting for one included.
const PLACES_EACH: u32 = 3;

/// How long is waited for a place.
const WAIT: Duration = Duration::from_secs(5);

/// What was found in a picture.
type Found = Result<Vec<String>, PictureError>;

/// The room.
pub(crate) struct PictureRoom {
    with_credential: Arc<Semaphore>,
    without: Arc<Semaphore>,
    guests: Guests,
    jobs: SyncSender<Job>,
}

struct Job {
    picture: Bytes,
    place: Place,
    answer: oneshot::Sender<Found>,
}

/// A place in the room; whoever drops it gives it back.
pub(crate) struct Place {
    _own: Own,
    _permit: OwnedSemaphorePermit,
}

impl PictureRoom {
    /// Opens the room; its threads end when it is dropped and the last picture is searched.
    pub(crate) fn new() -> Self {
        // As many as there are places: whoever has one never waits to hand a picture in.
        let (jobs, queue) = sync_channel(PLACES * 2);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..THREADS {
            let queue = Arc::clone(&queue);
            std::thread::spawn(move || search(&queue));
        }
        Self {
            with_credential: Arc::new(Semaphore::new(PLACES)),
            without: Arc::new(Semaphore::new(PLACES)),
            guests: Guests::default(),
            jobs,
        }
    }

    /// Waits for a place.
    ///
    /// # Errors
    ///
    /// A refusal when the caller has as many as one may have, or none came free in time.
    pub(crate) async fn enter(&self, who: Counted) -> Result<Place, Refusal> {
        let full = || Refusal::because(Reason::Unavailable, "many pictures wait").retry_after(5);
        let places = match who {
            Counted::Credential(_) => &self.with_credential,
            Counted::Address(_) => &self.without,
        };
        let own = self.guests.enter(who, PLACES_EACH).ok_or_else(full)?;
        let permit = timeout(WAIT, Arc::clone(places).acquire_owned()).await;
        match permit {
            Ok(Ok(permit)) => Ok(Place {
                _own: own,
                _permit: permit,
            }),
            _ => Err(full()),
        }
    }

    /// Searches a picture for codes.
    ///
    /// # Errors
    ///
    /// A refusal for what is no picture we read.
    pub(crate) async fn search(
        &self,
        place: Place,
        picture: Bytes,
    ) -> Result<Vec<String>, Refusal> {
        let (answer, found) = oneshot::channel();
        let job = Job {
            picture,
            place,
            answer,
        };
        self.jobs
            .try_send(job)
            .map_err(|_why| Refusal::broken("no thread searches pictures"))?;
        found.await.map_err(Refusal::broken)?.map_err(|why| {
            let reason = match why {
                PictureError::TooLarge => Reason::TooLarge,
                _ => Reason::BadPicture,
            };
            Refusal::because(reason, why.to_string())
        })
    }
}

fn search(queue: &Mutex<Receiver<Job>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // Whoever went away needs no answer; a picture that cannot be searched ends its own
        // search and no other.
        if !job.answer.is_closed() {
            let picture = &job.picture;
            let found = catch_unwind(AssertUnwindSafe(|| read_codes(picture)));
            if let Ok(found) = found {
                // Nobody waits any more.
                let _ = job.answer.send(found);
            } else {
                tracing::error!("a picture could not be searched");
            }
        }
        drop(job.place);
    }
}
