//! Check the ledger: the chain, its head, every certificate against its events, and every row
//! that decides access and trust.
//!
//! ```text
//! rows in order → each MAC from the one before → the head written down elsewhere
//!               → what each certificate's events say → the certificate's row
//!               → the last mark of each credential, grant, key, list, case → its row
//! ```
//!
//! What is found is named by its row, not only reported as broken. What cannot be told apart:
//!
//! - A certificate whose ledger row was changed is compared with its signed record alone; one
//!   whose ledger row was deleted is also reported as never recorded.
//! - Details are not compared on rows that were changed or renumbered, nor missed where uses of
//!   that age were deleted rightly.
//! - A forged row at the end, with the head in the database set to it, looks like a changed
//!   one; and rows cut off together with that head leave no trace. The head that was written
//!   down elsewhere tells.
//! - A picture that was deleted looks like one that never came.

mod chain;
mod compare;
mod details;
mod entries;
mod foreign_uses;
mod replay;

use std::collections::HashMap;

use serde::Serialize;

use crate::crypto::vault::Sealed;
use crate::flow::failure::Failure;
use crate::flow::ledger_check::chain::Chain;
use crate::flow::ledger_check::chain::Reading;
use crate::flow::ledger_check::chain::Taken;
use crate::flow::ledger_check::details::Deletions;
use crate::flow::ledger_check::entries::Entries;
use crate::flow::ledger_check::foreign_uses::Listed;
use crate::flow::ledger_check::replay::Replay;
use crate::flow::ledger_head::LedgerHead;
use crate::flow::office::Office;

/// Rows read at a time.
const PAGE: i64 = 5000;

/// Findings that are told one by one.
const TOLD: usize = 1000;

/// Something that is not as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "finding")]
pub enum LedgerFinding {
    /// A row does not have the content it was written with.
    RowChanged {
        /// The row.
        seq: i64,
    },
    /// Rows are missing between two others.
    RowsDeleted {
        /// The first missing.
        from: i64,
        /// The last missing.
        to: i64,
    },
    /// Two rows stand in each other's place.
    RowsSwapped {
        /// One.
        seq: i64,
        /// The other.
        with: i64,
    },
    /// A row that this ledger never wrote.
    RowInserted {
        /// The row.
        seq: i64,
    },
    /// Rows at the end are missing: the head was written down with a higher number.
    CutOff {
        /// The last row there is.
        last: i64,
        /// The last row that was.
        head: i64,
    },
    /// A head, in the database or written down elsewhere, does not name the row there is.
    HeadDiffers {
        /// The row.
        seq: i64,
    },
    /// The details of a row are not those that were recorded.
    DetailsChanged {
        /// The row.
        seq: i64,
    },
    /// The details of a row are gone, and no deletion of them is recorded.
    DetailsDeleted {
        /// The row.
        seq: i64,
    },
    /// A certificate was recorded, and its row is gone.
    CertificateDeleted {
        /// The certificate's row id.
        id: i64,
    },
    /// A certificate that was never recorded as issued.
    CertificateInserted {
        /// The certificate's row id.
        id: i64,
        /// Its identifier.
        identifier: String,
    },
    /// A certificate's row does not fit what was issued.
    CertificateEdited {
        /// The certificate's row id.
        id: i64,
        /// Its identifier.
        identifier: String,
        /// The columns that differ.
        columns: Vec<&'static str>,
    },
    /// A certificate's status is not what its events come to.
    StatusEdited {
        /// The certificate's row id.
        id: i64,
        /// Its identifier.
        identifier: String,
        /// The status there is.
        found: &'static str,
        /// The status that was recorded.
        recorded: &'static str,
    },
    /// A row that the ledger vouches for (a credential, key, mandate, case, …) that was never
    /// recorded.
    EntryInserted {
        /// Its table.
        table: &'static str,
        /// Its id, or the first 15 characters of a longer one.
        entry: String,
    },
    /// One that is not as it was recorded last.
    EntryEdited {
        /// Its table.
        table: &'static str,
        /// Its id, or the first 15 characters of a longer one.
        entry: String,
    },
    /// One that was recorded and is gone.
    EntryDeleted {
        /// Its table.
        table: &'static str,
        /// Its id, or the first 15 characters of a longer one.
        entry: String,
    },
}

/// The report of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LedgerReport {
    /// Ledger rows checked.
    pub rows: i64,
    /// Certificates checked.
    pub certificates: i64,
    /// What was found; at most the first 1,000.
    pub findings: Vec<LedgerFinding>,
    /// How many findings there are in all.
    pub found: u64,
    /// The number of the head it was checked against, if one was given.
    pub head: Option<i64>,
}

impl LedgerReport {
    /// Whether everything is as it was recorded.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.found == 0
    }

    fn find(&mut self, finding: LedgerFinding) {
        self.found += 1;
        if self.findings.len() < TOLD {
            self.findings.push(finding);
        }
    }
}

/// Checks ledger and certificates, in one snapshot of the register.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read; a broken ledger is a report, not an error.
pub fn check(office: &Office, head: Option<&LedgerHead>) -> Result<LedgerReport, Failure> {
    let mut report = LedgerReport {
        head: head.map(|h| h.seq),
        ..LedgerReport::default()
    };
    office.store.snapshot(|rx| {
        let mut chain = Chain::new(office.store.ledger_key(), rx.ledger_head()?, head);
        let mut replay = Replay::new(office);
        let mut entries = Entries::default();
        let mut deletions = Deletions::default();
        let mut after = i64::MIN;
        loop {
            let rows = rx.ledger_rows(after, PAGE)?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                break;
            };
            let details = rx.ledger_details(first.seq, last.seq)?;
            let mut details: HashMap<i64, Sealed> = details.into_iter().collect();
            let mut foreign = Listed::between(rx, after.saturating_add(1), last.seq)?;
            after = last.seq;
            for row in &rows {
                let details = details.remove(&row.seq);
                let Taken::Sound { written } = chain.take(row, &mut report) else {
                    foreign.doubt(row);
                    continue;
                };
                replay.note(row, written);
                entries.note(row, written);
                // Renumbered rows no longer find the details that were sealed for them.
                if chain.shift() == 0 {
                    replay.check_details(row, details.as_ref(), &mut report);
                    deletions.note(office, row, details.as_ref());
                    let record = (row, details.as_ref());
                    foreign.compare(office, rx, record, &mut report)?;
                } else {
                    foreign.doubt(row);
                }
            }
            foreign.tell(&mut report);
        }
        Listed::between(rx, after.saturating_add(1), i64::MAX)?.tell(&mut report);
        for reading in chain.finish(&mut report) {
            match reading {
                Reading::Whole(row, written) => {
                    replay.note(&row, written);
                    entries.note(&row, written);
                }
                Reading::Doubtful(row) => {
                    replay.doubt(&row);
                    entries.doubt(&row);
                }
            }
        }
        deletions.tell(&mut report);
        replay.check_certificates(rx, &mut report)?;
        entries.check(office, rx, &mut report)?;
        Ok::<_, Failure>(())
    })?;
    Ok(report)
}
