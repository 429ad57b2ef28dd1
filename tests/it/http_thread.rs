//! The whole thread over the network: issue, show, verify, fetch, revoke.

use std::io::Write;

use mianzheng::codec::digest::sha256;
use mianzheng::domain::caller::Role;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::cases::FOOD_PERMIT;
use crate::support::cases::item;
use crate::support::cases::load_items;
use crate::support::credentials::give_auditor;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::health_fields;
use crate::support::office::operator;
use crate::support::server::Ask;
use crate::support::server::TestServer;
use crate::support::server::read_answer;
use crate::support::system::wang;

const PERSON: &str = "152502199003070019";

/// The body of a request to issue a health certificate.
pub(crate) fn health(number: &str) -> Value {
    let fields: serde_json::Map<String, Value> = health_fields(PERSON, number)
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    json!({"type": HEALTH, "fields": fields})
}

/// Issues a health certificate and returns its identifier.
pub(crate) fn issue(server: &TestServer, number: &str) -> String {
    let token = server.token(Role::Issuer, Some(CDC), None);
    let ask = Ask::new("POST", "/api/v1/certificates")
        .token(&token)
        .key("issue");
    let answer = server.ask(&ask.json(&health(number)));
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["identifier"].as_str().unwrap().to_owned()
}

#[rstest]
fn a_certificate_is_issued_once_shown_once_and_revoked(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let body = health("锡市健〔2026〕1700001号");
    let post = |key: &str, body: &Value| {
        server.ask(
            &Ask::new("POST", "/api/v1/certificates")
                .token(&issuer)
                .key(key)
                .json(body),
        )
    };
    let first = post("k-1", &body);
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(first.json()["outcome"], "issued");
    assert_eq!(first.header("x-trace-id").unwrap().len(), 32);
    let identifier = first.json()["identifier"].as_str().unwrap().to_owned();
    // The same request again gives the same certificate; another body under its key nothing.
    assert_eq!(post("k-1", &body).json()["identifier"], identifier.as_str());
    let other = post("k-1", &health("锡市健〔2026〕1700002号"));
    assert_eq!((other.status, other.code().as_str()), (422, "key_reused"));
    // A draft with a mistake comes back with findings in both languages, and without its value.
    let mut bad = health("锡市健〔2026〕1700003号");
    bad["fields"]["exam_date"] = "not a day".into();
    let refused = post("k-2", &bad);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (422, "bad_draft")
    );
    let problem = refused.json();
    assert_eq!(problem["findings"][0]["column"], "exam_date");
    assert_ne!(problem["findings"][0]["zh"], problem["findings"][0]["en"]);
    assert!(!problem.to_string().contains("not a day"));

    let holder = server.token(Role::Holder, None, Some(&format!("111:{PERSON}")));
    let cards = server.ask(&Ask::new("GET", "/api/v1/cards").token(&holder));
    assert_eq!(cards.json()["cards"][0]["identifier"], identifier.as_str());
    let choice = json!({"choices": [{"identifier": identifier, "fields": ["holder_name"]}]});
    let show = |key: &str| {
        Ask::new("POST", "/api/v1/shows")
            .token(&holder)
            .key(key)
            .json(&choice)
    };
    let shown = server.ask(&show("s-1")).json();
    assert!(shown["svg"].as_str().unwrap().starts_with('<'));
    let picture = server.ask(&show("s-2").header("accept", "image/png"));
    assert!(picture.body.starts_with(b"\x89PNG"), "{picture:?}");
    let verify = |token: &str, code: &str| {
        let ask = Ask::new("POST", "/api/v1/verify").token(token);
        server.ask(&ask.json(&json!({"code": code})))
    };
    let code = shown["text"].as_str().unwrap();
    assert_eq!(verify("", code).code(), "unauthenticated");
    let window = server.token(Role::Window, Some(HALL), None);
    let verdict = verify(&window, code).json();
    assert_eq!(verdict["verdict"], "valid");
    assert_eq!(verdict["shown_by"], "live");
    assert_eq!(
        verdict["certificates"][0]["fields"]["holder_name"],
        "巴特尔"
    );
    assert_eq!(verify(&window, code).json()["verdict"], "replayed");

    // A picture of an offline code, by anybody.
    let path = format!("/api/v1/cards/{identifier}/offline-codes");
    let offline = Ask::new("POST", &path)
        .token(&holder)
        .key("o-1")
        .json(&json!({"minutes": 30}));
    let png = server.ask(&offline.header("accept", "image/png"));
    let seen = server.ask(&Ask::new("POST", "/api/v1/verify/picture").bytes("image/png", png.body));
    let seen = seen.json();
    assert_eq!(seen["codes"][0]["verdict"]["verdict"], "valid", "{seen}");
    assert_eq!(seen["codes"][0]["verdict"]["shown_by"], "offline");

    // The printed code's page says how it stands, and nothing of the person but what is masked.
    let path = format!("/api/v1/cards/{identifier}/printed-codes");
    let printed = server.ask(&Ask::new("POST", &path).token(&issuer)).json();
    let text = printed["text"].as_str().unwrap();
    assert_eq!(verify("", text).json()["verdict"], "valid");
    let address = text.split('#').next().unwrap();
    let page = server.ask(&Ask::new(
        "GET",
        address.trim_start_matches("HTTPS://MZ.EXAMPLE"),
    ));
    let html = String::from_utf8(page.body.clone()).unwrap();
    assert!(html.contains("有效") && !html.contains("巴特尔"), "{html}");
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'")
    );

    // Revoked: the register knows at once, the status list within a minute.
    let list = || server.ask(&Ask::new("GET", "/status/1"));
    let before = list();
    assert_eq!(
        before.header("content-type"),
        Some("application/statuslist+jwt")
    );
    assert_eq!(before.header("access-control-allow-origin"), Some("*"));
    let etag = before.header("etag").unwrap().to_owned();
    let same = server.ask(&Ask::new("GET", "/status/1").header("if-none-match", etag.clone()));
    assert_eq!((same.status, same.body.len()), (304, 0));
    let path = format!("/api/v1/certificates/{identifier}/status");
    let end = json!({"change": "end", "word": "revoked", "reason": "行政处罚"});
    let ended = server.ask(&Ask::new("POST", &path).token(&issuer).key("k-3").json(&end));
    assert_eq!(ended.json()["standing"], "revoked", "{ended:?}");
    assert_ne!(list().header("etag"), Some(etag.as_str()));
    assert_eq!(verify("", text).json()["verdict"], "revoked");
    let own = format!("/api/v1/certificates/{identifier}");
    let own = server.ask(&Ask::new("GET", &own).token(&issuer)).json();
    let events: Vec<&str> = own["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        (events[0], *events.last().unwrap()),
        ("issued", "status_changed")
    );
}

