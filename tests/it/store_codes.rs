//! Codes that people show, on both databases.

use mianzheng::domain::time::Timestamp;
use mianzheng::store::compact_codes::CompactCodeRow;
use mianzheng::store::compact_codes::Forgotten;
use mianzheng::store::show_sessions::LiveCodeRow;
use mianzheng::store::show_sessions::SessionRow;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::database::Register;
use crate::support::rows::NOW;
use crate::support::rows::bytes_of;
use crate::support::rows::with_certificates;

const DAY_S: i64 = 86_400;

fn session(id: i64, created_at: Timestamp) -> SessionRow {
    SessionRow {
        id,
        subject: vec![7; 16],
        choice_key_id: 3,
        choice: vec![9; 50],
        created_at: created_at.millis(),
        held: false,
        spent_at: None,
        spent_by: None,
    }
}

fn code(n: i64, session: i64, expires_at: Timestamp) -> LiveCodeRow {
    LiveCodeRow {
        digest: bytes_of(n).to_vec(),
        spoken: bytes_of(n + 1000).to_vec(),
        session,
        expires_at: expires_at.millis(),
    }
}

fn compact(n: i64, reference: Option<i64>, expires_at: Option<Timestamp>) -> CompactCodeRow {
    CompactCodeRow {
        digest: bytes_of(n).to_vec(),
        nonce: vec![1; 8],
        reference: reference.map(|n| bytes_of(n).to_vec()),
        certificate_id: 1,
        made_at: NOW.millis() + n,
        expires_at: expires_at.map(Timestamp::millis),
    }
}

fn with_session(database: Database) -> Register {
    let register = database.register();
    register.write(|tx| {
        tx.open_show_session(&session(1, NOW))?;
        assert!(tx.add_live_code(&code(1, 1, NOW.plus_secs(45)))?);
        assert!(tx.add_live_code(&code(2, 1, NOW.plus_secs(75)))?);
        Ok(())
    });
    register
}

#[rstest]
fn a_code_leads_to_its_session(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_session(database);
    let first = (code(1, 1, NOW.plus_secs(45)), session(1, NOW));
    let found = register.read(|rx| rx.live_code(&bytes_of(1)));
    assert_eq!(found, Some(first.clone()));
    let found = register.read(|rx| rx.live_code_by_spoken(&bytes_of(1001)));
    assert_eq!(found, Some(first.clone()));
    let (_, session_of_second) = register.read(|rx| rx.live_code(&bytes_of(2))).unwrap();
    assert_eq!(session_of_second, first.1);
    assert_eq!(register.read(|rx| rx.live_code(&bytes_of(1001))), None);
    assert_eq!(
        register.read(|rx| rx.live_code_by_spoken(&bytes_of(1))),
        None
    );
    let found = register.read(|rx| rx.show_session(1)).unwrap();
    assert_eq!(found.sealed_choice().bytes, [9; 50]);
    assert_eq!(register.read(|rx| rx.show_session(2)), None);
}

#[rstest]
fn spoken_digits_that_are_taken_are_drawn_again(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_session(database);
    let mut same_digits = code(3, 1, NOW);
    same_digits.spoken = bytes_of(1001).to_vec();
    register.write(|tx| {
        assert!(!tx.add_live_code(&same_digits)?);
        assert!(tx.add_live_code(&code(3, 1, NOW))?);
        Ok(())
    });
    register.refusal(|tx| tx.add_live_code(&code(4, 99, NOW)));
}

#[rstest]
fn a_session_is_spent_exactly_once(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_session(database);
    let spent = register.at_once(16, |register, n| {
        let by = format!("window {n}");
        register
            .write(|tx| tx.spend_session(1, NOW, &by))
            .then_some(by)
    });
    let spenders: Vec<String> = spent.into_iter().flatten().collect();
    assert_eq!(spenders.len(), 1);
    let (_, session) = register.read(|rx| rx.live_code(&bytes_of(2))).unwrap();
    assert_eq!(session.spent_at, Some(NOW.millis()));
    assert_eq!(session.spent_by.as_ref(), spenders.first());
    assert!(!register.write(|tx| tx.spend_session(2, NOW, "window")));
}

