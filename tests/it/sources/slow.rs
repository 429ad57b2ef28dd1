//! A source that is slow, fails or is asked too much: others do not notice, and it is left alone.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use mianzheng::domain::sourced::SourceCause;
use mianzheng::flow::readiness;
use mianzheng::flow::source;
use mianzheng::flow::source::BreakerState;

use crate::sources::BATU;
use crate::sources::QIQIGE;
use crate::sources::by_code;
use crate::sources::cause;
use crate::sources::example;
use crate::sources::faults::configuration;
use crate::sources::timed;
use crate::support::database::Database::Sqlite;
use crate::support::department::Department;
use crate::support::office::TestOffice;
use crate::support::office::operator;

#[test]
fn a_slow_source_fills_its_own_places_and_nothing_else() {
    let (test, department) = (TestOffice::on(Sqlite), Department::over_tls());
    department.befriend(&test);
    test.load_source(&configuration(&department).replace("places = 8", "places = 2"));
    let sample = crate::support::office::example("samples/健康证明-2026年10月.csv");
    let quick = example("unseen.toml");
    let http = quick.find("[source.http]").unwrap()..quick.find("[source.fields]").unwrap();
    let mut quick = quick.clone();
    quick.replace_range(
        http,
        &format!(
            "[source.file]\npath = \"{}\"\nholder_code = \"身份证号码\"\n",
            sample.display()
        ),
    );
    for (from, to) in [
        ("\"name\"", "\"姓名\""),
        ("\"id_no\"", "\"身份证号码\""),
        ("\"number\"", "\"证件编号\""),
        (
            "{ from = \"gait\", codes = { amble = \"01\", gallop = \"02\" } }",
            "{ constant = \"01\" }",
        ),
        (
            "{ from = \"inspected\", date = \"chinese\" }",
            "\"体检日期\"",
        ),
        ("{ from = \"issued\", date = \"yyyyMMdd\" }", "\"发证日期\""),
    ] {
        quick = quick.replacen(from, to, 1);
    }
    test.load_source(&quick);
    department.order("late");
    let asking: Vec<_> = (0..2)
        .map(|_| {
            let office = Arc::clone(&test.office);
            let of = test.type_named(crate::support::office::HEALTH);
            thread::spawn(move || {
                let ask = || source::pull(&office, &of, &by_code(BATU), &operator()).unwrap();
                let (pulled, passed) = timed(ask);
                (cause(&pulled), passed)
            })
        })
        .collect();
    // Both places are taken until the threads give up; whoever comes now is told at once.
    thread::sleep(Duration::from_millis(300));
    let (_, passed) = timed(|| test.pulls(&by_code(BATU), Some(SourceCause::Busy)));
    assert!(passed < 500, "{passed}");
    // Another type's source answers meanwhile as it always does; that the record is no riding
    // certificate does not matter here.
    let riding = test.type_named("骑乘搭档合格证");
    let somebody = by_code("152526196802205650");
    let (other, passed) =
        timed(|| source::pull(&test.office, &riding, &somebody, &operator()).unwrap());
    assert_eq!(cause(&other), Some(SourceCause::BadRecord));
    assert!(passed < 700, "{passed}");
    for asked in asking {
        let (cause, passed) = asked.join().unwrap();
        assert_eq!(cause, Some(SourceCause::TimeLimit));
        assert!(passed < 2500, "{passed}");
    }
    department.order("none");
    thread::sleep(Duration::from_millis(500));
    test.pulls(&by_code(BATU), None);
}

#[test]
fn a_source_that_fails_is_left_alone_and_tried_again() {
    let (test, department) = (TestOffice::on(Sqlite), Department::over_tls());
    department.befriend(&test);
    let text = configuration(&department)
        .replace("failures = 100", "failures = 2")
        .replace("tries = 2", "tries = 1");
    test.load_source(&text);
    let state = || readiness::look(&test.office).sources[0].clone();
    assert_eq!(
        (state().breaker, state().last_success_at),
        (BreakerState::Closed, None)
    );
    test.pulls(&by_code(BATU), None);
    assert!(state().last_success_at.is_some());
    department.order("server_error");
    for _ in 0..2 {
        test.pulls(&by_code(BATU), Some(SourceCause::ServerError(503)));
    }
    let asked = department.seen().0;
    test.pulls(&by_code(BATU), Some(SourceCause::Resting));
    assert_eq!(department.seen().0, asked, "nobody asked");
    assert_eq!(state().breaker, BreakerState::Open);
    assert_eq!(state().last_failure, Some("down"));
    assert_eq!(state().last_failure_cause, Some("server_error"));
    assert!(
        readiness::look(&test.office).ready,
        "a source does not make a server unready"
    );
    department.order("none");
    test.clock.set(test.now().plus_secs(29));
    test.pulls(&by_code(BATU), Some(SourceCause::Resting));
    test.clock.set(test.now().plus_secs(1));
    assert_eq!(state().breaker, BreakerState::Trying);
    test.pulls(&by_code(BATU), None);
    assert_eq!(state().breaker, BreakerState::Closed);
    // Another configuration has no past.
    department.order("server_error");
    for _ in 0..2 {
        test.pull(&by_code(BATU));
    }
    test.pulls(&by_code(BATU), Some(SourceCause::Resting));
    test.load_source(&text.replace("tries = 1", "tries = 2"));
    test.pulls(&by_code(BATU), Some(SourceCause::ServerError(503)));
}

#[test]
fn what_is_kept_is_told_with_its_age() {
    let (test, department) = (TestOffice::on(Sqlite), Department::over_tls());
    department.befriend(&test);
    let text = configuration(&department).replace(
        "places = 8",
        "places = 8\ncache = { age_s = 60, records = 1 }",
    );
    test.load_source(&text);
    let first = test.pulls(&by_code(BATU), None);
    assert_eq!(first.age_s, 0);
    test.clock.set(test.now().plus_secs(40));
    let asked = department.seen().0;
    let again = test.pulls(&by_code(BATU), None);
    assert_eq!((again.age_s, again.at), (40, first.at));
    assert_eq!(department.seen().0, asked);
    // Whoever asks with another name is compared with what is kept, too.
    let other = crate::sources::named(BATU, "苏和");
    test.pulls(&other, Some(SourceCause::OtherName));
    // Only one has room, and nobody stays longer than said.
    test.pulls(&by_code(QIQIGE), None);
    test.pulls(&by_code(BATU), None);
    assert_eq!(department.seen().0, asked + 2);
    test.clock.set(test.now().plus_secs(60));
    assert_eq!(test.pulls(&by_code(BATU), None).age_s, 0);
    assert_eq!(department.seen().0, asked + 3);
}
