//! Commits that are shared: all or nothing of each, whatever the others do.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use mianzheng::crypto::random::SystemRandomness;
use mianzheng::crypto::random::array;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::event::Happened;
use mianzheng::store::Store;
use mianzheng::store::StoreError;
use mianzheng::store::Tx;
use mianzheng::store::ledger::Event;
use rstest::rstest;

use crate::store_callers::credential;
use crate::store_ledger::checked_chain;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::rows::NOW;

/// How a piece of work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Kept,
    Refused,
    /// The database says no to a row, as to a nonce that comes twice.
    Taken,
    /// As before, but the work does not heed it.
    Unheeded,
    Panicked,
}

const ENDS: [End; 8] = [
    End::Kept,
    End::Kept,
    End::Kept,
    End::Kept,
    End::Refused,
    End::Taken,
    End::Unheeded,
    End::Panicked,
];

/// Two settings, two events and the number that the second will have; then the end.
fn work(tx: &mut Tx<'_>, name: &str, end: End) -> Result<i64, StoreError> {
    tx.put_setting(&format!("{name} a"), "1")?;
    tx.record(Event::new(EventKind::Read, NOW, &format!("{name} a")));
    let number = tx.next_record()?;
    tx.record(Event::new(
        EventKind::CaseChanged,
        NOW,
        &format!("{name} b"),
    ));
    tx.put_setting(&format!("{name} b"), "1")?;
    match end {
        End::Kept => Ok(number),
        End::Refused => Err(StoreError::Damaged { table: "none" }),
        End::Taken | End::Unheeded => {
            let taken = tx.insert_credential(&credential(1));
            assert!(taken.is_err());
            if end == End::Taken {
                taken.map(|()| 0)
            } else {
                Ok(number)
            }
        }
        End::Panicked => panic!("a planned panic"),
    }
}

/// A small generator, so that a printed seed tells all.
struct Dice(u64);

impl Dice {
    fn end(&mut self) -> End {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ENDS[usize::try_from(self.0 >> 32).unwrap() % ENDS.len()]
    }
}

fn share(store: &Store, name: String, end: End) -> std::thread::Result<Result<i64, StoreError>> {
    catch_unwind(AssertUnwindSafe(|| {
        store.write_shared(move |tx| work(tx, &name, end))
    }))
}

#[rstest]
fn each_of_many_is_written_whole_or_not_at_all(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.write(|tx| tx.insert_credential(&credential(1)));
    let listening = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&listening);
    let listener = move |happened: &Happened| told.lock().unwrap().push(happened.record);
    register.store.listen(listener);
    let seed = u64::from_le_bytes(array(&SystemRandomness)) | 1;
    println!("seed {seed}");
    let before = register.store.written();
    let rounds = 20;
    let done = register.at_once(64, |register, thread| {
        let mut dice = Dice(seed.wrapping_add(u64::try_from(thread).unwrap() * 7919) | 1);
        let one = |round: usize| {
            let (name, end) = (format!("{thread} {round}"), dice.end());
            let outcome = share(&register.store, name.clone(), end);
            (name, end, outcome)
        };
        (0..rounds).map(one).collect::<Vec<_>>()
    });
    let commits = register.store.written() - before;
    let last = checked_chain(&register);
    let rows = register.read(|rx| rx.ledger_rows(0, 10_000));
    let at: HashMap<String, i64> = rows.into_iter().map(|row| (row.actor, row.seq)).collect();
    let mut promised = Vec::new();
    for (name, end, outcome) in done.into_iter().flatten() {
        let setting = |part| register.read(|rx| rx.setting(&format!("{name} {part}")));
        let there = (setting("a"), setting("b"));
        let events = (at.get(&format!("{name} a")), at.get(&format!("{name} b")));
        match end {
            End::Kept => {
                let number = outcome.unwrap().unwrap();
                assert_eq!(there, (Some("1".to_owned()), Some("1".to_owned())));
                assert_eq!(events, (Some(&(number - 1)), Some(&number)));
                promised.push(number);
                continue;
            }
            End::Refused => assert!(matches!(
                outcome.unwrap().unwrap_err(),
                StoreError::Damaged { table: "none" }
            )),
            End::Taken => assert!(outcome.unwrap().unwrap_err().is_taken()),
            // SQLite goes on behind a refused row, and the work said that all is well.
            End::Unheeded if database == Sqlite => {
                promised.push(outcome.unwrap().unwrap());
                assert!(events.0.is_some() && there.1.is_some());
                continue;
            }
            End::Unheeded => assert!(matches!(
                outcome.unwrap().unwrap_err(),
                StoreError::Shared(_)
            )),
            End::Panicked => assert_eq!(
                outcome.unwrap_err().downcast_ref::<&str>(),
                Some(&"a planned panic")
            ),
        }
        assert_eq!(
            (there, events),
            ((None, None), (None, None)),
            "{name}, {end:?}"
        );
    }
    // The rest of the chain is the credential's own row, and what a swallowed refusal marked.
    assert!(last >= i64::try_from(promised.len()).unwrap() * 2);
    let works = 64 * u64::try_from(rounds).unwrap();
    assert!(commits * 4 < works, "{commits} commits for {works}");
    let mut told = listening.lock().unwrap().clone();
    told.sort_unstable();
    promised.sort_unstable();
    assert_eq!(told, promised, "each kept event of a case is told once");
}

