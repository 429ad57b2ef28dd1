//! The directory of interfaces, the contract of each, and its document for programs.

use std::collections::BTreeSet;

use mianzheng::domain::caller::Role;
use mianzheng::domain::usage::UseMode;
use mianzheng::http::openapi::of_type;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::cases::HOUSEHOLD;
use crate::support::cases::OLD_AGE;
use crate::support::cases::item;
use crate::support::cases::load_items;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::openapi::Checked;
use crate::support::openapi::operation_of;
use crate::support::server::Ask;
use crate::support::server::TestServer;
use crate::types_unseen::riding;

/// The type that was unseen before.
const RIDING: &str = "91152502MA0000001L999";

fn get(server: &TestServer, path: &str, token: &str) -> Value {
    let answer = server.ask(&Ask::new("GET", path).token(token));
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

#[rstest]
fn whoever_reads_the_contract_reads_what_it_may_use(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    load_items(&server.test);
    server
        .test
        .give(HALL, HOUSEHOLD, &item(OLD_AGE), &["home_address"]);
    let all = get(&server, "/api/v1/interfaces", "");
    let all = all["interfaces"].as_array().unwrap();
    assert_eq!(all.len(), 211);
    let household = all.iter().find(|of| of["name"] == HOUSEHOLD).unwrap();
    assert!(household["needed_by"].as_u64().unwrap() > 0, "{household}");
    let address = household["contract"].as_str().unwrap();
    let path = address.strip_prefix("https://mz.example").unwrap();

    let contract = get(&server, path, "");
    let needed = contract["needed_by"].as_array().unwrap();
    let published: usize = needed
        .iter()
        .map(|needed| needed["items"].as_array().unwrap().len())
        .sum();
    assert_eq!(household["needed_by"], published);
    assert_eq!(household["base_items"], needed.len());
    let old_age = item(OLD_AGE);
    let one = needed.iter().find(|one| {
        one["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|i| i["item"] == old_age.as_str())
    });
    let fields = &one.unwrap()["materials"][0]["fields"];
    assert!(!fields.as_array().unwrap().is_empty());
    assert!(
        contract["who_may"]["zh"]
            .as_str()
            .unwrap()
            .contains("两名运维人员")
    );
    assert!(
        contract["addresses"]["query"]
            .as_str()
            .unwrap()
            .ends_with("/query")
    );
    // What is granted is nobody's but the agency's, the operator's and the auditor's to read.
    assert!(contract.get("grants").is_none());
    let holder = server.token(Role::Holder, None, Some("111:152502194501010024"));
    assert!(get(&server, path, &holder).get("grants").is_none());
    let hall = server.token(Role::System, Some(HALL), None);
    let own = get(&server, path, &hall);
    let own = own["grants"].as_array().unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["grants"][0]["item"], old_age.as_str());
    assert_eq!(own[0]["grants"][0]["fields"][0]["key"], "home_address");
    let others = server.token(Role::System, Some(CDC), None);
    assert_eq!(get(&server, path, &others)["grants"], json!([]));
    let auditor = server.token(Role::Auditor, None, None);
    assert_eq!(
        get(&server, path, &auditor)["grants"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // What goes in stands elsewhere, and each leads to the other.
    let form = contract["drafts"].as_str().unwrap();
    let form = get(
        &server,
        form.strip_prefix("https://mz.example").unwrap(),
        "",
    );
    assert_eq!(form["interface"], address);
    assert!(form.get("columns").is_some() && contract.get("columns").is_none());
    let unknown = server.ask(&Ask::new("GET", "/api/v1/interfaces/nothing"));
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (404, "unknown_type")
    );
    let kept = server.ask(&Ask::new("GET", path).token(&hall));
    assert_eq!(kept.header("cache-control"), Some("no-store"));
}

/// What the contract says a way needs is what the gate asks for: without each piece the very
/// refusal comes that the contract names.
#[rstest]
fn each_piece_that_the_contract_names_is_asked_for(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    load_items(&server.test);
    server
        .test
        .give(HALL, HOUSEHOLD, &item(OLD_AGE), &["home_address"]);
    let hall = server.token(Role::System, Some(HALL), None);
    let code = server.test.type_named(HOUSEHOLD).definition.code.clone();
    let here = format!("/api/v1/interfaces/{code}");
    let contract = get(&server, &here, "");
    let opened = server.ask(
        &Ask::new("POST", "/api/v1/cases")
            .token(&hall)
            .key("c")
            .json(&json!({
                "items": [item(OLD_AGE)],
                "name": "敖登", "holder": {"type": "111", "code": "152502194501010024"},
            })),
    );
    assert_eq!(opened.status, 201, "{opened:?}");
    for (mode, told) in UseMode::all().zip(contract["modes"].as_array().unwrap()) {
        assert_eq!(told["mode"], mode.name());
        let mut request = told["sample"].clone();
        request["fields"] = json!(["home_address"]);
        request["purpose"]["item"] = item(OLD_AGE).into();
        request["purpose"]["item_name"] = OLD_AGE.into();
        if request["purpose"].get("case").is_some() {
            request["purpose"]["case"] = opened.json()["number"].clone();
        }
        for piece in told["evidence"].as_array().unwrap() {
            let member = piece["member"].as_str().unwrap();
            for word in [&piece["meaning"]["zh"], &piece["meaning"]["en"]] {
                assert!(!word.as_str().unwrap().contains("evidence."), "{word}");
            }
            let (parent, name) = member.rsplit_once('.').unwrap();
            let parent = format!("/{}", parent.replace('.', "/"));
            let mut without = request.clone();
            let place = without
                .pointer_mut(&parent)
                .unwrap()
                .as_object_mut()
                .unwrap();
            assert!(place.remove(name).is_some(), "{member} is in the sample");
            let query = format!("{here}/query");
            let asked = Ask::new("POST", &query).token(&hall).json(&without);
            let refused = server.ask(&asked);
            assert_eq!(
                refused.code(),
                piece["without"].as_str().unwrap(),
                "{} without {member}",
                mode.name()
            );
        }
    }
}

#[rstest]
fn an_unseen_type_has_a_document_of_its_own_at_once(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let path = format!("/api/v1/interfaces/{RIDING}");
    let none = server.ask(&Ask::new("GET", &format!("{path}/openapi.json")));
    assert_eq!(none.code(), "unknown_type");
    server.test.load_types(&json!([riding()]));
    let contract = get(&server, &path, "");
    let document = get(&server, &format!("{path}/openapi.json"), "");
    assert_eq!(document["info"]["title"], "骑乘搭档合格证");
    let checked = Checked::of(&document);
    assert!(checked.examples > 20, "{}", checked.examples);
    assert!(!document["paths"].to_string().contains("{type}"));
    let rows: Vec<_> = of_type::rows().collect();
    let operations = document["paths"].as_object().unwrap().values();
    let operations: usize = operations.map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(operations, rows.len());
    for row in &rows {
        operation_of(&document, &row.path.replace("{type}", RIDING), row);
    }
    let schemas = &document["components"]["schemas"];
    let keys: Vec<&Value> = contract["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| &field["key"])
        .collect();
    let asked = &schemas["QueryRequest"]["properties"]["fields"]["items"]["enum"];
    assert_eq!(*asked, json!(keys));
    let told: BTreeSet<&str> = schemas["CertificateAnswer"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let keys: BTreeSet<&str> = keys.iter().map(|key| key.as_str().unwrap()).collect();
    assert_eq!(told, keys);
    assert!(keys.contains("gait") && keys.contains("photo"));
    assert!(
        !schemas
            .as_object()
            .unwrap()
            .keys()
            .any(|name| name.starts_with("Certificate_"))
    );
    // A problem has one of the codes that can come, and they are those that are named.
    let codes = schemas["Problem"]["properties"]["code"]["enum"]
        .as_array()
        .unwrap();
    for code in ["no_grant", "case_missing", "too_many", "unauthenticated"] {
        assert!(codes.contains(&json!(code)), "{code}");
    }
    assert!(!codes.contains(&json!("bad_draft")));
    assert!(document.to_string().len() < 300_000);
}
