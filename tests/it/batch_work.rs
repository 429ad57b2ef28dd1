//! Batches while a server works on them: its lease, its memory, its stop, and whose work it is.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use mianzheng::domain::caller::Caller;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::time::Clock;
use mianzheng::domain::time::Timestamp;
use mianzheng::flow::batch::Progress;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::upload::BatchFile;
use mianzheng::flow::batch::work::LEASE_S;
use mianzheng::flow::batch::work::Turn;
use mianzheng::flow::batch::work::work_once;
use mianzheng::flow::credentials;
use mianzheng::flow::ledger_check;
use mianzheng::flow::office::Office;
use mianzheng::flow::surroundings::Surroundings;
use mianzheng::store::Rx;
use mianzheng::store::Tx;
use mianzheng::store::batches::BatchRow;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::Sheet;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::sheets::choice;
use crate::support::sheets::health_sheet;
use crate::support::sheets::number;
use crate::support::sheets::photo;
use crate::support::sheets::zipped;

const DAY: &str = "2026-10-09";

/// A clock by which every look at it takes a tenth of a second, and something happens at each.
struct Ticking<F> {
    millis: AtomicI64,
    ticks: AtomicI64,
    at_tick: F,
}

impl<F: Fn(i64, Timestamp) + Send + Sync> Clock for Ticking<F> {
    fn now(&self) -> Timestamp {
        let now = Timestamp::from_millis(self.millis.fetch_add(100, Ordering::Relaxed));
        (self.at_tick)(self.ticks.fetch_add(1, Ordering::Relaxed), now);
        now
    }
}

/// Another server of the same register, slow as that.
fn slow(test: &TestOffice, at_tick: impl Fn(i64, Timestamp) + Send + Sync + 'static) -> Office {
    let clock = Ticking {
        millis: test.now().millis().into(),
        ticks: 0.into(),
        at_tick,
    };
    let surroundings = Surroundings {
        clock: Arc::new(clock),
        ..Surroundings::of_this_machine()
    };
    surroundings.open(test.office.settings.clone()).unwrap()
}

fn row(office: &Office, batch: &str) -> BatchRow {
    let found = office.store.read(|rx: &mut Rx<'_>| rx.batch(batch));
    found.unwrap().unwrap()
}

/// A sheet of which every row is bad.
fn bad_sheet(rows: usize) -> Vec<u8> {
    let text = String::from_utf8(health_sheet(0..rows, DAY)).unwrap();
    text.replace("合格", "不合格").into_bytes()
}

fn certificates(test: &TestOffice) -> i64 {
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    report.certificates
}

#[rstest]
fn a_file_of_bad_rows_keeps_its_lease(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let batch = test
        .send(&choice(Task::Issue), &bad_sheet(1500), &by)
        .unwrap();
    let lapsed = Arc::new(AtomicBool::new(false));
    let (seen, reader, id) = (Arc::clone(&lapsed), Arc::clone(&test.office), batch.clone());
    let slow = slow(&test, move |tick, now| {
        let until = || Timestamp::from_millis(row(&reader, &id).lease_until);
        if tick > 50 && tick % 50 == 0 && row(&reader, &id).state == 2 && until() <= now {
            seen.store(true, Ordering::Relaxed);
        }
    });
    let turn = work_once(&slow, &false.into()).unwrap();
    assert!(
        matches!(turn, Turn::Worked { refused: 1500, .. }),
        "{turn:?}"
    );
    assert!(!lapsed.load(Ordering::Relaxed));
    // It took many times as long as a lease is.
    let (taken, s) = (slow.clock.now(), 5 * LEASE_S);
    assert!(taken.secs_since(test.now()) > s, "{taken:?}");
}

#[rstest]
fn a_stop_is_heeded_among_bad_rows(
    #[values(Sqlite, Postgres)] database: Database,
    #[values(100, 1700)] tick: i64,
) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let batch = test
        .send(&choice(Task::Issue), &bad_sheet(1500), &by)
        .unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::new(AtomicI64::new(0));
    let (stopping, at) = (Arc::clone(&stop), Arc::clone(&asked));
    let slow = slow(&test, move |now, moment| {
        if now == tick {
            stopping.store(true, Ordering::Relaxed);
            at.store(moment.millis(), Ordering::Relaxed);
        }
    });
    assert_eq!(work_once(&slow, &stop).unwrap(), Turn::Stopped);
    let waited = slow.clock.now().millis() - asked.load(Ordering::Relaxed);
    assert!(waited < 10_000, "{waited} ms");
    // It is free for another at once.
    let turn = work_once(&slow, &false.into()).unwrap();
    assert!(
        matches!(turn, Turn::Worked { refused: 1500, .. }),
        "{turn:?}"
    );
    assert_eq!(test.standing(&batch, &by).state, "done");
}

