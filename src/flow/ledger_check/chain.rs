//! The chain: each row's MAC from the one before, and what a break comes from.
//!
//! A row that does not follow from the last sound one waits in a run. The first row that fits
//! again tells what happened to the run: it follows the run's end (the run was changed), it
//! follows what came before the run (the run was inserted), or it follows the run's end under
//! a higher number (rows before were deleted and the rest renumbered).

use crate::crypto::mac::MacKey;
use crate::domain::value::hex;
use crate::flow::ledger_check::LedgerFinding;
use crate::flow::ledger_check::LedgerReport;
use crate::flow::ledger_head::LedgerHead;
use crate::store::ledger::GENESIS;
use crate::store::ledger::Head;
use crate::store::ledger::LedgerRow;

/// Broken rows that are compared with each other for swaps.
const COMPARED: usize = 64;

/// A row whose MAC does not follow from the MAC stored before it.
#[derive(Clone)]
struct Broken {
    row: LedgerRow,
    previous: Vec<u8>,
}

/// What a broken row turned out to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    Changed,
    Inserted,
    /// Sound itself, but rows before it are gone.
    BehindDeleted,
}

/// Walks the rows in order.
pub(super) struct Chain<'k> {
    key: &'k MacKey,
    /// The number and MAC the last sound row was written with.
    sound: (i64, Vec<u8>),
    /// How far stored numbers lie above those that were written.
    shift: i64,
    /// The stored number and MAC of the row before.
    last: (i64, Vec<u8>),
    run: Vec<Broken>,
    named: Vec<(Broken, Cause)>,
    at_head: Option<String>,
}

impl<'k> Chain<'k> {
    pub(super) fn new(key: &'k MacKey) -> Self {
        Self {
            key,
            sound: (0, GENESIS.to_vec()),
            shift: 0,
            last: (0, GENESIS.to_vec()),
            run: Vec::new(),
            named: Vec::new(),
            at_head: None,
        }
    }

    pub(super) fn take(&mut self, row: LedgerRow, report: &mut LedgerReport) {
        report.rows += 1;
        if report.head == Some(row.seq) {
            self.at_head = Some(hex(&row.mac));
        }
        let (last, previous) = self.last.clone();
        self.last = (row.seq, row.mac.clone());
        if row.seq > last + 1 {
            report.find(LedgerFinding::RowsDeleted {
                from: last + 1,
                to: row.seq - 1,
            });
            self.name_run(Cause::Changed);
            // What came before is gone, so this row can only be checked by the next.
            self.sound = (row.seq - self.shift, row.mac);
            return;
        }
        let written = row.seq - self.shift;
        let (sound_seq, sound_mac) = self.sound.clone();
        if self.run.is_empty() {
            if self.fits(&row, written, &previous) {
                self.sound = (written, row.mac);
            } else {
                self.run.push(Broken { row, previous });
            }
            return;
        }
        if self.fits(&row, written, &previous) {
            self.name_run(Cause::Changed);
            self.sound = (written, row.mac);
        } else if self.fits(&row, sound_seq + 1, &sound_mac) {
            self.shift = row.seq - sound_seq - 1;
            self.name_run(Cause::Inserted);
            self.sound = (sound_seq + 1, row.mac);
        } else if self.fits(&row, written + 1, &previous) {
            self.shift -= 1;
            self.name_run(Cause::BehindDeleted);
            self.sound = (written + 1, row.mac);
        } else if self.follows_recomputed(&row, written) {
            self.name_run(Cause::Changed);
            self.sound = (written, row.mac);
        } else {
            self.run.push(Broken { row, previous });
        }
    }

