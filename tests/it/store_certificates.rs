//! Certificates and their pictures on both databases.

use mianzheng::domain::event::EventKind;
use mianzheng::domain::identifier::Version;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::standing::Standing;
use mianzheng::store::StoreError;
use mianzheng::store::certificates::CertificateRow;
use mianzheng::store::ledger::Event;
use mianzheng::store::pictures::StoredPicture;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::database::Register;
use crate::support::rows::ISSUER;
use crate::support::rows::NOW;
use crate::support::rows::TYPE;
use crate::support::rows::bytes_of;
use crate::support::rows::certificate;
use crate::support::rows::sealed;
use crate::support::rows::serial;
use crate::support::rows::with_agencies;
use crate::support::rows::with_certificates;

const REVOKED: i16 = Standing::Ended(EndWord::Revoked).stored();
const SUSPENDED: i16 = Standing::Suspended.stored();
const SUPERSEDED: i16 = Standing::Superseded.stored();

/// Version 2 of certificate 1, as certificate 9.
fn second_version() -> CertificateRow {
    CertificateRow {
        serial: serial(1).as_str().to_owned(),
        version: 2,
        number_index: bytes_of(1).to_vec(),
        valid_to: Some(NOW.millis() + 1),
        predecessor: Some(1),
        ..certificate(9)
    }
}

fn with_two_versions(database: Database) -> Register {
    let register = with_certificates(database, 3);
    register.write(|tx| {
        assert!(tx.change_standing(1, 0, SUPERSEDED, NOW)?);
        tx.insert_certificates(&[second_version()])
    });
    register
}

#[rstest]
fn a_certificate_is_found_by_every_key(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_two_versions(database);
    let (first, second) = (Version::new(1).unwrap(), Version::new(2).unwrap());
    let by_key =
        |version| register.read(|rx| rx.certificate_by_key(TYPE, ISSUER, &serial(1), version));
    assert_eq!(register.read(|rx| rx.certificate(2)), Some(certificate(2)));
    assert_eq!(register.read(|rx| rx.certificate(4)), None);
    assert_eq!(by_key(second), Some(second_version()));
    assert_eq!(by_key(first).unwrap().status, SUPERSEDED);
    assert_eq!(by_key(Version::new(3).unwrap()), None);
    let latest = register.read(|rx| rx.latest_of_serial(TYPE, ISSUER, &serial(1)));
    assert_eq!(latest, Some(second_version()));
    let latest = register.read(|rx| rx.latest_of_serial(TYPE, 2, &serial(1)));
    assert_eq!(latest, None);
    assert_eq!(second_version().sealed().key_id, 20_260);
}

#[rstest]
fn a_number_finds_all_its_versions(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_two_versions(database);
    let numbers = [bytes_of(1), bytes_of(3), bytes_of(77), bytes_of(1)];
    let ids = |type_number, issuer| -> Vec<i64> {
        let read = register.read(|rx| rx.certificates_by_number(type_number, issuer, &numbers));
        let mut ids: Vec<i64> = read.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids(TYPE, ISSUER), [1, 3, 9]);
    assert!(ids(TYPE + 1, ISSUER).is_empty());
    assert!(ids(TYPE, 2).is_empty());
}

#[rstest]
fn thousands_go_in_and_are_walked_through(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 4000);
    let mut seen = Vec::new();
    loop {
        let after = seen.last().copied().unwrap_or(0);
        let rows = register.read(|rx| rx.certificates_after(after, 1500));
        if rows.is_empty() {
            break;
        }
        seen.extend(rows.iter().map(|row| row.id));
    }
    assert!(seen.into_iter().eq(1..=4000));
    let row = register.read(|rx| rx.certificate(3999)).unwrap();
    assert_eq!(row, certificate(3999));
    let numbers: Vec<[u8; 32]> = (1..=4000).map(bytes_of).collect();
    let found = register.read(|rx| rx.certificates_by_number(TYPE, ISSUER, &numbers));
    assert_eq!(found.len(), 4000);
}

