//! What the ledger vouches for of credentials, grants, keys, lists, printed codes, mandates and
//! orders about guardians, compared with their rows.

use std::collections::BTreeMap;
use std::collections::HashSet;

use crate::domain::holder::HolderCode;
use crate::flow::failure::Failure;
use crate::flow::guardians::orders::people_fit;
use crate::flow::issue::holder_index;
use crate::flow::ledger_check::LedgerFinding;
use crate::flow::ledger_check::LedgerReport;
use crate::flow::mandates::parties_fit;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::callers::CredentialRow;
use crate::store::callers::HOLDER;
use crate::store::ledger::LedgerRow;
use crate::store::stored::sealed;
use crate::store::vouch::RowMark;
use crate::store::vouch::Vouched;

/// Rows of a table without a bound read at a time.
const PAGE: i64 = 5000;

type Name = [u8; 16];

/// The last mark of every row that was ever vouched for.
#[derive(Default)]
pub(super) struct Entries {
    /// With the number the event was written with.
    last: BTreeMap<Name, (RowMark, i64)>,
    doubtful: HashSet<Name>,
    found: HashSet<Name>,
}

impl Entries {
    /// Notes an event that is as it was written, under the number it was written with.
    pub(super) fn note(&mut self, row: &LedgerRow, written: i64) {
        let Some(mark) = RowMark::read(row.kind, row.digest.as_deref()) else {
            return;
        };
        let known = self.last.entry(mark.name).or_insert((mark, written));
        if written >= known.1 {
            *known = (mark, written);
        }
    }

    /// Notes that an event was changed: the row it names may say anything.
    pub(super) fn doubt(&mut self, row: &LedgerRow) {
        if let Some(mark) = RowMark::read(row.kind, row.digest.as_deref()) {
            self.doubtful.insert(mark.name);
        }
    }

    pub(super) fn check(
        &mut self,
        office: &Office,
        rx: &mut Rx<'_>,
        report: &mut LedgerReport,
    ) -> Result<(), Failure> {
        for row in rx.credential_rows()? {
            self.compare(office, &row, holder_fits(office, &row), report);
        }
        for row in rx.grants()? {
            self.compare(office, &row, true, report);
        }
        for row in rx.keys()? {
            self.compare(office, &row, true, report);
        }
        for row in rx.lists()? {
            self.compare(office, &row, true, report);
        }
        let mut after = Vec::new();
        loop {
            let rows = rx.printed_codes(&after, PAGE)?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.digest);
            for row in &rows {
                self.compare(office, row, true, report);
            }
        }
        self.check_acting(office, rx, report)?;
        self.tell_deleted(report);
        Ok(())
    }

    /// Mandates and orders about guardians: who may act for whom.
    fn check_acting(
        &mut self,
        office: &Office,
        rx: &mut Rx<'_>,
        report: &mut LedgerReport,
    ) -> Result<(), Failure> {
        let mut after = i64::MIN;
        loop {
            let rows = rx.mandate_rows(after, PAGE)?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            for row in &rows {
                self.compare(office, row, parties_fit(office, row), report);
            }
        }
        after = i64::MIN;
        loop {
            let rows = rx.order_rows(after, PAGE)?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            for row in &rows {
                self.compare(office, row, people_fit(office, row), report);
            }
        }
        Ok(())
    }

    fn compare(
        &mut self,
        office: &Office,
        row: &impl Vouched,
        beside_fits: bool,
        report: &mut LedgerReport,
    ) {
        let mark = RowMark::of(row, office.store.ledger_key());
        let again = !self.found.insert(mark.name);
        if self.doubtful.contains(&mark.name) {
            return;
        }
        let (table, entry) = (row.table().name(), mark.id());
        match self.last.get(&mark.name) {
            Some((known, _)) if !known.is_gone() && !again => {
                if *known != mark || !beside_fits {
                    report.find(LedgerFinding::EntryEdited { table, entry });
                }
            }
            _ => report.find(LedgerFinding::EntryInserted { table, entry }),
        }
    }

    fn tell_deleted(&self, report: &mut LedgerReport) {
        let missing = self.last.values().filter(|(mark, _)| {
            let known = self.found.contains(&mark.name) || self.doubtful.contains(&mark.name);
            !mark.is_gone() && !known
        });
        for (mark, _) in missing {
            let table = mark.table().map_or("", |table| table.name());
            let entry = mark.id();
            report.find(LedgerFinding::EntryDeleted { table, entry });
        }
    }
}

/// The sealed holder of a credential is the one whose index stands beside it.
fn holder_fits(office: &Office, row: &CredentialRow) -> bool {
    let (Some(key_id), Some(bytes)) = (row.holder_key_id, row.holder_sealed.clone()) else {
        let none = row.holder_key_id.is_none() && row.holder_sealed.is_none();
        return none && row.holder_index.is_none();
    };
    let opened = || {
        let number = row.id.strip_prefix('c')?.parse().ok()?;
        let vault = office.store.vault();
        let text = vault.open(&HOLDER, number, &sealed(key_id, bytes)).ok()?;
        let code = HolderCode::read(std::str::from_utf8(&text).ok()?).ok()?;
        Some(holder_index(vault, &code).to_vec())
    };
    let index = opened();
    index.is_some() && index == row.holder_index
}
