//! A server's hold on a batch while it works: it tells the register how far it is, heeds a stop,
//! and looks whether the sender's credential still stands.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::domain::caller::Caller;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::batch::Progress;
use crate::flow::batch::made::Holding;
use crate::flow::batch::read::Kept;
use crate::flow::batch::work::LEASE_S;
use crate::flow::batch::work::Turn;
use crate::flow::credentials::still_stands;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::batches::BatchState;

/// Seconds after which the register is told how far a batch is, and the lease renewed.
const NOTE_S: i64 = 5;

/// Rows after which it is told before that.
const NOTE_ROWS: u64 = 2000;

/// The hold on a batch, and what is known of it.
pub(super) struct Held<'h> {
    pub(super) office: &'h Office,
    pub(super) holding: &'h Holding<'h>,
    pub(super) kept: Kept,
    pub(super) done: u64,
    /// When the register was told last, and of how many rows.
    pub(super) noted: (u64, Timestamp),
    pub(super) stopped: bool,
    /// Whether what its counts call issued was issued.
    pub(super) written: bool,
}

impl Held<'_> {
    fn text(&self) -> String {
        serde_json::to_string(&self.kept).unwrap_or_default()
    }

    /// Tells the register how far it is and holds on for so many seconds.
    pub(super) fn note_until(&mut self, seconds: i64) -> Result<(), Failure> {
        let now = self.office.clock.now();
        let until = now.plus_secs(seconds);
        let (lease, text) = (self.holding.lease(), self.text());
        let done = i64::try_from(self.done).unwrap_or(i64::MAX);
        let store = &self.office.store;
        let noted = store.write(|tx| tx.progress(lease, done, &text, until))?;
        self.noted = (self.done, now);
        self.holding.keep(noted)
    }

    /// Notes how far it is; an error when it is asked to stop, or the sender may send no more.
    pub(super) fn advance(
        &mut self,
        progress: Progress,
        by: &Caller,
        stop: &AtomicBool,
    ) -> Result<(), Failure> {
        self.kept = Kept {
            total: progress.total,
            counts: progress.counts,
        };
        self.done = progress.done;
        let (rows, at) = self.noted;
        let due = self.office.clock.now().secs_since(at) >= NOTE_S;
        if due || self.done >= rows.saturating_add(NOTE_ROWS) {
            self.note_until(LEASE_S)?;
        }
        if stop.load(Ordering::Relaxed) {
            self.stopped = true;
            return Err(Failure::because(Reason::Unavailable, "the server stops"));
        }
        still_stands(self.office, by)
    }

    /// Ends the batch, unless it went to another server meanwhile.
    pub(super) fn finish(
        &self,
        state: BatchState,
        problem: Option<&Problem>,
    ) -> Result<Turn, Failure> {
        let (lease, text) = (self.holding.lease(), self.text());
        let done = i64::try_from(self.done).unwrap_or(i64::MAX);
        let problem = problem.map(|problem| {
            let detail = problem.detail.as_deref().unwrap_or_default();
            format!("{}: {detail}", problem.reason.code())
        });
        let problem = problem.as_deref();
        let store = &self.office.store;
        if !store.write(|tx| tx.finish_batch(lease, state, (done, &text), problem))? {
            return Ok(Turn::Lost);
        }
        let counts = self.kept.counts;
        Ok(Turn::Worked {
            issued: if self.written {
                counts.issued + counts.corrected + counts.reissued
            } else {
                0
            },
            refused: counts.refused,
            rows: counts.rows,
        })
    }
}
