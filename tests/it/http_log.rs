//! What the log and the counters say of people: nothing. And of requests: one line each.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mianzheng::domain::caller::Role;
use mianzheng::http::routes::TABLE;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::http_thread::health;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::log;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::birth_fields;
use crate::support::office::example;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const PERSON: &str = "152502199003070019";
const NAME: &str = "巴特尔";
const PHONE: &str = "13947912345";
const CAUSE: &str = "邻居举报食堂卫生";
const CASE: &str = "A-20261123-0042";

/// A server, what was asked of it, and what must never be read in its log.
struct Watched {
    server: TestServer,
    asked: RefCell<BTreeMap<String, u16>>,
    secrets: RefCell<Vec<String>>,
}

impl Watched {
    /// Asks, with a browser that says too much of itself.
    fn ask(&self, ask: Ask<'_>) -> Answer {
        let answer = self
            .server
            .ask(&ask.header("user-agent", format!("phone of {PHONE}")));
        let trace_id = answer.header("x-trace-id").unwrap().to_owned();
        let before = self.asked.borrow_mut().insert(trace_id, answer.status);
        assert_eq!(before, None, "a trace id twice");
        answer
    }

    fn get(&self, path: &str, token: &str) -> Answer {
        self.ask(Ask::new("GET", path).token(token))
    }

    /// Posts under a key of its own, which says too much as well.
    fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        let key = format!("{PHONE}-{}", self.asked.borrow().len());
        self.ask(Ask::new("POST", path).token(token).key(&key).json(body))
    }

    /// What was answered is a secret from now on.
    fn secret(&self, text: &Value) -> String {
        let text = text
            .as_str()
            .unwrap_or_else(|| panic!("{text} is no text"))
            .to_owned();
        self.secrets.borrow_mut().push(text.clone());
        text
    }

    fn token(&self, role: Role, agency: Option<&str>, holder: Option<&str>) -> String {
        self.secret(&self.server.token(role, agency, holder).into())
    }

    /// One line for every request, with its id, its route as the table has it, its status.
    fn read_the_log(&self) {
        let log = log::kept();
        let mut asked = self.asked.borrow().clone();
        let place = asked.keys().next().unwrap()[..16].to_owned();
        for line in log.lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            for secret in self.secrets.borrow().iter() {
                assert!(
                    !line.contains(secret.as_str()),
                    "{secret} is in the log: {line}"
                );
            }
            let trace_id = event["trace_id"].as_str().unwrap_or_default();
            if event["target"] != "access" || !trace_id.starts_with(&place) {
                continue;
            }
            let status = asked.remove(trace_id);
            let status = status.unwrap_or_else(|| panic!("a second line, or none asked: {line}"));
            assert_eq!(event["status"], status, "{line}");
            assert!(
                event["ms"].is_number() && event["timestamp"].is_string(),
                "{line}"
            );
            let route = event["route"].as_str().unwrap();
            let known = TABLE.iter().any(|row| row.logged() == route);
            assert!(known || (route == "-" && status == 404), "{line}");
            assert!(!route.contains("{code}"), "{line}");
        }
        assert_eq!(asked, BTreeMap::new(), "not in the log");
    }

    fn read_the_counters(&self) {
        let counters = self.get("/metrics", "");
        let text = String::from_utf8(counters.body).unwrap();
        assert!(text.contains("mianzheng_http_requests_total"), "{text}");
        for secret in self.secrets.borrow().iter() {
            assert!(
                !text.contains(secret.as_str()),
                "{secret} is counted: {text}"
            );
        }
    }
}

