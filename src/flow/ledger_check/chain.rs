//! The chain: each row's MAC from the one before, and what a break comes from.
//!
//! A row that does not follow waits in a run. The first row that fits again tells what happened
//! to the run: it follows the MAC stored at the run's end (contents were changed), it follows
//! what came before the run (the run was inserted), it follows the run's end under a higher
//! number (rows before were deleted and the rest renumbered), or it and the run's first row
//! stand in each other's place.

mod broken;

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

/// The most rows deleted at one place that a renumbered rest is still understood behind.
const RENUMBERED: i64 = 64;

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
    /// Whole, but the rows before it that its MAC was made from are gone.
    BehindDeleted,
}

/// How two rows came into each other's place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Swap {
    /// Each with its MAC.
    Whole,
    /// The MACs were left where they were.
    Contents,
}

/// What is known of a row as soon as it was read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is whole, and this is the number it was written with.
    Sound {
        /// The number.
        written: i64,
    },
    /// What it is shows in the end.
    Waits,
}

/// A broken row, when all rows were read.
pub(super) enum Reading {
    /// It was written as it stands, under this number.
    Whole(LedgerRow, i64),
    /// Nobody knows what it said.
    Doubtful(LedgerRow),
}

/// Walks the rows in order.
pub(super) struct Chain<'k> {
    key: &'k MacKey,
    stored: Head,
    head: Option<LedgerHead>,
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
    /// With the head in the database and the one that was written down elsewhere.
    pub(super) fn new(key: &'k MacKey, stored: Head, head: Option<&LedgerHead>) -> Self {
        Self {
            key,
            stored,
            head: head.cloned(),
            sound: (0, GENESIS.to_vec()),
            shift: 0,
            last: (0, GENESIS.to_vec()),
            run: Vec::new(),
            named: Vec::new(),
            at_head: None,
        }
    }

    /// How far the numbers of the rows read last lie above those they were written with.
    pub(super) const fn shift(&self) -> i64 {
        self.shift
    }

    pub(super) fn take(&mut self, row: &LedgerRow, report: &mut LedgerReport) -> Taken {
        report.rows += 1;
        let (last, previous) = self.last.clone();
        let written = row.seq - self.shift;
        let follows = written == self.sound.0 + 1 && self.fits(row, written, &self.sound.1);
        if !follows && !(1..=self.end()).contains(&row.seq) {
            // Nothing was ever written here. It tells nothing of the rows before it.
            let (row, previous) = (row.clone(), previous);
            self.named.push((Broken { row, previous }, Cause::Inserted));
            return Taken::Waits;
        }
        self.last = (row.seq, row.mac.clone());
        if follows {
            return self.accept(row, written);
        }
        if row.seq > last + 1 {
            report.find(LedgerFinding::RowsDeleted {
                from: last + 1,
                to: row.seq - 1,
            });
            self.name_run(Cause::Changed);
            // What came before is gone, so this row can only be checked by the next.
            return self.accept(row, written);
        }
        if self.fits(row, written, &previous) {
            self.name_run(Cause::Changed);
            return self.accept(row, written);
        }
        let broken = Broken {
            row: row.clone(),
            previous,
        };
        let Some(first) = self.run.first() else {
            self.run.push(broken);
            return Taken::Waits;
        };
        if let Some(swap) = self.swapped(first, &broken) {
            let mac = match swap {
                Swap::Whole => first.row.mac.clone(),
                Swap::Contents => row.mac.clone(),
            };
            self.run.push(broken);
            self.name_run(Cause::Changed);
            self.sound = (written, mac);
            return Taken::Waits;
        }
        let (sound_seq, sound_mac) = &self.sound;
        if self.fits(row, sound_seq + 1, sound_mac) {
            let written = sound_seq + 1;
            self.shift = row.seq - written;
            self.name_run(Cause::Inserted);
            return self.accept(row, written);
        }
        let mut deleted = 1..=RENUMBERED;
        if let Some(more) = deleted.find(|more| self.fits(row, written + more, &broken.previous)) {
            self.behind_deleted(more, report);
            return self.accept(row, written + more);
        }
        if self.follows_recomputed(row, written) {
            self.name_run(Cause::Changed);
            return self.accept(row, written);
        }
        self.run.push(broken);
        Taken::Waits
    }

    fn accept(&mut self, row: &LedgerRow, written: i64) -> Taken {
        self.sound = (written, row.mac.clone());
        if self.head.as_ref().is_some_and(|head| head.seq == written) {
            self.at_head = Some(hex(&row.mac));
        }
        Taken::Sound { written }
    }

    /// The last number that either head knows of.
    fn end(&self) -> i64 {
        let head = self.head.as_ref().map_or(0, |head| head.seq);
        (self.stored.seq + self.shift.max(0)).max(head)
    }

    /// Names the run of rows behind so many deleted ones, whose numbers were taken over.
    fn behind_deleted(&mut self, deleted: i64, report: &mut LedgerReport) {
        report.find(LedgerFinding::RowsDeleted {
            from: self.sound.0 + 1,
            to: self.sound.0 + deleted,
        });
        self.shift -= deleted;
        let mut run = self.run.drain(..);
        let first = run.next().map(|mut broken| {
            broken.row.seq += deleted;
            (broken, Cause::BehindDeleted)
        });
        let rest = run.map(|broken| (broken, Cause::Changed));
        self.named.extend(first.into_iter().chain(rest));
    }

    /// Names what the broken rows come from, and compares the end with the heads.
    pub(super) fn finish(mut self, report: &mut LedgerReport) -> Vec<Reading> {
        self.close_run(report);
        self.compare_heads(report);
        self.tell_broken(report)
    }

    /// A run that lasts to the end: a head may still tell what its only row was.
    fn close_run(&mut self, report: &mut LedgerReport) {
        let only = match self.run.as_slice() {
            [only] => Some((only.row.seq - self.shift, hex(&only.row.mac))),
            _ => None,
        };
        if let Some((written, mac)) = only {
            let stored = (self.stored.seq, hex(&self.stored.mac));
            let head = self.head.as_ref().map(|head| (head.seq, head.mac.clone()));
            let heads = head.into_iter().chain([stored]);
            let named = heads.filter(|(seq, m)| *seq > written && *m == mac);
            if let Some((seq, _)) = named.max() {
                let at = self.last.1.clone();
                self.behind_deleted(seq - written, report);
                self.sound = (seq, at);
                return;
            }
        }
        self.name_run(Cause::Changed);
    }

    fn compare_heads(&self, report: &mut LedgerReport) {
        let (last, mac) = &self.last;
        let written = last - self.shift;
        let head = self.head.as_ref().map_or(0, |head| head.seq);
        let cut_off = [self.stored.seq, head].into_iter().max();
        let cut_off = cut_off.filter(|end| *end > written.max(*last) || head > written);
        if let Some(head) = cut_off {
            report.find(LedgerFinding::CutOff { last: *last, head });
            return;
        }
        let broken = |seq: i64| self.named.iter().any(|(b, _)| b.row.seq == seq);
        if let Some(head) = &self.head
            && head.seq > 0
            && !broken(head.seq + self.shift)
            && self.at_head.as_deref().is_some_and(|at| at != head.mac)
        {
            report.find(LedgerFinding::HeadDiffers { seq: head.seq });
        }
        let at_end = self.stored.seq == *last || self.stored.seq == written;
        if !at_end || (self.stored.mac != *mac && !broken(*last)) {
            let seq = self.stored.seq;
            report.find(LedgerFinding::HeadDiffers { seq });
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
}
