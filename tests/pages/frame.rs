//! What all pages share: headers, files they load, wishes, refusals.

use std::collections::BTreeSet;

use mianzheng::http::routes::TABLE;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

fn get(server: &TestServer, path: &str) -> Answer {
    server.ask(&Ask::new("GET", path))
}

/// What stands between quotes after a sign, every time.
fn after<'h>(html: &'h str, sign: &str) -> Vec<&'h str> {
    let parts = html.split(sign).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

#[rstest]
fn every_route_has_a_policy_and_pages_run_nothing_of_their_own(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    for row in TABLE.iter() {
        let mut path = row.path.to_owned();
        for name in row.path_parameters() {
            let from = path.find(&format!("{{{name}")).unwrap();
            let until = path[from..].find('}').unwrap() + from;
            path.replace_range(from..=until, "1");
        }
        let answer = server.ask(&Ask::new(row.verb.name(), &path));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; "),
            "{path}: {policy}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("http"),
            "{path}"
        );
        let is_html = answer.header("content-type") == Some("text/html; charset=utf-8");
        assert!(!is_html || row.page, "{path}");
        if !is_html {
            continue;
        }
        assert_eq!(
            answer.header("referrer-policy"),
            Some("no-referrer"),
            "{path}"
        );
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        let html = answer.text();
        for sign in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            "<iframe",
            "javascript:",
        ] {
            assert!(!html.contains(sign), "{path}: {sign}");
        }
        for script in html.split("<script").skip(1) {
            assert!(
                script.starts_with(" type=\"module\" src=\"/assets/"),
                "{path}"
            );
        }
        for loaded in after(&html, " src=\"") {
            assert!(
                loaded.starts_with('/') || loaded.starts_with("data:"),
                "{path}: {loaded}"
            );
        }
    }
}

#[test]
fn what_pages_load_may_be_kept_for_a_year() {
    let server = TestServer::on(Sqlite);
    let html = get(&server, "/").text();
    let files: BTreeSet<&str> = after(&html, "\"/assets/").into_iter().collect();
    assert!(!html.is_empty() && files.len() <= 8);
    let linked = after(&html, "href=\"/assets/");
    assert!(linked.len() >= 2, "{html}");
    for file in linked {
        let path = format!("/assets/{file}");
        let answer = get(&server, &path);
        assert_eq!(answer.status, 200, "{path}");
        let kept = answer.header("cache-control").unwrap();
        assert_eq!(kept, "public, max-age=31536000, immutable", "{path}");
        let (_, name) = file.split_once('/').unwrap();
        assert_eq!(
            get(&server, &format!("/assets/0123456789abcdef/{name}")).status,
            404
        );
        assert_eq!(get(&server, &format!("{path}x")).status, 404);
    }
}

#[test]
fn a_browser_keeps_its_language_and_size_of_text() {
    let server = TestServer::on(Sqlite);
    let chinese = get(&server, "/").text();
    assert!(
        chinese.contains("<html lang=\"zh-CN\" data-size=\"usual\">"),
        "{chinese}"
    );
    let answer = get(&server, "/lang/en?back=%2Fitems%2Fa");
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/items/a"))
    );
    let cookie = answer.header("set-cookie").unwrap();
    for part in ["lang=en; ", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let english = Ask::new("GET", "/").header("cookie", "lang=en; size=elder");
    let english = server.ask(&english).text();
    assert!(
        english.contains("<html lang=\"en\" data-size=\"elder\">"),
        "{english}"
    );
    assert!(english.contains("What the state already has"));
    // What nobody offers is not kept, and nobody is led away.
    assert_eq!(get(&server, "/lang/xx").code(), "not_found");
    assert_eq!(get(&server, "/text/huge").code(), "not_found");
    for away in [
        "%2F%2Fevil.example",
        "https%3A%2F%2Fevil.example",
        "%2F%5Cevil",
    ] {
        let answer = get(&server, &format!("/text/elder?back={away}"));
        assert_eq!(answer.header("location"), Some("/"), "{away}");
    }
    let invented = Ask::new("GET", "/").header("cookie", "lang=\"><script>; size=9");
    assert!(server.ask(&invented).text().contains("data-size=\"usual\""));
}

#[rstest]
fn a_refusal_is_a_page_with_a_number(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let answer = get(&server, "/items/none-such");
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (404, "unknown_item")
    );
    let html = answer.text();
    assert!(
        html.contains(answer.header("x-trace-id").unwrap()),
        "{html}"
    );
    assert!(html.contains("role=\"alert\""), "{html}");
    // A program that asks for an address that is none is told as programs are.
    let answer = get(&server, "/no/such/place");
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    // A browser is told as people are.
    let browser = Ask::new("GET", "/no/such/place").header("accept", "text/html,*/*;q=0.8");
    let answer = server.ask(&browser);
    assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
}