#[rstest]
fn a_server_that_stalled_leaves_the_batch_to_who_has_it(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let batch = test
        .send(&choice(Task::Issue), &bad_sheet(1500), &by)
        .unwrap();
    let other = Arc::clone(&test.office);
    let slow = slow(&test, move |tick, now| {
        if tick == 2000 {
            let later = now.plus_secs(LEASE_S + 1);
            let claim = |tx: &mut Tx<'_>| tx.claim_batch(later, later.plus_secs(LEASE_S));
            assert!(other.store.write(claim).unwrap().is_some());
        }
    });
    assert_eq!(work_once(&slow, &false.into()).unwrap(), Turn::Lost);
    let row = row(&test.office, &batch);
    assert_eq!((row.state, row.problem), (2, None));
    // Nothing of the loser's stands in the new owner's files.
    for file in [BatchFile::Results, BatchFile::Errors, BatchFile::Report] {
        let piece = |rx: &mut Rx<'_>| rx.piece(row.id, file.stored(), 0);
        assert_eq!(test.office.store.read(piece).unwrap(), None, "{file:?}");
    }
}

#[rstest]
fn photos_close_a_chunk_before_they_fill_the_memory(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let (sheet, picture) = (health_sheet(0..20, DAY), photo(2 << 20));
    let zip = zipped((0..20).map(|n| (format!("{}.png", number(n)), picture.as_slice())));
    let file = |all_or_nothing| Sheet {
        bytes: &sheet,
        photos: Some(&zip),
        stock: false,
        all_or_nothing,
    };
    let mut issued = Vec::new();
    let progress = &mut |at: Progress| {
        issued.push(at.counts.issued);
        Ok(())
    };
    let worked = test.work(file(false), (HEALTH, CDC), Task::Issue, progress);
    let counts = worked.unwrap().report.counts;
    assert_eq!((counts.issued, counts.pictures), (20, 20));
    issued.dedup();
    assert_eq!(issued, [16, 20]);
    assert_eq!(certificates(&test), 20);
}

#[rstest]
fn what_a_credential_sent_ends_with_it(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let sheet = health_sheet(0..4500, DAY);
    let first = test.send(&choice(Task::Issue), &sheet, &by).unwrap();
    let (office, id, theirs) = (Arc::clone(&test.office), first.clone(), by.id.clone());
    // Taken away while the first file is half done, and before the second is begun.
    let second = test.send(&choice(Task::Issue), &sheet, &by).unwrap();
    let slow = slow(&test, move |tick, _| {
        let half = tick % 100 == 0 && tick > 4500 && row(&office, &id).done >= 2000;
        if half && row(&office, &id).state == 2 {
            // Once; at later looks it is gone.
            let _ = credentials::revoke(&office, &theirs, &operator());
        }
    });
    let stop = AtomicBool::new(false);
    let worked = |turn| matches!(turn, Turn::Worked { .. });
    assert!(worked(work_once(&slow, &stop).unwrap()));
    let standing = test.standing(&first, &by);
    assert_eq!(standing.state, "failed", "{standing:?}");
    assert!(standing.problem.unwrap().starts_with("credential_ended"));
    assert_eq!(
        standing.problem_zh.unwrap(),
        Reason::CredentialEnded.title(mianzheng::domain::words::Lang::Zh)
    );
    let issued = standing.counts.issued;
    assert!((2000..4500).contains(&issued), "{issued}");
    // What was issued stays, and is named.
    assert_eq!(certificates(&test), i64::try_from(issued).unwrap());
    let results = test.made(&first, BatchFile::Results, &by);
    assert_eq!(u64::try_from(results.lines().count()).unwrap(), issued + 1);
    assert!(worked(work_once(&slow, &stop).unwrap()));
    let standing = test.standing(&second, &by);
    assert_eq!((standing.state, standing.counts.rows), ("failed", 0));
    assert_eq!(certificates(&test), i64::try_from(issued).unwrap());
}

