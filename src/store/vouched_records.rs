//! The columns by which the ledger vouches for cases and what came with them. Their order never
//! changes; what is sealed is vouched for as it reads.

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::store::alarms::ALARM;
use crate::store::alarms::AlarmRow;
use crate::store::case_sides::WholeCase;
use crate::store::cases::CASE;
use crate::store::consents::CONSENT;
use crate::store::consents::ConsentRow;
use crate::store::foreign_cases::FOREIGN_CASE;
use crate::store::foreign_cases::ForeignCaseRow;
use crate::store::notices::NOTICE;
use crate::store::notices::NoticeRow;
use crate::store::receipts::RECEIPT;
use crate::store::receipts::ReceiptRow;
use crate::store::spent_certificates::Spent;
use crate::store::stored::sealed;
use crate::store::tasks::TASK;
use crate::store::tasks::TaskRow;
use crate::store::vouch::Columns;
use crate::store::vouch::Vouched;
use crate::store::vouch::Watched;

fn count(columns: &mut Columns, of: usize) {
    columns.number(i64::try_from(of).unwrap_or(i64::MAX));
}

impl Vouched for WholeCase {
    fn table(&self) -> Watched {
        Watched::Cases
    }

    fn id(&self) -> String {
        self.row.id.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        let row = &self.row;
        columns.number(row.id);
        columns.put(Some(row.number.as_bytes()));
        columns.number(row.agency);
        columns.put(row.foreign_number.as_deref().map(str::as_bytes));
        columns.number(row.opened_at);
        columns.put(Some(row.opened_by.as_bytes()));
        columns.maybe(row.closed_at);
        columns.number(row.revision);
        let sides = &self.sides;
        count(columns, sides.people.len());
        for index in &sides.people {
            columns.put(Some(index));
        }
        count(columns, sides.items.len());
        for item in &sides.items {
            columns.number(item.position);
            columns.put(Some(item.item.as_bytes()));
            columns.number(item.agency);
        }
        count(columns, sides.materials.len());
        for material in &sides.materials {
            columns.number(material.position);
            columns.maybe(material.type_number);
            columns.number(material.state);
            columns.maybe(material.route);
            columns.maybe(material.reason);
            columns.maybe(material.decided_at);
        }
        count(columns, sides.wants.len());
        for (material, item) in &sides.wants {
            columns.number(*material);
            columns.number(*item);
        }
    }

    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        Some((CASE, self.row.id, self.row.sealed()))
    }
}

impl Vouched for ConsentRow {
    fn table(&self) -> Watched {
        Watched::Consents
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.put(Some(&self.code_digest));
        columns.maybe(self.case_id);
        columns.number(self.agency);
        columns.put(self.slip.as_deref().map(str::as_bytes));
        columns.put(Some(&self.holder_index));
        columns.number(self.mode);
        columns.number(self.state);
        columns.number(self.asked_at);
        columns.number(self.expires_at);
        columns.maybe(self.answered_at);
    }

    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        Some((CONSENT, self.id, self.sealed()))
    }
}

impl Vouched for ReceiptRow {
    fn table(&self) -> Watched {
        Watched::Receipts
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.number(self.case_id);
        columns.number(self.version);
        columns.put(Some(&self.digest));
        columns.number(self.issued_at);
        columns.maybe(self.voided_at);
    }

    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        Some((RECEIPT, self.id, self.sealed()))
    }
}

impl Vouched for TaskRow {
    fn table(&self) -> Watched {
        Watched::Tasks
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.number(self.kind);
        columns.number(self.agency);
        columns.maybe(self.case_id);
        columns.maybe(self.material);
        columns.maybe(self.certificate_id);
        columns.number(self.state);
        columns.number(self.opened_at);
        columns.put(Some(self.opened_by.as_bytes()));
        columns.maybe(self.answered_at);
        columns.put(self.answered_by.as_deref().map(str::as_bytes));
    }

    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        Some((TASK, self.id, self.sealed()))
    }
}

impl Vouched for Spent {
    fn table(&self) -> Watched {
        Watched::SpentCertificates
    }

    fn id(&self) -> String {
        self.certificate.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.certificate);
        for (base, case) in &self.uses {
            columns.put(Some(base.as_bytes()));
            columns.number(*case);
        }
    }
}

impl Vouched for NoticeRow {
    fn table(&self) -> Watched {
        Watched::Notices
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    /// Without when it was read: whoever reads her own notice leaves no record of it.
    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.put(Some(&self.holder_index));
        columns.number(self.kind);
        columns.number(self.at);
    }

    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        Some((NOTICE, self.id, sealed(self.key_id, self.sealed.clone())))
    }
}

impl Vouched for ForeignCaseRow {
    fn table(&self) -> Watched {
        Watched::ForeignCases
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.number(self.agency);
        columns.put(Some(self.number.as_bytes()));
        columns.put(Some(self.item.as_bytes()));
        columns.number(self.opened_at);
        columns.number(self.until);
        columns.number(self.registered_at);
        columns.put(Some(self.registered_by.as_bytes()));
        columns.maybe(self.closed_at);
        columns.put(self.closed_by.as_deref().map(str::as_bytes));
        columns.maybe(self.result);
        columns.put(Some(&self.holder_index));
        columns.put(Some(&self.body_digest));
    }

    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        Some((FOREIGN_CASE, self.id, self.sealed()))
    }
}

impl Vouched for AlarmRow {
    fn table(&self) -> Watched {
        Watched::Alarms
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.number(self.agency);
        columns.put(Some(self.item.as_bytes()));
        columns.put(Some(self.scope.as_bytes()));
        columns.number(self.day);
        columns.number(self.raised_at);
        columns.maybe(self.settled_at);
        columns.put(self.settled_by.as_deref().map(str::as_bytes));
    }

    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        Some((ALARM, self.id, self.sealed()))
    }
}
