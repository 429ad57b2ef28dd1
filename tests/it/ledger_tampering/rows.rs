//! Rows of the ledger: changed, deleted, swapped, inserted.

use mianzheng::domain::value::hex;
use mianzheng::flow::ledger_check::LedgerFinding;
use mianzheng::flow::ledger_check::LedgerFinding::CertificateInserted;
use mianzheng::flow::ledger_check::LedgerFinding::CutOff;
use mianzheng::flow::ledger_check::LedgerFinding::RowChanged;
use mianzheng::flow::ledger_check::LedgerFinding::RowInserted;
use mianzheng::flow::ledger_check::LedgerFinding::RowsDeleted;
use mianzheng::flow::ledger_check::LedgerFinding::RowsSwapped;
use rstest::rstest;

use crate::ledger_tampering::past::Past;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;

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
