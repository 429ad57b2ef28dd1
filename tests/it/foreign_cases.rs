//! Cases of other systems: registered and signed before use, closed by whoever registered them,
//! reported where they owe a result.

use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json::Message;
use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::retention::RecordKind;
use mianzheng::domain::usage::CaseResult;
use mianzheng::domain::usage::ForeignCase;
use mianzheng::domain::usage::Purpose;
use mianzheng::domain::usage::UseMode;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::foreign_cases;
use mianzheng::flow::foreign_cases::report;
use mianzheng::flow::interface;
use mianzheng::flow::interface::UseRequest;
use mianzheng::flow::ledger_check;
use mianzheng::flow::ledger_check::LedgerFinding;
use mianzheng::flow::retention;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::cases::FOOD_PERMIT;
use crate::support::cases::item;
use crate::support::cases::load_items;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::server::Ask;
use crate::support::server::TestServer;
use crate::support::system::present;
use crate::support::system::wang;
use crate::support::system::whose;

const PERSON: &str = "111:152502199003070019";
const ITEM: &str = "152014904000";
const DAY: i64 = 86_400;

fn reason<T: std::fmt::Debug>(done: Result<T, Failure>) -> Reason {
    done.unwrap_err().problem().reason
}

/// A change that makes a case bad, and why it is.
type Bad<'a> = (&'a dyn Fn(&mut ForeignCase), Reason);

fn findings(test: &TestOffice) -> Vec<LedgerFinding> {
    ledger_check::check(&test.office, None).unwrap().findings
}

/// The hall's system uses a certificate for a case, by a slip; the number of the use record.
fn uses(test: &TestOffice, case_number: &str) -> i64 {
    let last = test.office.store.read(|rx| rx.last_ledger_row());
    let purpose = Purpose {
        mode: UseMode::InPerson,
        item: item(FOOD_PERMIT),
        item_name: FOOD_PERMIT.to_owned(),
        case: Some(case_number.to_owned()),
        cause: "核验".to_owned(),
        operator: Some(wang()),
        legal_basis: None,
        consent: None,
        slip: Some(format!("现授{}", last.unwrap().unwrap().seq)),
        present: Some(present("其其格", PERSON)),
        mandate: None,
    };
    let request = UseRequest {
        of: &test.type_named(HEALTH),
        wanted: &whose(PERSON),
        purpose: &purpose,
        fields: &[],
        body: b"",
    };
    let by = test.caller(Role::System, HALL);
    interface::query(&test.office, &request, &by)
        .unwrap()
        .use_record
}

#[rstest]
fn a_case_is_registered_once_and_signed_without_naming_anybody(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let office = &test.office;
    let system = test.caller(Role::System, HALL);
    let case = test.foreign_case("GJJ-1", PERSON);
    let first = foreign_cases::register(office, &case, b"one", &system).unwrap();
    let again = foreign_cases::register(office, &case, b"one", &system).unwrap();
    assert_eq!(first, again);
    let other = foreign_cases::register(office, &case, b"another", &system);
    assert_eq!(reason(other), Reason::CaseDiffers);
    // Another agency has numbers of its own.
    let elsewhere = test.caller(Role::System, CDC);
    foreign_cases::register(office, &case, b"another", &elsewhere).unwrap();
    let trust = office.trust().unwrap();
    let (token, of) = (first.registration.as_str(), Message::ForeignCase);
    let opened = trust.open_message(token, of, KeyUse::Receipt).unwrap();
    let told = Value::Object(opened);
    assert_eq!(told["number"], "GJJ-1");
    assert_eq!(told["item"], ITEM);
    assert_eq!(told["scenario"], "失业保险金申领");
    assert_eq!(told["credential"], "system-1");
    assert_eq!(told["agency"], HALL);
    assert_eq!(told["operator"]["account"], "wang.m");
    let masked = json!({"name": "其*格", "code": "111:****0019"});
    assert_eq!(told["applicant"], masked);
    assert!(!told.to_string().contains("其其格"));
    // It is of a kind of its own.
    let receipt = trust.open_message(token, Message::Receipt, KeyUse::Receipt);
    assert!(receipt.is_err());
    assert_eq!(findings(&test), []);
}