#[rstest]
fn another_system_fetches_what_it_was_granted(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let identifier = issue(&server, "锡市健〔2026〕1700001号");
    let operator = server.token(Role::Operator, None, None);
    let system = server.token(Role::System, Some(HALL), None);
    load_items(&server.test);
    let opened = json!({
        "items": [item(FOOD_PERMIT)], "name": "巴特尔", "holder": {"type": "111", "code": PERSON},
    });
    let ask = Ask::new("POST", "/api/v1/cases").token(&system).key("case");
    let case = server.ask(&ask.json(&opened)).json();
    let body = json!({
        "holder": {"type": "111", "code": PERSON},
        "purpose": {
            "mode": "duty", "item": item(FOOD_PERMIT), "item_name": FOOD_PERMIT,
            "case": case["number"], "cause": "办理许可", "operator": wang(),
            "legal_basis": "中华人民共和国食品安全法 第四十五条",
        },
    });
    let code = server.test.type_named(HEALTH).definition.code.clone();
    let path = format!("/api/v1/interfaces/{code}/query");
    let fetch = || server.ask(&Ask::new("POST", &path).token(&system).json(&body));
    assert_eq!((fetch().status, fetch().code().as_str()), (403, "no_grant"));
    let grant = json!({
        "agency": HALL, "type": HEALTH, "item": item(FOOD_PERMIT),
        "fields": ["holder_name", "exam_result"], "modes": ["duty"], "quota_per_day": 10,
        "until": "2027-11-23T00:00:00+08:00",
    });
    let second = server.token(Role::Operator, None, None);
    let given = server.give((&operator, &second), &grant);
    assert_eq!(server.give((&operator, &second), &grant), given);
    let fetched = fetch().json();
    assert_eq!(
        fetched["certificates"][0]["identifier"],
        identifier.as_str()
    );
    let fields = fetched["certificates"][0]["fields"].as_object().unwrap();
    assert_eq!(
        fields.keys().collect::<Vec<_>>(),
        ["exam_result", "holder_name"]
    );
    let path = format!("/api/v1/grants/{given}");
    assert_eq!(
        server
            .ask(&Ask::new("DELETE", &path).token(&operator).key("g-2"))
            .status,
        200
    );
    assert_eq!(fetch().code(), "no_grant");
}

