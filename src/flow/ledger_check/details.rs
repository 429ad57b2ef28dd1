//! Details that are gone: the ledger says which the program deleted, and why; others are named.

use std::collections::HashMap;

use serde_json::Value;

use crate::crypto::vault::Sealed;
use crate::domain::event::EventKind;
use crate::domain::retention::RecordKind;
use crate::domain::time::Day;
use crate::flow::ledger_check::LedgerFinding;
use crate::flow::ledger_check::LedgerReport;
use crate::flow::office::Office;
use crate::flow::retention::SECURITY;
use crate::flow::retention::USES;
use crate::store::ledger::DETAILS;
use crate::store::ledger::LedgerRow;

/// A row whose details are gone.
struct Missing {
    seq: i64,
    at: i64,
    kind: Option<EventKind>,
    subject: Option<Vec<u8>>,
}

/// What is missing, and what was deleted by the program.
#[derive(Default)]
pub(super) struct Deletions {
    missing: Vec<Missing>,
    /// Uses from before then had their term and went.
    uses: i64,
    /// Security logs from before then.
    security: i64,
    /// Uses of a holder from before then, who had them erased.
    erased: HashMap<Vec<u8>, i64>,
}

impl Deletions {
    /// Notes a row that is as it was written, under the number it was written with.
    pub(super) fn note(&mut self, office: &Office, row: &LedgerRow, details: Option<&Sealed>) {
        let kind = EventKind::from_number(row.kind);
        let Some(details) = details else {
            if row.commitment.is_some() {
                self.missing.push(Missing {
                    seq: row.seq,
                    at: row.at,
                    kind,
                    subject: row.subject.clone(),
                });
            }
            return;
        };
        if kind != Some(EventKind::Forgotten) {
            return;
        }
        let text = office.store.vault().open(&DETAILS, row.seq, details);
        let told: Option<Value> = text
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        if let Some(told) = told {
            self.deleted(row, &told);
        }
    }

    fn deleted(&mut self, row: &LedgerRow, told: &Value) {
        let text = |key: &str| told.get(key).and_then(Value::as_str);
        let day = text("kept_from").and_then(|day| day.parse::<Day>().ok());
        let Some(before) = day.map(|day| day.start().millis()) else {
            return;
        };
        let uses = text("kind") == Some(RecordKind::Uses.name());
        match (text("what"), &row.subject) {
            (Some("retention"), _) if uses => self.uses = self.uses.max(before),
            (Some("retention"), _) if text("kind") == Some(RecordKind::Security.name()) => {
                self.security = self.security.max(before);
            }
            (Some("erasure"), Some(subject)) if uses => {
                let known = self.erased.entry(subject.clone()).or_default();
                *known = before.max(*known);
            }
            _ => {}
        }
    }

    /// Names what is missing and was not deleted by the program.
    pub(super) fn tell(self, report: &mut LedgerReport) {
        for one in &self.missing {
            if !self.went_rightly(one) {
                report.find(LedgerFinding::DetailsDeleted { seq: one.seq });
            }
        }
    }

    fn went_rightly(&self, one: &Missing) -> bool {
        let Some(kind) = one.kind else { return false };
        if USES.contains(&kind) {
            let erased = one.subject.as_ref().and_then(|s| self.erased.get(s));
            return one.at < self.uses || erased.is_some_and(|before| one.at < *before);
        }
        SECURITY.contains(&kind) && one.at < self.security
    }
}
