//! Scripts that loop over lists of numbers get nothing, raise an alarm and leave a record of each
//! try; and how much may be used on a day is limited for everybody.

use mianzheng::domain::event::EventKind;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::settings::UseLimits;
use mianzheng::domain::usage::Purpose;
use mianzheng::flow::alarms;
use mianzheng::flow::grants;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::cases::HOUSEHOLD;
use crate::support::cases::household;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::granting::second_operator;
use crate::support::office::HALL;
use crate::support::office::operator;
use crate::support::people::citizen;
use crate::support::system::System;
use crate::support::system::wang;
use crate::support::system::whose;

#[rstest]
fn five_hundred_numbers_without_their_cases_yield_nothing_and_an_alarm(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    let test = &system.window.test;
    // Some of them the register has.
    for n in 0..5 {
        let code = format!("111:{}", citizen(n * 100));
        household(test, "某某", &code, &format!("蒙户9{n:06}"));
    }
    let before = system.last_row().seq;
    for n in 0..500 {
        let number = whose(&format!("111:{}", citizen(n)));
        let refused = system.query((HOUSEHOLD, &number), &system.duty(), &[]);
        assert_eq!(refused.unwrap_err(), Reason::NotOfCase);
    }
    let mut refusals = 0;
    let mut after = before;
    loop {
        let rows = test
            .office
            .store
            .read(|rx| rx.ledger_rows(after, 200))
            .unwrap();
        let Some(last) = rows.last() else { break };
        after = last.seq;
        let refused = EventKind::FetchRefused.number();
        refusals += rows.iter().filter(|row| row.kind == refused).count();
        let fetched = EventKind::Fetched.number();
        assert!(rows.iter().all(|row| row.kind != fetched));
    }
    assert_eq!(refusals, 500);
    let raised = alarms::list(&test.office, &operator()).unwrap();
    assert_eq!(raised.len(), 1, "{raised:?}");
    let alarm = alarms::show(&test.office, raised[0].alarm, &operator()).unwrap();
    assert!(alarm.list.len() >= 100, "{}", alarm.list.len());
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[rstest]
fn a_day_has_so_many_uses(#[values(Sqlite, Postgres)] database: Database) {
    let system = System::on(database);
    let test = &system.window.test;
    let grant = mianzheng::domain::usage::Grant {
        quota_per_day: 3,
        until: test.now().plus_secs(10 * 86_400),
        ..test.grant(HALL, HOUSEHOLD, &system.duty().item, &["holder_name"])
    };
    grants::give_by_two(&test.office, &grant, (&operator(), &second_operator())).unwrap();
    for _ in 0..3 {
        assert!(system.ask(&system.duty()).is_ok());
    }
    let before = system.last_row().seq;
    assert_eq!(system.ask(&system.duty()).unwrap_err(), Reason::QuotaSpent);
    let row = system.last_row();
    assert_eq!(
        (row.seq, system.details(row.seq)["reason"].clone()),
        (before + 1, "quota_spent".into())
    );
    // Tomorrow is another day.
    test.clock.advance(86_400);
    assert!(system.ask(&system.duty()).is_ok());
}

#[rstest]
fn an_operator_and_an_agency_have_so_many_uses_a_day(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let limits = UseLimits {
        per_operator_day: 2,
        per_agency_day: 3,
        ..UseLimits::default()
    };
    let system = System::with(database, |settings| settings.limits = limits);
    assert!(system.ask(&system.duty()).is_ok());
    assert!(system.ask(&system.duty()).is_ok());
    assert_eq!(
        system.ask(&system.duty()).unwrap_err(),
        Reason::OperatorLimit
    );
    let another = |account: &str| {
        let mut operator = wang();
        account.clone_into(&mut operator.account);
        Purpose {
            operator: Some(operator),
            ..system.duty()
        }
    };
    assert!(system.ask(&another("li.j")).is_ok());
    assert_eq!(
        system.ask(&another("li.j")).unwrap_err(),
        Reason::AgencyLimit
    );
}

#[rstest]
fn new_names_for_the_same_hand_raise_an_alarm_too(#[values(Sqlite, Postgres)] database: Database) {
    let system = System::on(database);
    let test = &system.window.test;
    // Nine uses under each name raise none of their own.
    for n in 0..54 {
        let mut named = wang();
        named.account = format!("name-{}", n / 9);
        let purpose = Purpose {
            operator: Some(named),
            ..system.duty()
        };
        let number = whose(&format!("111:{}", citizen(n)));
        let refused = system.query((HOUSEHOLD, &number), &purpose, &[]);
        assert_eq!(refused.unwrap_err(), Reason::NotOfCase);
        let raised = alarms::list(&test.office, &operator()).unwrap();
        assert_eq!(raised.len(), usize::from(n >= 49), "{n}");
    }
    let raised = alarms::list(&test.office, &operator()).unwrap();
    let alarm = alarms::show(&test.office, raised[0].alarm, &operator()).unwrap();
    assert_eq!(alarm.list.len(), 54);
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}
