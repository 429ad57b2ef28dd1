//! Who reads of people is in the ledger before she is told: no record, no data.

use std::collections::BTreeSet;

use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::flow::show::compact;
use mianzheng::http::routes::TABLE;
use mianzheng::http::told;
use mianzheng::http::told::Told;
use mianzheng::store::ledger::LedgerRow;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::http_batches;
use crate::support::cases;
use crate::support::cases::POLICE;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;
use crate::support::system::wang;

const PERSON: &str = "152502199003070019";
const GRANDMOTHER: &str = "152502194501010024";

/// The household register in the old-age allowance, and the bank card.
const REGISTER: usize = 2;
const CARD: usize = 3;

/// A question whose answer tells of people.
struct Question {
    name: &'static str,
    token: String,
    path: String,
    body: Option<Body>,
    accept: Option<&'static str>,
}

enum Body {
    Json(Value),
    Picture(Vec<u8>),
}

impl Question {
    fn ask(&self, server: &TestServer) -> Answer {
        let row = TABLE.iter().find(|row| row.name == self.name).unwrap();
        let mut ask = Ask::new(row.verb.name(), &self.path).token(&self.token);
        if let Some(accept) = self.accept {
            ask = ask.header("accept", accept);
        }
        server.ask(&match &self.body {
            Some(Body::Json(body)) => ask.json(body),
            Some(Body::Picture(png)) => ask.bytes("image/png", png.clone()),
            None => ask,
        })
    }
}

#[test]
fn no_route_forgets_to_say_what_it_tells() {
    let silent: Vec<&str> = TABLE
        .iter()
        .filter(|row| told::told(row).is_none())
        .map(|row| row.name)
        .collect();
    assert!(
        silent.is_empty(),
        "src/http/told.rs does not name {silent:?}"
    );
    let there: BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
    let past: Vec<&str> = told::named().filter(|name| !there.contains(name)).collect();
    assert!(past.is_empty(), "there is no route {past:?}");
    for row in TABLE.iter() {
        match told::told(row).unwrap() {
            Told::Nothing(why) => assert!(!why.is_empty()),
            // What only reads has no event but the one that it was read.
            Told::Act => assert_ne!(row.verb.name(), "GET", "{}", row.name),
            Told::OfHerself | Told::Recorded => {}
        }
    }
}

fn post(server: &TestServer, token: &str, path: &str, key: &str, body: &Value) -> Value {
    let answer = server.ask(&Ask::new("POST", path).token(token).key(key).json(body));
    assert!(answer.status < 300, "{path}: {answer:?}");
    answer.json()
}

/// A window with two cases, one closed; an issuer with a file and a task; a system with a grant.
struct Scene<'a> {
    server: &'a TestServer,
    window: String,
    issuer: String,
    operator: String,
    identifier: String,
    printed: String,
    png: Vec<u8>,
}

fn grandmother() -> Value {
    json!({"type": "111", "code": GRANDMOTHER})
}

impl<'a> Scene<'a> {
    fn on(server: &'a TestServer) -> Self {
        let test = &server.test;
        cases::load_items(test);
        test.give_keys(&[test.agency(POLICE)]);
        cases::household(
            test,
            "敖登",
            &format!("111:{GRANDMOTHER}"),
            "蒙户152502-000777",
        );
        let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
        let holder = test.holder(&format!("111:{PERSON}"));
        let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
        Self {
            window: server.token(Role::Window, Some(HALL), None),
            issuer: server.token(Role::Issuer, Some(CDC), None),
            operator: server.token(Role::Operator, None, None),
            identifier: identifier.to_string(),
            png: printed.picture.png(8),
            printed: printed.text,
            server,
        }
    }

    fn case(&self, key: &str) -> String {
        let body = json!({
            "items": [cases::item(cases::OLD_AGE)], "name": "敖登", "holder": grandmother(),
        });
        let opened = post(self.server, &self.window, "/api/v1/cases", key, &body);
        format!("/api/v1/cases/{}", opened["number"].as_str().unwrap())
    }

    /// A case with a receipt, which left a task; with the token of whose the task is.
    fn closed(&self) -> (String, String) {
        let (server, test) = (self.server, &self.server.test);
        let case = self.case("c1");
        let step = |what: &str, body: Value| {
            post(
                server,
                &self.window,
                &format!("{case}/{what}"),
                &body.to_string().len().to_string(),
                &body,
            );
        };
        step(
            "decisions",
            json!({"materials": [CARD], "decision": "check", "note": "请核验"}),
        );
        let task = test.office.store.read(|rx| rx.task(1)).unwrap().unwrap();
        let known = test.office.known();
        let agency = &known.agencies[&u32::try_from(task.agency).unwrap()].name;
        let answering = server.token(Role::Issuer, Some(agency), None);
        step(
            "decisions",
            json!({"materials": [REGISTER], "decision": "paper", "reason": "no_phone"}),
        );
        let yes = json!({"confirmed": true, "answer": "经核"});
        post(server, &answering, "/api/v1/tasks/1/answer", "t1", &yes);
        step("closing", json!({}));
        (case, answering)
    }

