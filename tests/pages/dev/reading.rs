//! What is read before the first call: start, directory, contracts, tables.

use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use rstest::rstest;

use super::english;
use super::get;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HEALTH;
use crate::support::server::TestServer;

#[rstest]
fn the_first_page_leads_to_the_first_fields(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    assert!(get(&server, "/").text().contains("href=\"/dev\""));
    let html = get(&server, "/dev").text();
    for way in ["/dev/interfaces", "/dev/verdicts", "/dev/errors", "/docs"] {
        assert!(html.contains(&format!("href=\"{way}\"")), "{way}");
    }
    assert!(html.contains("演示环境"), "{html}");
    // Without items there is nothing that a certificate could be needed for.
    assert!(html.contains("还没有公布的事项"), "{html}");
    server.test.load_items_with("150131901000");
    let html = english(&server, "/dev").text();
    assert!(html.contains("Fifteen minutes"), "{html}");
    let of = server.test.office.known().type_named(HEALTH).unwrap();
    let code = &of.definition.code;
    for call in ["/query", "", "/openapi.json"] {
        assert!(html.contains(&format!("/api/v1/interfaces/{code}{call}")));
    }
    assert!(
        html.contains("&#34;number&#34;: &#34;TRY-2026-11-23&#34;"),
        "{html}"
    );
}

#[rstest]
fn every_type_stands_in_the_directory(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let listed = get(&server, "/api/v1/interfaces").json();
    let listed = listed["interfaces"].as_array().unwrap();
    let html = get(&server, "/dev/interfaces").text();
    for line in listed {
        let code = line["code"].as_str().unwrap();
        assert!(
            html.contains(&format!("/dev/interfaces/{code}\"")),
            "{code}"
        );
        assert!(html.contains(&format!("/api/v1/interfaces/{code}/openapi.json\"")));
    }
    // By a part of the name, and nothing else.
    let found = get(&server, "/dev/interfaces?q=%E5%81%A5%E5%BA%B7").text();
    assert!(
        found.contains(HEALTH) && !found.contains("出生医学证明"),
        "{found}"
    );
    let none = get(&server, "/dev/interfaces?q=%3Cb%3Enothing").text();
    assert!(
        none.contains("没有名称或代码含“&#60;b&#62;nothing”的证照"),
        "{none}"
    );
    assert_eq!(get(&server, "/dev/interfaces?p=1").code(), "bad_request");
}

#[rstest]
fn a_contract_tells_all_that_the_document_does(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let of = server.test.office.known().type_named(HEALTH).unwrap();
    let code = &of.definition.code;
    let document = get(&server, &format!("/api/v1/interfaces/{code}")).json();
    let html = get(&server, &format!("/dev/interfaces/{code}")).text();
    for field in document["fields"].as_array().unwrap() {
        assert!(html.contains(field["key"].as_str().unwrap()), "{field}");
        assert!(html.contains(field["label"].as_str().unwrap()), "{field}");
    }
    for mode in document["modes"].as_array().unwrap() {
        for piece in mode["evidence"].as_array().unwrap() {
            let without = piece["without"].as_str().unwrap();
            assert!(
                html.contains(&format!("/dev/errors#{without}\"")),
                "{without}"
            );
        }
    }
    assert!(html.contains("&#34;$schema&#34;"), "the schema");
    assert!(html.contains(&format!("/api/v1/interfaces/{code}/openapi.json\"")));
    let html = english(&server, &format!("/dev/interfaces/{code}")).text();
    assert!(html.contains(&of.definition.name_en), "{html}");
    let answer = get(&server, "/dev/interfaces/none-such");
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (404, "unknown_type")
    );
}

#[test]
fn every_type_has_a_page() {
    let server = TestServer::on(Sqlite);
    for code in server.test.office.known().newest.keys() {
        let answer = get(&server, &format!("/dev/interfaces/{code}"));
        let html = answer.text();
        assert_eq!(answer.status, 200, "{code}");
        assert!(
            !html.contains("dev_kind.") && !html.contains("dev_class."),
            "{code}"
        );
    }
}

#[test]
fn every_verdict_and_every_refusal_has_a_line() {
    let server = TestServer::on(Sqlite);
    for html in [
        get(&server, "/dev/verdicts"),
        english(&server, "/dev/verdicts"),
    ] {
        let html = html.text();
        for outcome in Outcome::ALL {
            assert!(
                html.contains(&format!("id=\"{}\"", outcome.name())),
                "{outcome:?}"
            );
        }
        assert!(!html.contains("dev_means.") && !html.contains("dev_then."));
    }
    let html = get(&server, "/dev/errors").text();
    for reason in Reason::all() {
        assert!(
            html.contains(&format!("<tr id=\"{}\">", reason.code())),
            "{reason:?}"
        );
    }
    let again = |code: &str| {
        let line = html.split(&format!("<tr id=\"{code}\">")).nth(1).unwrap();
        line.split("data-retry=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
    };
    assert_eq!(again("unavailable"), "later");
    assert_eq!(again("quota_spent"), "tomorrow");
    assert_eq!(again("no_grant"), "others");
    assert_eq!(again("bad_request"), "mended");
}
