//! The same request or file twice, at once or later.

use mianzheng::domain::problem::Reason;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::report::Counts;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::issue::one::OneIssued;
use mianzheng::store::idempotency::RequestKey;
use rstest::rstest;

use crate::corrections::sheet::certificates;
use crate::corrections::sheet::csv;
use crate::corrections::sheet::lines;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::How;
use crate::support::office::Sheet;
use crate::support::office::TestOffice;
use crate::support::office::draft;
use crate::support::office::health_fields;
use crate::support::people::citizen;

#[rstest]
fn a_request_that_comes_twice_is_done_once(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let (of, cdc) = (test.type_named(HEALTH), test.agency(CDC));
    let code = citizen(1);
    let fields = health_fields(&code, "锡市健〔2026〕1700001号");
    let draft = draft(&fields);
    let key = RequestKey {
        caller: "c1",
        route: "issue",
        key: "k1",
    };
    let ask = |key: RequestKey<'_>, body: &[u8]| {
        let how = How {
            key: Some((key, body)),
            ..How::default()
        };
        test.issue_draft(&of, &cdc, &draft, how)
    };
    // From eight at once, and once more later: one certificate, one answer.
    let barrier = std::sync::Barrier::new(8);
    let answers: Vec<OneIssued> = std::thread::scope(|scope| {
        let ask = || {
            barrier.wait();
            ask(key, b"body").unwrap()
        };
        let hands: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        hands.into_iter().map(|h| h.join().unwrap()).collect()
    });
    test.clock.advance(3600);
    let later = ask(key, b"body").unwrap();
    assert_eq!(later.outcome, "issued");
    for answer in answers {
        assert_eq!(
            (answer.outcome, answer.identifier),
            (later.outcome.clone(), later.identifier.clone())
        );
    }
    let refused = ask(key, b"other body").unwrap_err();
    assert_eq!(refused.problem().reason, Reason::KeyReused);
    // Another caller's key, or another route's, is another key.
    let others = RequestKey {
        caller: "c2",
        ..key
    };
    assert_eq!(ask(others, b"body").unwrap().outcome, "same");
    assert_eq!(certificates(&test), 1);
}

#[rstest]
fn four_clerks_with_one_file_issue_each_row_once(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let file = csv(&lines(300));
    let barrier = std::sync::Barrier::new(4);
    let counts: Vec<Counts> = std::thread::scope(|scope| {
        let send = || {
            barrier.wait();
            test.works(&file, Task::Issue, false).report.counts
        };
        let hands: Vec<_> = (0..4).map(|_| scope.spawn(send)).collect();
        hands.into_iter().map(|h| h.join().unwrap()).collect()
    });
    let sum = |of: fn(&Counts) -> u64| counts.iter().map(of).sum::<u64>();
    assert_eq!(
        (sum(|c| c.issued), sum(|c| c.same)),
        (300, 900),
        "{counts:?}"
    );
    assert_eq!(certificates(&test), 300);
}

#[rstest]
fn a_file_that_was_stopped_goes_on_where_it_was(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let file = csv(&lines(3000));
    let bytes = file.as_slice();
    let sheet = Sheet {
        bytes: &bytes,
        photos: None,
        stock: false,
        all_or_nothing: false,
    };
    let mut seen = Vec::new();
    let stopped = test.work(sheet, (HEALTH, CDC), Task::Issue, &mut |progress| {
        seen.push((progress.done, progress.total));
        match progress.done {
            0 => Ok(()),
            _ => Err(Failure::refused(Reason::Unavailable)),
        }
    });
    assert!(stopped.is_err());
    assert_eq!(seen.last(), Some(&(2000, 3000)));
    let again = test.works(&file, Task::Issue, false).report.counts;
    assert_eq!((again.issued, again.same), (1000, 2000));
    assert_eq!(certificates(&test), 3000);
}