#[rstest]
fn what_is_missing_or_wrong_has_its_own_code(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    test.load_items_with(ITEM);
    let office = &test.office;
    let system = test.caller(Role::System, HALL);
    let own = office
        .items()
        .unwrap()
        .iter()
        .next()
        .unwrap()
        .code
        .to_string();
    let tried = |change: &dyn Fn(&mut ForeignCase)| {
        let mut case = test.foreign_case("GJJ-1", PERSON);
        change(&mut case);
        foreign_cases::register(office, &case, b"one", &system)
    };
    let hour = 3600 * 1000;
    let bad: [Bad<'_>; 7] = [
        (
            &|c| c.scenario = "别的情形".to_owned(),
            Reason::UnknownScenario,
        ),
        (&|c| c.number = "1 2".to_owned(), Reason::BadRequest),
        (&|c| c.item = "152014904999".to_owned(), Reason::UnknownItem),
        (&|c| c.opened += hour, Reason::CaseTimes),
        (&|c| c.opened -= 24 * 30 * hour, Reason::CaseTimes),
        (&|c| c.operator.window.clear(), Reason::OperatorMissing),
        (
            &|c| {
                c.item.clone_from(&own);
                c.scenario = "别的情形".to_owned();
            },
            Reason::UnknownScenario,
        ),
    ];
    for (change, why) in bad {
        assert_eq!(reason(tried(change)), why);
    }
    let others: [Caller; 3] = [
        operator(),
        test.caller(Role::Window, HALL),
        Caller::public(),
    ];
    for by in others {
        let case = test.foreign_case("GJJ-1", PERSON);
        let refused = foreign_cases::register(office, &case, b"one", &by);
        assert_eq!(reason(refused), Reason::Forbidden);
    }
    assert_eq!(foreign_cases::open_ones(office, &operator()).unwrap(), []);
    // The item's own code with its own situation will do.
    let scenario = office
        .items()
        .unwrap()
        .iter()
        .next()
        .unwrap()
        .scenario
        .clone();
    let good = tried(&|c| {
        c.item.clone_from(&own);
        c.scenario.clone_from(&scenario);
    });
    assert_eq!(good.unwrap().item, own);
}

#[rstest]
fn a_case_is_closed_by_its_agency_and_tells_what_it_came_to(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let office = &test.office;
    let (system, elsewhere) = (
        test.caller(Role::System, HALL),
        test.caller(Role::System, CDC),
    );
    let case = test.registers("GJJ-1", PERSON);
    assert_eq!(case.standing.name(), "open");
    assert_eq!(case.until, "2026-12-23T09:00:00+08:00");
    let done = (CaseResult::Done, "已办结");
    assert_eq!(
        reason(foreign_cases::close(office, case.id, done, &elsewhere)),
        Reason::NotFound
    );
    let long = "注".repeat(201);
    let note = (CaseResult::Done, long.as_str());
    assert_eq!(
        reason(foreign_cases::close(office, case.id, note, &system)),
        Reason::BadCause
    );
    let closed = foreign_cases::close(office, case.id, done, &system).unwrap();
    assert_eq!(closed.standing.name(), "closed");
    assert_eq!(closed.result, Some(CaseResult::Done));
    assert_eq!(closed.note.as_deref(), Some("已办结"));
    assert_eq!(closed.registration, case.registration);
    assert_eq!(
        reason(foreign_cases::close(office, case.id, done, &system)),
        Reason::CaseClosed
    );
    // The number is given for good, and one whose days are over can still be closed.
    assert_eq!(test.registers("GJJ-1", PERSON), closed);
    let late = test.registers("GJJ-2", PERSON);
    test.clock.advance(30 * DAY);
    let standing = |id| foreign_cases::look(office, id, &system).unwrap().standing;
    assert_eq!(standing(late.id).name(), "overdue");
    let by_number = foreign_cases::numbered(office, "GJJ-2", &system).unwrap();
    assert_eq!(by_number[0].id, late.id);
    assert_eq!(
        foreign_cases::numbered(office, "GJJ-2", &elsewhere).unwrap(),
        []
    );
    assert_eq!(foreign_cases::open_ones(office, &system).unwrap().len(), 1);
    assert_eq!(foreign_cases::open_ones(office, &elsewhere).unwrap(), []);
    foreign_cases::close(office, late.id, (CaseResult::Refused, ""), &system).unwrap();
    assert_eq!(standing(late.id).name(), "closed");
    assert_eq!(findings(&test), []);
}

