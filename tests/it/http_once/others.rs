//! Writes of citizens and operators, tried twice.

use mianzheng::domain::caller::Role;
use serde_json::Value;
use serde_json::json;

use crate::http_once::agencies::Trials;
use crate::http_once::case::Case;
use crate::http_once::case::json_body;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::server::Ask;

impl Trials<'_> {
    /// A deletion, which has no body.
    fn take(&self, name: &'static str, path: String) {
        self.case(&Case {
            name,
            path,
            token: &self.operator,
            body: None,
            other: None,
            same: "/done",
        });
    }

    /// Codes are shown.
    pub(crate) fn shown(&self) {
        let card = self.certificate(8);
        let choice = |field: &str| json!({"choices": [{"identifier": card, "fields": [field]}]});
        let shown = self.case(&Case {
            name: "show",
            path: "/api/v1/shows".to_owned(),
            token: &self.holder,
            body: Some(json_body(&choice("holder_name"))),
            other: Some(json_body(&choice("sex"))),
            same: "/session",
        });
        // The code that was lost on the way is spent with the one that came.
        let path = "/api/v1/shows";
        let ask = Ask::new("POST", path).token(&self.holder).key("the-key");
        let next = self.server.ask(&ask.json(&choice("holder_name"))).json();
        assert_ne!(next["text"], shown["text"]);
        let window = self.server.token(Role::Window, Some(HALL), None);
        let verify = |text: &Value| {
            let ask = Ask::new("POST", "/api/v1/verify").token(&window);
            self.server.ask(&ask.json(&json!({"code": text}))).json()["verdict"].clone()
        };
        assert_eq!(verify(&next["text"]), "valid");
        assert_eq!(verify(&shown["text"]), "replayed");
        let ask = Ask::new("POST", path).token(&self.holder).key("the-key");
        let late = self.server.ask(&ask.json(&choice("holder_name")));
        assert_eq!(late.code(), "wrong_step");

        self.case(&Case {
            name: "be_asked",
            path: "/api/v1/asking-codes".to_owned(),
            token: &self.holder,
            body: None,
            other: None,
            same: "/session",
        });

        let minutes = |minutes: u32| json!({"fields": ["holder_name"], "minutes": minutes});
        self.case(&Case {
            name: "offline_code",
            path: format!("/api/v1/cards/{card}/offline-codes"),
            token: &self.holder,
            body: Some(json_body(&minutes(20))),
            other: Some(json_body(&minutes(30))),
            same: "/text",
        });
    }

    /// Phones are lost.
    pub(crate) fn lost(&self) {
        self.case(&Case {
            name: "lost_phone",
            path: "/api/v1/phone-losses".to_owned(),
            token: &self.holder,
            body: None,
            other: None,
            same: "",
        });
        let lost =
            |code: &str| json!({"holder": {"type": "111", "code": code}, "face_checked": true});
        self.case(&Case {
            name: "lost_phone_at_window",
            path: "/api/v1/phone-losses/window".to_owned(),
            token: &self.operator,
            body: Some(json_body(&lost("152502199003070019"))),
            other: Some(json_body(&lost("152502194501010024"))),
            same: "",
        });
    }

    /// Catalogue, credentials and grants.
    pub(crate) fn operated(&self) {
        let mut changed =
            serde_json::to_value(&self.server.test.type_named(HEALTH).definition).unwrap();
        changed["name_en"] = "Health certificate".into();
        let types = json!({"types": json!([changed]).to_string()});
        changed["name_en"] = "Another certificate".into();
        let others = json!({"types": json!([changed]).to_string()});
        self.case(&Case {
            name: "load_catalogue",
            path: "/api/v1/catalogue".to_owned(),
            token: &self.operator,
            body: Some(json_body(&types)),
            other: Some(json_body(&others)),
            same: "",
        });

        let auditor = |label: &str| json!({"role": "auditor", "label": label, "days": 30});
        let given = self.case(&Case {
            name: "give_credential",
            path: "/api/v1/credentials".to_owned(),
            token: &self.operator,
            body: Some(json_body(&auditor("一"))),
            other: Some(json_body(&auditor("二"))),
            same: "/id",
        });
        self.take(
            "take_credential",
            format!("/api/v1/credentials/{}", given["id"].as_str().unwrap()),
        );

        let grant = |field: &str| {
            json!({
                "agency": HALL, "type": HEALTH, "item": "000131016000", "fields": [field],
                "modes": ["duty"], "quota_per_day": 10, "until": "2027-11-23T00:00:00+08:00",
            })
        };
        let second = self.server.token(Role::Operator, None, None);
        let proposed = self.case(&Case {
            name: "propose_grant",
            path: "/api/v1/grants".to_owned(),
            token: &self.operator,
            body: Some(json_body(&grant("holder_name"))),
            other: Some(json_body(&grant("sex"))),
            same: "/proposal",
        });
        let proposal = format!("/api/v1/grants/proposals/{}", proposed["proposal"]);
        let given = self.case(&Case {
            name: "confirm_grant",
            path: format!("{proposal}/confirmation"),
            token: &second,
            body: None,
            other: None,
            same: "/grant",
        });
        self.take("take_grant", format!("/api/v1/grants/{}", given["grant"]));
        let ask = Ask::new("POST", "/api/v1/grants").token(&self.operator);
        let waits = self
            .server
            .ask(&ask.key("waits").json(&grant("sex")))
            .json();
        let proposal = format!("/api/v1/grants/proposals/{}", waits["proposal"]);
        self.take("withdraw_grant", proposal);
    }

    /// Another system registers a case and closes it.
    pub(crate) fn registered_elsewhere(&self) {
        let system = self.server.token(Role::System, Some(HALL), None);
        let case = |number: &str| {
            json!({
                "number": number, "item": "000131016000", "item_name": "食品经营许可",
                "scenario": "新办", "opened": "2026-11-23T09:00:00+08:00",
                "applicant": {"name": "巴特尔", "type": "111", "code": "152502199003070019"},
                "operator": {"account": "w", "name": "王敏", "organisation": HALL, "window": "3"},
            })
        };
        let registered = self.case(&Case {
            name: "register_foreign_case",
            path: "/api/v1/foreign-cases".to_owned(),
            token: &system,
            body: Some(json_body(&case("F-1"))),
            other: Some(json_body(&case("F-2"))),
            same: "/registration",
        });
        self.case(&Case {
            name: "close_foreign_case",
            path: format!("/api/v1/foreign-cases/{}/closing", registered["id"]),
            token: &system,
            body: Some(json_body(&json!({"result": "done"}))),
            other: Some(json_body(&json!({"result": "refused"}))),
            same: "/closed_at",
        });
        self.server.test.odd_uses("wang.m", 10);
        self.case(&Case {
            name: "settle_alarm",
            path: "/api/v1/alarms/1/settlement".to_owned(),
            token: &self.operator,
            body: Some(json_body(&json!({"note": "测试账号"}))),
            other: Some(json_body(&json!({"note": "另一个"}))),
            same: "/done",
        });
    }
}
