//! What the ledger vouches for of credentials, accounts, grants, keys, lists, printed codes, mandates,
//! orders about guardians, cases and what came with them, compared with their rows.

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
use crate::flow::people;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::callers::CredentialRow;
use crate::store::callers::HOLDER;
use crate::store::ledger::LedgerRow;
use crate::store::stored::sealed;
use crate::store::vouch::RowMark;
use crate::store::vouch::Vouched;
use crate::store::vouch::Watched;

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
        each_row(
            |after| rx.account_rows(after, PAGE / 10),
            |row| row.id,
            |row| self.compare(office, row, people::holder_fits(office, row), report),
        )?;
        for row in rx.grants()? {
            self.compare(office, &row, true, report);
        }
        each_row(
            |after| rx.grant_proposal_rows(after, PAGE),
            |row| row.id,
            |row| self.compare(office, row, true, report),
        )?;
        for row in rx.keys()? {
            self.compare(office, &row, true, report);
        }
        for row in rx.sources()? {
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
        after.clear();
        loop {
            let rows = rx.copies(&after, PAGE)?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.link);
            for row in &rows {
                self.compare(office, row, true, report);
            }
        }
        self.check_acting(office, rx, report)?;
        self.check_cases(office, rx, report)?;
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
        each_row(
            |after| rx.mandate_rows(after, PAGE),
            |row| row.id,
            |row| self.compare(office, row, parties_fit(office, row), report),
        )?;
        each_row(
            |after| rx.order_rows(after, PAGE),
            |row| row.id,
            |row| self.compare(office, row, people_fit(office, row), report),
        )
    }

    /// Cases and what came with them, and what holders were told.
    fn check_cases(
        &mut self,
        office: &Office,
        rx: &mut Rx<'_>,
        report: &mut LedgerReport,
    ) -> Result<(), Failure> {
        each_row(
            |after| rx.whole_cases(after, PAGE / 10),
            |whole| whole.row.id,
            |whole| self.compare(office, whole, true, report),
        )?;
        for stray in rx.sides_without_case()? {
            let (table, entry) = (Watched::Cases, stray.to_string());
            let known = self.last.get(&RowMark::gone(table, &entry).name);
            // Where the case was recorded it is told as deleted.
            if known.is_none_or(|(mark, _)| mark.is_gone()) {
                let table = table.name();
                report.find(LedgerFinding::EntryInserted { table, entry });
            }
        }
        each_row(
            |after| rx.consent_rows(after, PAGE / 10),
            |row| row.id,
            |row| self.compare(office, row, true, report),
        )?;
        each_row(
            |after| rx.receipt_rows(after, PAGE / 10),
            |row| row.id,
            |row| self.compare(office, row, true, report),
        )?;
        each_row(
            |after| rx.task_rows(after, PAGE / 10),
            |row| row.id,
            |row| self.compare(office, row, true, report),
        )?;
        each_row(
            |after| rx.foreign_case_rows(after, PAGE / 10),
            |row| row.id,
            |row| self.compare(office, row, true, report),
        )?;
        each_row(
            |after| rx.alarm_rows(after, PAGE / 10),
            |row| row.id,
            |row| self.compare(office, row, true, report),
        )?;
        each_row(
            |after| rx.mirror_rows(after, PAGE / 100),
            |row| row.id,
            |row| self.compare(office, row, true, report),
        )?;
        each_row(
            |after| rx.spent_after(after, PAGE),
            |spent| spent.certificate,
            |spent| self.compare(office, spent, true, report),
        )?;
        each_row(
            |after| rx.notice_rows(after, PAGE / 10),
            |row| row.id,
            |row| self.compare(office, row, true, report),
        )
    }

    fn compare(
        &mut self,
        office: &Office,
        row: &impl Vouched,
        beside_fits: bool,
        report: &mut LedgerReport,
    ) {
        let mark = RowMark::of(row, office.store.ledger_key(), office.store.vault());
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

/// Every row of a table, by number, a page at a time.
fn each_row<R>(
    mut page: impl FnMut(i64) -> Result<Vec<R>, StoreError>,
    id: impl Fn(&R) -> i64,
    mut row: impl FnMut(&R),
) -> Result<(), Failure> {
    let mut after = i64::MIN;
    loop {
        let rows = page(after)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = id(last);
        rows.iter().for_each(&mut row);
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