#[rstest]
fn what_owes_a_result_is_reported_every_week_once(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let office = &test.office;
    let system = test.caller(Role::System, HALL);
    load_items(&test);
    test.give(HALL, HEALTH, &item(FOOD_PERMIT), &["holder_name"]);
    let [overdue, withdrawn, done] =
        ["GJJ-1", "GJJ-2", "GJJ-3"].map(|number| test.registers(number, PERSON));
    let used = [uses(&test, "GJJ-1"), uses(&test, "GJJ-1")];
    let left = uses(&test, "GJJ-2");
    uses(&test, "GJJ-3");
    uses(&test, "not registered");
    foreign_cases::close(office, done.id, (CaseResult::Done, ""), &system).unwrap();
    test.clock.advance(29 * DAY);
    foreign_cases::close(office, withdrawn.id, (CaseResult::Withdrawn, ""), &system).unwrap();
    let before = report::report(office, &operator()).unwrap();
    assert_eq!(before.agencies[0].unclosed, 0);
    test.clock.advance(2 * DAY);
    let told = report::report(office, &system).unwrap();
    assert_eq!(told, report::report(office, &operator()).unwrap());
    let [one] = &told.agencies[..] else {
        panic!("{told:?}");
    };
    assert_eq!((one.unclosed, one.uses_without_result), (1, 3));
    assert_eq!(one.cases[0].number, overdue.number);
    assert_eq!(one.cases[0].uses, used);
    assert_eq!(one.cases[1].uses, [left]);
    let elsewhere = test.caller(Role::System, CDC);
    assert_eq!(report::report(office, &elsewhere).unwrap().agencies, []);
    assert_eq!(
        reason(report::report(office, &test.caller(Role::Window, HALL))),
        Reason::Forbidden
    );
    // Two servers, one report a week.
    let other = test.another_process();
    let runs = || [report::run_weekly(office), report::run_weekly(&other)].map(Result::unwrap);
    let [first, second] = runs();
    assert_eq!(first.unwrap().agencies, told.agencies);
    assert_eq!(second, None);
    let last = office
        .store
        .read(|rx| rx.last_ledger_row())
        .unwrap()
        .unwrap();
    assert_eq!(last.kind, EventKind::WeekReported.number());
    test.clock.advance(7 * DAY);
    assert!(runs().iter().any(Option::is_some));
    assert_eq!(runs(), [None, None]);
    assert_eq!(findings(&test), []);
}

#[rstest]
fn nobody_changes_unseen_which_uses_a_case_had(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    load_items(&test);
    test.give(HALL, HEALTH, &item(FOOD_PERMIT), &["holder_name"]);
    let (one, other) = (
        test.registers("GJJ-1", PERSON),
        test.registers("GJJ-2", PERSON),
    );
    let record = uses(&test, "GJJ-1");
    let unnamed = uses(&test, "not registered");
    assert_eq!(findings(&test), []);
    let (table, entry) = ("foreign_uses", record.to_string());
    let ours = format!("WHERE record = {record}");
    test.sql(&format!(
        "UPDATE foreign_uses SET case_id = {} {ours}",
        other.id
    ));
    let edited = LedgerFinding::EntryEdited {
        table,
        entry: entry.clone(),
    };
    assert_eq!(findings(&test), [edited]);
    test.sql(&format!("DELETE FROM foreign_uses {ours}"));
    assert_eq!(
        findings(&test),
        [LedgerFinding::EntryDeleted { table, entry }]
    );
    let puts = |record: i64| {
        test.sql(&format!(
            "INSERT INTO foreign_uses VALUES ({record}, {})",
            one.id
        ));
    };
    puts(record);
    assert_eq!(findings(&test), []);
    // What is of no case, is no use, or is nothing at all.
    for stray in [unnamed, 1, 1_000_000] {
        puts(stray);
        let entry = stray.to_string();
        assert_eq!(
            findings(&test),
            [LedgerFinding::EntryInserted { table, entry }]
        );
        test.sql(&format!("DELETE FROM foreign_uses WHERE record = {stray}"));
    }
}

