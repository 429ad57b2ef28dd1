//! The ledger's chain on both databases.

use mianzheng::crypto::vault::Index;
use mianzheng::domain::event::EventKind;
use mianzheng::store::StoreError;
use mianzheng::store::ledger::DETAILS;
use mianzheng::store::ledger::Event;
use mianzheng::store::ledger::GENESIS;
use mianzheng::store::ledger::committed;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::database::Register;
use crate::support::rows::NOW;
use crate::support::rows::bytes_of;

fn event(actor: &str) -> Event {
    Event {
        agency: Some(1),
        certificate: Some(9),
        subject: Some([3; 16]),
        digest: Some(bytes_of(4)),
        status: Some(0),
        details: Some(serde_json::json!({ "cause": actor })),
        ..Event::new(EventKind::Issued, NOW, actor)
    }
}

/// Reads the whole chain and makes sure of every link; returns how long it is.
pub(crate) fn checked_chain(register: &Register) -> i64 {
    let rows = register.read(|rx| rx.ledger_rows(0, 10_000));
    let mut previous = GENESIS.to_vec();
    let mut last = 0;
    for row in rows {
        assert_eq!(row.seq, last + 1);
        let mac = row.mac_after(&previous, register.store.ledger_key());
        assert_eq!(row.mac, mac);
        (last, previous) = (row.seq, row.mac);
    }
    let head = register.read(|rx| rx.ledger_head());
    assert_eq!((head.seq, head.mac), (last, previous));
    last
}

#[rstest]
fn an_empty_ledger_has_a_head(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    assert_eq!(checked_chain(&register), 0);
    assert_eq!(register.read(|rx| rx.last_ledger_row()), None);
    assert_eq!(register.write(|tx| tx.next_record()), 1);
}

#[rstest]
fn writers_at_once_make_one_chain_without_gaps(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.at_once(8, |register, n| {
        for round in 0..10 {
            register.write(|tx| {
                tx.record(event(&format!("writer {n}")));
                tx.record(Event::new(EventKind::Read, NOW, &format!("{n}, {round}")));
                Ok(())
            });
        }
    });
    assert_eq!(checked_chain(&register), 160);
}

#[rstest]
fn a_whole_file_is_chained_at_once(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.write(|tx| {
        for n in 0..4000 {
            tx.record(event(&format!("row {n}")));
        }
        Ok(())
    });
    assert_eq!(checked_chain(&register), 4000);
    assert_eq!(register.read(|rx| rx.ledger_details(1, 4000)).len(), 4000);
}

#[rstest]
fn a_record_knows_its_number_before_it_is_written(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let promised = register.write(|tx| {
        tx.record(event("a"));
        let promised = tx.next_record()?;
        tx.record(event("b"));
        Ok(promised)
    });
    let last = register.read(|rx| rx.last_ledger_row()).unwrap();
    assert_eq!((last.seq, last.actor.as_str()), (promised, "b"));
}

#[rstest]
fn what_fails_is_not_recorded(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.refusal(|tx| -> Result<(), StoreError> {
        tx.record(event("a"));
        tx.put_setting("name", "value")?;
        Err(StoreError::Damaged { table: "none" })
    });
    assert_eq!(checked_chain(&register), 0);
    assert_eq!(register.read(|rx| rx.setting("name")), None);
}

#[rstest]
fn details_stand_apart_and_are_committed_to(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.write(|tx| {
        tx.record(Event::new(EventKind::Read, NOW, "nothing to tell"));
        tx.record(event("a"));
        Ok(())
    });
    let details = register.read(|rx| rx.ledger_details(1, 2));
    let [(2, sealed)] = details.as_slice() else {
        panic!("{details:?}");
    };
    let vault = register.store.vault();
    let text = vault.open(&DETAILS, 2, sealed).unwrap();
    let text = std::str::from_utf8(&text).unwrap();
    assert_eq!(text, r#"{"cause":"a"}"#);
    let row = register.read(|rx| rx.last_ledger_row()).unwrap();
    let commitment = vault.index(Index::Details, &committed(2, text));
    assert_eq!(row.commitment, Some(commitment.to_vec()));
}

#[rstest]
fn a_digest_is_found_where_it_was_first_recorded(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.write(|tx| {
        tx.record(event("a"));
        tx.record(Event {
            at: NOW.plus_secs(5),
            ..event("b")
        });
        Ok(())
    });
    let at = |certificate, n| register.read(|rx| rx.recorded_at(certificate, &bytes_of(n)));
    assert_eq!(at(9, 4), Some(NOW));
    assert_eq!(at(9, 5), None);
    assert_eq!(at(8, 4), None);
}

#[rstest]
fn a_holder_keeps_their_random_id(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let holders: Vec<[u8; 32]> = (0..1500).map(bytes_of).collect();
    let twice = [&holders[..], &holders[..]].concat();
    let first = register.write(|tx| tx.subjects(&twice));
    assert_eq!(first.len(), 1500);
    let again = register.write(|tx| tx.subjects(&holders[700..701]));
    assert_eq!(again[&holders[700]], first[&holders[700]]);
    let mut ids: Vec<&[u8; 16]> = first.values().collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1500);
}

#[rstest]
fn writers_who_meet_the_same_new_holders_agree(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let got = register.at_once(8, |register, n| {
        let mut holders: Vec<[u8; 32]> = (0..200).map(bytes_of).collect();
        if n % 2 == 0 {
            holders.reverse();
        }
        register.write(|tx| tx.subjects(&holders))
    });
    for ids in &got {
        assert_eq!(*ids, got[0]);
    }
}
