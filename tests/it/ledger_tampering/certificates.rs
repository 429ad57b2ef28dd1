//! Certificates, their status, people and pictures.

use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::flow::ledger_check::LedgerFinding::CertificateDeleted;
use mianzheng::flow::ledger_check::LedgerFinding::CertificateEdited;
use mianzheng::flow::ledger_check::LedgerFinding::CertificateInserted;
use mianzheng::flow::ledger_check::LedgerFinding::StatusEdited;
use rstest::rstest;

use crate::ledger_tampering::past::Past;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;

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
