//! What verifying spends, records and tells, and to whom.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::verdict::Outcome;
use mianzheng::domain::verdict::Verdict;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::show::choice::Choice;
use mianzheng::flow::show::compact;
use mianzheng::flow::show::live;
use mianzheng::flow::status;
use mianzheng::flow::verify::offline::verify_offline;
use mianzheng::flow::verify::online::verify;
use mianzheng::flow::verify::online::verify_from_memory;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::TestOffice;
use crate::support::office::operator;

const PERSON: &str = "152502199003070019";

fn ledger_length(test: &TestOffice) -> i64 {
    let last = test.office.store.read(|rx| rx.last_ledger_row()).unwrap();
    last.unwrap().seq
}

#[rstest]
fn what_could_not_be_recorded_was_not_spent(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
    let holder = test.holder(&format!("111:{PERSON}"));
    let offline = compact::offline(&test.office, &identifier, &[], 15, &holder).unwrap();
    let choice = Choice {
        identifier,
        fields: Vec::new(),
    };
    let shown = live::show(&test.office, std::slice::from_ref(&choice), &holder).unwrap();
    let spoken = live::show(&test.office, &[choice], &holder).unwrap();
    let window = test.caller(Role::Window, HALL);
    test.sql("ALTER TABLE ledger RENAME TO ledger_away");
    for code in [&offline.text, &shown.text, &spoken.spoken] {
        assert!(verify(&test.office, code, &window).is_err());
    }
    test.sql("ALTER TABLE ledger_away RENAME TO ledger");
    let before = ledger_length(&test);
    for code in [&offline.text, &shown.text, &spoken.spoken] {
        let verdict = test.verify_at_window(code);
        assert_eq!(verdict.verdict, Outcome::Valid, "{verdict:?}");
        assert_eq!(test.verify_at_window(code).verdict, Outcome::Replayed);
    }
    assert_eq!(ledger_length(&test), before + 6);
}

#[rstest]
fn guesses_at_once_are_counted_one_after_the_other(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let window = test.caller(Role::Window, HALL);
    let barrier = std::sync::Barrier::new(8);
    let heard: Vec<_> = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..8)
            .map(|n| {
                let (test, window, barrier) = (&test, &window, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    verify(&test.office, &format!("1234567{n}"), window)
                })
            })
            .collect();
        guesses.into_iter().map(|g| g.join().unwrap()).collect()
    });
    let wrong = heard.iter().flatten();
    let wrong = wrong.filter(|v| v.verdict == Outcome::NotFound).count();
    let stopped = heard.iter().filter_map(|h| h.as_ref().err());
    let stopped = stopped.filter(|why| why.problem().reason == Reason::TooMany);
    assert_eq!((wrong, stopped.count()), (5, 3));
}

#[rstest]
fn a_code_that_was_held_says_so(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let choice = Choice {
        identifier: test.health(PERSON, "锡市健〔2026〕1700001号"),
        fields: Vec::new(),
    };
    let holder = test.holder(&format!("111:{PERSON}"));
    let held = |verdict: &Verdict| verdict.steps.iter().any(|s| s.code == "held_still");
    let shown = live::show(&test.office, std::slice::from_ref(&choice), &holder).unwrap();
    assert!(!held(&test.verify_at_window(&shown.text)));
    let shown = live::show(&test.office, &[choice], &holder).unwrap();
    let longer = live::renew(&test.office, shown.session, true, &holder).unwrap();
    test.clock.advance(100);
    let verdict = test.verify_at_window(&longer.text);
    assert_eq!(verdict.verdict, Outcome::Valid);
    assert!(held(&verdict), "{verdict:?}");
}

#[rstest]
fn only_who_is_recorded_hears_the_legal_word(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
    let holder = test.holder(&format!("111:{PERSON}"));
    let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
    let request = ChangeRequest {
        identifier: &identifier,
        change: Change::End(EndWord::Withdrawn),
        reason: "x",
        by: &operator(),
        key: None,
    };
    change_status(&test.office, &request).unwrap();
    let address = printed.address.unwrap();
    for text in [
        &identifier.to_string(),
        &address,
        &printed.text,
        &test.record(&identifier),
    ] {
        let at_window = test.verify_at_window(text);
        assert_eq!(at_window.verdict, Outcome::Revoked);
        assert_eq!(at_window.certificates[0].end_word, Some("withdrawn"));
        let from_memory = verify_from_memory(&test.office, text);
        for told in from_memory.into_iter().chain([test.verify(text)]) {
            assert_eq!(told.verdict, Outcome::Revoked);
            let told = serde_json::to_string(&told).unwrap();
            assert!(!told.contains("withdrawn"), "{told}");
        }
    }
}

#[rstest]
fn who_does_not_spend_a_code_says_that_nobody_did(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
    let holder = test.holder(&format!("111:{PERSON}"));
    let code = compact::offline(&test.office, &identifier, &[], 15, &holder).unwrap();
    let online = verify(&test.office, &code.text, &Caller::public()).unwrap();
    // Memory does not know whether its holder took it back.
    assert!(verify_from_memory(&test.office, &code.text).is_none());
    let offline = verify_offline(&code.text, &test.bundle(), test.now());
    for verdict in [online, offline] {
        assert_eq!(verdict.verdict, Outcome::Valid);
        assert_eq!(verdict.not_checked, ["spent", "bearer"]);
    }
    let spent = test.verify_at_window(&code.text);
    assert_eq!(spent.not_checked, ["bearer"]);
}

#[rstest]
fn a_standing_that_nobody_knows_is_good_to_nobody(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
    let record = test.record(&identifier);
    assert_eq!(test.verify(&record).verdict, Outcome::Valid);
    test.sql("UPDATE certificates SET status = 7");
    status::forget(&test.office, 1);
    assert_eq!(test.verify(&record).verdict, Outcome::Undetermined);
    assert_eq!(
        test.verify_at_window(&record).verdict,
        Outcome::Undetermined
    );
    let number = identifier.to_string();
    assert_eq!(test.verify(&number).verdict, Outcome::Undetermined);
    // Lists have no bits for "nobody knows": nothing good, and nothing final.
    let offline = verify_offline(&record, &test.bundle(), test.now());
    assert_eq!(offline.verdict, Outcome::Suspended);
}
