//! Broken rows, named by what they come from.

use super::Broken;
use super::COMPARED;
use super::Cause;
use super::Chain;
use super::Reading;
use super::Swap;
use crate::flow::ledger_check::LedgerFinding;
use crate::flow::ledger_check::LedgerReport;
use crate::store::ledger::LedgerRow;

impl Chain<'_> {
    pub(super) fn name_run(&mut self, cause: Cause) {
        self.named
            .extend(self.run.drain(..).map(|broken| (broken, cause)));
    }

    pub(super) fn tell_broken(self, report: &mut LedgerReport) -> Vec<Reading> {
        let broken: Vec<&Broken> = self.named.iter().map(|(b, _)| b).collect();
        let mut pairs = Vec::new();
        for (at, one) in broken.iter().enumerate().take(COMPARED) {
            for other in broken.iter().take(COMPARED).skip(at + 1) {
                if self.swapped(one, other).is_some() {
                    pairs.push((one.row.seq, other.row.seq));
                    report.find(LedgerFinding::RowsSwapped {
                        seq: one.row.seq,
                        with: other.row.seq,
                    });
                }
            }
        }
        let mut readings = Vec::with_capacity(self.named.len());
        for (one, cause) in &self.named {
            let seq = one.row.seq;
            let row = one.row.clone();
            let partner = pairs.iter().find_map(|(a, b)| match seq {
                _ if *a == seq => Some(*b),
                _ if *b == seq => Some(*a),
                _ => None,
            });
            if let Some(partner) = partner {
                readings.push(Reading::Whole(row, partner));
                continue;
            }
            if self.behind_swap(one, &pairs) {
                readings.push(Reading::Whole(row, seq));
                continue;
            }
            match cause {
                Cause::Changed => {
                    report.find(LedgerFinding::RowChanged { seq });
                    readings.push(Reading::Doubtful(row));
                }
                // Never written, so it says nothing.
                Cause::Inserted => report.find(LedgerFinding::RowInserted { seq }),
                Cause::BehindDeleted => readings.push(Reading::Whole(row, seq)),
            }
        }
        readings
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
    pub(super) fn swapped(&self, one: &Broken, other: &Broken) -> Option<Swap> {
        let (first, second) = (one.row.seq, other.row.seq);
        let macs_moved = self.fits(&other.row, first, &one.previous) && {
            let before = if second == first + 1 {
                &other.row.mac
            } else {
                &other.previous
            };
            self.fits(&one.row, second, before)
        };
        if macs_moved {
            return Some(Swap::Whole);
        }
        let put = |content: &LedgerRow, place: &Broken| {
            let row = LedgerRow {
                mac: place.row.mac.clone(),
                ..content.clone()
            };
            self.fits(&row, place.row.seq, &place.previous)
        };
        (put(&other.row, one) && put(&one.row, other)).then_some(Swap::Contents)
    }
}
