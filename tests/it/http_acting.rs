//! Acting for others, over the network: from the licence to the receipt's chain, a child and
//! its parents, and what each is told.

use mianzheng::domain::caller::Role;
use mianzheng::flow::ledger_check;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::HALL;
use crate::support::office::HOSPITAL;
use crate::support::office::MARKET;
use crate::support::office::birth_fields;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const BATU: &str = "152502199003070019";
const FATHER: &str = "152522198804150036";
const MOTHER: &str = "152502199206120020";
const STRANGER: &str = "152525198501010027";

struct Counter {
    server: TestServer,
    window: String,
    second: String,
}

impl Counter {
    fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        let window = server.token(Role::Window, Some(HALL), None);
        let second = server.token(Role::Window, Some(HALL), None);
        Self {
            server,
            window,
            second,
        }
    }

    fn holder(&self, number: &str) -> String {
        let code = format!("111:{number}");
        self.server.token(Role::Holder, None, Some(&code))
    }

    fn get(&self, path: &str, token: &str) -> Value {
        self.server.ask(&Ask::new("GET", path).token(token)).json()
    }

    fn send(&self, verb: &str, path: &str, token: &str, body: Option<&Value>) -> Answer {
        // Everything is asked once here; what a key is for has its own test.
        let key = format!("k{}", self.server.test.office.random_number());
        let ask = Ask::new(verb, path).token(token).key(&key);
        self.server.ask(&match body {
            Some(body) => ask.json(body),
            None => ask,
        })
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.send("POST", path, token, Some(body))
    }

    fn confirm(&self, id: &Value, token: &str) -> Answer {
        let path = format!("/api/v1/mandates/{id}/confirmation");
        self.send("POST", &path, token, None)
    }

    fn read(&self, token: &str) -> Vec<Value> {
        let told = self.get("/api/v1/notices", token);
        told["notices"].as_array().unwrap().clone()
    }
}

fn person(number: &str, name: &str) -> Value {
    json!({"type": "111", "code": number, "name": name})
}

#[rstest]
fn a_chain_is_made_and_broken_over_the_network(#[values(Sqlite, Postgres)] database: Database) {
    let counter = Counter::on(database);
    let company =
        json!({"type": "001", "code": "91152502MA0000001L", "name": "锡林浩特市示例商贸有限公司"});
    let proposal = |kind: &str, agent: Value, until: &str| json!({"kind": kind, "principal": company, "agent": agent, "until": until});
    let path = "/api/v1/mandates";
    let mut first = proposal("representative", person(BATU, "巴特尔"), "2029-11-22");
    let refused = counter.post(path, &counter.window, &first);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (400, "bad_cause")
    );
    first["basis"] = "营业执照、身份证、登记机关记录".into();
    let first = counter.post(path, &counter.window, &first);
    assert_eq!(first.status, 201, "{first:?}");
    let first = first.json()["id"].clone();
    let alone = counter.confirm(&first, &counter.window);
    assert_eq!(
        (alone.status, alone.code().as_str()),
        (403, "second_person")
    );
    let waiting = counter.get(path, &counter.second);
    assert_eq!(waiting["mandates"][0]["waits_for_you"], true);
    assert!(!waiting.to_string().contains(BATU));
    assert_eq!(counter.confirm(&first, &counter.second).status, 200);

    let (batu, clerk, agent) = (
        counter.holder(BATU),
        counter.holder(FATHER),
        counter.holder(MOTHER),
    );
    let mut second = proposal("clerk", person(FATHER, "苏和"), "2027-11-22");
    second["types"] = json!(["营业执照"]);
    let second = counter.post(path, &batu, &second).json()["id"].clone();
    let theirs = counter.get(path, &clerk)["mandates"][0].clone();
    assert_eq!(theirs["until"], "2027-11-23T00:00:00+08:00");
    assert_eq!(theirs["types"], json!(["11100000MB0143028R001"]));
    let flags = (&theirs["received"], &theirs["waits_for_you"]);
    assert_eq!(flags, (&true.into(), &true.into()));
    assert_eq!(counter.confirm(&second, &batu).code(), "not_confirmed");
    assert_eq!(counter.confirm(&second, &agent).code(), "not_found");
    assert_eq!(counter.confirm(&second, &clerk).status, 200);
    assert_eq!(counter.confirm(&second, &clerk).code(), "mandate_step");

    let third = proposal("agent", person(MOTHER, "其其格"), "2027-11-22");
    let wide = counter.post(path, &clerk, &third);
    assert_eq!((wide.status, wide.code().as_str()), (403, "out_of_scope"));
    let mut third = third;
    third["types"] = json!(["11100000MB0143028R001"]);
    let long = counter.post(path, &clerk, &third);
    assert_eq!(long.status, 201);
    let third_id = long.json()["id"].clone();
    counter.confirm(&third_id, &agent);
    let deep = counter.post(
        path,
        &agent,
        &proposal("agent", person(STRANGER, "杨敏"), "2026-12-01"),
    );
    assert_eq!((deep.status, deep.code().as_str()), (422, "too_deep"));
    let strange = counter.post(path, &counter.holder(STRANGER), &third);
    assert_eq!(
        (strange.status, strange.code().as_str()),
        (403, "no_mandate")
    );
    third["until"] = "2030-01-01".into();
    assert_eq!(counter.post(path, &clerk, &third).code(), "bad_request");
    third["until"] = "sometime".into();
    assert_eq!(counter.post(path, &clerk, &third).code(), "bad_request");

    // The representative reads the whole chain, and ends its middle.
    let all = counter.get(path, &batu);
    assert_eq!(all["mandates"].as_array().unwrap().len(), 3);
    let middle = format!("{path}/{second}");
    let ended = counter.send("DELETE", &middle, &batu, None);
    assert_eq!(ended.status, 200);
    let theirs = counter.get(path, &agent)["mandates"][0].clone();
    assert_eq!(theirs["standing"], "in_force");
    assert_eq!(theirs["chain_stands"], false);
    let told = counter.read(&agent);
    assert_eq!(told[0]["kind"], "chain_broken");
    assert!(
        told[0]["zh"]
            .as_str()
            .unwrap()
            .contains("锡林浩特市示例商贸有限公司")
    );
    let reading = format!("/api/v1/notices/{}/reading", told[0]["id"]);
    let others = counter.send("POST", &reading, &clerk, None);
    assert_eq!((others.status, others.code().as_str()), (404, "not_found"));
    assert_eq!(counter.send("POST", &reading, &agent, None).status, 200);
    assert!(counter.read(&agent)[0]["read_at"].is_string());
}

