//! Holders on both databases.

use mianzheng::store::holders::HolderRole;
use mianzheng::store::holders::HolderRow;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::rows::ISSUER;
use crate::support::rows::TYPE;
use crate::support::rows::bytes_of;
use crate::support::rows::certificate;
use crate::support::rows::holder;
use crate::support::rows::with_agencies;
use crate::support::rows::with_certificates;

#[rstest]
fn a_holder_sees_their_certificates_newest_first(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_agencies(database);
    let mut other_type = certificate(4);
    other_type.type_number = 8;
    let rows = [certificate(1), certificate(2), certificate(3), other_type];
    let mother = |id, role: HolderRole| HolderRow {
        role: role.stored(),
        holder_index: bytes_of(50).to_vec(),
        ..holder(id)
    };
    let mut of_other_type = mother(4, HolderRole::Holder);
    of_other_type.type_number = 8;
    let people = [
        holder(3),
        mother(2, HolderRole::Guardian),
        mother(1, HolderRole::Holder),
        of_other_type,
    ];
    register.write(|tx| {
        tx.insert_certificates(&rows)?;
        tx.insert_holders(&people)
    });
    let seen = |type_number, most| {
        let index = bytes_of(50);
        let found = register.read(|rx| rx.certificates_of_holder(&index, type_number, most));
        found
            .into_iter()
            .map(|(row, role)| (row.id, role))
            .collect::<Vec<_>>()
    };
    let all = [
        (4, HolderRole::Holder),
        (2, HolderRole::Guardian),
        (1, HolderRole::Holder),
    ];
    assert_eq!(seen(None, 10), all);
    assert_eq!(seen(None, 2), all[..2]);
    assert_eq!(seen(Some(TYPE), 10), all[1..]);
    assert_eq!(seen(Some(8), 10), all[..1]);
    assert_eq!(seen(Some(9), 10), []);
    assert_eq!(register.read(|rx| rx.status_lists())[0].issuer, ISSUER);
}

#[rstest]
fn a_newborn_gets_a_number_later(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 1);
    let own = bytes_of(60);
    register.write(|tx| tx.add_holder(1, TYPE, HolderRole::Rebound, &own));
    register.write(|tx| tx.add_holder(1, TYPE, HolderRole::Guardian, &bytes_of(61)));
    let people = register.read(|rx| rx.holders_of(1));
    let roles: Vec<(i16, i16)> = people.iter().map(|p| (p.position, p.role)).collect();
    assert_eq!(roles, [(0, 0), (1, 2), (2, 1)]);
    assert_eq!(people[0], holder(1));
    let seen = register.read(|rx| rx.certificates_of_holder(&own, None, 9));
    assert_eq!(seen, [(certificate(1), HolderRole::Rebound)]);
    register.refusal(|tx| tx.add_holder(2, TYPE, HolderRole::Rebound, &own));
}

#[rstest]
fn an_unknown_role_is_damage(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 1);
    let stranger = HolderRow {
        position: 1,
        role: 9,
        holder_index: bytes_of(70).to_vec(),
        ..holder(1)
    };
    register.write(|tx| tx.insert_holders(&[stranger]));
    let index = bytes_of(70);
    let read = register
        .store
        .read(|rx| rx.certificates_of_holder(&index, None, 9));
    assert!(read.is_err());
}

#[test]
fn stored_roles_read_back() {
    for number in -1..5 {
        if let Some(role) = HolderRole::from_stored(number) {
            assert_eq!(role.stored(), number);
        }
    }
}
