//! Writes of windows, and of issuers whom they ask, tried twice.

use mianzheng::domain::caller::Role;
use serde_json::Value;
use serde_json::json;

use crate::http_once::agencies::Trials;
use crate::http_once::case::Case;
use crate::http_once::case::json_body;
use crate::support::cases;
use crate::support::cases::POLICE;
use crate::support::office::HALL;
use crate::support::server::Ask;

const GRANDMOTHER: &str = "152502194501010024";
const DAUGHTER: &str = "152502199206120020";

/// The household register in the old-age allowance.
const REGISTER: usize = 2;

/// A window and a case of its own.
struct Counter<'a> {
    trials: &'a Trials<'a>,
    token: String,
    case: String,
}

impl Counter<'_> {
    fn at(&self, what: &str) -> String {
        format!("/api/v1/cases/{}/{what}", self.case)
    }

    /// A step that is tried twice, and another one under its key.
    fn step(&self, name: &'static str, what: &str, bodies: [&Value; 2], same: &'static str) {
        self.trials.case(&Case {
            name,
            path: self.at(what),
            token: &self.token,
            body: Some(json_body(bodies[0])),
            other: Some(json_body(bodies[1])),
            same,
        });
    }

    /// A step that has no body.
    fn plain(&self, name: &'static str, what: &str, token: &str, same: &'static str) {
        self.trials.case(&Case {
            name,
            path: self.at(what),
            token,
            body: None,
            other: None,
            same,
        });
    }

    /// A step that is taken once.
    fn take(&self, key: &str, what: &str, body: &Value) {
        let path = self.at(what);
        let ask = Ask::new("POST", &path);
        let answer = self
            .trials
            .server
            .ask(&ask.token(&self.token).key(key).json(body));
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

fn open_request(code: &str) -> Value {
    json!({
        "items": [cases::item(cases::OLD_AGE)],
        "name": "敖登",
        "holder": {"type": "111", "code": code},
    })
}

impl Trials<'_> {
    /// A case is opened, filled, closed, opened again and withdrawn.
    pub(crate) fn taken_at_a_window(&self) {
        let test = &self.server.test;
        cases::load_items(test);
        test.give_keys(&[test.agency(POLICE)]);
        let grandmother = format!("111:{GRANDMOTHER}");
        let household = cases::household(test, "敖登", &grandmother, "蒙户152502-000777");
        let token = self.server.token(Role::Window, Some(HALL), None);
        let opened = self.case(&Case {
            name: "open_case",
            path: "/api/v1/cases".to_owned(),
            token: &token,
            body: Some(json_body(&open_request(GRANDMOTHER))),
            other: Some(json_body(&open_request(DAUGHTER))),
            same: "/number",
        });
        let case = opened["number"].as_str().unwrap().to_owned();
        let counter = Counter {
            trials: self,
            token,
            case,
        };
        let daughter = json!({"type": "111", "code": DAUGHTER});
        let named = |name: &str| json!({"role": "agent", "name": name, "holder": daughter});
        let bodies = [&named("其其格"), &named("萨仁")];
        counter.step("name_person", "people", bodies, "/people/1/parts/0/proof");
        let second = self.server.token(Role::Window, Some(HALL), None);
        counter.plain(
            "confirm_person",
            "people/1/confirmation",
            &second,
            "/people/1/parts/0/proof",
        );
        self.given(&grandmother, &counter.case);
        let shown = cases::live(
            test,
            &grandmother,
            &[(&household, &["holder_name", "birth_date", "home_address"])],
        );
        let code = |text: &str| json!({"code": text});
        let bodies = [&code(&shown), &code("48210375")];
        counter.step("put_code", "codes", bodies, "/case/materials/2/state");
        let slip = |number: &str| {
            json!({
                "person": 0, "materials": [REGISTER], "slip": number, "name": "敖登",
                "holder": {"type": "111", "code": GRANDMOTHER},
                "card_was_read": true, "face_checked": true,
            })
        };
        let paper =
            |place: usize| json!({"materials": [place], "decision": "paper", "reason": "no_phone"});
        // On paper first, or there would be nothing to authorise.
        counter.take("back", "decisions", &paper(REGISTER));
        let bodies = [&slip("现授〔2026〕1"), &slip("现授〔2026〕2")];
        counter.step("authorise_in_person", "slips", bodies, "/materials/2/state");
        let waive = json!({"materials": [REGISTER], "decision": "waive"});
        counter.step("decide", "decisions", [&waive, &paper(REGISTER)], "/waived");
        let check = json!({"materials": [3], "decision": "check", "note": "请核验"});
        counter.take("check", "decisions", &check);
        self.answered(1);
        self.objected(&grandmother);
        let token = counter.token.clone();
        counter.plain("close_case", "closing", &token, "/closed_at");
        let void = |reason: &str| json!({"reason": reason});
        let bodies = [&void("原因选错"), &void("别的原因")];
        counter.step("void_receipt", "receipts/voiding", bodies, "/number");
        let bodies = [&void("申请人离开"), &void("别的原因")];
        counter.step("withdraw_case", "withdrawal", bodies, "/withdrawn");
    }

    /// The holder opens the case on her phone and says yes.
    fn given(&self, holder: &str, case: &str) {
        let token = self.server.token(Role::Holder, None, Some(holder));
        let ask = Ask::new("POST", "/api/v1/requests").token(&token);
        let asks = self.server.ask(&ask.json(&json!({"case": case}))).json();
        self.case(&Case {
            name: "give_by_code",
            path: format!("/api/v1/requests/{}/codes", asks["code"].as_str().unwrap()),
            token: &token,
            body: Some(json_body(&json!({}))),
            other: Some(json_body(&json!({"also": [REGISTER]}))),
            same: "/session",
        });
    }

    /// The holder says of a use that it was not hers.
    fn objected(&self, holder: &str) {
        let token = self.server.token(Role::Holder, None, Some(holder));
        let uses = self
            .server
            .ask(&Ask::new("GET", "/api/v1/uses").token(&token))
            .json();
        let uses = uses["uses"].as_array().unwrap();
        let used = uses.iter().find(|line| line["event"] == "used").unwrap();
        let note = |text: &str| json!({"note": text});
        self.case(&Case {
            name: "object",
            path: format!("/api/v1/uses/{}/objection", used["record"]),
            token: &token,
            body: Some(json_body(&note("不是我"))),
            other: Some(json_body(&note("我没有去过"))),
            same: "/task",
        });
    }

    /// A task is answered by the agency whose it is.
    fn answered(&self, task: i64) {
        let test = &self.server.test;
        let row = test.office.store.read(|rx| rx.task(task)).unwrap().unwrap();
        let known = test.office.known();
        let agency = known
            .agencies
            .get(&u32::try_from(row.agency).unwrap())
            .unwrap();
        let token = self.server.token(Role::Issuer, Some(&agency.name), None);
        let answer = |confirmed: bool| json!({"confirmed": confirmed, "answer": "经核"});
        self.case(&Case {
            name: "answer_task",
            path: format!("/api/v1/tasks/{task}/answer"),
            token: &token,
            body: Some(json_body(&answer(true))),
            other: Some(json_body(&answer(false))),
            same: "/done",
        });
    }
}
