//! The operations of the national interface: the envelope integrators know around the same gate.

use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::http::openapi;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use super::desk::Desk;
use super::desk::NUMBER;
use super::desk::PERSON;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::server::Ask;
use crate::support::server::TestServer;

#[rstest]
fn the_operations_answer_under_the_national_names(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::of(TestServer::on(database));
    let identifier = desk.identifier.to_string();
    let code = &desk.server.test.type_named(HEALTH).definition.code;

    let types = desk.given("types", &json!({}));
    assert_eq!(types["total"], 211);
    let types = desk.given("types", &json!({"ZZMC": HEALTH}));
    assert_eq!(types["list"][0]["ZZLXDM"], code.as_str());
    assert_eq!(types["list"][0]["ZZMC"], HEALTH);

    // Which there are, and nothing of their fields.
    let found = desk.given("retrieval/by-holder", &Desk::whose("1"));
    let [one] = found["list"].as_array().unwrap().as_slice() else {
        panic!("{found}");
    };
    assert_eq!(one["ZZBS"], identifier);
    assert_eq!(
        (&one["result"], &one["verdict"]),
        (&json!("0"), &json!("valid"))
    );
    for untold in ["CZZT", "ZZBH", "KZ_EXAM_RESULT", "evidence"] {
        assert_eq!(one[untold], Value::Null, "{untold}");
    }

    // The data, whole and in part.
    let by_identifier = json!({"ZZBS": identifier, "purpose": Desk::purpose("2")});
    let one = &desk.given("data/by-identifier", &by_identifier)["list"][0];
    let issuer = desk.server.test.agency(CDC);
    for (name, value) in [
        ("ZZMC", HEALTH),
        ("ZZLXDM", code),
        ("ZZBS", &identifier),
        ("ZZBH", NUMBER),
        ("ZZBFJG", CDC),
        ("ZZBFJGDM", issuer.code.as_str()),
        ("certificateVersion", "001"),
        ("certificateAreaCode", &issuer.division.to_string()),
        ("CZZT", "巴特尔"),
        ("CZZTDM", PERSON),
        ("KZ_EXAM_DATE", "2026-10-07"),
        ("resultMessage", "信息一致，证照有效"),
    ] {
        assert_eq!(one[name], value, "{name}: {one}");
    }
    // Not granted, so not told under any name.
    for untold in ["ZZBFRQ", "KZ_SEX", "KZ_TRADE_CLASS"] {
        assert_eq!(one[untold], Value::Null, "{untold}");
    }
    assert!(one["evidence"].as_str().unwrap().contains('~'));
    let mut part = Desk::whose("3");
    part["fields"] = json!(["CZZT", "ZZYXQJZRQ", "KZ_EXAM_RESULT"]);
    let told = desk.given("data/by-holder", &part);
    let one = told["list"][0].as_object().unwrap();
    assert!(one.contains_key("ZZYXQJZRQ") && one.contains_key("KZ_EXAM_RESULT"));
    assert!(!one.contains_key("ZZBH") && !one.contains_key("CZZTDM"));
    let record = told["useRecord"].as_i64().unwrap();
    let store = &desk.server.test.office.store;
    let row = store.read(|rx| rx.ledger_row(record)).unwrap().unwrap();
    assert_eq!(row.kind, EventKind::Fetched.number());

    // A copy, by its link.
    let copy = desk.given("files/by-holder", &Desk::whose("4"));
    assert_eq!(copy["ZZBS"], identifier);
    assert_eq!(copy["JZJZZSY"], "办理食品经营许可");
    assert!(copy["JZJZZZ"].as_str().unwrap().ends_with("王敏"));
    let link = copy["link"].as_str().unwrap();
    let path = link.strip_prefix("https://mz.example").unwrap();
    assert_eq!(desk.server.ask(&Ask::new("GET", path)).status, 200);
    assert!(desk.is_whole());
}

#[rstest]
fn results_are_the_nations(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::of(TestServer::on(database));
    let mut slip = 0;
    let mut compared = |values: Value| {
        slip += 1;
        let mut asked = Desk::whose(&slip.to_string());
        asked["values"] = values;
        let told = desk.given("verification/by-holder", &asked);
        (told["result"].clone(), told["differs"].clone())
    };
    // A day in each of its spellings.
    for day in [
        json!("2026-10-07"),
        json!("20261007"),
        json!(1_791_302_400_000_i64),
    ] {
        let right = compared(json!({"CZZT": "巴特尔", "KZ_EXAM_DATE": day}));
        assert_eq!(right, (json!("0"), json!([])), "{day}");
    }
    let wrong = compared(json!({"KZ_EXAM_DATE": "20261008"}));
    assert_eq!(wrong, (json!("4"), json!(["KZ_EXAM_DATE"])));
    for (change, result) in [
        (Change::Suspend, "2"),
        (Change::Resume, "0"),
        (Change::End(EndWord::Revoked), "3"),
    ] {
        let request = ChangeRequest {
            identifier: &desk.identifier,
            change,
            reason: "复查",
            by: &desk.server.test.caller(Role::Issuer, CDC),
            key: None,
        };
        change_status(&desk.server.test.office, &request).unwrap();
        assert_eq!(compared(json!({"CZZT": "巴特尔"})).0, result);
    }
}

