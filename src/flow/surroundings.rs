//! What an office stands in: the hour and chance. Real ones in earnest, frozen ones in tests.

use std::sync::Arc;

use crate::crypto::random::Randomness;
use crate::crypto::random::SeededRandomness;
use crate::crypto::random::SystemRandomness;
use crate::domain::settings::Settings;
use crate::domain::time::Clock;
use crate::domain::time::FrozenClock;
use crate::domain::time::SystemClock;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::init::init;
use crate::flow::office::Office;
use crate::flow::open::open;

/// The hour and chance.
#[derive(Clone)]
pub struct Surroundings {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub randomness: Arc<dyn Randomness>,
}

impl Surroundings {
    /// This machine's clock and randomness.
    #[must_use]
    pub fn of_this_machine() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
        }
    }

    /// A clock that stands still and chance that repeats itself: for tests and golden vectors.
    #[must_use]
    pub fn frozen(at: Timestamp, seed: &[u8]) -> (Self, Arc<FrozenClock>) {
        let clock = Arc::new(FrozenClock::at(at));
        let same: Arc<dyn Clock> = Arc::<FrozenClock>::clone(&clock);
        let randomness = Arc::new(SeededRandomness::new(seed));
        (
            Self {
                clock: same,
                randomness,
            },
            clock,
        )
    }

    /// Opens the office that settings describe.
    ///
    /// # Errors
    ///
    /// Those of [`open`].
    pub fn open(&self, settings: Settings) -> Result<Office, Failure> {
        open(
            settings,
            Arc::clone(&self.clock),
            Arc::clone(&self.randomness),
        )
    }

    /// Makes an office where settings say.
    ///
    /// # Errors
    ///
    /// Those of [`init`].
    pub fn init(&self, settings: Settings) -> Result<Office, Failure> {
        init(
            settings,
            Arc::clone(&self.clock),
            Arc::clone(&self.randomness),
        )
    }
}