#[rstest]
#[case::one(1)]
#[case::a_file_of_them(60)]
fn a_number_is_in_force_only_once(
    #[values(Sqlite, Postgres)] database: Database,
    #[case] others: i64,
) {
    let register = with_certificates(database, 1);
    let twin = CertificateRow {
        number_index: bytes_of(1).to_vec(),
        ..certificate(100)
    };
    let mut rows: Vec<CertificateRow> = (2..=others).map(certificate).collect();
    rows.push(twin);
    for standing in [0, SUSPENDED] {
        register.write(|tx| tx.change_standing(1, 0, standing, NOW));
        let refusal = register.refusal(|tx| tx.insert_certificates(&rows));
        assert!(refusal.is_taken(), "{refusal}");
        assert_eq!(register.read(|rx| rx.certificate(2)), None);
    }
    register.write(|tx| {
        tx.change_standing(1, SUSPENDED, REVOKED, NOW)?;
        tx.insert_certificates(&rows)
    });
    assert!(register.read(|rx| rx.certificate(100)).is_some());
}

#[rstest]
fn a_place_and_a_key_are_taken_only_once(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 1);
    let same_place = CertificateRow {
        list_index: 1,
        ..certificate(2)
    };
    let same_key = CertificateRow {
        serial: serial(1).as_str().to_owned(),
        ..certificate(2)
    };
    for row in [same_place, same_key, certificate(1)] {
        let refusal = register.refusal(|tx| tx.insert_certificates(&[row]));
        assert!(refusal.is_taken());
    }
    let no_list = CertificateRow {
        list_number: 5,
        ..certificate(2)
    };
    let refusal = register.refusal(|tx| tx.insert_certificates(&[no_list]));
    assert!(!refusal.is_taken());
}

#[rstest]
fn a_standing_changes_only_from_where_it_is(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 2);
    let later = NOW.plus_secs(5);
    assert!(register.write(|tx| tx.change_standing(1, 0, SUSPENDED, later)));
    assert!(!register.write(|tx| tx.change_standing(1, 0, REVOKED, later)));
    assert!(!register.write(|tx| tx.change_standing(7, 0, REVOKED, later)));
    let row = register.read(|rx| rx.certificate(1)).unwrap();
    assert_eq!((row.status, row.status_at), (SUSPENDED, later.millis()));
    let row = register.read(|rx| rx.certificate(2)).unwrap();
    assert_eq!(row, certificate(2));
}

#[rstest]
fn of_many_who_revoke_one_succeeds(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 1);
    let changed = register.at_once(8, |register, _| {
        register.write(|tx| tx.change_standing(1, 0, REVOKED, NOW))
    });
    assert_eq!(changed.iter().filter(|changed| **changed).count(), 1);
}

#[rstest]
fn what_fails_leaves_nothing(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_agencies(database);
    let refusal = register.refusal(|tx| -> Result<(), StoreError> {
        tx.insert_certificates(&[certificate(1)])?;
        tx.record(Event::new(EventKind::Issued, NOW, "cli"));
        tx.insert_certificates(&[certificate(1)])
    });
    assert!(refusal.is_taken());
    assert_eq!(register.read(|rx| rx.certificate(1)), None);
    assert_eq!(register.read(|rx| rx.ledger_head()).seq, 0);
    assert_eq!(register.read(|rx| rx.last_ledger_row()), None);
}

#[rstest]
fn a_picture_belongs_to_a_field_of_a_certificate(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 1);
    let picture = |byte: u8| StoredPicture {
        sha256: [byte; 32],
        sealed: sealed(byte),
    };
    for byte in [1, 2] {
        register.write(|tx| tx.put_picture(1, "photo", &picture(byte)));
    }
    register.write(|tx| tx.put_picture(1, "seal", &picture(3)));
    assert_eq!(register.read(|rx| rx.picture(1, "photo")), Some(picture(2)));
    assert_eq!(register.read(|rx| rx.picture(1, "seal")), Some(picture(3)));
    assert_eq!(register.read(|rx| rx.picture(1, "other")), None);
    register.refusal(|tx| tx.put_picture(2, "photo", &picture(1)));
}
