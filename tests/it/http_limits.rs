//! What is refused, and how; and what a second server does.

use std::io::Write;
use std::sync::Arc;

use mianzheng::domain::caller::Role;
use mianzheng::http::server::CannotServe;
use mianzheng::http::server::Server;
use rstest::rstest;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::TestOffice;
use crate::support::server::Ask;
use crate::support::server::TestServer;

#[rstest]
fn problems_say_what_is_wrong_and_never_what_was_said(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let told = |ask: Ask<'_>| {
        let answer = server.ask(&ask);
        (answer.status, answer.code())
    };
    let of = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(told(Ask::new("GET", "/nothing/here")), of(404, "not_found"));
    assert_eq!(
        told(Ask::new("GET", "/api/v1/verify")),
        of(405, "wrong_method")
    );
    let wrong = server.ask(&Ask::new("DELETE", "/api/v1/credentials"));
    assert_eq!(wrong.header("allow"), Some("GET, POST"));
    let verify = || Ask::new("POST", "/api/v1/verify");
    assert_eq!(
        told(verify().bytes("text/plain", b"{}".to_vec())),
        of(415, "wrong_media")
    );
    assert_eq!(
        told(verify().bytes("application/json", b"{".to_vec())),
        of(400, "bad_request")
    );
    assert_eq!(
        told(verify().json(&json!({"code": "1", "more": 1}))),
        of(400, "bad_request")
    );
    let large = json!({"code": "1".repeat(300 * 1024)});
    assert_eq!(told(verify().json(&large)), of(413, "too_large"));
    let secret = server.ask(&verify().bytes("application/json", b"{\"code\": 15250219}".to_vec()));
    assert!(!String::from_utf8_lossy(&secret.body).contains("15250219"));
    assert_eq!(
        told(verify().token("mzt_unknown").json(&json!({"code": "1"}))),
        of(401, "unauthenticated")
    );
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let batches = |query: &'static str| Ask::new("POST", query).token(&issuer).key("k");
    assert_eq!(
        told(batches("/api/v1/batches?type=x")),
        of(400, "bad_request")
    );
    assert_eq!(
        told(batches("/api/v1/batches?type=x&task=issue")),
        of(404, "unknown_type")
    );
    let spaced = Ask::new("POST", "/api/v1/certificates")
        .token(&issuer)
        .key("a b")
        .json(&json!({}));
    assert_eq!(told(spaced), of(400, "bad_request"));

    let english = server.ask(&Ask::new("GET", "/nothing").header("accept-language", "en-GB, zh"));
    let problem = english.json();
    assert_eq!(problem["title"], problem["title_en"]);
    assert_eq!(problem["type"], "https://mz.example/docs#problem-not_found");
    assert_eq!(problem["trace_id"], english.header("x-trace-id").unwrap());
    let live = server.ask(&Ask::new("GET", "/L/0123456789ABCDEFGHJKMNPQRS"));
    assert!(
        String::from_utf8(live.body)
            .unwrap()
            .contains("请向窗口出示此码")
    );
    let head = server.ask(&Ask::new("HEAD", "/healthz"));
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[rstest]
fn who_asks_too_often_is_told_when_to_come_back(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::with(database, |settings| settings.rate = (1, 5));
    let mut connection = server.connect(None).unwrap();
    let ask = String::from_utf8(Ask::new("GET", "/healthz").wire()).unwrap();
    let kept = ask.replace("connection: close", "connection: keep-alive");
    for _ in 0..5 {
        connection.write_all(kept.as_bytes()).unwrap();
    }
    connection.write_all(ask.as_bytes()).unwrap();
    let mut all = String::new();
    let _ = std::io::Read::read_to_string(&mut connection, &mut all);
    assert_eq!(all.matches("HTTP/1.1 200").count(), 5, "{all}");
    assert_eq!(all.matches("HTTP/1.1 429").count(), 1, "{all}");
    assert!(all.contains("retry-after: "), "{all}");
    // A credential is counted for itself.
    let operator = server.token(Role::Operator, None, None);
    let routes = server.ask(&Ask::new("GET", "/api/v1/routes").token(&operator));
    assert_eq!(routes.status, 200);
}

#[test]
fn an_sqlite_register_has_one_server() {
    let mut server = TestServer::on(Sqlite);
    let second = Server::prepare(Arc::clone(&server.test.office));
    assert!(matches!(second, Err(CannotServe::Second(_))));
    server.stop();
    server.start();
    assert_eq!(server.ask(&Ask::new("GET", "/healthz")).status, 200);
    let server = TestServer::on(Postgres);
    assert!(Server::prepare(Arc::clone(&server.test.office)).is_ok());
}

#[test]
fn a_bad_start_says_so_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let test = TestOffice::with(Sqlite, |settings| settings.listen = address);
    let why = Server::prepare(Arc::clone(&test.office))
        .err()
        .unwrap()
        .to_string();
    assert!(
        why.starts_with("cannot listen on") && !why.contains('\n'),
        "{why}"
    );
    let test = TestOffice::with(Sqlite, |settings| settings.listen = "0.0.0.0:0".to_owned());
    let why = Server::prepare(Arc::clone(&test.office))
        .err()
        .unwrap()
        .to_string();
    assert!(why.contains("is not loopback"), "{why}");
    let test = TestOffice::with(Sqlite, |settings| {
        settings.tls = Some(mianzheng::domain::settings::TlsFiles {
            chain: "/no/such.pem".into(),
            key: "/no/such.key".into(),
            client_roots: None,
        });
    });
    let why = Server::prepare(Arc::clone(&test.office))
        .err()
        .unwrap()
        .to_string();
    assert!(why.starts_with("TLS: /no/such.pem"), "{why}");
}

#[rstest]
fn a_character_that_no_register_holds_is_refused_at_the_door(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let operator = server.token(Role::Operator, None, None);
    let told = |ask: Ask<'_>| {
        let answer = server.ask(&ask.token(&operator));
        (answer.status, answer.code())
    };
    let label = |text: &str| {
        let ask = Ask::new("POST", "/api/v1/credentials").key("k");
        ask.json(&json!({"role": "auditor", "label": text, "days": 1}))
    };
    let bad = (400, "bad_request".to_owned());
    assert_eq!(told(label("a\u{0}b")), bad);
    assert_eq!(told(Ask::new("DELETE", "/api/v1/credentials/c%001")), bad);
    // Six characters, none of them odd.
    let plain = server.ask(&label("\\u0000").token(&operator));
    assert_eq!(plain.status, 201);
}
