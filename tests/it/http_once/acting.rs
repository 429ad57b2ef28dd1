//! Mandates and orders about guardians, tried twice.

use mianzheng::domain::caller::Role;
use serde_json::json;

use crate::http_once::agencies::Trials;
use crate::http_once::case::Case;
use crate::http_once::case::json_body;
use crate::support::office::BIRTH;
use crate::support::office::HALL;
use crate::support::office::HOSPITAL;
use crate::support::office::birth_fields;
use crate::support::server::Ask;

const FATHER: &str = "152522198804150036";

impl Trials<'_> {
    /// Mandates and orders are proposed, confirmed and ended.
    pub(crate) fn acted(&self) {
        let father = format!("111:{FATHER}");
        let father = self.server.token(Role::Holder, None, Some(&father));
        let mandate = |until: &str| {
            json!({
                "kind": "agent", "until": until,
                "principal": {"type": "111", "code": "152502199003070019", "name": "巴特尔"},
                "agent": {"type": "111", "code": FATHER, "name": "苏和"},
            })
        };
        let given = self.case(&Case {
            name: "propose_mandate",
            path: "/api/v1/mandates".to_owned(),
            token: &self.holder,
            body: Some(json_body(&mandate("2026-12-23"))),
            other: Some(json_body(&mandate("2026-12-24"))),
            same: "/id",
        });
        let path = format!("/api/v1/mandates/{}", given["id"]);
        self.case(&Case {
            name: "confirm_mandate",
            path: format!("{path}/confirmation"),
            token: &father,
            body: None,
            other: None,
            same: "/done",
        });
        self.case(&Case {
            name: "end_mandate",
            path,
            token: &father,
            body: None,
            other: None,
            same: "/done",
        });
        // Whatever was issued before by this test, the child's certificate is there once.
        let _ = self.server.test.issue(BIRTH, HOSPITAL, &birth_fields());
        let order = |what: &str| {
            json!({
                "child": {"type": "999", "code": "A157000001"},
                "guardian": {"type": "111", "code": FATHER},
                "order": what, "reference": "（2026）内2502民初1号",
            })
        };
        let window = self.server.token(Role::Window, Some(HALL), None);
        let given = self.case(&Case {
            name: "propose_order",
            path: "/api/v1/guardians/orders".to_owned(),
            token: &window,
            body: Some(json_body(&order("revocation"))),
            other: Some(json_body(&order("custody"))),
            same: "/id",
        });
        let ask = Ask::new("POST", "/api/v1/guardians/orders").token(&window);
        let another = self.server.ask(&ask.key("another").json(&order("custody")));
        self.case(&Case {
            name: "withdraw_order",
            path: format!("/api/v1/guardians/orders/{}", another.json()["id"]),
            token: &window,
            body: None,
            other: None,
            same: "/done",
        });
        self.case(&Case {
            name: "confirm_order",
            path: format!("/api/v1/guardians/orders/{}/confirmation", given["id"]),
            token: &self.operator,
            body: None,
            other: None,
            same: "/done",
        });
    }
}
