//! Receipts over the network: for the window as a PDF, for anybody a verdict.

use mianzheng::domain::caller::Role;
use rstest::rstest;
use serde_json::json;

use super::NOTE;
use crate::support::cases;
use crate::support::cases::MOTHER;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::MARKET;
use crate::support::pdf::Pdf;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const PDF: &str = "application/pdf";

/// A case with everything on paper, closed; its path.
fn closed(server: &TestServer, window: &str) -> String {
    let post = |path: &str, key: &str, body| {
        let ask = Ask::new("POST", path).token(window).key(key);
        let answer = server.ask(&ask.json(&body));
        assert!(answer.status < 300, "{answer:?}");
        answer.json()
    };
    let code = MOTHER.split_once(':').unwrap().1;
    let body = json!({
        "items": [cases::item(cases::OLD_AGE)], "name": "其其格",
        "holder": {"type": "111", "code": code},
    });
    let opened = post("/api/v1/cases", "open", body);
    let path = format!("/api/v1/cases/{}", opened["number"].as_str().unwrap());
    let paper = json!({
        "materials": [2, 3], "decision": "paper", "reason": "no_phone", "note": NOTE,
    });
    post(&format!("{path}/decisions"), "paper", paper);
    post(&format!("{path}/closing"), "close", json!({}));
    path
}

#[rstest]
fn the_window_prints_and_anybody_verifies(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    cases::load_items(&server.test);
    let window = server.token(Role::Window, Some(HALL), None);
    let path = format!("{}/receipts/1", closed(&server, &window));
    let get = |path: &str, token: &str, accept: &str| {
        let ask = Ask::new("GET", path).token(token).header("accept", accept);
        server.ask(&ask)
    };
    let as_json = get(&path, &window, "application/json").json();
    let printed = get(&path, &window, PDF);
    assert_eq!(
        (printed.status, printed.header("content-type")),
        (200, Some(PDF))
    );
    let pdf = Pdf::of(&printed.body);
    assert!(pdf.words().contains("没有手机nophone"), "{}", pdf.words());
    let stranger = server.token(Role::Window, Some(MARKET), None);
    assert_eq!(get(&path, &stranger, PDF).status, 404);
    assert_eq!(get(&path.replace("/1", "/x"), &window, PDF).status, 404);
    let codes = mianzheng::codec::picture::read_codes(&pdf.picture(pdf.pages())).unwrap();
    let verify = |text: &str| -> Answer {
        let ask = Ask::new("POST", "/api/v1/receipts/verify");
        server.ask(&ask.json(&json!({"receipt": text})))
    };
    for text in [as_json["signed"].as_str().unwrap(), &codes[0]] {
        let told = verify(text).json();
        assert_eq!(told["verdict"], "valid", "{told}");
        let case = path.split('/').nth(4).unwrap();
        assert_eq!(told["receipt"]["case"], case);
    }
    assert_eq!(verify("nothing").json()["verdict"], "unreadable");
    let address = codes[0].split_once('#').unwrap().0;
    let page = address.split_once("MZ.EXAMPLE").unwrap().1;
    let shown = get(page, "", "text/html");
    let shown = String::from_utf8(shown.body).unwrap();
    assert!(
        shown.contains("回执有效") && !shown.contains("其"),
        "{shown}"
    );
    let none = get(&format!("/p/{}", "A".repeat(20)), "", "text/html");
    let none = String::from_utf8(none.body).unwrap();
    assert!(none.contains("没有这张回执"), "{none}");
}
