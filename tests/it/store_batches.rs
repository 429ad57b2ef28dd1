//! Batches on both databases.

use std::collections::BTreeSet;

use mianzheng::store::batch_files::Hold;
use mianzheng::store::batches::BatchRow;
use mianzheng::store::batches::BatchState;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::database::Register;
use crate::support::rows::NOW;
use crate::support::rows::sealed;
use crate::support::rows::with_agencies;

fn batch(id: i64, state: BatchState) -> BatchRow {
    BatchRow {
        id,
        public_id: format!("b{id}"),
        caller: "c1".to_owned(),
        issuer: 1,
        type_number: 7,
        options: "{}".to_owned(),
        state: state.stored(),
        total: 0,
        done: 0,
        counts: "{}".to_owned(),
        problem: None,
        created_at: NOW.millis() + id,
        lease_until: 0,
    }
}

fn with_batches(database: Database, states: &[BatchState]) -> Register {
    let register = with_agencies(database);
    register.write(|tx| {
        for (id, state) in (1..).zip(states) {
            tx.insert_batch(&batch(id, *state))?;
        }
        Ok(())
    });
    register
}

#[rstest]
fn a_batch_is_found_by_its_public_id(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_batches(database, &[BatchState::Receiving; 3]);
    let mut of_other = batch(4, BatchState::Done);
    of_other.caller = "c2".to_owned();
    of_other.problem = Some("no such sheet".to_owned());
    register.write(|tx| tx.insert_batch(&of_other));
    assert_eq!(register.read(|rx| rx.batch("b4")), Some(of_other));
    assert_eq!(register.read(|rx| rx.batch("b5")), None);
    let mut same_id = batch(5, BatchState::Done);
    same_id.public_id = "b1".to_owned();
    assert!(register.refusal(|tx| tx.insert_batch(&same_id)).is_taken());
}

