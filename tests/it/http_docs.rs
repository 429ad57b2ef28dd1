//! The page about the interface: all of it is there, in both languages, and nothing from
//! elsewhere.

use std::collections::BTreeSet;
use std::process::Command;

use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::words::Lang;
use mianzheng::domain::words::say;
use mianzheng::http::manner::Repeat;
use mianzheng::http::openapi;
use mianzheng::http::problem;
use mianzheng::http::routes::TABLE;
use mianzheng::http::subject::Subject;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

fn page(server: &TestServer) -> (Answer, String) {
    let answer = server.ask(&Ask::new("GET", "/docs"));
    let html = String::from_utf8(answer.body.clone()).unwrap();
    (answer, html)
}

/// Every text between two signs.
fn between<'h>(html: &'h str, from: &str, to: &str) -> Vec<&'h str> {
    let parts = html.split(from).skip(1);
    parts.map(|part| part.split(to).next().unwrap()).collect()
}

/// Text as it stands in the page.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[rstest]
fn every_call_problem_and_type_is_on_the_page(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let (_, html) = page(&server);
    let ids = between(&html, " id=\"", "\"");
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an id twice");
    for to in between(&html, "href=\"#", "\"") {
        assert!(known.contains(to), "#{to} leads nowhere");
    }
    for row in TABLE.iter().filter(|row| !row.page) {
        assert!(known.contains(row.name), "{}", row.name);
        let article = html.split(&format!("<article id=\"{}\"", row.name)).nth(1);
        let article = article.unwrap().split("</article>").next().unwrap();
        assert!(article.contains(&format!("verb {}", row.verb.name().to_lowercase())));
        assert!(article.contains("curl "), "{}", row.name);
        for lang in [Lang::Zh, Lang::En] {
            let words = say(lang, &format!("route.{}", row.name), &[]);
            assert!(article.contains(&escaped(&words)), "{}: {words}", row.name);
            if let Some(why) = row.why_repeatable(lang) {
                assert!(article.contains(&escaped(&why)), "{}: {why}", row.name);
            }
        }
        let key = article.contains("Idempotency-Key: $(uuidgen)");
        assert_eq!(key, row.repeat == Repeat::Key, "{}", row.name);
        for parameter in row.path_parameters() {
            assert!(
                article.contains(&format!("<code>{parameter}</code>")),
                "{}",
                row.name
            );
        }
    }
    for reason in Reason::all() {
        let place = format!("<tr id=\"problem-{}\"", reason.code());
        let line = html
            .split(&place)
            .nth(1)
            .unwrap_or_else(|| panic!("{place}"));
        let line = line.split("</tr>").next().unwrap();
        assert!(line.contains(problem::status(reason).as_str()));
        for lang in [Lang::Zh, Lang::En] {
            assert!(line.contains(&escaped(&reason.title(lang))), "{line}");
        }
    }
    let types = server.ask(&Ask::new("GET", "/api/v1/types")).json();
    for of in types["types"].as_array().unwrap() {
        let code = of["code"].as_str().unwrap();
        assert!(html.contains(&format!("href=\"/api/v1/types/{code}/template.xlsx\"")));
    }
    // What must be sent is told as such.
    let verify = html.split("<article id=\"verify\"").nth(1).unwrap();
    assert!(verify.contains("<code>code</code> <span class=\"must\">"));
}

#[test]
fn nothing_comes_from_elsewhere_and_nothing_else_runs() {
    let server = TestServer::on(Sqlite);
    let (answer, html) = page(&server);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; "));
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
    assert!(policy.ends_with("frame-ancestors 'none'"));
    let loaded: Vec<&str> = [
        "src=\"",
        "rel=\"stylesheet\" href=\"",
        "rel=\"icon\" href=\"",
    ]
    .iter()
    .flat_map(|sign| between(&html, sign, "\""))
    .collect();
    assert_eq!(loaded.len(), 3, "{loaded:?}");
    for path in loaded {
        let file = server.ask(&Ask::new("GET", path));
        assert_eq!(file.status, 200, "{path}");
        let text = String::from_utf8(file.body).unwrap();
        assert!(
            !text.contains("url(") && !text.contains("@import"),
            "{path}"
        );
    }
    let (_, text) = html.split_once("<body>").unwrap();
    for sign in [
        "<script",
        "<link",
        "<iframe",
        " src=",
        " style=",
        " onclick=",
        "href=\"http",
    ] {
        assert!(!text.contains(sign), "{sign}");
    }
    // Written in one language or the other, never as a key of the message files.
    for group in [
        "docs",
        "subject",
        "route",
        "shape",
        "parameter",
        "role",
        "document",
    ] {
        assert!(!text.contains(&format!(">{group}.")), "{group}");
    }
}

