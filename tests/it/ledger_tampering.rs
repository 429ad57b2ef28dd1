//! Whoever can edit the database cannot edit what happened: every edit is found, and named.

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
use mianzheng::flow::ledger_check::LedgerFinding::CertificateDeleted;
use mianzheng::flow::ledger_check::LedgerFinding::CertificateEdited;
use mianzheng::flow::ledger_check::LedgerFinding::CertificateInserted;
use mianzheng::flow::ledger_check::LedgerFinding::CutOff;
use mianzheng::flow::ledger_check::LedgerFinding::DetailsChanged;
use mianzheng::flow::ledger_check::LedgerFinding::EntryInserted;
use mianzheng::flow::ledger_check::LedgerFinding::HeadDiffers;
use mianzheng::flow::ledger_check::LedgerFinding::RowChanged;
use mianzheng::flow::ledger_check::LedgerFinding::RowInserted;
use mianzheng::flow::ledger_check::LedgerFinding::RowsDeleted;
use mianzheng::flow::ledger_check::LedgerFinding::RowsSwapped;
use mianzheng::flow::ledger_check::LedgerFinding::StatusEdited;
use mianzheng::flow::ledger_head;
use mianzheng::flow::ledger_head::LedgerHead;
use mianzheng::flow::rebind::rebind;
use mianzheng::store::ledger::LedgerRow;
use mianzheng::store::vouch::RowMark;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
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
struct Past {
    test: TestOffice,
    health: Vec<CertificateIdentifier>,
    birth: CertificateIdentifier,
    head: LedgerHead,
}

