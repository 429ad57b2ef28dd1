//! How often whoever waits for a file is told how far it is, and may stop it.
//!
//! By rows and by time, in the pass that counts as well as in the one that issues: a file of bad
//! rows alone issues nothing for minutes, and its server must keep its lease and heed a stop.

use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::batch::Progress;
use crate::flow::batch::report::Counts;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

/// Rows after which somebody is told at the latest.
pub const ROWS: u64 = 500;

/// Seconds after which somebody is told at the latest, while rows come at all.
pub const SECONDS: i64 = 1;

/// Tells, at a steady pace.
pub(crate) struct Pace<'a> {
    office: &'a Office,
    told: &'a mut dyn FnMut(Progress) -> Result<(), Failure>,
    at: Timestamp,
    rows: u64,
    total: u64,
}

impl<'a> Pace<'a> {
    pub(crate) fn new(
        office: &'a Office,
        told: &'a mut dyn FnMut(Progress) -> Result<(), Failure>,
    ) -> Self {
        Self {
            office,
            told,
            at: office.clock.now(),
            rows: 0,
            total: 0,
        }
    }

    /// Counts a row.
    pub(crate) fn count(&mut self) -> Result<Option<Problem>, Failure> {
        self.total += 1;
        if self.is_due() {
            return self.ask(Progress::default());
        }
        Ok(None)
    }

    /// Rows there are.
    pub(crate) const fn total(&self) -> u64 {
        self.total
    }

    /// Notes that a row was read, and tells if it is time to.
    pub(crate) fn step(&mut self, done: u64, counts: Counts) -> Result<Option<Problem>, Failure> {
        if self.is_due() {
            return self.tell(done, counts);
        }
        Ok(None)
    }

    /// Tells now; `Some` with the reason when the file is to end here.
    pub(crate) fn tell(&mut self, done: u64, counts: Counts) -> Result<Option<Problem>, Failure> {
        self.ask(Progress {
            done,
            total: self.total,
            counts,
        })
    }

    fn is_due(&mut self) -> bool {
        self.rows += 1;
        self.rows >= ROWS || self.office.clock.now().secs_since(self.at) >= SECONDS
    }

    fn ask(&mut self, progress: Progress) -> Result<Option<Problem>, Failure> {
        self.rows = 0;
        self.at = self.office.clock.now();
        match (self.told)(progress) {
            Ok(()) => Ok(None),
            Err(Failure::Refused(problem)) if problem.reason != Reason::Unavailable => {
                Ok(Some(problem))
            }
            Err(why) => Err(why),
        }
    }
}