    /// A case in which she has given something, and the request for it.
    fn given(&self) -> (String, String) {
        let case = self.case("c2");
        let asked = json!({"person": 0, "materials": [REGISTER]});
        let path = format!("{case}/requests");
        let asked = post(self.server, &self.window, &path, "r", &asked);
        let her = format!("111:{GRANDMOTHER}");
        let phone = self.server.token(Role::Holder, None, Some(&her));
        let answer = format!(
            "/api/v1/requests/{}/answer",
            asked["code"].as_str().unwrap()
        );
        post(self.server, &phone, &answer, "a", &json!({"give": true}));
        let request = format!("{case}/requests/{}", asked["consent"]);
        (case, request)
    }

    /// A file with a row that is bad.
    fn batch(&self) -> String {
        let server = self.server;
        let query = format!("type={}&task=issue", http_batches::code(server, HEALTH));
        let sent = http_batches::send(server, &self.issuer, "b", &query, http_batches::sheet());
        let batch = sent.json()["batch"].as_str().unwrap().to_owned();
        http_batches::ended(server, &self.issuer, &batch);
        format!("/api/v1/batches/{batch}")
    }

    /// The questions of a system that was granted a field, and of its own cases.
    fn used(&self) -> Vec<Question> {
        let test = &self.server.test;
        let (item, name) = (cases::item(cases::FOOD_PERMIT), cases::FOOD_PERMIT);
        test.give(HALL, HEALTH, &item, &["holder_name"]);
        let system = self.server.token(Role::System, Some(HALL), None);
        let holder = json!({"type": "111", "code": PERSON});
        let case = json!({
            "number": "GJJ-1", "item": item, "item_name": name, "scenario": "新办",
            "applicant": {"name": "巴特尔", "type": "111", "code": PERSON},
            "opened": test.now().to_string(), "operator": wang(),
        });
        let registered = post(self.server, &system, "/api/v1/foreign-cases", "f", &case);
        let purpose = json!({
            "mode": "duty", "item": item, "item_name": name, "case": "GJJ-1",
            "cause": "办理许可", "operator": wang(), "legal_basis": "食品安全法 第四十五条",
        });
        let asked = json!({"holder": holder, "purpose": purpose});
        let compared = json!({
            "holder": holder, "purpose": purpose, "values": {"holder_name": "巴特尔"},
        });
        let code = &test.type_named(HEALTH).definition.code;
        let path = |what: &str| format!("/api/v1/interfaces/{code}/{what}");
        let own = format!("/api/v1/foreign-cases/{}", registered["id"]);
        let identifier = &self.identifier;
        let headed = |data: Value| {
            let account = test.agency(HALL).code.to_string();
            let time = test.now().to_string();
            json!({"head": {"account": account, "time": time, "serial": "1"}, "data": data})
        };
        let of_her = json!({"ZZLXDM": code, "CZZTDM": PERSON, "purpose": purpose});
        let of_one = json!({"ZZBS": identifier, "purpose": purpose});
        let mut values = of_her.clone();
        values["values"] = json!({"CZZT": "巴特尔"});
        let nation = |what: &str| format!("/national/v1/{what}");
        // Ten odd uses raise an alarm.
        let others = json!({"holder": grandmother(), "purpose": purpose});
        let query = path("query");
        for _ in 0..10 {
            let ask = Ask::new("POST", &query).token(&system).json(&others);
            assert_eq!(self.server.ask(&ask).code(), "not_of_case");
        }
        let list = Ask::new("GET", "/api/v1/alarms").token(&self.operator);
        let alarm = self.server.ask(&list).json()["alarms"][0]["alarm"].clone();
        vec![
            get("alarm", &self.operator, &format!("/api/v1/alarms/{alarm}")),
            say("query", &system, &query, asked),
            say("verify_values", &system, &path("verify"), compared),
            get("foreign_cases", &system, "/api/v1/foreign-cases"),
            get("foreign_case", &system, &own),
            say(
                "national_retrieval",
                &system,
                &nation("retrieval/by-holder"),
                headed(of_her.clone()),
            ),
            say(
                "national_data",
                &system,
                &nation("data/by-holder"),
                headed(of_her),
            ),
            say(
                "national_data_of_one",
                &system,
                &nation("data/by-identifier"),
                headed(of_one),
            ),
            say(
                "national_verification",
                &system,
                &nation("verification/by-holder"),
                headed(values),
            ),
        ]
    }
}

fn question(name: &'static str, token: &str, path: &str, body: Option<Body>) -> Question {
    Question {
        name,
        token: token.to_owned(),
        path: path.to_owned(),
        body,
        accept: None,
    }
}

fn get(name: &'static str, token: &str, path: &str) -> Question {
    question(name, token, path, None)
}

fn say(name: &'static str, token: &str, path: &str, body: Value) -> Question {
    question(name, token, path, Some(Body::Json(body)))
}

fn pdf(asked: Question) -> Question {
    Question {
        accept: Some("application/pdf"),
        ..asked
    }
}