impl Past {
    fn on(database: Database) -> Self {
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

    fn findings(&self) -> Vec<LedgerFinding> {
        let report = ledger_check::check(&self.test.office, None).unwrap();
        assert_eq!(report.is_whole(), report.findings.is_empty());
        report.findings
    }

    fn findings_with_head(&self) -> Vec<LedgerFinding> {
        ledger_check::check(&self.test.office, Some(&self.head))
            .unwrap()
            .findings
    }

    /// What is found after an edit, with and without the head that was written down.
    fn after(&self, edit: &str, expected: &[LedgerFinding]) {
        self.test.sql(edit);
        assert_eq!(self.findings(), expected, "{edit}");
        assert_eq!(self.findings_with_head(), expected, "with a head: {edit}");
    }

    /// The same, and then the edit is undone.
    fn after_and_back(&self, edit: &str, undo: &str, expected: &[LedgerFinding]) {
        self.after(edit, expected);
        self.test.sql(undo);
        assert_eq!(self.findings_with_head(), [], "{undo}");
    }

    fn rows(&self) -> Vec<LedgerRow> {
        let read = |rx: &mut mianzheng::store::Rx<'_>| rx.ledger_rows(0, 1000);
        self.test.office.store.read(read).unwrap()
    }

    fn row(&self, seq: i64) -> LedgerRow {
        let found = self.rows().into_iter().find(|row| row.seq == seq);
        found.unwrap()
    }

    /// What is found when the event that entered a key is gone.
    fn entry_of(&self, seq: i64) -> LedgerFinding {
        let row = self.row(seq);
        let mark = RowMark::read(row.kind, row.digest.as_deref()).unwrap();
        EntryInserted {
            table: mark.table().unwrap().name(),
            entry: mark.id(),
        }
    }

    /// Where the key that a finding names stands among all keys.
    fn place_of(&self, finding: &LedgerFinding) -> Option<usize> {
        let EntryInserted { entry, .. } = finding else {
            return None;
        };
        let keys = self.test.office.store.read(|rx| rx.keys()).unwrap();
        keys.iter().position(|key| key.kid.starts_with(entry))
    }

    /// The number of the row of a certificate's issue.
    fn issue_of(&self, certificate: i64) -> i64 {
        let mut rows = self.rows().into_iter();
        let found = rows.find(|r| r.kind == 1 && r.certificate_id == Some(certificate));
        found.unwrap().seq
    }

    fn id(&self, identifier: &CertificateIdentifier) -> i64 {
        let register = mianzheng::flow::register::Register::of(&self.test.office);
        register.find(identifier).unwrap().unwrap().id
    }

    fn edited(&self, identifier: &CertificateIdentifier, column: &'static str) -> LedgerFinding {
        CertificateEdited {
            id: self.id(identifier),
            identifier: identifier.to_string(),
            columns: vec![column],
        }
    }
}

#[rstest]
fn every_column_of_a_ledger_row_is_watched(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let seq = past.issue_of(past.id(&past.health[0]));
    let row = past.row(seq);
    let bytes = |b: &Option<Vec<u8>>| {
        b.as_ref()
            .map_or("NULL".to_owned(), |b| format!("x'{}'", hex(b)))
    };
    let other = format!("x'{}'", "ab".repeat(32));
    let short = format!("x'{}'", "ab".repeat(16));
    let edits = [
        ("at", (row.at + 1).to_string(), row.at.to_string()),
        ("kind", "13".to_owned(), row.kind.to_string()),
        ("actor", "'somebody'".to_owned(), format!("'{}'", row.actor)),
        ("agency", "1".to_owned(), row.agency.unwrap().to_string()),
        ("agency", "NULL".to_owned(), row.agency.unwrap().to_string()),
        ("subject", short, bytes(&row.subject)),
        ("digest", other.clone(), bytes(&row.digest)),
        ("digest", "NULL".to_owned(), bytes(&row.digest)),
        ("status", "10".to_owned(), row.status.unwrap().to_string()),
        ("commitment", other.clone(), bytes(&row.commitment)),
        ("mac", other, bytes(&Some(row.mac.clone()))),
    ];
    for (column, value, before) in edits {
        let set = |value: &str| format!("UPDATE ledger SET {column} = {value} WHERE seq = {seq}");
        past.after_and_back(&set(&value), &set(&before), &[RowChanged { seq }]);
    }
    // A row that names another certificate leaves its own without an event.
    let id = past.id(&past.health[0]);
    let set = |id: i64| format!("UPDATE ledger SET certificate_id = {id} WHERE seq = {seq}");
    let inserted = CertificateInserted {
        id,
        identifier: past.health[0].to_string(),
    };
    past.after_and_back(&set(9999), &set(id), &[RowChanged { seq }, inserted]);
    // The last row, too, whatever was done to it.
    let last = past.rows().pop().unwrap();
    let mac = hex(&last.mac);
    let actor = |name: &str| {
        format!(
            "UPDATE ledger SET actor = '{name}' WHERE seq = {}",
            last.seq
        )
    };
    let changed = [RowChanged { seq: last.seq }];
    past.after_and_back(&actor("nobody"), &actor(&last.actor), &changed);
    let set = |mac: &str| format!("UPDATE ledger SET mac = x'{mac}' WHERE seq = {}", last.seq);
    past.after_and_back(&set(&"cd".repeat(32)), &set(&mac), &changed);
}

#[rstest]
fn a_deleted_row_is_missed(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let last = past.head.seq;
    let rows = past.rows();
    // One that is about no certificate, so that nothing else can be missed.
    let seq = rows.iter().rfind(|r| r.kind == 11).unwrap().seq;
    let delete = |seq: i64| format!("DELETE FROM ledger WHERE seq = {seq};");
    past.after(&delete(seq), &[RowsDeleted { from: seq, to: seq }]);
    let first = |from| RowsDeleted { from, to: from };
    // The very first event entered a key.
    let unrecorded = past.entry_of(1);
    past.after(&delete(1), &[first(1), first(seq), unrecorded.clone()]);
    past.after(
        &delete(last),
        &[
            first(1),
            first(seq),
            CutOff {
                last: last - 1,
                head: last,
            },
            past.edited(&past.birth, "holders"),
            unrecorded,
        ],
    );
}

#[rstest]
fn a_deleted_row_is_missed_though_the_rest_is_renumbered(
    #[values(Sqlite, Postgres)] database: Database,
    #[values(1, 3)] deleted: i64,
    #[values(false, true)] head_too: bool,
) {
    let past = Past::on(database);
    let last = past.head.seq;
    let rows = past.rows();
    let from = rows.iter().find(|r| r.kind == 8).unwrap().seq;
    let to = from + deleted - 1;
    // Those events entered keys, which are told by their ids' order.
    let mut unrecorded: Vec<LedgerFinding> = (from..=to).map(|seq| past.entry_of(seq)).collect();
    unrecorded.sort_by_key(|finding| past.place_of(finding));
    let mut edit = format!(
        "DELETE FROM ledger_details WHERE seq >= {from};
         DELETE FROM ledger WHERE seq BETWEEN {from} AND {to};
         UPDATE ledger SET seq = -seq WHERE seq > {to};
         UPDATE ledger SET seq = -seq - {deleted} WHERE seq < 0;"
    );
    if head_too {
        let head = last - deleted;
        edit += &["UPDATE ledger_head SET seq = ", &head.to_string()].concat();
    }
    let mut expected = vec![RowsDeleted { from, to }];
    expected.extend(unrecorded);
    past.after(&edit, &expected);
}

#[rstest]
fn the_row_before_the_last_is_missed(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    // Two rows behind all that certificates need.
    past.test.verify_at_window("12345");
    past.test.verify_at_window("12345");
    let rows = past.rows();
    let last = rows.last().unwrap().seq;
    let edit = format!(
        "DELETE FROM ledger_details WHERE seq >= {0};
         DELETE FROM ledger WHERE seq = {0};
         UPDATE ledger SET seq = {0} WHERE seq = {last};",
        last - 1
    );
    past.after(
        &edit,
        &[RowsDeleted {
            from: last - 1,
            to: last - 1,
        }],
    );
}

#[rstest]
fn swapped_rows_are_named_both(
    #[values(Sqlite, Postgres)] database: Database,
    #[values(false, true)] macs_stay: bool,
) {
    let past = Past::on(database);
    // Neighbours and others, in the middle and up to the very last one.
    let last = past.head.seq;
    let ends = [last - 3, last].into_iter();
    let spots = ends.flat_map(|end| [1, 2, 3, 7].map(|distance| (end - distance, end)));
    for (one, other) in spots {
        let swap = format!(
            "UPDATE ledger SET seq = -1 WHERE seq = {one};
             UPDATE ledger SET seq = {one} WHERE seq = {other};
             UPDATE ledger SET seq = {other} WHERE seq = -1;"
        );
        let (first, second) = (hex(&past.row(one).mac), hex(&past.row(other).mac));
        let set =
            |seq: i64, mac: &str| format!("UPDATE ledger SET mac = x'{mac}' WHERE seq = {seq};");
        let (mut edit, mut undo) = (swap.clone(), String::new());
        if macs_stay {
            edit += &(set(one, &first) + &set(other, &second));
            undo += &(set(one, &second) + &set(other, &first));
        }
        undo += &swap;
        let swapped = RowsSwapped {
            seq: one,
            with: other,
        };
        past.after_and_back(&edit, &undo, &[swapped]);
    }
}

#[rstest]
fn an_inserted_row_is_told_from_a_changed_one(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let last = past.head.seq;
    let seq = past.issue_of(past.id(&past.health[1]));
    let id = past.id(&past.health[0]);
    let forged = |seq: i64| {
        format!(
            "INSERT INTO ledger (seq, at, kind, actor, certificate_id, status, mac)
             VALUES ({seq}, {}, 2, 'c1', {id}, 10, x'{}');",
            past.test.now().millis(),
            "ab".repeat(32)
        )
    };
    // At the end: said to have revoked somebody's certificate.
    let at_end = last + 1;
    past.after_and_back(
        &forged(at_end),
        &format!("DELETE FROM ledger WHERE seq = {at_end}"),
        &[RowInserted { seq: at_end }],
    );
    // Far behind the end.
    past.after_and_back(
        &forged(last + 50),
        &format!("DELETE FROM ledger WHERE seq = {}", last + 50),
        &[RowInserted { seq: last + 50 }],
    );
    // Before the first.
    past.after_and_back(
        &forged(0),
        "DELETE FROM ledger WHERE seq = 0",
        &[RowInserted { seq: 0 }],
    );
    // In the middle, the rest renumbered, and the head with it.
    let edit = format!(
        "DELETE FROM ledger_details WHERE seq >= {seq};
         UPDATE ledger SET seq = -seq WHERE seq >= {seq};
         UPDATE ledger SET seq = 1 - seq WHERE seq < 0; {}",
        forged(seq)
    );
    past.after(&edit, &[RowInserted { seq }]);
    past.after(
        &format!("UPDATE ledger_head SET seq = {}", last + 1),
        &[RowInserted { seq }],
    );
}

#[rstest]
fn the_end_cannot_be_cut_off_while_a_head_is_kept(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    past.test.verify_at_window("12345");
    past.test.verify_at_window("12345");
    let (head, _) = ledger_head::sign(&past.test.office).unwrap();
    let last = head.seq - 2;
    let cut = CutOff {
        last,
        head: head.seq,
    };
    past.test.sql(&format!(
        "DELETE FROM ledger_details WHERE seq > {last}; DELETE FROM ledger WHERE seq > {last};"
    ));
    assert_eq!(past.findings(), std::slice::from_ref(&cut));
    let mac = hex(&past.row(last).mac);
    past.test.sql(&format!(
        "UPDATE ledger_head SET seq = {last}, mac = x'{mac}'"
    ));
    // Without the head that was written down nobody could tell.
    assert_eq!(past.findings(), []);
    let report = ledger_check::check(&past.test.office, Some(&head)).unwrap();
    assert_eq!(report.findings, [cut]);
    // A head of another past under a number there is.
    let other = LedgerHead {
        seq: last,
        mac: "00".repeat(32),
        ..head
    };
    let report = ledger_check::check(&past.test.office, Some(&other)).unwrap();
    assert_eq!(report.findings, [HeadDiffers { seq: last }]);
    // The head row set back, or to another MAC, with every row in its place.
    past.test
        .sql(&format!("UPDATE ledger_head SET seq = {}", last - 1));
    assert_eq!(past.findings(), [HeadDiffers { seq: last - 1 }]);
    past.test.sql(&format!(
        "UPDATE ledger_head SET seq = {last}, mac = x'{}'",
        "ab".repeat(32)
    ));
    assert_eq!(past.findings(), [HeadDiffers { seq: last }]);
}

#[rstest]
fn details_may_be_deleted_and_never_edited(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let rows = past.rows();
    let with_details = rows.iter().filter(|r| r.commitment.is_some());
    let seqs: Vec<i64> = with_details.map(|r| r.seq).collect();
    let (one, other) = (seqs[0], seqs[1]);
    past.after(
        &format!("DELETE FROM ledger_details WHERE seq = {one}"),
        &[],
    );
    let copied = format!(
        "INSERT INTO ledger_details SELECT {one}, key_id, sealed FROM ledger_details
         WHERE seq = {other}"
    );
    let changed = |seq| DetailsChanged { seq };
    let undo = format!("DELETE FROM ledger_details WHERE seq = {one}");
    past.after_and_back(&copied, &undo, &[changed(one)]);
    let none = rows.iter().find(|r| r.commitment.is_none()).unwrap().seq;
    let added = format!(
        "INSERT INTO ledger_details SELECT {none}, key_id, sealed FROM ledger_details
         WHERE seq = {other}"
    );
    let undo = format!("DELETE FROM ledger_details WHERE seq = {none}");
    past.after_and_back(&added, &undo, &[changed(none)]);
    past.after(
        &format!("UPDATE ledger_details SET sealed = x'00' WHERE seq = {other}"),
        &[changed(other)],
    );
}

#[rstest]
fn every_column_of_a_certificate_is_watched(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    // The corrected one, which has everything.
    let of = &past.health[3];
    let id = past.id(of);
    let zeros = format!("x'{}'", "00".repeat(32));
    past.test
        .sql("CREATE TABLE kept AS SELECT * FROM certificates");
    let columns = [
        (
            "type_number",
            "(SELECT type_number + 1 FROM kept WHERE id = 1)",
        ),
        ("type_number", "99999"),
        ("type_version", "7"),
        ("issuer", "1"),
        ("issuer", "99999"),
        ("serial", "'2026A999999'"),
        ("version", "9"),
        ("number_index", zeros.as_str()),
        ("content_mac", zeros.as_str()),
        ("issued_at", "issued_at + 1"),
        ("valid_from", "valid_from - 1"),
        ("valid_to", "valid_to + 365"),
        ("valid_to", "NULL"),
        ("list_number", "list_number + 1"),
        ("list_index", "list_index + 1"),
        ("status_at", "status_at + 1"),
        ("predecessor", "1"),
        ("predecessor", "9999"),
        ("predecessor", "NULL"),
        ("digest", zeros.as_str()),
        ("key_id", "key_id + 1"),
        ("sealed", "x'00'"),
        ("sealed", "(SELECT sealed FROM kept WHERE id = 1)"),
    ];
    for (column, value) in columns {
        let edit = format!("UPDATE certificates SET {column} = {value} WHERE id = {id}");
        let undo = format!(
            "UPDATE certificates SET {column} = (SELECT {column} FROM kept WHERE id = {id})
             WHERE id = {id}"
        );
        let edited = CertificateEdited {
            id,
            identifier: of.to_string(),
            columns: vec![column],
        };
        past.test.sql(&edit);
        let found = past.findings_with_head();
        // Bytes that cannot be opened do not tell their identifier: then the row's must do.
        assert_eq!(found, [edited], "{column} = {value}");
        past.test.sql(&undo);
        assert_eq!(past.findings_with_head(), [], "{undo}");
    }
    // A predecessor where there was none.
    past.after(
        "UPDATE certificates SET predecessor = 2 WHERE id = 1",
        &[past.edited(&past.health[0], "predecessor")],
    );
}

#[rstest]
fn a_status_cannot_be_edited(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let edit = |identifier: &CertificateIdentifier, status: i16| {
        let id = past.id(identifier);
        format!("UPDATE certificates SET status = {status} WHERE id = {id}")
    };
    let found = |identifier: &CertificateIdentifier, found, recorded| StatusEdited {
        id: past.id(identifier),
        identifier: identifier.to_string(),
        found,
        recorded,
    };
    let [in_force, revoked, superseded, _] = past.health.as_slice() else {
        panic!("four certificates");
    };
    past.after_and_back(
        &edit(in_force, 2),
        &edit(in_force, 0),
        &[found(in_force, "suspended", "in_force")],
    );
    // Back in force after it was revoked, and after it was replaced.
    past.after_and_back(
        &edit(revoked, 0),
        &edit(revoked, 10),
        &[found(revoked, "in_force", "revoked")],
    );
    past.after_and_back(
        &edit(revoked, 12),
        &edit(revoked, 10),
        &[found(revoked, "cancelled", "revoked")],
    );
    past.after_and_back(
        &edit(superseded, 13),
        &edit(superseded, 3),
        &[found(superseded, "issued_in_error", "superseded")],
    );
    past.after_and_back(
        &edit(in_force, 77),
        &edit(in_force, 0),
        &[found(in_force, "unknown", "in_force")],
    );
}

#[rstest]
fn a_certificate_cannot_come_or_go_unseen(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let of = &past.health[0];
    let id = past.id(of);
    let columns = "type_number, type_version, issuer, content_mac, issued_at, valid_from, \
                   valid_to, status, status_at, predecessor, digest, key_id, sealed";
    past.test.sql(&format!(
        "INSERT INTO certificates (id, serial, version, number_index, list_number, list_index,
            {columns})
         SELECT 900, '2026A000900', 1, x'{}', list_number, 777, {columns}
         FROM certificates WHERE id = {id};
         INSERT INTO certificate_holders
         SELECT 900, position, role, holder_index, type_number FROM certificate_holders
         WHERE certificate_id = {id};",
        "00".repeat(32)
    ));
    let found = past.findings_with_head();
    let [
        CertificateInserted {
            id: 900,
            identifier,
        },
    ] = found.as_slice()
    else {
        panic!("{found:?}");
    };
    assert!(identifier.contains("2026A000900"), "{identifier}");
    past.test.sql(
        "DELETE FROM certificate_holders WHERE certificate_id = 900;
         DELETE FROM certificates WHERE id = 900;",
    );
    assert_eq!(past.findings_with_head(), []);
    // The one that another one replaced: that one is still told by nothing.
    let superseded = past.id(&past.health[2]);
    past.after(
        &format!(
            "DELETE FROM certificate_holders WHERE certificate_id = {superseded};
             DELETE FROM certificates WHERE id = {superseded};"
        ),
        &[CertificateDeleted { id: superseded }],
    );
}

