//! Every route that writes: the same request twice is done once, and a key stands for one
//! request only.

use std::collections::BTreeSet;

use mianzheng::codec::digest::sha256;
use mianzheng::domain::caller::Role;
use mianzheng::domain::value::hex;
use mianzheng::http::manner::Repeat;
use mianzheng::http::routes::TABLE;
use mianzheng::store::Rx;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::http_thread::health;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
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

/// A body, with its media type.
type Body = (&'static str, Vec<u8>);

/// A request, another one to the same place, and the part of the answer that must be the same
/// when it is repeated.
struct Case<'a> {
    name: &'static str,
    path: String,
    token: &'a str,
    body: Option<Body>,
    other: Option<Body>,
    same: &'static str,
}

fn json_body(body: &Value) -> Body {
    ("application/json", body.to_string().into_bytes())
}

fn csv_body(number: &str) -> Body {
    let text = format!("姓名,证件编号\n巴特尔,{number}\n");
    ("text/csv", text.into_bytes())
}

fn portrait(shade: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_pixel(30, 40, image::Luma([shade]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// The number of ledger rows: what was done leaves some.
fn ledger(server: &TestServer) -> i64 {
    let last = |rx: &mut Rx<'_>| rx.last_ledger_row();
    server.test.office.store.read(last).unwrap().unwrap().seq
}

impl Case<'_> {
    fn send(&self, server: &TestServer, key: &str, body: Option<&Body>) -> Answer {
        let row = TABLE.iter().find(|row| row.name == self.name).unwrap();
        let ask = Ask::new(row.verb.name(), &self.path);
        let ask = ask.token(self.token).key(key);
        server.ask(&match body {
            Some((media, bytes)) => ask.bytes(media, bytes.clone()),
            None => ask,
        })
    }

    /// Sends it twice at once, again later, and another one under its key.
    fn try_out(&self, server: &TestServer) -> Value {
        let send = |body| self.send(server, "the-key", body);
        let body = self.body.as_ref();
        let (first, second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| send(body));
            (send(body), second.join().unwrap())
        });
        let done = ledger(server);
        let third = send(body);
        let part = |answer: &Answer| {
            assert!(
                (200..300).contains(&answer.status),
                "{}: {answer:?}",
                self.name
            );
            let part = answer.json().pointer(self.same).cloned();
            (
                answer.status,
                part.unwrap_or_else(|| panic!("{}: {answer:?}", self.name)),
            )
        };
        assert_eq!(part(&first), part(&second), "{}: at once", self.name);
        assert_eq!(part(&first), part(&third), "{}: again", self.name);
        if let Some(other) = &self.other {
            let refused = send(Some(other));
            let told = (refused.status, refused.code());
            assert_eq!(told, (422, "key_reused".to_owned()), "{}", self.name);
        }
        assert_eq!(ledger(server), done, "{} did it again", self.name);
        let missing = Ask::new("POST", &self.path).token(self.token);
        let missing = Ask {
            method: TABLE
                .iter()
                .find(|row| row.name == self.name)
                .map(|row| row.verb.name())
                .unwrap(),
            ..missing
        };
        assert_eq!(server.ask(&missing).code(), "key_missing", "{}", self.name);
        first.json()
    }
}

