//! What changes something by a cookie proves that a page of ours asked for it.

use rstest::rstest;
use serde_json::json;

use super::PASSWORD;
use super::World;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::server::Ask;
use crate::support::server::TestServer;

type Headers = &'static [(&'static str, &'static str)];

/// Requests that a page of ours makes, or a person at the address line.
const OWN: [Headers; 5] = [
    &[("sec-fetch-site", "same-origin")],
    &[("sec-fetch-site", "none")],
    &[("origin", "https://mz.example")],
    &[("origin", "https://MZ.example")],
    &[
        ("sec-fetch-site", "same-origin"),
        ("origin", "https://mz.example"),
    ],
];

/// Requests that somebody else's page may make.
const OTHERS: [Headers; 11] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "")],
    &[("sec-fetch-site", "\u{e9}")],
    &[("origin", "null")],
    &[("origin", "")],
    &[("origin", "https://evil.example")],
    &[("origin", "https://mz.example.evil.example")],
    &[("origin", "https://mz.example:444")],
    &[("origin", "http://mz.example")],
    &[
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://mz.example"),
    ],
];

fn with(ask: Ask<'_>, headers: Headers) -> Ask<'_> {
    headers
        .iter()
        .fold(ask, |ask, (name, value)| ask.header(name, *value))
}

#[rstest]
fn a_page_of_somebody_else_changes_nothing(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let keep = world.log_in("wang.min");
    let out = |headers: Headers| {
        let cookie = world.log_in("wang.min");
        let ask = Ask::new("DELETE", "/api/v1/session").header("cookie", cookie.as_str());
        let answer = world.server.ask(&with(ask, headers));
        (answer, world.is_in(&cookie))
    };
    for headers in OWN {
        let (answer, still) = out(headers);
        assert!(answer.status == 200 && !still, "{headers:?}: {answer:?}");
    }
    for headers in OTHERS.into_iter().chain([&[][..]]) {
        let (answer, still) = out(headers);
        assert_eq!(
            (answer.status, answer.code().as_str(), still),
            (403, "cross_origin", true),
            "{headers:?}"
        );
        // Reading is no change, and the answer is for nobody's page but ours.
        let ask = Ask::new("GET", "/api/v1/sessions").header("cookie", keep.as_str());
        let read = world.server.ask(&with(ask, headers));
        assert_eq!(read.status, 200, "{headers:?}");
        assert!(read.header("access-control-allow-origin").is_none());
    }
}

#[rstest]
fn nobody_is_logged_in_by_somebody_elses_page(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let login = |headers: Headers| {
        let body = json!({"name": "wang.min", "password": PASSWORD});
        let ask = Ask::new("POST", "/api/v1/session").json(&body);
        world.server.ask(&with(ask, headers))
    };
    for headers in OWN.into_iter().chain([&[][..]]) {
        assert_eq!(login(headers).status, 201, "{headers:?}");
    }
    for headers in OTHERS {
        let answer = login(headers);
        assert_eq!(answer.code(), "cross_origin", "{headers:?}");
        assert!(answer.header("set-cookie").is_none());
    }
}

#[test]
fn a_server_without_tls_on_this_machine_has_pages_without_it() {
    let server = TestServer::with(Sqlite, |set| set.tls = None);
    let world = World::of(server);
    let wire = |origin: &str| {
        let body = json!({"name": "wang.min", "password": PASSWORD});
        let ask = Ask::new("POST", "/api/v1/session").json(&body);
        let ask = ask.header("origin", origin);
        let mut socket = std::net::TcpStream::connect(world.server.address).unwrap();
        std::io::Write::write_all(&mut socket, &ask.wire()).unwrap();
        crate::support::server::read_answer(socket).unwrap().status
    };
    assert_eq!(wire("http://mz.example"), 201);
    assert_eq!(wire("https://mz.example"), 201);
    assert_eq!(wire("http://evil.example"), 403);
}
