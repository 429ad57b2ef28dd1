//! A system before the national operations, with a grant and somebody at its window.

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::flow::ledger_check;
use mianzheng::store::ledger::DETAILS;
use serde_json::Value;
use serde_json::json;

use crate::support::cases::FOOD_PERMIT;
use crate::support::cases::item;
use crate::support::cases::load_items;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

pub(super) const PERSON: &str = "152502199003070019";
pub(super) const NUMBER: &str = "锡市健〔2026〕1700001号";

/// What the system may see.
pub(super) const GRANTED: [&str; 6] = [
    "holder_name",
    "holder_code",
    "certificate_number",
    "valid_to",
    "exam_date",
    "exam_result",
];

pub(super) struct Desk {
    pub(super) server: TestServer,
    pub(super) system: String,
    pub(super) identifier: CertificateIdentifier,
}

impl Desk {
    pub(super) fn of(server: TestServer) -> Self {
        let test = &server.test;
        load_items(test);
        test.give(HALL, HEALTH, &item(FOOD_PERMIT), &GRANTED);
        Self {
            system: server.token(Role::System, Some(HALL), None),
            identifier: test.health(PERSON, NUMBER),
            server,
        }
    }

    /// In person, with a slip: nothing is missing.
    pub(super) fn purpose(slip: &str) -> Value {
        json!({
            "mode": "in_person", "item": item(FOOD_PERMIT), "item_name": FOOD_PERMIT,
            "cause": "办理食品经营许可", "slip": slip, "case": "SP-2026-0017",
            "operator": {
                "account": "wang.m", "name": "王敏", "organisation": HALL, "window": "3号窗口",
            },
            "present": {
                "name": "巴特尔", "holder": {"type": "111", "code": PERSON}, "face_checked": true,
            },
        })
    }

    pub(super) fn head(&self) -> Value {
        let test = &self.server.test;
        json!({
            "account": test.agency(HALL).code.to_string(), "sign": "anything",
            "time": test.now().millis(), "serial": "GJJ-0007",
        })
    }

    /// Something of the person.
    pub(super) fn whose(slip: &str) -> Value {
        json!({
            "ZZLXDM": HEALTH, "CZZTDM": PERSON, "CZZTDMLXDM": "111",
            "purpose": Self::purpose(slip),
        })
    }

    pub(super) fn asks(&self, operation: &str, data: &Value) -> Answer {
        self.says(operation, &json!({"head": self.head(), "data": data}))
    }

    pub(super) fn says(&self, operation: &str, body: &Value) -> Answer {
        let path = format!("/national/v1/{operation}");
        let ask = Ask::new("POST", &path).token(&self.system);
        self.server.ask(&ask.json(body))
    }

    /// The data of an answer that is one.
    pub(super) fn given(&self, operation: &str, data: &Value) -> Value {
        let answer = self.asks(operation, data);
        assert_eq!(answer.status, 200, "{answer:?}");
        let told = answer.json();
        assert_eq!(told["head"]["status"], "0", "{told}");
        assert_eq!(told["head"]["serial"], "GJJ-0007");
        told["data"].clone()
    }

    /// What the newest record of the ledger says.
    pub(super) fn last_details(&self) -> Value {
        let store = &self.server.test.office.store;
        let last = store.read(|rx| rx.last_ledger_row()).unwrap().unwrap();
        let details = store.read(|rx| rx.ledger_details(1, last.seq)).unwrap();
        let (seq, details) = details.last().unwrap();
        let details = store.vault().open(&DETAILS, *seq, details).unwrap();
        serde_json::from_slice(&details).unwrap()
    }

    pub(super) fn is_whole(&self) -> bool {
        let report = ledger_check::check(&self.server.test.office, None).unwrap();
        report.is_whole()
    }
}
