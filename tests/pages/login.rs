//! Logging in with a browser: where one wanted to go, what was wrong, and out again.

use mianzheng::domain::caller::Role;
use rstest::rstest;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const FORM: &str = "application/x-www-form-urlencoded";
const PASSWORD: &str = "wide-river-by-the-steppe";

/// A server with an officer who can log in.
fn with_officer(database: Database) -> TestServer {
    let server = TestServer::on(database);
    let operator = server.token(Role::Operator, None, None);
    let account = json!({
        "name": "wang.min", "display_name": "王敏", "role": "window", "agency": HALL,
        "place": "3号窗口", "password": PASSWORD,
    });
    let add = Ask::new("POST", "/api/v1/accounts")
        .token(&operator)
        .json(&account);
    let made = server.ask(&add);
    assert_eq!(made.status, 201, "{made:?}");
    server
}

fn send(server: &TestServer, body: &str) -> Answer {
    let ask = Ask::new("POST", "/login").bytes(FORM, body.as_bytes().to_vec());
    server.ask(&ask)
}

fn cookie(answer: &Answer) -> &str {
    answer
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
}

#[rstest]
fn who_logs_in_goes_where_she_wanted(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_officer(database);
    let form = server.ask(&Ask::new("GET", "/login?back=%2Fcheck")).text();
    assert!(form.contains("name=\"back\" value=\"/check\""), "{form}");
    let answer = send(
        &server,
        &format!("name=wang.min&password={PASSWORD}&back=%2Fcheck"),
    );
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/check"))
    );
    let session = cookie(&answer).to_owned();
    assert!(session.starts_with("__Host-mianzheng=") && session.len() > 40);
    let whole = answer.header("set-cookie").unwrap();
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(whole.contains(part), "{whole}");
    }
    // Without a wish she comes to the first page of her work; never to another server.
    let answer = send(&server, &format!("name=wang.min&password={PASSWORD}"));
    assert_eq!(answer.header("location"), Some("/desk"));
    let away = format!("name=wang.min&password={PASSWORD}&back=%2F%2Fevil.example");
    assert_eq!(send(&server, &away).header("location"), Some("/"));

    let sessions = || {
        let ask = Ask::new("GET", "/api/v1/sessions").header("cookie", session.as_str());
        server.ask(&ask).status
    };
    assert_eq!(sessions(), 200);
    let out = Ask::new("POST", "/logout")
        .header("cookie", session.as_str())
        .bytes(FORM, Vec::new());
    // A page of somebody else cannot log her out.
    let refused = server.ask(&out);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "cross_origin")
    );
    assert_eq!(sessions(), 200);
    let answer = server.ask(&out.header("sec-fetch-site", "same-origin"));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    assert_eq!(cookie(&answer), "__Host-mianzheng=");
    assert_eq!(sessions(), 401);
}

#[rstest]
fn what_was_wrong_is_told_and_the_name_is_kept(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_officer(database);
    let wrong = "name=%3Cscript%3Ewang&password=some-other-words&back=%2Fcheck";
    let answer = send(&server, wrong);
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (401, "login_wrong")
    );
    let html = answer.text();
    assert!(html.contains("role=\"alert\"") && html.contains("autofocus"));
    assert!(html.contains("value=\"&#60;script&#62;wang\""), "{html}");
    assert!(html.contains("value=\"/check\"") && !html.contains("some-other-words"));
    assert!(answer.header("set-cookie").is_none());
    // Whoever tries too often waits, and is told how long.
    let mut last = answer;
    for _ in 0..6 {
        last = send(&server, "name=wang.min&password=some-other-words");
    }
    assert_eq!(last.code(), "login_locked");
    assert!(last.header("retry-after").is_some());
    assert!(last.text().contains("分钟后再试"), "{}", last.text());
    let right = send(&server, &format!("name=wang.min&password={PASSWORD}"));
    assert_eq!(right.code(), "login_locked");
    // What is no form of ours is no try.
    for body in ["name=a", "name=a&password=b&more=c", ""] {
        assert_eq!(send(&server, body).code(), "bad_request", "{body}");
    }
    let json = server.ask(&Ask::new("POST", "/login").json(&json!({"name": "a"})));
    assert_eq!(json.code(), "wrong_media");
}
