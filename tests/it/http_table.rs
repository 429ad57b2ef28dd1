//! The table of routes: what it says is what happens, and what is documented.

use std::collections::BTreeSet;

use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::words::Lang;
use mianzheng::domain::words::say;
use mianzheng::http::manner::Repeat;
use mianzheng::http::manner::Who;
use mianzheng::http::openapi;
use mianzheng::http::problem;
use mianzheng::http::routes::TABLE;
use mianzheng::http::row::Row;
use mianzheng::http::row::Takes;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::TestOffice;
use crate::support::openapi::Checked;
use crate::support::openapi::operation_of;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// A path of a row with something in place of its parameters.
fn path_of(row: &Row) -> String {
    let mut path = row.path.to_owned();
    for name in row.path_parameters() {
        path = path.replace(&format!("{{{name}}}"), "1");
    }
    path
}

#[rstest]
fn every_role_may_do_just_what_the_table_says(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let agency = |role: Role| match role {
        Role::Issuer => Some(CDC),
        Role::Window | Role::System => Some(HALL),
        _ => None,
    };
    let tokens: Vec<(Role, String)> = Role::ALL
        .into_iter()
        .map(|role| match role {
            Role::Public => (role, String::new()),
            Role::Holder => (
                role,
                server.token(role, None, Some("111:152502199003070019")),
            ),
            _ => (role, server.token(role, agency(role), None)),
        })
        .collect();
    for row in TABLE.iter() {
        let path = path_of(row);
        for (role, token) in &tokens {
            let answer = server.ask(&Ask::new(row.verb.name(), &path).token(token).key("k"));
            let at_the_machine = matches!(row.who, Who::AtTheMachineOr(_));
            let reason = match answer.header("content-type") {
                Some("application/problem+json" | "text/html; charset=utf-8") => answer.code(),
                _ if answer
                    .header("location")
                    .is_some_and(|to| to.starts_with("/login")) =>
                {
                    "unauthenticated".to_owned()
                }
                _ if row.national => answer.json()["head"]["reason"].to_string().replace('"', ""),
                _ => String::new(),
            };
            let refused = ["unauthenticated", "forbidden"].contains(&reason.as_str());
            let what = format!(
                "{} {} as {}: {answer:?}",
                row.verb.name(),
                row.path,
                role.name()
            );
            assert_eq!(!refused, row.who.allows(*role) || at_the_machine, "{what}");
            assert_ne!(answer.status, 405, "{what}");
            let told = match role {
                Role::Public if row.page && row.reads() => 303,
                Role::Public => 401,
                _ => 403,
            };
            assert!(!refused || answer.status == told, "{what}");
            // A path that is there is never told as one that is not.
            let not_found = answer.status == 404
                && !row.national
                && !row.page
                && answer.json().get("detail").is_none();
            assert!(
                !not_found || row.path.contains('{') || row.path.ends_with("-list"),
                "{what}"
            );
        }
        if row.repeat == Repeat::Key {
            let role = tokens
                .iter()
                .find(|(role, _)| row.who.allows(*role))
                .unwrap();
            let answer = server.ask(&Ask::new(row.verb.name(), &path).token(&role.1));
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (400, "key_missing"),
                "{}",
                row.path
            );
        }
    }
    let auditor = &tokens
        .iter()
        .find(|(role, _)| *role == Role::Auditor)
        .unwrap()
        .1;
    let told = server
        .ask(&Ask::new("GET", "/api/v1/routes").token(auditor))
        .json();
    assert_eq!(told["routes"].as_array().unwrap().len(), TABLE.len());
}