/// A sheet whose rows are issued all or nothing.
fn together(sheet: &Vec<u8>) -> Sheet<'_> {
    Sheet {
        bytes: sheet,
        photos: None,
        stock: false,
        all_or_nothing: true,
    }
}

/// Lets the database refuse the certificate of some id, as a disk that is full does.
fn refuse_certificate(test: &TestOffice, database: Database, id: i64) {
    test.sql(&match database {
        Sqlite => format!(
            "CREATE TRIGGER full_disk BEFORE INSERT ON certificates WHEN NEW.id = {id}
             BEGIN SELECT RAISE(ABORT, 'no space'); END"
        ),
        Postgres => format!(
            "CREATE FUNCTION no_space() RETURNS trigger AS $$ BEGIN
                 IF NEW.id = {id} THEN RAISE EXCEPTION 'no space'; END IF; RETURN NEW;
             END $$ LANGUAGE plpgsql;
             CREATE TRIGGER full_disk BEFORE INSERT ON certificates
             FOR EACH ROW EXECUTE FUNCTION no_space()"
        ),
    });
}

#[rstest]
fn all_or_nothing_is_one_transaction(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let sheet = health_sheet(0..2500, DAY);
    refuse_certificate(&test, database, 2300);
    let work = |task| test.work(together(&sheet), (HEALTH, CDC), task, &mut |_| Ok(()));
    assert!(work(Task::Issue).is_err());
    assert_eq!(certificates(&test), 0);
    // The rows are given other ids now.
    let issued = work(Task::Issue).unwrap().report;
    assert_eq!((issued.written, issued.counts.issued), (true, 2500));
    assert_eq!(certificates(&test), 2500);
}

#[rstest]
fn all_or_nothing_holds_against_other_writers(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let sheet = health_sheet(0..300, DAY);
    // Another clerk issues one of the numbers to somebody else, at the last moment.
    let mut others = 0;
    let mut progress = |at: Progress| {
        if at.counts.rows == 300 && others == 0 {
            others += 1;
            test.health(&crate::support::people::citizen(999), &number(7));
        }
        Ok(())
    };
    let worked = test.work(together(&sheet), (HEALTH, CDC), Task::Issue, &mut progress);
    let report = worked.unwrap().report;
    assert!(!report.written);
    assert_eq!((report.counts.differs, report.counts.issued), (1, 299));
    assert_eq!(certificates(&test), 1);
    // Four with one file at once: it is issued once, whole.
    let sheet = health_sheet(300..600, DAY);
    let barrier = std::sync::Barrier::new(4);
    let counts: Vec<(u64, u64)> = std::thread::scope(|scope| {
        let send = || {
            barrier.wait();
            let worked = test.work(
                together(&sheet),
                (HEALTH, CDC),
                Task::Issue,
                &mut |_| Ok(()),
            );
            let counts = worked.unwrap().report.counts;
            (counts.issued, counts.same)
        };
        let hands: Vec<_> = (0..4).map(|_| scope.spawn(send)).collect();
        hands.into_iter().map(|h| h.join().unwrap()).collect()
    });
    let whole = |c: &&(u64, u64)| **c == (300, 0);
    assert_eq!(counts.iter().filter(whole).count(), 1, "{counts:?}");
    assert!(
        counts.iter().all(|c| [(300, 0), (0, 300)].contains(c)),
        "{counts:?}"
    );
    assert_eq!(certificates(&test), 301);
}

#[test]
fn more_than_fits_into_one_transaction_is_refused_before_anything_is_done() {
    let test = TestOffice::on(Sqlite);
    let sheet = health_sheet(0..10_001, DAY);
    let worked = test.work(
        together(&sheet),
        (HEALTH, CDC),
        Task::Issue,
        &mut |_| Ok(()),
    );
    let Err(refused) = worked else {
        panic!("it was worked through");
    };
    assert_eq!(refused.problem().reason, Reason::TooManyTogether);
    // A file that is too large for it is not even taken in.
    let by: Caller = test.officer();
    let choice = mianzheng::flow::batch::upload::BatchChoice {
        all_or_nothing: true,
        ..choice(Task::Issue)
    };
    let refused = test.send(&choice, &vec![b'x'; 17 << 20], &by).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::TooManyTogether);
    assert_eq!(certificates(&test), 0);
}
