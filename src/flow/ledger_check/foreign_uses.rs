//! Which uses were made for which case of another system: each use record says so, and the table
//! must say the same, as long as the case is there.

use std::collections::HashMap;

use serde_json::Value;

use crate::crypto::vault::Sealed;
use crate::domain::event::EventKind;
use crate::flow::ledger_check::LedgerFinding;
use crate::flow::ledger_check::LedgerReport;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::ledger::DETAILS;
use crate::store::ledger::LedgerRow;

/// The table, as findings name it.
const TABLE: &str = "foreign_uses";

/// What the table says of a page of records.
pub(super) struct Listed(HashMap<i64, i64>);

impl Listed {
    /// What it says of the records of these numbers, both included.
    pub(super) fn between(rx: &mut Rx<'_>, from: i64, to: i64) -> Result<Self, StoreError> {
        let rows = rx.foreign_uses_between(from, to)?;
        Ok(Self(rows.into_iter().collect()))
    }

    /// Compares it with a record that is as it was written.
    pub(super) fn compare(
        &mut self,
        office: &Office,
        rx: &mut Rx<'_>,
        (row, details): (&LedgerRow, Option<&Sealed>),
        report: &mut LedgerReport,
    ) -> Result<(), StoreError> {
        let listed = self.0.remove(&row.seq);
        let (table, entry) = (TABLE, row.seq.to_string());
        let is_use = row.kind == EventKind::Fetched.number();
        let Some(details) = details.filter(|_| is_use) else {
            // A use whose details had their term says nothing any more.
            if listed.is_some() && !(is_use && row.commitment.is_some()) {
                report.find(LedgerFinding::EntryInserted { table, entry });
            }
            return Ok(());
        };
        let opened = office.store.vault().open(&DETAILS, row.seq, details).ok();
        let told: Option<Value> = opened.and_then(|text| serde_json::from_slice(&text).ok());
        let told = told.as_ref().and_then(|told| told.get("foreign_case"));
        match (told.and_then(Value::as_i64), listed) {
            (None, None) => {}
            (None, Some(_)) => report.find(LedgerFinding::EntryInserted { table, entry }),
            (Some(case), Some(listed)) if case == listed => {}
            (Some(_), Some(_)) => report.find(LedgerFinding::EntryEdited { table, entry }),
            (Some(case), None) => {
                // It goes with its case.
                if rx.foreign_case_by_id(case)?.is_some() {
                    report.find(LedgerFinding::EntryDeleted { table, entry });
                }
            }
        }
        Ok(())
    }

    /// Notes a record of which nobody knows what it said: the ledger names it.
    pub(super) fn doubt(&mut self, row: &LedgerRow) {
        self.0.remove(&row.seq);
    }

    /// Names what belongs to no record.
    pub(super) fn tell(self, report: &mut LedgerReport) {
        let mut records: Vec<i64> = self.0.into_keys().collect();
        records.sort_unstable();
        for record in records {
            let entry = record.to_string();
            report.find(LedgerFinding::EntryInserted {
                table: TABLE,
                entry,
            });
        }
    }
}