#[rstest]
fn a_batch_goes_its_way(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_batches(database, &[BatchState::Receiving]);
    let until = NOW.plus_secs(60);
    assert_eq!(register.write(|tx| tx.claim_batch(NOW, until)), None);
    assert!(register.write(|tx| tx.queue_batch(1, 500)));
    assert!(!register.write(|tx| tx.queue_batch(1, 500)));
    let claimed = register.write(|tx| tx.claim_batch(NOW, until)).unwrap();
    assert_eq!(claimed.state, BatchState::Running.stored());
    assert_eq!((claimed.id, claimed.total), (1, 500));
    assert_eq!(claimed.lease().until, until);
    assert_eq!(register.write(|tx| tx.claim_batch(NOW, until)), None);
    let later = NOW.plus_secs(120);
    let lease = register
        .write(|tx| tx.progress(claimed.lease(), 200, r#"{"issued":200}"#, later))
        .unwrap();
    assert_eq!((lease.batch, lease.until), (1, later));
    let done = BatchState::Done;
    assert!(register.write(|tx| tx.finish_batch(lease, done, (500, r#"{"issued":500}"#), None)));
    assert!(!register.write(|tx| tx.finish_batch(lease, done, (0, "{}"), None)));
    let row = register.read(|rx| rx.batch("b1")).unwrap();
    assert_eq!((row.state, row.done), (done.stored(), 500));
    assert_eq!(row.counts, r#"{"issued":500}"#);
}

#[rstest]
fn a_server_that_fell_behind_loses_its_batch(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_batches(database, &[BatchState::Queued]);
    let until = NOW.plus_secs(60);
    let claim = |now| register.write(|tx| tx.claim_batch(now, NOW.plus_secs(500)));
    let first = register.write(|tx| tx.claim_batch(NOW, until)).unwrap();
    assert_eq!(claim(NOW.plus_secs(59)), None);
    let second = claim(until).unwrap();
    assert_eq!(second.id, first.id);
    let late = first.lease();
    let renewed = register.write(|tx| tx.progress(late, 9, "{}", NOW.plus_secs(900)));
    assert_eq!(renewed, None);
    let failed = BatchState::Failed;
    assert!(!register.write(|tx| tx.finish_batch(late, failed, (0, "{}"), Some("late"))));
    let lease = second.lease();
    assert!(register.write(|tx| tx.finish_batch(lease, failed, (0, "{}"), Some("bad sheet"))));
    let row = register.read(|rx| rx.batch("b1")).unwrap();
    assert_eq!((row.done, row.problem.as_deref()), (0, Some("bad sheet")));
}

#[rstest]
fn servers_never_take_the_same_batch(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_batches(database, &[BatchState::Queued; 12]);
    let taken = register.at_once(4, |register, _| {
        let claim = |_| register.write(|tx| tx.claim_batch(NOW, NOW.plus_secs(60)));
        let claimed = (0..3).filter_map(claim);
        claimed.map(|batch| batch.id).collect()
    });
    let taken: Vec<i64> = taken.into_iter().flat_map(|ids: Vec<i64>| ids).collect();
    let different: BTreeSet<i64> = taken.iter().copied().collect();
    assert_eq!(different.len(), taken.len());
    let left = std::iter::from_fn(|| register.write(|tx| tx.claim_batch(NOW, NOW.plus_secs(60))));
    assert_eq!(left.count() + taken.len(), 12);
}

#[rstest]
fn a_file_stands_in_pieces(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_batches(database, &[BatchState::Receiving; 2]);
    let [one, two, none] = [1, 2, 9].map(Hold::ComingIn);
    let put = |hold, place, n| register.write(|tx| tx.put_piece(hold, place, &sealed(n)));
    for (hold, place, n) in [
        (one, (0, 0), 1),
        (one, (0, 1), 2),
        (one, (0, 1), 3),
        (one, (1, 0), 4),
        (one, (5, 0), 6),
        (two, (0, 0), 5),
    ] {
        assert!(put(hold, place, n));
    }
    assert!(!put(none, (0, 0), 1));
    let piece = |batch, file, piece| register.read(|rx| rx.piece(batch, file, piece));
    assert_eq!(piece(1, 0, 0), Some(sealed(1)));
    assert_eq!(piece(1, 0, 1), Some(sealed(3)));
    assert_eq!(piece(1, 0, 2), None);
    assert!(register.write(|tx| tx.drop_files_but(one, &[0, 1])));
    assert_eq!(piece(1, 5, 0), None);
    assert!(register.write(|tx| tx.drop_file(one, 0)));
    assert_eq!((piece(1, 0, 0), piece(1, 0, 1)), (None, None));
    assert_eq!(piece(1, 1, 0), Some(sealed(4)));
    assert_eq!(piece(2, 0, 0), Some(sealed(5)));
}

#[rstest]
fn who_lost_a_batch_writes_no_piece_of_it(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_batches(database, &[BatchState::Receiving]);
    let put = |hold, n| register.write(|tx| tx.put_piece(hold, (2, 0), &sealed(n)));
    let coming = Hold::ComingIn(1);
    assert!(put(coming, 1));
    // Once it has come in, an upload that lags behind changes nothing.
    assert!(register.write(|tx| tx.queue_batch(1, 0)));
    assert!(!put(coming, 2));
    assert!(!register.write(|tx| tx.drop_file(coming, 2)));
    assert!(!register.write(|tx| tx.drop_files_but(coming, &[])));
    // Nor does a server whose batch went to another.
    let claim = |now| register.write(|tx| tx.claim_batch(now, now.plus_secs(60)));
    let first = Hold::Working(claim(NOW).unwrap().lease());
    assert!(put(first, 3));
    let second = Hold::Working(claim(NOW.plus_secs(60)).unwrap().lease());
    assert!(!put(first, 4));
    assert!(!register.write(|tx| tx.drop_file(first, 2)));
    assert_eq!(register.read(|rx| rx.piece(1, 2, 0)), Some(sealed(3)));
    assert!(put(second, 5));
    assert_eq!(register.read(|rx| rx.piece(1, 2, 0)), Some(sealed(5)));
}

#[rstest]
fn old_batches_are_dropped_unless_they_still_count(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_batches(database, &[BatchState::Receiving; 6]);
    for id in 1..=6 {
        assert!(register.write(|tx| tx.put_piece(Hold::ComingIn(id), (0, 0), &sealed(1))));
    }
    let until = NOW.plus_secs(60);
    for (id, ended) in [
        (3, None),
        (4, Some(BatchState::Done)),
        (5, Some(BatchState::Failed)),
        (6, Some(BatchState::Done)),
    ] {
        assert!(register.write(|tx| tx.queue_batch(id, 0)));
        let lease = register.write(|tx| tx.claim_batch(NOW, until));
        let lease = lease.unwrap().lease();
        if let Some(state) = ended {
            assert!(register.write(|tx| tx.finish_batch(lease, state, (0, "{}"), None)));
        }
    }
    assert!(register.write(|tx| tx.queue_batch(2, 0)));
    let sixth = mianzheng::domain::time::Timestamp::from_millis(NOW.millis() + 6);
    assert_eq!(register.write(|tx| tx.drop_batches_before(sixth)), 3);
    let is_there = |id: &i64| register.read(|rx| rx.batch(&format!("b{id}"))).is_some();
    let left: Vec<i64> = (1..=6).filter(is_there).collect();
    assert_eq!(left, [2, 3, 6]);
    assert_eq!(register.read(|rx| rx.piece(4, 0, 0)), None);
    assert!(register.read(|rx| rx.piece(6, 0, 0)).is_some());
}

#[test]
fn stored_states_read_back() {
    for number in -1..8 {
        if let Some(state) = BatchState::from_stored(number) {
            assert_eq!(state.stored(), number);
        }
    }
}