/// Agencies issue: one, files, pictures, changes; with mistakes in each.
fn issue(watched: &Watched, issuer: &str) -> String {
    let mut body = health("锡市健〔2026〕1700001号");
    let picture = STANDARD.encode([b'G'; 300]);
    watched.secrets.borrow_mut().push(picture[..100].to_owned());
    let issued = watched.post("/api/v1/certificates", issuer, &body);
    let identifier = watched.secret(&issued.json()["identifier"]);
    body["fields"]["holder_code"] = "152502199003070018".into();
    body["fields"]["phone"] = PHONE.into();
    assert_eq!(
        watched.post("/api/v1/certificates", issuer, &body).status,
        422
    );
    body["pictures"] = json!({"photo": picture});
    assert_eq!(
        watched.post("/api/v1/certificates", issuer, &body).status,
        422
    );
    body["type"] = NAME.into();
    assert_eq!(
        watched.post("/api/v1/certificates", issuer, &body).status,
        404
    );
    let own = format!("/api/v1/certificates/{identifier}");
    for at in [own.clone(), format!("/api/v1/certificates/{PERSON}")] {
        watched.get(&at, issuer);
    }
    let fields = health("锡市健〔2026〕1700001号")["fields"].clone();
    let other = json!({"fields": {"holder_name": NAME, "holder_code": PHONE}});
    watched.post(&format!("{own}/renewals"), issuer, &other);
    let renewed = watched.post(
        &format!("{own}/renewals"),
        issuer,
        &json!({"fields": fields}),
    );
    let identifier = watched.secret(&renewed.json()["identifier"]);
    let own = format!("/api/v1/certificates/{identifier}");
    for change in ["suspend", "resume", CAUSE] {
        let body = json!({"change": change, "reason": CAUSE});
        watched.post(&format!("{own}/status"), issuer, &body);
    }
    let cards = watched.get(&own, issuer);
    assert_eq!(cards.status, 200);
    let picture = Ask::new("PUT", "/api/v1/certificates/x/pictures/photo");
    let picture = picture
        .token(issuer)
        .key("p")
        .bytes("image/png", b"GIF".to_vec());
    watched.ask(picture);
    identifier
}

