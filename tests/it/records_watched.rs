//! Whoever can edit the database cannot edit what happened at a window: cases with all that
//! stands beside them, consents, receipts, tasks, notices and what was used up are compared with
//! the ledger, and named.

use mianzheng::flow::ledger_check::LedgerFinding;
use mianzheng::flow::ledger_check::LedgerFinding::EntryDeleted;
use mianzheng::flow::ledger_check::LedgerFinding::EntryEdited;
use mianzheng::flow::ledger_check::LedgerFinding::EntryInserted;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::records::Records;

const TABLES: [&str; 10] = [
    "cases",
    "case_people",
    "case_items",
    "case_materials",
    "case_wants",
    "spent_certificates",
    "consents",
    "receipts",
    "tasks",
    "notices",
];

/// A table, which row of it, whose change is told, and columns with other values.
type Edits<'a> = (&'a str, &'a str, &'static str, &'a [(&'a str, &'a str)]);

/// A register, and a copy of each table as it should be.
struct Past(Records);

impl Past {
    fn on(database: Database) -> Self {
        let records = Records::on(database);
        for table in TABLES {
            records.window.test.sql(&format!(
                "CREATE TABLE kept_{table} AS SELECT * FROM {table}"
            ));
            assert!(records.count(table, "1 = 1") > 0, "{table} is empty");
        }
        let past = Self(records);
        assert_eq!(past.0.findings(), []);
        past
    }

    /// What is found after an edit of a table, which is then put back as it was.
    fn after(&self, table: &str, edit: &str, expected: &[LedgerFinding]) {
        self.0.window.test.sql(edit);
        assert_eq!(self.0.findings(), expected, "{edit}");
        self.0.window.test.sql(&format!(
            "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}"
        ));
        assert_eq!(self.0.findings(), [], "{table} put back");
    }
}

fn edited(table: &'static str, entry: &str) -> LedgerFinding {
    let entry = entry.to_owned();
    EntryEdited { table, entry }
}

fn inserted(table: &'static str, entry: &str) -> LedgerFinding {
    let entry = entry.to_owned();
    EntryInserted { table, entry }
}

fn deleted(table: &'static str, entry: &str) -> LedgerFinding {
    let entry = entry.to_owned();
    EntryDeleted { table, entry }
}