#[test]
fn the_commands_of_the_page_are_commands() {
    let server = TestServer::on(Sqlite);
    let (_, html) = page(&server);
    let commands = between(&html, "<code>curl ", "</code>");
    assert!(commands.len() > TABLE.iter().filter(|row| !row.page).count());
    let mut script = String::new();
    for command in commands {
        let command = command.replace("&lt;", "<").replace("&gt;", ">");
        let command = command.replace("&quot;", "\"").replace("&#39;", "'");
        let command = command.replace("&amp;", "&");
        // The shell takes each apart; what stands in the place of curl tells its words.
        let line = format!("curl {command}\n");
        script.push_str(&line);
    }
    let tell = "curl() { for word; do printf '%s\\037' \"$word\"; done; printf '\\n\\036'; }\n\
                uuidgen() { printf 'a-new-one'; }\nTOKEN=the-token TYPE=the-type\n";
    let mut shell = Command::new("sh");
    shell.arg("-euc").arg(format!("{tell}{script}"));
    let told = shell.output().unwrap();
    assert!(told.status.success(), "{told:?}");
    let told = String::from_utf8(told.stdout).unwrap();
    let issue = told
        .split('\u{1e}')
        .find(|words| words.contains("/api/v1/certificates\u{1f}"));
    let words: Vec<&str> = issue.unwrap().split('\u{1f}').map(str::trim).collect();
    assert!(
        words.contains(&"Authorization: Bearer the-token"),
        "{words:?}"
    );
    assert!(words.contains(&"Idempotency-Key: a-new-one"), "{words:?}");
    let body = words[words.iter().position(|word| *word == "-d").unwrap() + 1];
    let body: Value = serde_json::from_str(body).unwrap();
    assert!(body["fields"].is_object(), "{body}");
}

#[test]
fn every_chapter_parameter_and_member_has_words() {
    let test = TestOffice::on(Sqlite);
    let document = openapi::build(&test.office);
    let mut untold = Vec::new();
    let mut told = |of: &Value, what: &str| {
        for name in ["description", "x-description-zh"] {
            let words = of[name].as_str().unwrap_or_default();
            let missing = words.is_empty() || words.starts_with("shape.");
            if missing || words.starts_with("parameter.") {
                untold.push(format!("{what} has no {name}"));
            }
        }
    };
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let own = schemas
        .iter()
        .filter(|(name, _)| !name.starts_with("Certificate"));
    let mut members = 0;
    for (name, schema) in own {
        for (member, schema) in schema["properties"].as_object().into_iter().flatten() {
            told(schema, &format!("{name}.{member}"));
            members += 1;
        }
    }
    assert!(members > 150, "{members}");
    let tags = document["tags"].as_array().unwrap();
    assert_eq!(tags.len(), Subject::ALL.len());
    for (tag, subject) in tags.iter().zip(Subject::ALL) {
        told(tag, subject.name());
        assert!(!tag["x-title-zh"].as_str().unwrap().starts_with("subject."));
    }
    for row in TABLE.iter().filter(|row| !row.page) {
        let operation = &document["paths"][row.path][row.verb.name().to_lowercase().as_str()];
        assert_eq!(operation["tags"], json!([row.subject.name()]));
        assert_eq!(operation["x-repeat"], row.repeat.name());
        assert_eq!(
            operation["x-repeat-why"].is_object(),
            row.repeat == Repeat::Nature
        );
        for parameter in operation["parameters"].as_array().unwrap() {
            told(parameter, &format!("{} {}", row.name, parameter["name"]));
        }
    }
    for role in Role::ALL.iter().map(|role| role.name()).chain(["machine"]) {
        let key = format!("role.{role}");
        assert_ne!(say(Lang::Zh, &key, &[]), key);
    }
    assert!(untold.is_empty(), "{untold:?}");
}

#[rstest]
fn the_page_follows_the_catalogue(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let (before, _) = page(&server);
    let mut changed = serde_json::to_value(&server.test.type_named(HEALTH).definition).unwrap();
    changed["name"] = "从业人员<健康>证".into();
    server.test.load_types(&json!([changed]));
    let (after, html) = page(&server);
    assert_ne!(before.header("etag"), after.header("etag"));
    assert!(html.contains("从业人员&lt;健康&gt;证"));
}
