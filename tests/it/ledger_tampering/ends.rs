//! The end of the ledger, and the details that may be taken out of it.

use mianzheng::domain::value::hex;
use mianzheng::flow::ledger_check;
use mianzheng::flow::ledger_check::LedgerFinding::CutOff;
use mianzheng::flow::ledger_check::LedgerFinding::DetailsChanged;
use mianzheng::flow::ledger_check::LedgerFinding::DetailsDeleted;
use mianzheng::flow::ledger_check::LedgerFinding::HeadDiffers;
use mianzheng::flow::ledger_head;
use mianzheng::flow::ledger_head::LedgerHead;
use rstest::rstest;

use crate::ledger_tampering::past::Past;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;

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
fn details_are_neither_edited_nor_deleted_unseen(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let rows = past.rows();
    let with_details = rows.iter().filter(|r| r.commitment.is_some());
    let seqs: Vec<i64> = with_details.map(|r| r.seq).collect();
    let (one, other) = (seqs[0], seqs[1]);
    past.test.sql(&format!(
        "CREATE TABLE kept AS SELECT * FROM ledger_details WHERE seq = {one}"
    ));
    let gone = format!("DELETE FROM ledger_details WHERE seq = {one}");
    let undo = format!("{gone}; INSERT INTO ledger_details SELECT * FROM kept");
    past.after_and_back(&gone, &undo, &[DetailsDeleted { seq: one }]);
    let copied = format!(
        "{gone}; INSERT INTO ledger_details SELECT {one}, key_id, sealed FROM ledger_details
         WHERE seq = {other}"
    );
    let changed = |seq| DetailsChanged { seq };
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