#[rstest]
fn a_revoked_parent_is_told_and_shows_no_more(#[values(Sqlite, Postgres)] database: Database) {
    let counter = Counter::on(database);
    let birth = counter.server.test.issue(BIRTH, HOSPITAL, &birth_fields());
    let birth = birth.unwrap().identifier.to_string();
    let (mother, father) = (counter.holder(MOTHER), counter.holder(FATHER));
    let child = json!({"type": "999", "code": "A157000001"});
    let shows = |token: &str| {
        let choice = json!({"choices": [{"identifier": birth, "fields": []}]});
        counter.post("/api/v1/shows", token, &choice)
    };
    assert_eq!(shows(&mother).status, 200);
    assert_eq!(counter.read(&father)[0]["kind"], "guardian_acted");
    let born = counter
        .server
        .token(Role::Holder, None, Some("999:A157000001"));
    let alone = shows(&born);
    assert_eq!(
        (alone.status, alone.code().as_str()),
        (403, "guardian_needed")
    );

    let path = "/api/v1/guardians/orders";
    let mut order = json!({
        "child": child, "guardian": {"type": "111", "code": FATHER},
        "order": "revocation", "reference": " ",
    });
    assert_eq!(
        counter.post(path, &counter.window, &order).code(),
        "bad_cause"
    );
    order["reference"] = "（2026）内2502民初1号".into();
    let mut other = order.clone();
    other["guardian"]["code"] = STRANGER.into();
    assert_eq!(
        counter.post(path, &counter.window, &other).code(),
        "no_guardian"
    );
    other["from"] = "soon".into();
    assert_eq!(
        counter.post(path, &counter.window, &other).code(),
        "bad_request"
    );
    let id = counter.post(path, &counter.window, &order).json()["id"].clone();
    let waiting = |token: &str| counter.get(path, token)["orders"].clone();
    let line = |waits: bool| {
        json!([{
            "id": id, "order": "revocation", "from": "2026-11-23", "child": "萨*",
            "guardian": "苏*", "waits_for_you": waits,
        }])
    };
    assert_eq!(waiting(&counter.window), line(false));
    assert_eq!(waiting(&counter.second), line(true));
    let elsewhere = counter.server.token(Role::Window, Some(MARKET), None);
    assert_eq!(waiting(&elsewhere), json!([]));
    // Proposed by mistake, and taken back by the one who did, while nobody had confirmed it.
    let wrong = counter.post(path, &counter.window, &order).json()["id"].clone();
    let withdraw = format!("{path}/{wrong}");
    let back = |token: &str| counter.send("DELETE", &withdraw, token, None);
    assert_eq!(back(&counter.second).code(), "forbidden");
    assert_eq!(back(&elsewhere).code(), "not_found");
    assert_eq!(back(&counter.window).status, 200);
    assert_eq!(back(&counter.window).code(), "not_found");
    assert_eq!(waiting(&counter.window), line(false));
    let late = format!("{path}/{wrong}/confirmation");
    let late = counter.send("POST", &late, &counter.second, None);
    assert_eq!(late.code(), "not_found");
    let confirm = format!("{path}/{id}/confirmation");
    let alone = counter.send("POST", &confirm, &counter.window, None);
    assert_eq!(alone.code(), "second_person");
    assert_eq!(
        counter.send("POST", &confirm, &counter.second, None).status,
        200
    );

    assert_eq!(waiting(&counter.second), json!([]));
    let counts = format!("{path}/{id}");
    let counts = counter.send("DELETE", &counts, &counter.window, None);
    assert_eq!(counts.code(), "mandate_step");
    let ended = shows(&father);
    assert_eq!(
        (ended.status, ended.code().as_str()),
        (403, "guardian_ended")
    );
    assert_eq!(shows(&mother).status, 200);
    assert_eq!(counter.get("/api/v1/cards", &father)["cards"], json!([]));
    let told = counter.read(&father);
    assert_eq!(told[0]["kind"], "own_order");
    assert!(!told[0]["zh"].as_str().unwrap().contains("民初"), "sealed");
    assert_eq!(counter.read(&mother)[0]["kind"], "guardian_order");
    let asked = |token: &str| {
        let ask = Ask::new("POST", "/api/v1/guardians").token(token);
        counter.server.ask(&ask.json(&json!({"child": child})))
    };
    let found = asked(&counter.window).json();
    assert_eq!(found["ends_on"], "2044-11-20");
    let standing = |n: usize| found["guardians"][n]["standing"].clone();
    assert_eq!([standing(0), standing(1)], ["in_force", "revocation"]);
    assert_eq!(asked(&counter.holder(STRANGER)).status, 404);
    let office = &counter.server.test.office;
    assert!(ledger_check::check(office, None).unwrap().is_whole());
}
