//! What the log and the counters say of people: nothing. And of requests: one line each.

mod codes;
mod watched;
mod work;

use std::cell::RefCell;
use std::io::Write;

use mianzheng::domain::caller::Role;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::http_log::codes::misread;
use crate::http_log::codes::show_and_verify;
use crate::http_log::watched::Watched;
use crate::http_log::work::fetch;
use crate::http_log::work::issue;
use crate::http_log::work::send_files;
use crate::http_thread::health;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::log;
use crate::support::office::CDC;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const PERSON: &str = "152502199003070019";
const NAME: &str = "巴特尔";
const PHONE: &str = "13947912345";
const CAUSE: &str = "邻居举报食堂卫生";
const CASE: &str = "A-20261123-0042";

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
