//! Numbers that are given out once, on both databases.

use std::collections::BTreeSet;

use mianzheng::store::StoreError;
use mianzheng::store::reserve::EntryRange;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::database::Register;
use crate::support::rows::ISSUER;
use crate::support::rows::agency;

fn with_issuers(database: Database) -> Register {
    let register = database.register();
    register.write(|tx| tx.put_agencies(&[agency(1), agency(2)]));
    register
}

#[rstest]
fn a_counter_begins_at_one_and_goes_on(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    assert_eq!(register.write(|tx| tx.reserve("certificate", 5)), 1);
    assert_eq!(register.write(|tx| tx.reserve("certificate", 1)), 6);
    assert_eq!(register.write(|tx| tx.reserve("certificate", 0)), 7);
    assert_eq!(register.write(|tx| tx.reserve("certificate", 1)), 7);
    assert_eq!(register.write(|tx| tx.reserve("session", 0)), 1);
    assert_eq!(register.write(|tx| tx.reserve("session", 1)), 1);
}

#[rstest]
fn what_a_failed_transaction_reserved_is_free_again(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let register = database.register();
    register.refusal(|tx| -> Result<(), StoreError> {
        tx.reserve("certificate", 5)?;
        Err(StoreError::Damaged { table: "none" })
    });
    assert_eq!(register.write(|tx| tx.reserve("certificate", 1)), 1);
}

#[rstest]
fn callers_at_once_never_get_the_same_numbers(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let got = register.at_once(8, |register, n| {
        let size = i64::try_from(n).unwrap() + 1;
        let first = |_| register.write(|tx| tx.reserve("certificate", size));
        let ranges = (0..10).map(first);
        ranges.flat_map(|first| first..first + size).collect()
    });
    let all: Vec<i64> = got
        .into_iter()
        .flat_map(|numbers: Vec<i64>| numbers)
        .collect();
    let different: BTreeSet<i64> = all.iter().copied().collect();
    assert_eq!(all.len(), 360);
    assert_eq!(different, (1..=360).collect());
}

#[rstest]
fn places_fill_one_list_and_then_the_next(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_issuers(database);
    let range = |list, first, count| EntryRange { list, first, count };
    let reserve = |issuer, n| register.write(|tx| tx.reserve_entries(issuer, n, 10));
    assert_eq!(reserve(1, 0), []);
    assert_eq!(reserve(1, 4), [range(1, 0, 4)]);
    assert_eq!(reserve(2, 1), [range(2, 0, 1)]);
    let across = [range(1, 4, 6), range(3, 0, 10), range(4, 0, 1)];
    assert_eq!(reserve(1, 17), across);
    assert_eq!(reserve(1, 9), [range(4, 1, 9)]);
    let lists = register.read(|rx| rx.status_lists());
    let used: Vec<_> = lists.iter().map(|l| (l.number, l.issuer, l.used)).collect();
    assert_eq!(used, [(1, 1, 10), (2, 2, 1), (3, 1, 10), (4, 1, 10)]);
    let fourth = register.read(|rx| rx.status_list(4)).unwrap();
    assert_eq!((fourth.size, fourth), (10, lists[3]));
    assert_eq!(register.read(|rx| rx.status_list(5)), None);
}

#[rstest]
fn a_list_has_a_reasonable_size(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_issuers(database);
    register.write(|tx| tx.reserve_entries(1, 2, 0));
    register.write(|tx| tx.reserve_entries(1, 1, u32::MAX));
    let lists = register.read(|rx| rx.status_lists());
    let sizes: Vec<u32> = lists.iter().map(|l| l.size).collect();
    assert_eq!(sizes, [1, 1, 1 << 20]);
}

#[rstest]
fn nobody_has_places_for_an_issuer_who_is_not_there(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let register = with_issuers(database);
    register.refusal(|tx| tx.reserve_entries(9, 1, 10));
    assert_eq!(register.read(|rx| rx.status_lists()), []);
}

#[rstest]
fn writers_at_once_never_get_the_same_places(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_issuers(database);
    let got = register.at_once(8, |register, n| {
        let issuer = if n % 4 == 3 { 2 } else { ISSUER };
        let take = |_| register.write(|tx| tx.reserve_entries(issuer, 7, 20));
        (0..10).flat_map(take).collect()
    });
    let mut places = BTreeSet::new();
    for range in got.iter().flat_map(|ranges: &Vec<EntryRange>| ranges) {
        for place in range.first..range.first + range.count {
            assert!(place < 20);
            assert!(places.insert((range.list, place)), "{range:?}");
        }
    }
    assert_eq!(places.len(), 560);
    // 420 and 140 places fill 21 and 7 lists of 20: none was opened in vain.
    assert_eq!(register.read(|rx| rx.status_lists()).len(), 28);
}
