//! Alarms: the tenth odd use of one hand for one item on one day is looked into by people.

use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::time::Day;
use mianzheng::flow::alarms;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::forget;
use mianzheng::flow::ledger_check;
use mianzheng::flow::ledger_check::LedgerFinding;
use mianzheng::flow::retention;
use rstest::rstest;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::rows::NOW;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const DAY: i64 = 86_400;

fn reason<T: std::fmt::Debug>(done: Result<T, Failure>) -> Reason {
    done.unwrap_err().problem().reason
}

fn findings(test: &TestOffice) -> Vec<LedgerFinding> {
    ledger_check::check(&test.office, None).unwrap().findings
}

#[rstest]
fn the_tenth_raises_one_alarm_with_all_of_them(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let office = &test.office;
    assert_eq!(test.odd_uses("wang.m", 9), [false; 9]);
    // Nine of another hand are another's.
    assert_eq!(test.odd_uses("li.q", 9), [false; 9]);
    assert_eq!(alarms::list(office, &operator()).unwrap(), []);
    assert_eq!(test.odd_uses("wang.m", 3), [true, false, false]);
    let all = alarms::list(office, &operator()).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].uses, all[0].day.as_str()), (12, "2026-11-23"));
    assert_eq!(all[0].agency_name, HALL);
    let shown = alarms::show(office, 1, &operator()).unwrap();
    assert_eq!(shown.list.len(), 12);
    assert!(
        shown
            .list
            .windows(2)
            .all(|two| two[0].record < two[1].record)
    );
    let one = &shown.list[0];
    assert_eq!(one.event, "fetch_refused");
    assert_eq!(one.reason.as_deref(), Some("no_grant"));
    assert_eq!(one.case.as_deref(), Some("GJJ-1"));
    assert_eq!(one.holder, None);
    let last = office
        .store
        .read(|rx| rx.last_ledger_row())
        .unwrap()
        .unwrap();
    assert_eq!(last.kind, EventKind::Read.number());

    assert_eq!(
        reason(alarms::settle(office, 1, " ", &operator())),
        Reason::BadCause
    );
    let system = test.caller(Role::System, HALL);
    assert_eq!(reason(alarms::list(office, &system)), Reason::Forbidden);
    assert_eq!(reason(alarms::show(office, 1, &system)), Reason::Forbidden);
    assert_eq!(
        reason(alarms::settle(office, 1, "查", &system)),
        Reason::Forbidden
    );
    alarms::settle(office, 1, "测试账号", &operator()).unwrap();
    assert_eq!(
        reason(alarms::settle(office, 1, "再查", &operator())),
        Reason::WrongStep
    );
    assert_eq!(
        reason(alarms::show(office, 9, &operator())),
        Reason::NotFound
    );
    // What comes after it was settled is another day's, and raises none today.
    assert_eq!(test.odd_uses("wang.m", 12), [false; 12]);
    let shown = alarms::show(office, 1, &operator()).unwrap();
    assert_eq!(shown.list.len(), 12);
    assert_eq!(shown.note.as_deref(), Some("测试账号"));
    assert_eq!(alarms::list(office, &operator()).unwrap(), []);
    test.clock.advance(DAY);
    let tomorrow = test.odd_uses("wang.m", 11);
    assert_eq!(tomorrow.iter().position(|raised| *raised), Some(9));
    assert_eq!(findings(&test), []);
}

#[rstest]
fn the_settings_say_how_many_are_odd(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::with(database, |settings| settings.limits.alarm_after = 2);
    assert_eq!(test.odd_uses("wang.m", 3), [false, true, false]);
}