#[rstest]
fn every_column_of_what_happened_is_watched(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let bytes = format!("x'{}'", "ab".repeat(32));
    let edits: [Edits<'_>; 10] = [
        (
            "cases",
            "id = 1",
            "cases",
            &[
                ("number", "'15250220261123000009'"),
                ("agency", "agency + 1"),
                ("foreign_number", "'F-1'"),
                ("opened_at", "opened_at - 1"),
                ("opened_by", "'c9'"),
                ("closed_at", "NULL"),
                ("revision", "revision + 1"),
                ("key_id", "key_id + 1"),
                ("sealed", &bytes),
            ],
        ),
        (
            "case_people",
            "case_id = 1 AND position = 1",
            "cases",
            &[("holder_index", &bytes)],
        ),
        (
            "case_items",
            "case_id = 1 AND position = 0",
            "cases",
            &[("item", "'other'"), ("agency", "agency + 1")],
        ),
        (
            "case_materials",
            "case_id = 1 AND position = 0",
            "cases",
            &[
                ("type_number", "NULL"),
                ("state", "4"),
                ("route", "2"),
                ("reason", "1"),
                ("decided_at", "decided_at - 1"),
            ],
        ),
        (
            "case_wants",
            "case_id = 1 AND material = 0",
            "cases",
            &[("item", "7")],
        ),
        (
            "spent_certificates",
            "certificate_id = 1",
            "spent_certificates",
            &[("case_id", "2"), ("base_code", "'other'")],
        ),
        (
            "consents",
            "id = 1",
            "consents",
            &[
                ("code_digest", &bytes),
                ("case_id", "1"),
                ("agency", "agency + 1"),
                ("slip", "'S-1'"),
                ("holder_index", &bytes),
                ("mode", "3"),
                ("state", "2"),
                ("asked_at", "asked_at - 1"),
                ("expires_at", "expires_at + 1"),
                ("answered_at", "NULL"),
                ("key_id", "key_id + 1"),
                ("sealed", &bytes),
            ],
        ),
        (
            "receipts",
            "id = 1",
            "receipts",
            &[
                ("case_id", "2"),
                ("version", "2"),
                ("digest", &bytes),
                ("issued_at", "issued_at - 1"),
                ("voided_at", "1"),
                ("key_id", "key_id + 1"),
                ("sealed", &bytes),
            ],
        ),
        (
            "tasks",
            "id = 1",
            "tasks",
            &[
                ("kind", "0"),
                ("agency", "agency + 1"),
                ("case_id", "1"),
                ("material", "0"),
                ("certificate_id", "NULL"),
                ("state", "1"),
                ("opened_at", "opened_at - 1"),
                ("opened_by", "'c9'"),
                ("answered_at", "1"),
                ("answered_by", "'c9'"),
                ("key_id", "key_id + 1"),
                ("sealed", &bytes),
            ],
        ),
        (
            "notices",
            "id = 1",
            "notices",
            &[
                ("holder_index", &bytes),
                ("kind", "kind + 1"),
                ("at", "at - 1"),
                ("key_id", "key_id + 1"),
                ("sealed", &bytes),
            ],
        ),
    ];
    for (table, row, told, columns) in edits {
        for (column, value) in columns {
            let edit = format!("UPDATE {table} SET {column} = {value} WHERE {row}");
            past.after(table, &edit, &[edited(told, "1")]);
        }
    }
    // Whether she has read a notice is hers alone.
    past.0.window.test.sql("UPDATE notices SET read_at = 1");
    assert_eq!(past.0.findings(), []);
}

#[rstest]
fn no_record_comes_or_goes_unseen(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    for table in ["cases", "consents", "receipts", "tasks", "notices"] {
        let edit = format!("DELETE FROM {table} WHERE id = 1");
        past.after(table, &edit, &[deleted(table, "1")]);
        let edit = format!("UPDATE {table} SET id = 99 WHERE id = 1");
        let expected = [inserted(table, "99"), deleted(table, "1")];
        past.after(table, &edit, &expected);
    }
    for table in ["case_people", "case_items", "case_materials", "case_wants"] {
        let edit = format!("DELETE FROM {table} WHERE case_id = 1");
        past.after(table, &edit, &[edited("cases", "1")]);
        let edit = format!("UPDATE {table} SET case_id = 99 WHERE case_id = 1");
        past.after(
            table,
            &edit,
            &[edited("cases", "1"), inserted("cases", "99")],
        );
    }
    past.after(
        "spent_certificates",
        "DELETE FROM spent_certificates",
        &[deleted("spent_certificates", "1")],
    );
    past.after(
        "spent_certificates",
        "INSERT INTO spent_certificates VALUES (2, 'other', 1)",
        &[inserted("spent_certificates", "2")],
    );
    past.after(
        "spent_certificates",
        "INSERT INTO spent_certificates VALUES (1, 'other', 1)",
        &[edited("spent_certificates", "1")],
    );
}

#[rstest]
fn what_was_sealed_before_cannot_be_put_back(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    // The pension goes on; then its case, consent and task are put back to before.
    past.0.settle();
    assert_eq!(past.0.findings(), []);
    let back = |table: &str| {
        past.0.window.test.sql(&format!(
            "UPDATE {table} SET sealed = (SELECT sealed FROM kept_{table} AS k
                                          WHERE k.id = {table}.id)
             WHERE id IN (SELECT id FROM kept_{table})"
        ));
    };
    back("cases");
    assert_eq!(past.0.findings(), [edited("cases", "2")]);
    back("tasks");
    assert_eq!(
        past.0.findings(),
        [edited("cases", "2"), edited("tasks", "1")]
    );
}
