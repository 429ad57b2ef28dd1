//! A holder has everything that is held about her, nobody else has, and no table is forgotten.

use mianzheng::codec::digest::sha256;
use mianzheng::domain::account::LoginName;
use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::problem::Reason;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::flow::export;
use mianzheng::flow::export::Holds;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::people;
use mianzheng::flow::people::NewAccount;
use mianzheng::flow::show::compact;
use rstest::rstest;
use serde_json::Value;

use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::operator;
use crate::support::records::Records;
use crate::support::server::Ask;
use crate::support::server::TestServer;

fn why<T>(done: Result<T, Failure>) -> Result<T, Reason> {
    done.map_err(|why| why.problem().reason)
}

fn with_a_phone(database: Database) -> Records {
    let records = Records::on(database);
    let test = &records.window.test;
    let code = HolderCode::read(MOTHER).unwrap();
    let new = NewCredential {
        role: Role::Holder,
        agency: None,
        holder: Some(&code),
        label: "手机",
        days: 30,
    };
    credentials::create_token(&test.office, &new, &operator()).unwrap();
    let account = NewAccount {
        name: &LoginName::read("mother").unwrap(),
        display: "其其格",
        role: Role::Holder,
        agency: None,
        place: None,
        holder: Some(&code),
        password: "七匹马 过河 三只羊",
        with_code: false,
    };
    people::add(&test.office, &account, &operator()).unwrap();
    test.registers("GJJ-1", MOTHER);
    test.mirrors(MOTHER);
    compact::printed(&test.office, &records.household, &test.holder(MOTHER)).unwrap();
    records
}

fn of(records: &Records, code: &str) -> Value {
    let test = &records.window.test;
    export::mine(&test.office, &test.holder(code)).unwrap()
}

#[rstest]
fn every_table_is_in_an_export_or_holds_nothing_of_a_person(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let records = with_a_phone(database);
    let mut found = records.window.test.tables();
    found.retain(|table| !table.starts_with("__diesel") && !table.starts_with("sqlite_"));
    found.sort();
    let named: Vec<&str> = export::TABLES.iter().map(|(table, _)| *table).collect();
    assert_eq!(found, named);
    let exports = [of(&records, MOTHER), of(&records, FATHER)];
    for (table, holds) in export::TABLES {
        match holds {
            Holds::Member(member) => {
                let told = |export: &Value| match export.get(member) {
                    Some(Value::Array(list)) => !list.is_empty(),
                    Some(other) => other.is_string(),
                    None => false,
                };
                assert!(exports.iter().any(told), "{table}: {member}");
            }
            Holds::Nothing(reason) => assert!(!reason.is_empty(), "{table}"),
        }
    }
}