#[rstest]
fn what_is_refused_is_told_in_the_envelope(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::of(TestServer::on(database));
    let refused = |operation: &str, body: &Value, status: u16, code: &str, reason: &str| {
        let answer = desk.says(operation, body);
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let told = answer.json();
        assert_eq!(told["head"]["status"], code, "{told}");
        assert_eq!(told["head"]["reason"], reason, "{told}");
        assert_eq!(told["data"], Value::Null);
        told
    };
    let whole = || json!({"head": desk.head(), "data": Desk::whose("1")});
    let data = "data/by-holder";
    // The head.
    let mut asked = whole();
    asked["head"]["account"] = desk.server.test.agency(CDC).code.to_string().into();
    let told = refused(data, &asked, 403, "2002", "forbidden");
    assert_eq!(told["head"]["serial"], "GJJ-0007");
    for off in [-301, 301] {
        let mut asked = whole();
        asked["head"]["time"] = desk.server.test.now().plus_secs(off).millis().into();
        refused(data, &asked, 401, "2001", "clock_off");
    }
    let mut asked = whole();
    asked["head"]["time"] = "soon".into();
    refused(data, &asked, 400, "1001", "bad_request");
    let mut asked = whole();
    asked["head"]["serial"] = "".into();
    refused(data, &asked, 400, "1001", "bad_request");
    let mut asked = whole();
    asked["head"]["more"] = "x".into();
    refused(data, &asked, 400, "1001", "bad_request");
    // The gate is every use's.
    let changes: [(&str, Value, u16, &str, &str); 6] = [
        ("/data/purpose/cause", json!(""), 400, "1002", "bad_cause"),
        ("/data/purpose/slip", json!(null), 422, "1002", "bad_slip"),
        (
            "/data/purpose/mode",
            json!("duty"),
            400,
            "1002",
            "operator_missing",
        ),
        (
            "/data/ZZLXDM",
            json!("没有的证照"),
            404,
            "4001",
            "unknown_type",
        ),
        (
            "/data/CZZTDM",
            json!("152502199003070018"),
            400,
            "1001",
            "bad_request",
        ),
        (
            "/data/purpose/item_name",
            json!("别的事项"),
            400,
            "1002",
            "item_differs",
        ),
    ];
    for (place, value, status, code, reason) in changes {
        let mut asked = whole();
        *asked.pointer_mut(place).unwrap() = value;
        if reason == "operator_missing" {
            asked["data"]["purpose"]["operator"] = Value::Null;
        }
        refused(data, &asked, status, code, reason);
    }
    let mut asked = whole();
    asked["data"]["fields"] = json!(["KZ_SEX"]);
    refused(data, &asked, 403, "2002", "field_not_granted");
    asked["data"]["fields"] = json!(["sex"]);
    refused(data, &asked, 422, "1001", "no_such_field");
    let last = desk
        .server
        .test
        .office
        .store
        .read(|rx| rx.last_ledger_row());
    assert_eq!(
        last.unwrap().unwrap().kind,
        EventKind::FetchRefused.number()
    );
    // Without a credential, and with one of no system.
    let body = whole();
    for (token, status, code) in [
        (String::new(), 401, "2001"),
        (
            desk.server.token(Role::Issuer, Some(CDC), None),
            403,
            "2002",
        ),
    ] {
        let ask = Ask::new("POST", "/national/v1/data/by-holder").token(&token);
        let answer = desk.server.ask(&ask.json(&body));
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.json()["head"]["status"], code);
    }
    // Somebody who has none: no record, in words and nothing more.
    let mut nobody = Desk::whose("9");
    nobody["CZZTDM"] = "152502194501010024".into();
    nobody["purpose"]["present"]["holder"]["code"] = "152502194501010024".into();
    nobody["purpose"]["present"]["name"] = "敖登".into();
    let none = desk.given(data, &nobody);
    assert_eq!(
        (&none["total"], &none["message"]),
        (&json!(0), &json!("未查到记录"))
    );
    assert!(desk.is_whole());
}

#[rstest]
fn switched_off_it_is_an_address_like_any_unknown_one(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let desk = Desk::of(TestServer::with(database, |settings| {
        settings.national.facade = false;
    }));
    let unknown = desk.says("nothing/there", &json!({}));
    let off = desk.asks("data/by-holder", &Desk::whose("1"));
    assert_eq!((off.status, off.code()), (404, unknown.code()));
    let document = openapi::build(&desk.server.test.office).to_string();
    assert!(!document.contains("/national/v1/"));
    let docs = desk.server.ask(&Ask::new("GET", "/docs"));
    assert!(!String::from_utf8(docs.body).unwrap().contains("/national/"));
}