/// A file with bad rows, one that is none, one that names people where it should not.
fn send_files(watched: &Watched, issuer: &str) {
    let code = watched
        .server
        .test
        .type_named(HEALTH)
        .definition
        .code
        .clone();
    let path = format!("/api/v1/batches?type={code}&task=issue");
    let send = |path: &str, key: &str, body: Vec<u8>| {
        let ask = Ask::new("POST", path).token(issuer).key(key);
        watched.ask(ask.bytes("text/csv", body))
    };
    let sheet = std::fs::read(example("samples/健康证明-2026年10月.csv")).unwrap();
    let sent = send(&path, "b-1", sheet);
    let batch = watched.secret(&sent.json()["batch"]);
    let path = format!("/api/v1/batches/{batch}");
    for _ in 0..600 {
        if watched.get(&path, issuer).json()["state"] == "done" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    for file in ["results", "errors", "differs"] {
        assert_eq!(watched.get(&format!("{path}/{file}"), issuer).status, 200);
    }
    send(&format!("{path}&stock={PHONE}"), "b-2", Vec::new());
    let nothing = format!("/api/v1/batches?type={PERSON}&task={PHONE}");
    send(&nothing, "b-3", format!("{NAME},{PERSON}\n").into_bytes());
    send(
        &path.replace("issue", "correct&dry_run=true"),
        "b-4",
        format!("{NAME},{PERSON}\n").into_bytes(),
    );
    let photos = format!("{path}/photos");
    let photos = Ask::new("PUT", &photos).token(issuer).key("p");
    watched.ask(photos.bytes("application/zip", format!("PK{PERSON}").into_bytes()));
}

/// A citizen shows codes, and everybody verifies them in every way.
fn show_and_verify(watched: &Watched, identifier: &str, (holder, issuer): (&str, &str)) {
    assert_eq!(watched.get("/api/v1/cards", holder).status, 200);
    let choice = json!({"choices": [{"identifier": identifier, "fields": ["holder_name"]}]});
    let shown = watched.post("/api/v1/shows", holder, &choice).json();
    let (text, spoken) = (
        watched.secret(&shown["text"]),
        watched.secret(&shown["spoken"]),
    );
    let code = watched.secret(&text.rsplit('/').next().unwrap().into());
    let next = format!("/api/v1/shows/{}/codes", shown["session"]);
    let next = watched.post(&next, holder, &json!({"hold": true})).json();
    watched.secret(&next["text"]);
    let path = format!("/api/v1/cards/{identifier}");
    let offline = json!({"fields": ["holder_name", "holder_code"]});
    let offline = watched
        .post(&format!("{path}/offline-codes"), holder, &offline)
        .json();
    let offline = watched.secret(&offline["text"]);
    let printed = watched
        .post(&format!("{path}/printed-codes"), issuer, &json!({}))
        .json();
    let printed = watched.secret(&printed["text"]);
    let (address, digits) = printed.split_once('#').unwrap();
    let reference = watched.secret(&address.rsplit('/').next().unwrap().into());
    watched.secret(&digits.into());
    let window = watched.token(Role::Window, Some(HALL), None);
    for text in [
        &spoken, &text, &text, &offline, &printed, identifier, PERSON, NAME,
    ] {
        let body = json!({"code": text});
        let verdict = watched.post("/api/v1/verify", &window, &body);
        assert_eq!(verdict.status, 200, "{verdict:?}");
        watched.post("/api/v1/verify", "", &body);
    }
    for page in [
        format!("/L/{code}"),
        format!("/V/{reference}"),
        format!("/v/{PERSON}"),
    ] {
        assert_eq!(watched.get(&page, "").status, 200);
    }
    let picture = Ask::new("POST", "/api/v1/verify/picture");
    watched.ask(picture.bytes("image/png", format!("no picture of {NAME}").into_bytes()));
}

/// Another system fetches, first without a grant.
fn fetch(watched: &Watched, operator: &str) {
    let system = watched.token(Role::System, Some(HALL), None);
    let body = json!({
        "type": HEALTH, "holder": {"type": "111", "code": PERSON},
        "item": "000131016000", "case_number": CASE, "cause": CAUSE,
    });
    assert_eq!(watched.post("/api/v1/fetch", &system, &body).status, 403);
    let grant = json!({
        "agency": HALL, "type": HEALTH, "item": "000131016000",
        "fields": ["holder_name", "holder_code"], "until": "2027-11-23T00:00:00+08:00",
    });
    let given = watched.post("/api/v1/grants", operator, &grant).json();
    let fetched = watched.post("/api/v1/fetch", &system, &body);
    assert!(String::from_utf8(fetched.body).unwrap().contains(NAME));
    let mut wrong = body.clone();
    wrong["holder"]["code"] = PHONE.into();
    wrong["holder"]["type"] = NAME.into();
    assert_eq!(watched.post("/api/v1/fetch", &system, &wrong).status, 400);
    let grant = format!("/api/v1/grants/{}", given["id"]);
    for id in [grant.as_str(), &format!("/api/v1/grants/{PERSON}")] {
        watched.ask(Ask::new("DELETE", id).token(operator).key("d"));
    }
    let credential = json!({"role": "auditor", "label": "审计一号", "days": 30});
    let given = watched
        .post("/api/v1/credentials", operator, &credential)
        .json();
    watched.secret(&given["token"]);
    let holder = json!({
        "role": "holder", "label": "本人", "days": 30, "holder": {"type": "111", "code": PERSON},
    });
    let given = watched
        .post("/api/v1/credentials", operator, &holder)
        .json();
    watched.secret(&given["token"]);
    watched.post(
        "/api/v1/catalogue",
        operator,
        &json!({"types": format!("[\"{NAME}\"]")}),
    );
    let rows = format!("code,name,level,parent\n{PERSON},{NAME},x,\n");
    watched.post("/api/v1/catalogue", operator, &json!({"divisions": rows}));
}

/// Requests that are none, with people in every part of them.
fn misread(watched: &Watched, issuer: &str) {
    let broken = format!("{{\"code\": \"{PERSON}\", {NAME} {PHONE}");
    for (path, media) in [
        ("/api/v1/verify", "application/json"),
        ("/api/v1/verify", "text/plain"),
        ("/api/v1/certificates", "application/json"),
        ("/api/v1/fetch", "application/json"),
        ("/api/v1/nothing", "application/json"),
    ] {
        let ask = Ask::new("POST", path).token(issuer).key("m");
        watched.ask(ask.bytes(media, broken.clone().into_bytes()));
    }
    let large = json!({"code": PERSON.repeat(20_000)});
    watched.post("/api/v1/verify", "", &large);
    let paths = [
        format!("/people/{PERSON}?phone={PHONE}"),
        format!("/api/v1/types/{PERSON}"),
        format!("/types/{PERSON}/{PHONE}"),
        format!("/status/{PERSON}"),
        format!("/a/{PERSON}/did.json"),
        "/%E5%B7%B4%E7%89%B9%E5%B0%94".to_owned(),
        format!("/api/v1/batches/{PERSON}"),
    ];
    for path in &paths {
        for method in ["GET", "DELETE"] {
            watched.ask(Ask::new(method, path).token(issuer));
        }
    }
    for token in [
        format!("mzt_{PERSON}"),
        format!("{PHONE} {NAME}"),
        String::new(),
    ] {
        let ask = Ask::new("GET", "/api/v1/cards");
        watched.ask(ask.header("authorization", format!("Bearer {token}")));
    }
    let ask = Ask::new("POST", "/api/v1/certificates").token(issuer);
    watched.ask(ask.header("idempotency-key", format!("{PERSON} {PHONE}")));
    let born = &watched.server.test;
    let born = born
        .issue(BIRTH, HOSPITAL, &birth_fields())
        .unwrap()
        .identifier;
    let path = format!("/api/v1/certificates/{born}/rebinding");
    let hospital = watched.token(Role::Issuer, Some(HOSPITAL), None);
    for code in [PHONE, PERSON] {
        let body = json!({"holder": {"type": "111", "code": code}, "cause": CAUSE});
        watched.post(&path, &hospital, &body);
    }
}

#[rstest]
fn neither_log_nor_counters_say_anything_of_people(#[values(Sqlite, Postgres)] database: Database) {
    log::keep();
    let seed = format!("log {database:?}");
    let watched = Watched {
        server: TestServer::by_chance(database, seed.as_bytes(), |_| {}),
        asked: RefCell::default(),
        secrets: RefCell::default(),
    };
    let people = [
        PERSON,
        NAME,
        PHONE,
        CAUSE,
        CASE,
        "152502199003070018",
        "其其格",
        "萨仁",
    ];
    let more = [
        "152502199206120020",
        "%E5%B7%B4",
        "锡市健",
        "审计一号",
        "锡林浩特市示例餐厅",
    ];
    let never = people.into_iter().chain(more).map(str::to_owned);
    watched.secrets.borrow_mut().extend(never);
    let issuer = watched.token(Role::Issuer, Some(CDC), None);
    let holder = watched.token(Role::Holder, None, Some(&format!("111:{PERSON}")));
    let operator = watched.token(Role::Operator, None, None);
    let identifier = issue(&watched, &issuer);
    send_files(&watched, &issuer);
    show_and_verify(&watched, &identifier, (&holder, &issuer));
    fetch(&watched, &operator);
    misread(&watched, &issuer);
    // Something breaks, and its cause is told to the log alone.
    watched
        .server
        .test
        .sql("UPDATE certificates SET sealed = x'0011223344'");
    let path = format!("/api/v1/cards/{identifier}/printed-codes");
    let broken = watched.post(&path, &issuer, &json!({}));
    assert_eq!(
        (broken.status, broken.code().as_str()),
        (503, "unavailable")
    );
    let trace_id = broken.header("x-trace-id").unwrap();
    let causes = log::kept();
    let cause = causes
        .lines()
        .find(|line| line.contains(trace_id) && line.contains("cause"));
    assert!(
        cause.is_some_and(|line| line.contains("\"level\":\"ERROR\"")),
        "{cause:?}"
    );
    watched.get("/api/v1/cards", &holder);
    watched.read_the_counters();
    watched.read_the_log();
}

#[rstest]
fn who_hangs_up_leaves_a_line_too(#[values(Sqlite, Postgres)] database: Database) {
    log::keep();
    let seed = format!("hanging up {database:?}");
    let server = TestServer::by_chance(database, seed.as_bytes(), |_| {});
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let answer = server.ask(&Ask::new("GET", "/healthz"));
    let place = answer.header("x-trace-id").unwrap()[..16].to_owned();
    let ask = Ask::new("POST", "/api/v1/certificates")
        .token(&issuer)
        .key("k");
    let wire = ask.json(&health("锡市健〔2026〕1700001号")).wire();
    let mut connection = server.connect(None).unwrap();
    connection.write_all(&wire[..wire.len() - 10]).unwrap();
    connection.flush().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    drop(connection);
    let line = || {
        let log = log::kept();
        let lines = log.lines().filter(|line| line.contains(&place));
        let own = lines.filter(|line| line.contains("/api/v1/certificates"));
        own.map(|line| serde_json::from_str::<Value>(line).unwrap())
            .next()
    };
    let told = (0..100).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        line()
    });
    let told = told.unwrap();
    assert_eq!(told["route"], "/api/v1/certificates");
    assert!(told["status"] == 499 || told["status"] == 400, "{told}");
}