#[rstest]
fn a_session_is_held_once_and_not_when_it_is_spent(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_session(database);
    assert!(register.write(|tx| tx.hold_session(1)));
    assert!(!register.write(|tx| tx.hold_session(1)));
    register.write(|tx| {
        tx.open_show_session(&session(2, NOW))?;
        tx.spend_session(2, NOW, "window")
    });
    assert!(!register.write(|tx| tx.hold_session(2)));
}

#[rstest]
fn wrong_digits_are_counted_for_each_officer(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.write(|tx| {
        for (actor, s) in [("a", 0), ("a", 5), ("a", 5), ("b", 5)] {
            tx.add_spoken_failure(actor, NOW.plus_secs(s))?;
        }
        Ok(())
    });
    let count = |actor, s| register.read(|rx| rx.spoken_failures_since(actor, NOW.plus_secs(s)));
    assert_eq!(count("a", 0), 3);
    assert_eq!(count("a", 5), 2);
    assert_eq!(count("a", 6), 0);
    assert_eq!(count("b", 0), 1);
    assert_eq!(count("c", 0), 0);
}

#[rstest]
fn a_printed_code_is_found_by_its_reference(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 1);
    let offline = compact(1, None, Some(NOW));
    let printed = compact(2, Some(500), None);
    let again = compact(3, Some(500), None);
    register.write(|tx| {
        tx.insert_compact_code(&offline)?;
        tx.insert_compact_code(&again)?;
        tx.insert_compact_code(&printed)
    });
    let found = register.read(|rx| rx.compact_code_by_reference(&bytes_of(500)));
    assert_eq!(found.as_ref(), Some(&again));
    let all = register.read(|rx| rx.printed_codes(&[], 9));
    assert_eq!(all, [printed, again]);
    let found = register.read(|rx| rx.compact_code_by_reference(&bytes_of(1)));
    assert_eq!(found, None);
}

#[rstest]
fn an_offline_code_is_spent_exactly_once(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let spent = register.at_once(8, |register, n| {
        let by = format!("window {n}");
        register.write(|tx| tx.spend_offline_code(&[1; 8], NOW, &by, NOW.plus_secs(900)))
    });
    assert_eq!(spent.into_iter().filter(|spent| *spent).count(), 1);
    assert!(register.write(|tx| tx.spend_offline_code(&[2; 8], NOW, "window", NOW)));
}

#[rstest]
fn codes_are_forgotten_a_day_after_they_ran_out(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 1);
    let (old, young) = (NOW.plus_secs(-DAY_S - 1), NOW.plus_secs(-DAY_S));
    register.write(|tx| {
        for id in [1, 2, 3] {
            tx.open_show_session(&session(id, old))?;
        }
        tx.open_show_session(&session(4, young))?;
        // The first has no code left, the second one, the third never had any.
        tx.add_live_code(&code(1, 1, old))?;
        tx.add_live_code(&code(2, 2, old))?;
        tx.add_live_code(&code(3, 2, young))?;
        tx.insert_compact_code(&compact(1, None, Some(old)))?;
        tx.insert_compact_code(&compact(2, None, Some(young)))?;
        tx.insert_compact_code(&compact(3, Some(9), Some(old)))?;
        tx.insert_compact_code(&compact(4, Some(8), None))?;
        tx.spend_offline_code(&[1; 8], old, "window", old)?;
        tx.spend_offline_code(&[2; 8], old, "window", young)?;
        tx.add_spoken_failure("window", old)?;
        tx.add_spoken_failure("window", young)
    });
    let forgotten = Forgotten {
        live_codes: 2,
        sessions: 2,
        spoken_failures: 1,
        offline_codes: 1,
        spent_codes: 1,
    };
    let sweep = || register.write(|tx| tx.forget_expired_codes(NOW));
    assert_eq!(sweep(), forgotten);
    assert_eq!(sweep(), Forgotten::default());
    assert!(register.read(|rx| rx.live_code(&bytes_of(3))).is_some());
    let printed = register.read(|rx| rx.printed_codes(&[], 9));
    assert_eq!(printed.len(), 2);
    assert!(!register.write(|tx| tx.spend_offline_code(&[2; 8], NOW, "window", NOW)));
}
