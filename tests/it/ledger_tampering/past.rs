//! A register with a past, and what is found in it.

use mianzheng::codec::digest::sha256;
use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::value::hex;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::ledger_check;
use mianzheng::flow::ledger_check::LedgerFinding;
use mianzheng::flow::ledger_check::LedgerFinding::CertificateEdited;
use mianzheng::flow::ledger_check::LedgerFinding::EntryInserted;
use mianzheng::flow::ledger_head;
use mianzheng::flow::ledger_head::LedgerHead;
use mianzheng::flow::rebind::rebind;
use mianzheng::store::ledger::LedgerRow;
use mianzheng::store::vouch::RowMark;

use crate::support::database::Database;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::How;
use crate::support::office::TestOffice;
use crate::support::office::birth_fields;
use crate::support::office::draft;
use crate::support::office::health_fields;

const PEOPLE: [&str; 3] = [
    "152502199003070019",
    "152522198804150036",
    "152502199206120020",
];
const CHILD: &str = "111:152502202611200029";

/// A register with a past: five certificates, one of them with a picture, one revoked, one
/// corrected, one bound to a child's number.
pub(crate) struct Past {
    pub(crate) test: TestOffice,
    pub(crate) health: Vec<CertificateIdentifier>,
    pub(crate) birth: CertificateIdentifier,
    pub(crate) head: LedgerHead,
}

impl Past {
    pub(crate) fn on(database: Database) -> Self {
        let test = TestOffice::on(database);
        let mut health = Vec::new();
        for (n, person) in PEOPLE.iter().enumerate() {
            health.push(test.health(person, &format!("锡市健〔2026〕170000{n}号")));
        }
        let by = test.caller(Role::Issuer, CDC);
        let request = ChangeRequest {
            identifier: &health[1],
            change: Change::End(EndWord::Revoked),
            reason: "体检复查",
            by: &by,
            key: None,
        };
        change_status(&test.office, &request).unwrap();
        let picture = b"\xff\xd8\xff picture".to_vec();
        let digest = hex(&sha256(&picture));
        let mut fields = health_fields(PEOPLE[2], "锡市健〔2026〕1700002号");
        fields.push(("photo", digest.as_str()));
        let how = How {
            pictures: vec![("photo".to_owned(), picture)],
            as_correction: true,
            ..How::default()
        };
        let (of, cdc) = (test.type_named(HEALTH), test.agency(CDC));
        let corrected = test.issue_draft(&of, &cdc, &draft(&fields), how).unwrap();
        health.push(corrected.identifier);
        let birth = test.issue(BIRTH, HOSPITAL, &birth_fields()).unwrap();
        let child = HolderCode::read(CHILD).unwrap();
        let by = test.caller(Role::Issuer, HOSPITAL);
        rebind(&test.office, &birth.identifier, &child, "申报户口", &by).unwrap();
        // Written down, and kept elsewhere.
        let written = ledger_head::write(&test.office).unwrap();
        let elsewhere = test.folder.path("kept-head.jwt");
        std::fs::copy(written, &elsewhere).unwrap();
        let head = ledger_head::read(&test.office, &elsewhere).unwrap();
        let past = Self {
            test,
            health,
            birth: birth.identifier,
            head,
        };
        assert_eq!(past.findings(), []);
        past
    }

    pub(crate) fn findings(&self) -> Vec<LedgerFinding> {
        let report = ledger_check::check(&self.test.office, None).unwrap();
        assert_eq!(report.is_whole(), report.findings.is_empty());
        report.findings
    }

    pub(crate) fn findings_with_head(&self) -> Vec<LedgerFinding> {
        ledger_check::check(&self.test.office, Some(&self.head))
            .unwrap()
            .findings
    }

    /// What is found after an edit, with and without the head that was written down.
    pub(crate) fn after(&self, edit: &str, expected: &[LedgerFinding]) {
        self.test.sql(edit);
        assert_eq!(self.findings(), expected, "{edit}");
        assert_eq!(self.findings_with_head(), expected, "with a head: {edit}");
    }

    /// The same, and then the edit is undone.
    pub(crate) fn after_and_back(&self, edit: &str, undo: &str, expected: &[LedgerFinding]) {
        self.after(edit, expected);
        self.test.sql(undo);
        assert_eq!(self.findings_with_head(), [], "{undo}");
    }

    pub(crate) fn rows(&self) -> Vec<LedgerRow> {
        let read = |rx: &mut mianzheng::store::Rx<'_>| rx.ledger_rows(0, 1000);
        self.test.office.store.read(read).unwrap()
    }

    pub(crate) fn row(&self, seq: i64) -> LedgerRow {
        let found = self.rows().into_iter().find(|row| row.seq == seq);
        found.unwrap()
    }

    /// What is found when the event that entered a key is gone.
    pub(crate) fn entry_of(&self, seq: i64) -> LedgerFinding {
        let row = self.row(seq);
        let mark = RowMark::read(row.kind, row.digest.as_deref()).unwrap();
        EntryInserted {
            table: mark.table().unwrap().name(),
            entry: mark.id(),
        }
    }

    /// Where the key that a finding names stands among all keys.
    pub(crate) fn place_of(&self, finding: &LedgerFinding) -> Option<usize> {
        let EntryInserted { entry, .. } = finding else {
            return None;
        };
        let keys = self.test.office.store.read(|rx| rx.keys()).unwrap();
        keys.iter().position(|key| key.kid.starts_with(entry))
    }

    /// The number of the row of a certificate's issue.
    pub(crate) fn issue_of(&self, certificate: i64) -> i64 {
        let mut rows = self.rows().into_iter();
        let found = rows.find(|r| r.kind == 1 && r.certificate_id == Some(certificate));
        found.unwrap().seq
    }

    pub(crate) fn id(&self, identifier: &CertificateIdentifier) -> i64 {
        let register = mianzheng::flow::register::Register::of(&self.test.office);
        register.find(identifier).unwrap().unwrap().id
    }

    pub(crate) fn edited(
        &self,
        identifier: &CertificateIdentifier,
        column: &'static str,
    ) -> LedgerFinding {
        CertificateEdited {
            id: self.id(identifier),
            identifier: identifier.to_string(),
            columns: vec![column],
        }
    }
}