    /// Names what the broken rows come from, and compares the end with the heads: the one in
    /// the database and the one that was written down elsewhere.
    pub(super) fn finish(
        mut self,
        stored: &Head,
        head: Option<&LedgerHead>,
        report: &mut LedgerReport,
    ) {
        let end = head.map_or(stored.seq, |h| h.seq.max(stored.seq));
        let cause = match self.run.first() {
            Some(first) if first.row.seq > end => Cause::Inserted,
            _ => Cause::Changed,
        };
        self.name_run(cause);
        self.tell_broken(report);
        let last = self.last.0;
        if last < end {
            report.find(LedgerFinding::CutOff { last, head: end });
        } else if let Some(head) = head
            && head.seq > 0
            && self.at_head.as_deref() != Some(head.mac.as_str())
        {
            report.find(LedgerFinding::HeadDiffers { seq: head.seq });
        }
    }

    fn fits(&self, row: &LedgerRow, seq: i64, previous: &[u8]) -> bool {
        let written = LedgerRow { seq, ..row.clone() };
        written.mac_after(previous, self.key) == *row.mac
    }

    /// Whether a row follows the run's last row as that must have been: its content is whole
    /// and only its MAC was touched.
    fn follows_recomputed(&self, row: &LedgerRow, written: i64) -> bool {
        let Some(broken) = self.run.last() else {
            return false;
        };
        let before = LedgerRow {
            seq: written - 1,
            ..broken.row.clone()
        };
        self.fits(row, written, &before.mac_after(&broken.previous, self.key))
    }

    fn name_run(&mut self, cause: Cause) {
        self.named
            .extend(self.run.drain(..).map(|broken| (broken, cause)));
    }

    fn tell_broken(&self, report: &mut LedgerReport) {
        let broken: Vec<&Broken> = self.named.iter().map(|(b, _)| b).collect();
        let mut pairs = Vec::new();
        for (at, one) in broken.iter().enumerate().take(COMPARED) {
            for other in broken.iter().take(COMPARED).skip(at + 1) {
                if self.swapped(one, other) {
                    pairs.push((one.row.seq, other.row.seq));
                    report.find(LedgerFinding::RowsSwapped {
                        seq: one.row.seq,
                        with: other.row.seq,
                    });
                }
            }
        }
        for (one, cause) in &self.named {
            let seq = one.row.seq;
            let swapped = pairs.iter().any(|(a, b)| *a == seq || *b == seq);
            if swapped || self.behind_swap(one, &pairs) {
                continue;
            }
            report.find(match cause {
                Cause::Changed => LedgerFinding::RowChanged { seq },
                Cause::Inserted => LedgerFinding::RowInserted { seq },
                Cause::BehindDeleted => LedgerFinding::RowsDeleted { from: seq, to: seq },
            });
        }
    }

    /// A row behind a swapped one follows from the MAC that now stands in the other's place.
    fn behind_swap(&self, one: &Broken, pairs: &[(i64, i64)]) -> bool {
        let before = one.row.seq - 1;
        let other = pairs.iter().find_map(|(a, b)| match before {
            _ if *a == before => Some(*b),
            _ if *b == before => Some(*a),
            _ => None,
        });
        let mac = other.and_then(|seq| self.named.iter().find(|(b, _)| b.row.seq == seq));
        mac.is_some_and(|(broken, _)| self.fits(&one.row, one.row.seq, &broken.row.mac))
    }

    /// Two rows are swapped when each, put in the other's place, fits there: with its MAC, or
    /// with the MACs left where they were.
    fn swapped(&self, one: &Broken, other: &Broken) -> bool {
        let (first, second) = (one.row.seq, other.row.seq);
        let macs_moved = self.fits(&other.row, first, &one.previous) && {
            let before = if second == first + 1 {
                &other.row.mac
            } else {
                &other.previous
            };
            self.fits(&one.row, second, before)
        };
        let put = |content: &LedgerRow, place: &Broken| {
            let row = LedgerRow {
                mac: place.row.mac.clone(),
                ..content.clone()
            };
            self.fits(&row, place.row.seq, &place.previous)
        };
        macs_moved || (put(&other.row, one) && put(&one.row, other))
    }
}
