//! The room where passwords are hashed: each takes its memory and its time, so few are at once,
//! and nobody who guesses keeps others from the register.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::time::timeout;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;

use crate::domain::problem::Reason;
use crate::http::connection::Counted;
use crate::http::guests::Guests;
use crate::http::guests::Own;
use crate::http::problem::Refusal;

/// Passwords that are hashed at the same time.
const PLACES: usize = 2;

/// Places that one credential or address has at once, waiting for one included.
const PLACES_EACH: u32 = 8;

/// How long is waited for a place.
const WAIT: Duration = Duration::from_secs(5);

/// The room.
pub(crate) struct HashRoom {
    places: Arc<Semaphore>,
    guests: Guests,
}

/// A place in the room; whoever drops it gives it back.
pub(crate) struct Place {
    _own: Own,
    _permit: OwnedSemaphorePermit,
}

impl HashRoom {
    pub(crate) fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            guests: Guests::default(),
        }
    }

    /// Waits for a place.
    ///
    /// # Errors
    ///
    /// A refusal when the caller has as many as one may have, or none came free in time.
    pub(crate) async fn place(&self, who: Counted) -> Result<Place, Refusal> {
        let full = || Refusal::new(Reason::TooMany).retry_after(1);
        let own = self.guests.enter(who, PLACES_EACH).ok_or_else(full)?;
        let permit = timeout(WAIT, Arc::clone(&self.places).acquire_owned()).await;
        match permit {
            Ok(Ok(permit)) => Ok(Place {
                _own: own,
                _permit: permit,
            }),
            _ => Err(full()),
        }
    }
}