#[rstest]
fn every_write_is_done_once(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let test = &server.test;
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let hospital = server.token(Role::Issuer, Some(HOSPITAL), None);
    let operator = server.token(Role::Operator, None, None);
    let holder = server.token(Role::Holder, None, Some(&format!("111:{PERSON}")));
    let number = |n: u32| format!("锡市健〔2026〕{n}号");
    let certificate = |n: u32| test.health(PERSON, &number(n)).to_string();
    let at = |identifier: &str, what: &str| format!("/api/v1/certificates/{identifier}/{what}");
    let mut tried = BTreeSet::new();
    let mut case = |case: Case<'_>| {
        tried.insert(case.name);
        case.try_out(&server)
    };

    case(Case {
        name: "issue",
        path: "/api/v1/certificates".to_owned(),
        token: &issuer,
        body: Some(json_body(&health(&number(1)))),
        other: Some(json_body(&health(&number(2)))),
        same: "/identifier",
    });
    // A key that found everything there already stands for its request, too.
    let again = |key: &str, n: u32| {
        let ask = Ask::new("POST", "/api/v1/certificates")
            .token(&issuer)
            .key(key);
        server.ask(&ask.json(&health(&number(n))))
    };
    assert_eq!(again("second-key", 1).json()["outcome"], "same");
    assert_eq!(again("second-key", 2).code(), "key_reused");

    let fields = health(&number(3))["fields"].clone();
    let mut others = fields.clone();
    others["exam_date"] = "2026-11-01".into();
    case(Case {
        name: "renew",
        path: at(&certificate(3), "renewals"),
        token: &issuer,
        body: Some(json_body(&json!({"fields": others}))),
        other: Some(json_body(&json!({"fields": fields}))),
        same: "/identifier",
    });

    let suspended = certificate(4);
    let change = |change: &str| json!({"change": change, "reason": "复查"});
    case(Case {
        name: "change_status",
        path: at(&suspended, "status"),
        token: &issuer,
        body: Some(json_body(&change("suspend"))),
        other: Some(json_body(&change("resume"))),
        same: "/standing",
    });
    // What came later changes nothing of what was answered.
    let status = at(&suspended, "status");
    let step = |key: &str, what: &str| {
        let ask = Ask::new("POST", &status).token(&issuer).key(key);
        server.ask(&ask.json(&change(what))).json()["standing"].clone()
    };
    assert_eq!(step("resume", "resume"), "in_force");
    assert_eq!(step("the-key", "suspend"), "suspended");

    let born = test
        .issue(BIRTH, HOSPITAL, &birth_fields())
        .unwrap()
        .identifier;
    let child =
        |code: &str| json!({"holder": {"type": "111", "code": code}, "cause": "新生儿已登记户口"});
    case(Case {
        name: "rebind",
        path: at(&born.to_string(), "rebinding"),
        token: &hospital,
        body: Some(json_body(&child("152502202611200029"))),
        other: Some(json_body(&child("152502202611200045"))),
        same: "/done",
    });

    let mut named = health(&number(5));
    let digest = hex(&sha256(&portrait(10)));
    named["fields"]["photo"] = json!({"sha256": digest, "media_type": "image/png"});
    let ask = Ask::new("POST", "/api/v1/certificates")
        .token(&issuer)
        .key("named");
    let named = server.ask(&ask.json(&named)).json();
    case(Case {
        name: "add_picture",
        path: at(named["identifier"].as_str().unwrap(), "pictures/photo"),
        token: &issuer,
        body: Some(("image/png", portrait(10))),
        other: None,
        same: "/done",
    });

    let code = test.type_named(HEALTH).definition.code.clone();
    case(Case {
        name: "send_batch",
        path: format!("/api/v1/batches?type={code}&task=issue&dry_run=true"),
        token: &issuer,
        body: Some(csv_body(&number(6))),
        other: Some(csv_body(&number(7))),
        same: "/batch",
    });
    let code = test.type_named(BIRTH).definition.code.clone();
    let sheet = std::fs::read(example("samples/出生医学证明-2026年三季度.xlsx")).unwrap();
    let path = format!("/api/v1/batches?type={code}&task=issue&dry_run=true&photos=true");
    let ask = Ask::new("POST", &path).token(&hospital).key("photos");
    let batch = server.ask(&ask.bytes("text/csv", sheet)).json();
    case(Case {
        name: "send_photos",
        path: format!(
            "/api/v1/batches/{}/photos",
            batch["batch"].as_str().unwrap()
        ),
        token: &hospital,
        body: Some(("application/zip", b"PK\x05\x06 one".to_vec())),
        other: Some(("application/zip", b"PK\x05\x06 two".to_vec())),
        same: "/batch",
    });

    let card = certificate(8);
    let choice = |field: &str| json!({"choices": [{"identifier": card, "fields": [field]}]});
    let shown = case(Case {
        name: "show",
        path: "/api/v1/shows".to_owned(),
        token: &holder,
        body: Some(json_body(&choice("holder_name"))),
        other: Some(json_body(&choice("sex"))),
        same: "/session",
    });
    // The code that was lost on the way is spent with the one that came.
    let path = "/api/v1/shows";
    let ask = Ask::new("POST", path).token(&holder).key("the-key");
    let next = server.ask(&ask.json(&choice("holder_name"))).json();
    assert_ne!(next["text"], shown["text"]);
    let window = server.token(Role::Window, Some(HALL), None);
    let verify = |text: &Value| {
        let ask = Ask::new("POST", "/api/v1/verify").token(&window);
        server.ask(&ask.json(&json!({"code": text}))).json()["verdict"].clone()
    };
    assert_eq!(verify(&next["text"]), "valid");
    assert_eq!(verify(&shown["text"]), "replayed");
    let ask = Ask::new("POST", path).token(&holder).key("the-key");
    let late = server.ask(&ask.json(&choice("holder_name")));
    assert_eq!(late.code(), "wrong_step");

    let minutes = |minutes: u32| json!({"fields": ["holder_name"], "minutes": minutes});
    case(Case {
        name: "offline_code",
        path: format!("/api/v1/cards/{card}/offline-codes"),
        token: &holder,
        body: Some(json_body(&minutes(20))),
        other: Some(json_body(&minutes(30))),
        same: "/text",
    });

    let mut changed = serde_json::to_value(&test.type_named(HEALTH).definition).unwrap();
    changed["name_en"] = "Health certificate".into();
    let types = json!({"types": json!([changed]).to_string()});
    changed["name_en"] = "Another certificate".into();
    let others = json!({"types": json!([changed]).to_string()});
    case(Case {
        name: "load_catalogue",
        path: "/api/v1/catalogue".to_owned(),
        token: &operator,
        body: Some(json_body(&types)),
        other: Some(json_body(&others)),
        same: "",
    });

    let auditor = |label: &str| json!({"role": "auditor", "label": label, "days": 30});
    let given = case(Case {
        name: "give_credential",
        path: "/api/v1/credentials".to_owned(),
        token: &operator,
        body: Some(json_body(&auditor("一"))),
        other: Some(json_body(&auditor("二"))),
        same: "/id",
    });
    case(Case {
        name: "take_credential",
        path: format!("/api/v1/credentials/{}", given["id"].as_str().unwrap()),
        token: &operator,
        body: None,
        other: None,
        same: "/done",
    });

    let grant = |field: &str| {
        json!({
            "agency": HALL, "type": HEALTH, "item": "000131016000", "fields": [field],
            "until": "2027-11-23T00:00:00+08:00",
        })
    };
    let given = case(Case {
        name: "give_grant",
        path: "/api/v1/grants".to_owned(),
        token: &operator,
        body: Some(json_body(&grant("holder_name"))),
        other: Some(json_body(&grant("sex"))),
        same: "/id",
    });
    case(Case {
        name: "take_grant",
        path: format!("/api/v1/grants/{}", given["id"]),
        token: &operator,
        body: None,
        other: None,
        same: "/done",
    });

    let keyed = TABLE.iter().filter(|row| row.repeat == Repeat::Key);
    assert_eq!(tried, keyed.map(|row| row.name).collect());
}

#[rstest]
fn a_repeated_key_gives_one_credential_and_its_token_once(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let operator = server.token(Role::Operator, None, None);
    let body = json!({"role": "auditor", "label": "审计", "days": 30});
    let give = || {
        let ask = Ask::new("POST", "/api/v1/credentials")
            .token(&operator)
            .key("k");
        server.ask(&ask.json(&body)).json()
    };
    let given: Vec<Value> = std::thread::scope(|scope| {
        let giving: Vec<_> = (0..6).map(|_| scope.spawn(give)).collect();
        giving.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let ids: BTreeSet<&str> = given
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 1, "{given:?}");
    let tokens = given.iter().filter(|one| one["token"].is_string());
    assert_eq!(tokens.count(), 1, "{given:?}");
    let ask = Ask::new("GET", "/api/v1/credentials").token(&operator);
    let all = server.ask(&ask).json();
    let auditors = all["credentials"].as_array().unwrap().iter();
    assert_eq!(auditors.filter(|one| one["label"] == "审计").count(), 1);
}