#[test]
fn every_row_has_a_name_and_words_of_its_own() {
    let names: BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), TABLE.len());
    let places: BTreeSet<(&str, &str)> = TABLE
        .iter()
        .map(|row| (row.path, row.verb.name()))
        .collect();
    assert_eq!(places.len(), TABLE.len());
    for row in TABLE.iter() {
        for lang in [Lang::Zh, Lang::En] {
            let key = format!("route.{}", row.name);
            assert_ne!(say(lang, &key, &[]), key);
        }
        // Whatever writes is done once: by its key, or for a reason that is told.
        let reads = row.verb.name() == "GET";
        assert_eq!(reads, row.repeat == Repeat::Reads, "{}", row.name);
        for lang in [Lang::Zh, Lang::En] {
            let why = row.why_repeatable(lang);
            assert_eq!(why.is_some(), row.repeat == Repeat::Nature, "{}", row.name);
            assert!(
                why.is_none_or(|why| !why.starts_with("repeat.")),
                "{}",
                row.name
            );
        }
    }
}

#[test]
fn no_route_is_made_but_from_the_table() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("routes.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for sign in [
                    "web::resource",
                    "web::scope",
                    ".route(",
                    "#[get(",
                    "#[post(",
                ] {
                    assert!(!text.contains(sign), "{} has {sign}", path.display());
                }
                let names_status =
                    text.contains("StatusCode::") || text.contains("HttpResponse::Ok");
                assert!(
                    !names_status || path.ends_with("problem.rs"),
                    "{}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn the_interface_document_is_whole_and_its_examples_are_true() {
    let test = TestOffice::on(Sqlite);
    let document = openapi::build(&test.office);
    assert!(document["paths"].as_object().unwrap().len() > 90);
    for row in TABLE.iter().filter(|row| !row.page) {
        let operation = operation_of(&document, row.path, row);
        let takes = operation.pointer("/requestBody/content/application~1json");
        assert_eq!(
            takes.is_some(),
            matches!(row.takes, Takes::Json(..)),
            "{}",
            row.name
        );
    }
    let found = Checked::of(&document);
    assert!(found.references > 400, "{}", found.references);
    assert!(found.examples > 100, "{}", found.examples);
}

#[test]
fn every_reason_has_a_status() {
    for reason in Reason::all() {
        let status = problem::status(reason).as_u16();
        assert!((400..600).contains(&status));
    }
}

#[rstest]
fn what_everybody_may_read_is_there(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let get = |path: &str| server.ask(&Ask::new("GET", path));
    let types = get("/api/v1/types").json();
    assert_eq!(types["types"].as_array().unwrap().len(), 211);
    let code = types["types"][0]["code"].as_str().unwrap().to_owned();
    assert_eq!(
        get(&format!("/api/v1/types/{code}")).json()["code"],
        code.as_str()
    );
    assert!(
        get(&format!("/api/v1/types/{code}/template.xlsx"))
            .body
            .starts_with(b"PK")
    );
    assert!(
        get(&format!("/api/v1/types/{code}/template.csv"))
            .body
            .starts_with(b"\xef\xbb\xbf")
    );
    let vct = get(&format!("/types/{code}/1")).json()["vct"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(vct, format!("https://mz.example/types/{code}/1"));
    assert_eq!(
        get(&format!("/types/{code}/1/schema")).json()["type"],
        "object"
    );
    assert_eq!(get(&format!("/types/{code}/9")).code(), "unknown_type");
    assert_eq!(
        get("/.well-known/did.json").json()["id"],
        "did:web:mz.example"
    );
    let agency = server.test.agency(CDC).code.to_string();
    let did = get(&format!("/a/{agency}/did.json")).json();
    assert_eq!(did["id"], format!("did:web:mz.example:a:{agency}"));
    assert_eq!(
        did["assertionMethod"][0],
        did["verificationMethod"][0]["id"]
    );
    let issuer = get(&format!("/.well-known/jwt-vc-issuer/a/{agency}")).json();
    assert_eq!(issuer["jwks"]["keys"][0]["crv"], "Ed25519");
    assert!(
        get("/.well-known/mianzheng/trust-list")
            .body
            .starts_with(b"ey")
    );
    assert!(get("/api/v1/bundle").body.starts_with(b"ey"));
    assert_eq!(get("/readyz").json()["ready"], true);
    let metrics = String::from_utf8(get("/metrics").body).unwrap();
    assert!(
        metrics.contains("mianzheng_ready 1") && metrics.ends_with("# EOF\n"),
        "{metrics}"
    );
}
