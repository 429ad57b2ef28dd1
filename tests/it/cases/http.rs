//! The whole case over the network: an officer, a phone, an issuer.

use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json::Message;
use mianzheng::domain::caller::Role;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::cases;
use crate::support::cases::MOTHER;
use crate::support::cases::POLICE;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::MARKET;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// A window and a phone, and a case that was opened.
pub(super) struct Desk {
    pub(super) server: TestServer,
    pub(super) window: String,
    pub(super) phone: String,
    pub(super) case: String,
}

impl Desk {
    pub(super) fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        cases::load_items(&server.test);
        server.test.give_keys(&[server.test.agency(POLICE)]);
        let window = server.token(Role::Window, Some(HALL), None);
        let phone = server.token(Role::Holder, None, Some(MOTHER));
        let body = json!({
            "items": [cases::item(cases::OLD_AGE)], "name": "其其格",
            "holder": {"type": "111", "code": "152502199206120020"},
            "foreign_number": "综窗-2026-0042",
        });
        let ask = Ask::new("POST", "/api/v1/cases").token(&window).key("open");
        let opened = server.ask(&ask.json(&body));
        assert_eq!(opened.status, 201, "{opened:?}");
        let case = opened.json()["number"].as_str().unwrap().to_owned();
        Self {
            server,
            window,
            phone,
            case,
        }
    }

    pub(super) fn at(&self, what: &str) -> String {
        format!("/api/v1/cases/{}{what}", self.case)
    }

    pub(super) fn post(&self, what: &str, key: &str, body: &Value) -> Answer {
        let path = self.at(what);
        let ask = Ask::new("POST", &path).token(&self.window).key(key);
        self.server.ask(&ask.json(body))
    }

    pub(super) fn get(&self, path: &str, token: &str) -> Answer {
        self.server.ask(&Ask::new("GET", path).token(token))
    }
}

#[rstest]
fn a_case_goes_its_way_over_the_network(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::on(database);
    let test = &desk.server.test;
    cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
    let asked = desk.post("/requests", "-", &json!({"person": 0, "materials": [2]}));
    assert_eq!(asked.status, 201, "{asked:?}");
    let asked = asked.json();
    let request = format!("/api/v1/requests/{}", asked["code"].as_str().unwrap());
    let seen = desk.get(&request, &desk.phone).json();
    assert_eq!(seen["asked"]["agency"], HALL);
    assert_eq!(seen["asked"]["items"][0], cases::OLD_AGE);
    let answer = format!("{request}/answer");
    let give = |token: &str| {
        let ask = Ask::new("POST", &answer).token(token);
        desk.server.ask(&ask.json(&json!({"give": true})))
    };
    let other = desk.server.token(Role::Holder, None, Some(cases::FATHER));
    assert_eq!(give(&other).code(), "other_holder");
    assert_eq!(give(&desk.phone).json()["state"], "given");
    assert_eq!(give(&desk.phone).code(), "wrong_step");
    let standing = desk.at(&format!("/requests/{}", asked["consent"]));
    let standing = desk.get(&standing, &desk.window).json();
    assert_eq!(standing["served"][0]["fields"]["holder_name"], "其其格");
    let open = desk.post("/closing", "early", &json!({}));
    assert_eq!(open.code(), "materials_open");
    let decide = |key: &str, body: Value| desk.post("/decisions", key, &body);
    let waived = decide("a", json!({"materials": [2], "decision": "waive"}));
    assert_eq!(waived.json()["waived"], 1, "{waived:?}");
    let paper = json!({"materials": [3], "decision": "paper", "reason": "preferred_paper"});
    assert_eq!(decide("b", paper).status, 200);
    let wrong = json!({"materials": [3], "decision": "paper", "reason": "because"});
    assert_eq!(decide("c", wrong).code(), "bad_request");
    let closed = desk.post("/closing", "close", &json!({})).json();
    assert!(closed["closed_at"].is_string());
    // Void it, put it right, close it again: the second receipt names the first.
    let voided = desk.post("/receipts/voiding", "v", &json!({"reason": "原因选错"}));
    assert_eq!(voided.json()["closed_at"], Value::Null);
    let paper = json!({"materials": [3], "decision": "paper", "reason": "no_phone"});
    assert_eq!(decide("d", paper).status, 200);
    assert_eq!(desk.post("/closing", "close-2", &json!({})).status, 200);
    let receipts = desk.get(&desk.at("/receipts"), &desk.window).json();
    let trust = test.office.trust().unwrap();
    let opened: Vec<_> = receipts["receipts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|receipt| {
            let signed = receipt["signed"].as_str().unwrap();
            trust
                .open_message(signed, Message::Receipt, KeyUse::Receipt)
                .unwrap()
        })
        .collect();
    assert_eq!(opened.len(), 2);
    assert_eq!(opened[0]["waived"], 1);
    assert_eq!(opened[0]["replaces"], Value::Null);
    assert!(opened[1]["replaces"].is_string());
    assert_eq!(opened[1]["foreign_number"], "综窗-2026-0042");
    let reasons: Vec<&Value> = opened
        .iter()
        .map(|receipt| &receipt["materials"].as_array().unwrap().last().unwrap()["reason"])
        .collect();
    assert_eq!(reasons, ["preferred_paper", "no_phone"]);
    assert!(receipts["receipts"][0]["voided_at"].is_string());
    // Nobody's whole name or number is on it.
    let text = serde_json::to_string(&opened[1]).unwrap();
    assert!(!text.contains("其其格") && !text.contains("152502199206120020"));
    // One changed byte, and it is no receipt.
    let mut forged = receipts["receipts"][1]["signed"]
        .as_str()
        .unwrap()
        .to_owned();
    let middle = forged.len() / 2;
    let other = if &forged[middle..=middle] == "A" {
        "B"
    } else {
        "A"
    };
    forged.replace_range(middle..=middle, other);
    let forged = trust.open_message(&forged, Message::Receipt, KeyUse::Receipt);
    assert!(forged.is_err());
    let today = desk.get("/api/v1/cases", &desk.window).json();
    assert_eq!(today["cases"].as_array().unwrap().len(), 1);
    let nobody = desk.post("/people/somebody/confirmation", "n", &json!({}));
    assert_eq!(
        (nobody.status, nobody.code()),
        (404, "not_found".to_owned())
    );
    let stranger = desk.server.token(Role::Window, Some(MARKET), None);
    assert_eq!(desk.get(&desk.at(""), &stranger).status, 404);
    let back = format!("{request}/withdrawal");
    let back = desk.server.ask(&Ask::new("POST", &back).token(&desk.phone));
    assert_eq!(back.json()["state"], "withdrawn", "{back:?}");
}

#[rstest]
fn a_foreign_number_is_given_once(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::on(database);
    let body = json!({
        "items": [cases::item(cases::OLD_AGE)], "name": "其其格",
        "holder": {"type": "111", "code": "152502199206120020"},
        "foreign_number": "综窗-2026-0042",
    });
    let ask = Ask::new("POST", "/api/v1/cases").token(&desk.window);
    let again = desk.server.ask(&ask.key("another").json(&body));
    assert_eq!(
        (again.status, again.code()),
        (400, "bad_request".to_owned())
    );
}