fn questions(server: &TestServer) -> Vec<Question> {
    let scene = Scene::on(server);
    let (closed, answering) = scene.closed();
    let (open, request) = scene.given();
    let batch = scene.batch();
    let [window, issuer, operator] = [&scene.window, &scene.issuer, &scene.operator];
    let own = format!("/api/v1/certificates/{}", scene.identifier);
    let receipt = format!("{closed}/receipts/1");
    let picture = Some(Body::Picture(scene.png.clone()));
    let child = json!({"child": {"type": "111", "code": PERSON}});
    let at_window = json!({"holder": grandmother(), "face_checked": true});
    let uses = || {
        say(
            "uses_at_window",
            window,
            "/api/v1/uses/lookups",
            at_window.clone(),
        )
    };
    let mut questions = vec![
        say(
            "verify",
            window,
            "/api/v1/verify",
            json!({"code": scene.printed}),
        ),
        question("verify_picture", window, "/api/v1/verify/picture", picture),
        get("own_certificate", issuer, &own),
        get("own_certificate", operator, &own),
        get("batch", issuer, &batch),
        get("batch_results", issuer, &format!("{batch}/results")),
        get("batch_errors", issuer, &format!("{batch}/errors")),
        get("batch_differs", issuer, &format!("{batch}/differs")),
        get("mandates", window, "/api/v1/mandates"),
        get("mandates", operator, "/api/v1/mandates"),
        say("guardians", window, "/api/v1/guardians", child),
        get("orders", window, "/api/v1/guardians/orders"),
        get("cases", window, "/api/v1/cases"),
        get("case", window, &open),
        get("desk_case", window, &at_desk(&open, "")),
        get("desk_people", window, &at_desk(&open, "/people")),
        get("desk_withdrawal", window, &at_desk(&open, "/withdrawal")),
        get("desk_receipt", window, &at_desk(&closed, "/receipt")),
        get(
            "desk_receipt_pdf",
            window,
            &at_desk(&closed, "/receipts/1/pdf"),
        ),
        get(
            "desk_receipt_json",
            window,
            &at_desk(&closed, "/receipts/1/json"),
        ),
        get("request_standing", window, &request),
        get("receipts", window, &format!("{closed}/receipts")),
        get("receipt", window, &receipt),
        pdf(get("receipt", window, &receipt)),
        uses(),
        pdf(uses()),
        get("tasks", &answering, "/api/v1/tasks"),
        get("accounts", operator, "/api/v1/accounts"),
    ];
    questions.extend(scene.used());
    questions
}

/// The page of a case at the desk.
fn at_desk(case: &str, page: &str) -> String {
    format!("{}{page}", case.replace("/api/v1", "/desk"))
}

fn last(server: &TestServer) -> LedgerRow {
    let store = &server.test.office.store;
    store.read(|rx| rx.last_ledger_row()).unwrap().unwrap()
}

#[rstest]
fn what_is_told_of_people_is_recorded_first(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let questions = questions(&server);
    let asked: BTreeSet<&str> = questions.iter().map(|asked| asked.name).collect();
    let recorded = TABLE
        .iter()
        .filter(|row| told::told(row) == Some(Told::Recorded));
    let recorded: BTreeSet<&str> = recorded.map(|row| row.name).collect();
    assert_eq!(asked, recorded, "each that is recorded is tried here");
    let kinds = [EventKind::Read, EventKind::Verified, EventKind::Fetched];
    for asked in &questions {
        let before = last(&server).seq;
        let answer = asked.ask(&server);
        assert!(
            answer.status < 300 || answer.code() == "not_found",
            "{}: {answer:?}",
            asked.name
        );
        let row = last(&server);
        assert!(row.seq > before, "{} left nothing", asked.name);
        let kind = EventKind::from_number(row.kind).unwrap();
        assert!(kinds.contains(&kind), "{}: {kind:?}", asked.name);
        assert!(row.actor.starts_with('c'), "{}: {}", asked.name, row.actor);
        if kind == EventKind::Read {
            let details = server
                .test
                .office
                .store
                .read(|rx| rx.ledger_details(row.seq, row.seq));
            let (_, sealed) = details.unwrap().remove(0);
            let place = mianzheng::store::ledger::DETAILS;
            let text = server
                .test
                .office
                .store
                .vault()
                .open(&place, row.seq, &sealed)
                .unwrap();
            let text: Value = serde_json::from_slice(&text).unwrap();
            assert!(
                text["what"].is_string() && text["records"].is_number(),
                "{text}"
            );
            // The record says nothing of what was told.
            for personal in ["敖登", GRANDMOTHER, PERSON] {
                assert!(!text.to_string().contains(personal), "{text}");
            }
        }
    }
    // Where nothing can be recorded, nothing is told.
    server.test.sql("DELETE FROM ledger_head");
    for asked in &questions {
        let answer = asked.ask(&server);
        assert_eq!(answer.status, 503, "{}: {answer:?}", asked.name);
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        for personal in ["敖登", "巴特尔", GRANDMOTHER, PERSON] {
            assert!(!body.contains(personal), "{}: {body}", asked.name);
        }
    }
}