#[rstest]
fn a_tls_certificate_says_who_calls(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let identity = server.identity();
    let routes = || {
        let mut connection = server.connect(Some(&identity)).unwrap();
        connection
            .write_all(&Ask::new("GET", "/api/v1/routes").wire())
            .unwrap();
        read_answer(connection).unwrap()
    };
    assert_eq!(routes().code(), "unauthenticated");
    let new = NewCredential {
        role: Role::Auditor,
        agency: None,
        holder: None,
        label: "auditor",
        days: 30,
    };
    let print = sha256(identity.leaf.as_ref());
    credentials::enter_tls_certificate(&server.test.office, &new, print, &operator()).unwrap();
    let answer = routes();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.json()["routes"].as_array().unwrap().len() > 40);
}

#[rstest]
fn a_token_is_shown_once_and_taken_away_at_once(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let operator = server.token(Role::Operator, None, None);
    let give = || give_auditor(&server, &operator, "c-1").json();
    let (first, second) = (give(), give());
    assert_eq!(first["id"], second["id"]);
    assert!(second["token"].is_null());
    let auditor = first["token"].as_str().unwrap();
    let routes = || {
        server
            .ask(&Ask::new("GET", "/api/v1/routes").token(auditor))
            .status
    };
    assert_eq!(routes(), 200);
    let path = format!("/api/v1/credentials/{}", first["id"].as_str().unwrap());
    server.ask(&Ask::new("DELETE", &path).token(&operator).key("c-2"));
    assert_eq!(routes(), 401);
}

#[rstest]
fn a_picture_without_a_code_is_told_to_be_unreadable(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let blank = image::GrayImage::from_pixel(64, 64, image::Luma([255]));
    let mut png = std::io::Cursor::new(Vec::new());
    blank.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let png = png.into_inner();
    let document = server.ask(&Ask::new("GET", "/openapi.json")).json();
    let answer = "/paths/~1api~1v1~1verify~1picture/post/responses/200/content/application~1json";
    let mut example = document.pointer(answer).unwrap()["examples"]["no_code"]["value"].clone();
    let window = server.token(Role::Window, Some(HALL), None);
    for token in ["", &window] {
        let ask = Ask::new("POST", "/api/v1/verify/picture").token(token);
        let answer = server.ask(&ask.bytes("image/png", png.clone()));
        assert_eq!(answer.status, 200, "{answer:?}");
        let mut told = answer.json();
        let at = "/codes/0/verdict/at";
        *example.pointer_mut(at).unwrap() = told.pointer_mut(at).unwrap().clone();
        // The example of the interface document is what comes.
        assert_eq!(told, example);
    }
}