#[rstest]
fn a_transaction_that_fails_fails_for_all(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    // Nothing can be chained behind a head that is not there.
    register.ground.sql("DELETE FROM ledger_head");
    let outcomes = register.at_once(8, |register, n| {
        let end = if n == 3 { End::Refused } else { End::Kept };
        register.store.write_shared(move |tx| {
            tx.put_setting(&n.to_string(), "1")?;
            tx.record(Event::new(EventKind::Read, NOW, "anybody"));
            match end {
                End::Kept => Ok(()),
                _ => Err(StoreError::Damaged { table: "none" }),
            }
        })
    });
    let refused = |why: &StoreError| matches!(why, StoreError::Damaged { table: "none" });
    for (n, outcome) in outcomes.into_iter().enumerate() {
        let why = outcome.unwrap_err();
        // Whoever was refused alone, in a transaction with nothing to chain, keeps her reason.
        assert!(
            matches!(why, StoreError::Shared(_)) || n == 3 && refused(&why),
            "{why:?}"
        );
        assert_eq!(register.read(|rx| rx.setting(&n.to_string())), None);
    }
    assert_eq!(register.store.written(), 0);
}

#[rstest]
fn whoever_writes_alone_has_a_turn_among_those_who_share(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let register = database.register();
    let over = AtomicBool::new(false);
    let slowest = Mutex::new(Duration::ZERO);
    register.at_once(9, |register, n| {
        if n > 0 {
            let mut round = 0;
            while !over.load(Ordering::Relaxed) {
                let name = format!("{n} {round}");
                share(&register.store, name, End::Kept).unwrap().unwrap();
                round += 1;
            }
            return;
        }
        for round in 0..50 {
            #[expect(clippy::disallowed_methods, reason = "this is about waiting")]
            let begun = Instant::now();
            register.write(|tx| work(tx, &format!("alone {round}"), End::Kept));
            let mut slowest = slowest.lock().unwrap();
            *slowest = slowest.max(begun.elapsed());
        }
        over.store(true, Ordering::Relaxed);
    });
    checked_chain(&register);
    let slowest = slowest.into_inner().unwrap();
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

#[rstest]
fn what_one_caller_writes_stays_in_order(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.at_once(8, |register, n| {
        let mut last = 0;
        for round in 0..30 {
            let name = format!("{n} {round}");
            let number = share(&register.store, name, End::Kept).unwrap().unwrap();
            assert!(number > last);
            last = number;
        }
    });
    assert_eq!(checked_chain(&register), 8 * 30 * 2);
}

/// How many small pieces of work a second; `cargo test --release -- --ignored shared_speed`.
#[rstest]
#[ignore = "a measurement"]
fn shared_speed(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let small = |tx: &mut Tx<'_>, n: usize| -> Result<i64, StoreError> {
        tx.subjects(&[[u8::try_from(n % 251).unwrap(); 32]])?;
        let mut event = Event::new(EventKind::Fetched, NOW, "c1");
        event.details = Some(serde_json::json!({"cause": "a measurement", "item": "1"}));
        let number = tx.next_record()?;
        tx.record(event);
        Ok(number)
    };
    for threads in [1, 4, 8, 16] {
        for shared in [false, true] {
            let each = if shared {
                8000 / threads
            } else {
                1600 / threads
            };
            let before = register.store.written();
            #[expect(clippy::disallowed_methods, reason = "this is a measurement")]
            let begun = Instant::now();
            register.at_once(threads, |register, n| {
                for round in 0..each {
                    if shared {
                        let work = move |tx: &mut Tx<'_>| small(tx, n + round);
                        register.store.write_shared(work).unwrap();
                    } else {
                        register.write(|tx| small(tx, n + round));
                    }
                }
            });
            let rate =
                f64::from(u32::try_from(each * threads).unwrap()) / begun.elapsed().as_secs_f64();
            let commits = register.store.written() - before;
            println!(
                "{database:?}, {threads} threads, shared {shared}: {rate:.0} a second, \
                 {} in {commits} commits",
                each * threads
            );
        }
    }
}