#[rstest]
fn nobody_edits_a_case_unseen_and_it_goes_after_its_term(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let case = test.registers("GJJ-1", PERSON);
    let late = test.registers("GJJ-2", PERSON);
    let by = test.caller(Role::System, HALL);
    foreign_cases::close(&test.office, case.id, (CaseResult::Done, ""), &by).unwrap();
    test.sql("CREATE TABLE kept AS SELECT * FROM foreign_cases");
    let bytes = format!("x'{}'", "ab".repeat(32));
    for (column, value) in [
        ("agency", "agency + 1"),
        ("number", "'GJJ-9'"),
        ("item", "'152014904999'"),
        ("opened_at", "opened_at + 1"),
        ("until", "until + 1"),
        ("registered_at", "registered_at - 1"),
        ("registered_by", "'c9'"),
        ("closed_at", "NULL"),
        ("closed_by", "'c9'"),
        ("result", "2"),
        ("holder_index", bytes.as_str()),
        ("body_digest", &bytes),
        ("key_id", "key_id + 1"),
        ("sealed", &bytes),
    ] {
        test.sql(&format!(
            "UPDATE foreign_cases SET {column} = {value} WHERE id = {}",
            case.id
        ));
        let edited = LedgerFinding::EntryEdited {
            table: "foreign_cases",
            entry: case.id.to_string(),
        };
        assert_eq!(findings(&test), [edited], "{column}");
        test.sql("DELETE FROM foreign_cases; INSERT INTO foreign_cases SELECT * FROM kept");
    }
    assert_eq!(findings(&test), []);
    let due = || retention::show(&test.office, None, &operator()).unwrap();
    let records = |due: &retention::Due| {
        let mut lines = due.lines.iter();
        lines
            .find(|line| line.kind == RecordKind::ForeignCases)
            .unwrap()
            .records
    };
    test.clock.advance(3 * 366 * DAY);
    assert_eq!(records(&due()), 1);
    test.clock.advance(31 * DAY);
    let shown = due();
    assert_eq!(records(&shown), 2);
    retention::run(&test.office, (shown.until, &shown.shown), &operator()).unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM foreign_cases"), 0);
    assert_eq!(test.number("SELECT COUNT(*) FROM foreign_uses"), 0);
    assert_eq!(
        reason(foreign_cases::look(&test.office, late.id, &by)),
        Reason::NotFound
    );
    assert_eq!(findings(&test), []);
}

#[rstest]
fn over_the_network_a_system_registers_and_closes(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let system = server.token(Role::System, Some(HALL), None);
    let operator = server.token(Role::Operator, None, None);
    let body = json!({
        "number": "社保/2026 第17号".replace(' ', ""), "item": ITEM,
        "item_name": "失业保险待遇申领", "scenario": "失业保险金申领",
        "applicant": {"name": "巴特尔", "type": "111", "code": "152502199003070019"},
        "opened": "2026-11-23T08:59:00+08:00",
        "operator": {"account": "wang.m", "name": "王敏", "organisation": HALL, "window": "3号"},
    });
    let post = |path: &str, key: &str, body: &Value| {
        let ask = Ask::new("POST", path).token(&system).key(key);
        server.ask(&ask.json(body))
    };
    let path = "/api/v1/foreign-cases";
    let first = post(path, "k-1", &body);
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(first.json()["applicant"], "巴*尔");
    // Again under another key, it is the same; another body is another case.
    assert_eq!(post(path, "k-2", &body).json(), first.json());
    let mut other = body.clone();
    other["scenario"] = "别的".into();
    let differs = post(path, "k-3", &other);
    assert_eq!(
        (differs.status, differs.code().as_str()),
        (409, "case_differs")
    );
    let get = |path: &str, token: &str| server.ask(&Ask::new("GET", path).token(token)).json();
    let number = "?number=%E7%A4%BE%E4%BF%9D/2026%E7%AC%AC17%E5%8F%B7";
    let found = get(&format!("{path}{number}"), &system);
    assert_eq!(found["cases"][0], first.json());
    assert_eq!(get(path, &operator)["cases"].as_array().unwrap().len(), 1);
    let own = format!("{path}/{}", first.json()["id"]);
    assert_eq!(get(&own, &system), first.json());
    let closed = post(
        &format!("{own}/closing"),
        "k-4",
        &json!({"result": "refused"}),
    );
    assert_eq!(closed.json()["standing"], "closed");
    assert_eq!(get(path, &system)["cases"], json!([]));
    let report = get(&format!("{path}/report"), &operator);
    assert_eq!(report["agencies"], json!([]));
}
