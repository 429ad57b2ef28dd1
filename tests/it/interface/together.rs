//! Certificates that two hold together.

use mianzheng::domain::usage::Purpose;
use mianzheng::flow::foreign_cases::report;
use mianzheng::flow::interface::Wanted;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::cases::CIVIL;
use crate::support::cases::FATHER;
use crate::support::cases::MARRIAGE;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::cases::item;
use crate::support::cases::marriage;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::people::numbered;
use crate::support::system::System;
use crate::support::system::present;
use crate::support::system::whose;

pub(super) fn two(one: &str, other: &str) -> Wanted {
    match (whose(one), whose(other)) {
        (Wanted::Holders(one, _), Wanted::Holders(other, _)) => Wanted::Holders(one, Some(other)),
        _ => unreachable!(),
    }
}

#[rstest]
fn what_two_hold_together_is_found_behind_what_one_holds_with_others(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    let test = &system.window.test;
    test.give(HALL, MARRIAGE, &item(OLD_AGE), &["register_date"]);
    let theirs = marriage(test);
    for n in 0..21 {
        let number = format!("J152502-2020-{n:06}");
        let other = numbered(&format!("15250219900512{:03}", n * 2));
        let fields = [
            ("certificate_number", number.as_str()),
            ("register_date", "2020-06-01"),
            ("man_name", "苏和"),
            ("man_id_no", "152522198804150036"),
            ("man_birth_date", "1988-04-15"),
            ("man_nationality", "中国"),
            ("woman_name", "某某"),
            ("woman_id_no", &other),
            ("woman_birth_date", "1990-05-12"),
            ("woman_nationality", "中国"),
            ("issue_date", "2020-06-01"),
        ];
        test.issue(MARRIAGE, CIVIL, &fields).unwrap();
    }
    let ask = |slip: &str, wanted: &Wanted| {
        let purpose = Purpose {
            present: Some(present("苏和", FATHER)),
            ..system.in_person(slip)
        };
        system.query((MARRIAGE, wanted), &purpose, &[]).unwrap()
    };
    let answer = ask("1", &two(FATHER, MOTHER));
    let [one] = answer.certificates.as_slice() else {
        panic!("{answer:?}");
    };
    assert_eq!(one.identifier, Some(theirs.to_string()));
    assert!(!answer.more);
    let answer = ask("2", &whose(FATHER));
    assert_eq!((answer.certificates.len(), answer.more), (20, true));
}

#[rstest]
fn one_fetch_of_what_two_hold_is_one_use_without_a_result(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    let test = &system.window.test;
    test.give(HALL, MARRIAGE, &item(OLD_AGE), &["register_date"]);
    marriage(test);
    let case = test.registers("GJJ-1", FATHER);
    let purpose = Purpose {
        present: Some(present("苏和", FATHER)),
        case: Some(case.number.clone()),
        ..system.in_person("1")
    };
    let used = system
        .query((MARRIAGE, &two(FATHER, MOTHER)), &purpose, &[])
        .unwrap();
    assert_eq!(used.certificates.len(), 1);
    test.clock.advance(31 * 86_400);
    let told = report::report(&test.office, &system.by).unwrap();
    assert_eq!(told.agencies[0].uses_without_result, 1);
    assert_eq!(told.agencies[0].cases[0].uses, [used.use_record]);
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}