#[rstest]
fn she_has_what_is_held_about_her_and_nothing_of_others(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let records = with_a_phone(database);
    let export = of(&records, MOTHER);
    let cards = export["certificates"].as_array().unwrap();
    let roles: Vec<&Value> = cards.iter().map(|card| &card["role"]).collect();
    assert_eq!(roles, ["holder", "guardian"]);
    assert_eq!(cards[0]["facts"]["home_address"], "锡林浩特市额尔敦路1号");
    // Of her child's certificate: that there is one.
    assert_eq!(cards[1].get("facts"), None);
    let cases: Vec<&Value> = export["cases"].as_array().unwrap().iter().collect();
    assert_eq!(cases[0]["case"], records.pension.number.as_str());
    assert_eq!(cases[1]["case"], records.newborn.number.as_str());
    assert_eq!(cases[1]["receipts"].as_array().unwrap().len(), 1);
    assert_eq!(cases[0]["materials"][2]["note"], "住址已变更");
    assert_eq!(export["consents"][0]["state"], "given");
    assert_eq!(export["tasks"][0]["task"]["kind"], "correction");
    assert_eq!(export["mandates"][0]["agent"], "苏*");
    assert_eq!(export["codes"][0]["kind"], "printed");
    assert_eq!(export["credentials"][0]["label"], "手机");
    assert_eq!(export["foreign_cases"][0]["number"], "GJJ-1");
    assert_eq!(export["mirrors"][0]["platform"], "https://platform.example");
    let shown = export["shown"][0]["chosen"][0]["fields"].to_string();
    assert!(shown.contains("newborn_name"), "{shown}");
    let events: Vec<&str> = export["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| line["event"].as_str())
        .collect();
    for event in [
        "issued",
        "shown",
        "verified",
        "used",
        "consent_changed",
        "case_opened",
    ] {
        assert!(events.contains(&event), "{event}: {events:?}");
    }
    // Nobody else: neither the father nor, by name, her child.
    let text = export.to_string();
    for other in ["苏和", "152522198804150036", "萨仁"] {
        assert!(!text.contains(other), "{other}");
    }
    let his = of(&records, FATHER);
    assert_eq!(
        his["guardian_orders"][0]["reference"],
        "（2026）内2502民初1号"
    );
    assert_eq!(his["guardian_orders"][0]["as"], "guardian");
    let text = his.to_string();
    for other in ["其其格", "152502199206120020", "萨仁", "额尔敦路"] {
        assert!(!text.contains(other), "{other}");
    }
    assert!(his["cases"].as_array().unwrap().is_empty());
    // Somebody of whom nothing is known gets just that.
    let nobody = of(&records, "111:152525198501010027");
    assert!(nobody["subject"].is_null());
    assert_eq!(nobody["history"], serde_json::json!([]));
    assert_eq!(records.findings(), []);
}

#[rstest]
fn that_it_was_told_is_recorded_first(#[values(Sqlite, Postgres)] database: Database) {
    let records = with_a_phone(database);
    let (test, officer) = (&records.window.test, &records.window.officer);
    let office = &test.office;
    let code = HolderCode::read(MOTHER).unwrap();
    let ask = |checked: bool, by| why(export::of_holder(office, (&code, checked), by));
    let mother = test.holder(MOTHER);
    assert_eq!(ask(true, &mother), Err(Reason::Forbidden));
    assert_eq!(ask(false, officer), Err(Reason::NeedsMatch));
    let system = test.caller(Role::System, HALL);
    assert_eq!(ask(true, &system), Err(Reason::Forbidden));
    assert_eq!(why(export::mine(office, officer)), Err(Reason::Forbidden));
    let told = ask(true, officer).unwrap();
    let last = office
        .store
        .read(|rx| rx.last_ledger_row())
        .unwrap()
        .unwrap();
    assert_eq!(last.kind, EventKind::Read.number());
    assert_eq!(last.actor, officer.id);
    assert_eq!(
        last.digest,
        Some(sha256(told.to_string().as_bytes()).to_vec())
    );
    // And so she sees it in the next.
    let next = of(&records, MOTHER);
    assert_eq!(next["history"][0]["event"], "read");
    assert_eq!(next["history"][0]["by"], officer.id.as_str());
    assert!(records.findings().is_empty());
}

#[rstest]
fn over_the_network_each_has_her_own(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let mother = server.token(Role::Holder, None, Some(MOTHER));
    let window = server.token(Role::Window, Some(HALL), None);
    let ask = |token: &str| server.ask(&Ask::new("GET", "/api/v1/export").token(token));
    assert_eq!(ask(&window).status, 403);
    let export = ask(&mother).json();
    assert_eq!(export["credentials"][0]["credential"], "c1");
    // An operator sees what has had its term, and deletes under its digest.
    let operator = server.token(Role::Operator, None, None);
    let at = |method| Ask::new(method, "/api/v1/retention").token(&operator);
    let due = server.ask(&at("GET")).json();
    assert_eq!(due["due"].as_array().unwrap().len(), 11);
    let body = |shown: &Value| serde_json::json!({"until": due["until"], "shown": shown});
    let deleted = server.ask(&at("POST").json(&body(&due["shown"]))).json();
    assert_eq!(deleted["deleted"][0]["records"], 0);
    let other = server.ask(&at("POST").json(&body(&Value::from("0000000000000000"))));
    assert_eq!(other.status, 409);
    assert_eq!(other.json()["code"], "shown_differs");
}