#[rstest]
fn the_people_of_a_certificate_cannot_be_edited(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let id = past.id(&past.birth);
    past.test
        .sql("CREATE TABLE kept AS SELECT * FROM certificate_holders");
    let other = format!("x'{}'", "ab".repeat(32));
    // Holder, mother, father, and the number the child got later: 0 to 3.
    let mut edits = Vec::new();
    for position in 0..4 {
        let of = format!("WHERE certificate_id = {id} AND position = {position}");
        edits.extend([
            format!("UPDATE certificate_holders SET holder_index = {other} {of}"),
            format!("UPDATE certificate_holders SET role = (role + 1) % 3 {of}"),
            format!("UPDATE certificate_holders SET type_number = type_number + 1 {of}"),
            format!("UPDATE certificate_holders SET position = 20 - position {of}"),
            format!("DELETE FROM certificate_holders {of}"),
        ]);
    }
    for role in 0..3 {
        edits.push(format!(
            "INSERT INTO certificate_holders
             SELECT {id}, 4, {role}, {other}, type_number FROM kept WHERE certificate_id = {id}
             AND position = 0"
        ));
    }
    for edit in edits {
        past.after_and_back(
            &edit,
            "DELETE FROM certificate_holders;
             INSERT INTO certificate_holders SELECT * FROM kept;",
            &[past.edited(&past.birth, "holders")],
        );
    }
}

#[rstest]
fn a_picture_cannot_be_exchanged(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let of = &past.health[3];
    let id = past.id(of);
    past.test.sql("CREATE TABLE kept AS SELECT * FROM pictures");
    let edits = [
        "UPDATE pictures SET sealed = x'00'".to_owned(),
        "UPDATE pictures SET key_id = key_id + 1".to_owned(),
        format!("UPDATE pictures SET sha256 = x'{}'", "ab".repeat(32)),
        "UPDATE pictures SET field = 'other'".to_owned(),
    ];
    for edit in edits {
        past.after_and_back(
            &edit,
            "DELETE FROM pictures; INSERT INTO pictures SELECT * FROM kept;",
            &[past.edited(of, "pictures")],
        );
    }
    // Hung on another person's certificate.
    past.after(
        "UPDATE pictures SET certificate_id = 1",
        &[past.edited(&past.health[0], "pictures")],
    );
    assert_ne!(id, 1);
}
