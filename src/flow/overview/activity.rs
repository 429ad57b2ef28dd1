//! How often certificates were used of late, counted from the ledger as it grows.
//!
//! A month of a league's uses is millions of rows, and no page waits for them: each look goes on
//! where the last one ended, a bounded way, and says how far it has come.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::domain::event::EventKind;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::stored::read_number;

/// Days that are counted, today among them.
pub const DAYS: i64 = 30;

/// Ledger rows of one question, and questions of one look.
const ROWS: i64 = 50_000;
const QUESTIONS: usize = 20;

const KINDS: [EventKind; 3] = [EventKind::Fetched, EventKind::Verified, EventKind::Used];

/// Uses of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// By other systems, over an interface.
    pub interface: i64,
    /// By officers, at a window.
    pub window: i64,
}

/// Uses by day and by the agency that issued what was used.
type Days = BTreeMap<(i64, u32), Uses>;

/// What was counted until now. Nothing of it is stored.
#[derive(Default)]
pub struct ActivityDesk(Mutex<Activity>);

#[derive(Default)]
struct Activity {
    /// The last row that was counted.
    through: i64,
    days: Days,
}

/// What a look came to.
pub(super) struct Counted {
    /// By day: an agency's, or all.
    pub(super) days: BTreeMap<i64, Uses>,
    /// The time of the first row that is not counted yet; none if all are.
    pub(super) behind: Option<Timestamp>,
}

impl ActivityDesk {
    /// Counts on, and tells how often an agency's certificates, or all, were used on each of the
    /// last days.
    pub(super) fn look(&self, office: &Office, issuer: Option<u32>) -> Result<Counted, Failure> {
        let today = office.clock.now().day().number();
        let first = today - DAYS + 1;
        let mut activity = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let behind = office.store.read(|rx| activity.count_on(rx, first))?;
        activity.days = activity.days.split_off(&(first, 0));
        let mut days: BTreeMap<i64, Uses> = BTreeMap::new();
        for ((day, of), uses) in &activity.days {
            if issuer.is_none_or(|issuer| issuer == *of) {
                let sum = days.entry(*day).or_default();
                sum.interface += uses.interface;
                sum.window += uses.window;
            }
        }
        Ok(Counted { days, behind })
    }
}

impl Activity {
    fn count_on(&mut self, rx: &mut Rx<'_>, first: i64) -> Result<Option<Timestamp>, StoreError> {
        let end = rx.ledger_head()?.seq;
        let begins = Day::from_number(first).start();
        self.through = self.through.max(before(rx, begins, (self.through, end))?);
        for _ in 0..QUESTIONS {
            if self.through >= end {
                return Ok(None);
            }
            let last = end.min(self.through + ROWS);
            for one in rx.count_uses_between(self.through, last, KINDS)? {
                let place = (one.day, read_number(one.issuer));
                let uses = self.days.entry(place).or_default();
                if one.kind == EventKind::Fetched.number() {
                    uses.interface += one.count;
                } else {
                    uses.window += one.count;
                }
            }
            self.through = last;
        }
        rx.ledger_time_from(self.through + 1)
    }
}

/// The last row between two that was written before a moment.
fn before(
    rx: &mut Rx<'_>,
    moment: Timestamp,
    (mut low, mut high): (i64, i64),
) -> Result<i64, StoreError> {
    while low < high {
        let middle = low + (high - low + 1) / 2;
        let earlier = rx.ledger_time_from(middle)?.is_some_and(|at| at < moment);
        (low, high) = if earlier {
            (middle, high)
        } else {
            (low, middle - 1)
        };
    }
    Ok(low)
}