#[rstest]
fn a_quota_counts_no_more_than_there_is(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let today = NOW.day();
    let spent = |day: Day| {
        let of = [Some(("grant:1", 2)), None, Some(("agency:1", 9))];
        register.write(|tx| tx.count_uses(day, of))
    };
    assert_eq!(
        [spent(today), spent(today), spent(today)],
        [None, None, Some(0)]
    );
    // Whoever goes on all the same counts on: what is counted then is not to be kept.
    assert_eq!(register.write(|tx| tx.count("grant:1", today)), 3);
    assert_eq!(spent(today.plus(0, 0, 1)), None);
    for none in [("none", 0), ("grant:1", 3)] {
        let of = [Some(("agency:2", 9)), Some(none), None];
        assert_eq!(register.write(|tx| tx.count_uses(today, of)), Some(1));
    }
    register.write(|tx| tx.forget_counts_before(today.plus(0, 0, 1)));
    assert_eq!(spent(today), None);
}

#[rstest]
fn alarms_are_watched_and_go_after_their_term(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let office = &test.office;
    test.odd_uses("wang.m", 10);
    test.odd_uses("li.q", 10);
    test.odd_uses("zhao.l", 3);
    alarms::settle(office, 1, "测试账号", &operator()).unwrap();
    test.sql("CREATE TABLE kept AS SELECT * FROM alarms");
    let bytes = format!("x'{}'", "ab".repeat(32));
    for (column, value) in [
        ("agency", "agency + 1"),
        ("item", "'1'"),
        ("scope", "'odd:other'"),
        ("day", "day + 1"),
        ("raised_at", "raised_at + 1"),
        ("settled_at", "NULL"),
        ("settled_by", "'c9'"),
        ("key_id", "key_id + 1"),
        ("sealed", bytes.as_str()),
    ] {
        test.sql(&format!(
            "UPDATE alarms SET {column} = {value} WHERE id = 1"
        ));
        let edited = LedgerFinding::EntryEdited {
            table: "alarms",
            entry: "1".to_owned(),
        };
        assert_eq!(findings(&test), [edited], "{column}");
        test.sql("DELETE FROM alarms; INSERT INTO alarms SELECT * FROM kept");
    }
    // After a month only what raised an alarm is kept, and after its term what is open.
    test.clock.advance(32 * DAY);
    forget::forget_expired(office).unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM odd_uses"), 20);
    assert_eq!(test.number("SELECT COUNT(*) FROM use_counts"), 0);
    test.clock.advance(4 * 366 * DAY);
    let due = retention::show(office, None, &operator()).unwrap();
    retention::run(office, (due.until, &due.shown), &operator()).unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM odd_uses"), 10);
    assert_eq!(alarms::list(office, &operator()).unwrap()[0].alarm, 2);
    // The details of the uses had their term, too.
    let shown = alarms::show(office, 2, &operator()).unwrap();
    assert_eq!(shown.list[0].reason, None);
    assert_eq!(findings(&test), []);
}

#[rstest]
fn over_the_network_auditors_look_and_operators_settle(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let auditor = server.token(Role::Auditor, None, None);
    let operator = server.token(Role::Operator, None, None);
    server.test.odd_uses("wang.m", 10);
    let get = |path: &str| server.ask(&Ask::new("GET", path).token(&auditor)).json();
    assert_eq!(get("/api/v1/alarms")["alarms"][0]["uses"], 10);
    let shown = get("/api/v1/alarms/1");
    assert_eq!(shown["list"].as_array().unwrap().len(), 10);
    assert!(!shown.to_string().contains("wang.m"));
    let settle = |token: &str| {
        let ask = Ask::new("POST", "/api/v1/alarms/1/settlement").token(token);
        server.ask(&ask.key("k").json(&json!({"note": "已核实"})))
    };
    assert_eq!(settle(&auditor).code(), "forbidden");
    assert_eq!(settle(&operator).status, 200);
    assert_eq!(get("/api/v1/alarms/1")["note"], "已核实");
    let metrics = server.ask(&Ask::new("GET", "/metrics").token(&auditor));
    let text = String::from_utf8(metrics.body).unwrap();
    assert!(
        text.contains("mianzheng_alarms_total{name=\"raised\"} 1"),
        "{text}"
    );
}
