//! Items over HTTP: found, shown, listed; what to bring, as JSON and as a page. Nobody logs in.

use std::collections::BTreeSet;

use mianzheng::flow::catalogue;
use mianzheng::flow::catalogue::CatalogueFiles;
use rstest::rstest;
use serde_json::Value;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::example;
use crate::support::office::operator;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// 生育登记（一孩登记） of 二连浩特市.
const ITEM: &str = "11152501MY0001840D415202390100001";

fn get(server: &TestServer, path: &str) -> Answer {
    server.ask(&Ask::new("GET", path))
}

fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let found = answer.json()["found"].clone();
    let found = found.as_array().unwrap().iter();
    let name = |main: &Value| main["name"].as_str().unwrap().to_owned();
    found.map(name).collect()
}

/// A query as a browser writes it.
fn query(text: &str) -> String {
    let byte = |byte: &u8| format!("%{byte:02X}");
    text.as_bytes().iter().map(byte).collect()
}

#[rstest]
fn items_are_found_shown_and_listed(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    server.test.load_items();
    let find =
        |text: &str, rest: &str| get(&server, &format!("/api/v1/items?q={}{rest}", query(text)));
    for text in [
        "sy",
        "生育",
        "SY",
        "ｓｙ",
        "s'y",
        " s y ",
        "sydj",
        "生育登记（一孩登记）",
        "152023901",
        ITEM,
    ] {
        let found = find(text, "&limit=5");
        assert!(names(&found).contains(&"生育登记".to_owned()), "{text}");
    }
    // Main item → situations → places, each once.
    let found = find("生育登记", "").json();
    let main = &found["found"][0];
    assert_eq!(main["main_item"], "152023901");
    let first = &main["scenarios"][0];
    assert_eq!(first["scenario"], "一孩登记");
    let places = first["items"].as_array().unwrap();
    assert_eq!(places.len(), 12);
    assert_eq!(places[0]["item"], ITEM);
    assert_eq!(places[0]["division_name"], "二连浩特市");
    let here = find("生育登记", "&division=152502&department=health").json();
    let items = here["found"][0]["scenarios"][0]["items"].as_array();
    assert_eq!(items.unwrap().len(), 1);
    assert!(names(&find("生育登记", "&department=education")).is_empty());
    assert!(names(&find("", "")).is_empty());
    for wrong in ["division=15", "limit=0", "limit=51", "limit=x", "query=x"] {
        let refused = get(&server, &format!("/api/v1/items?{wrong}"));
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (400, "bad_request"),
            "{wrong}"
        );
    }
    let long = find(&"长".repeat(201), "");
    assert_eq!(long.code(), "bad_request");
    let metrics = String::from_utf8(get(&server, "/metrics").body).unwrap();
    assert!(
        metrics.contains("mianzheng_item_searches_total{name=\"found\"}"),
        "{metrics}"
    );
    listed(&server);
}

/// The list is whole, and its parts add up to it.
fn listed(server: &TestServer) {
    let all = get(server, "/api/v1/items/list").json();
    let sum = |of: &str| {
        let counts = all[of].as_array().unwrap().iter();
        counts
            .map(|count| count["items"].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(all["total"], 10_290);
    assert_eq!((sum("divisions"), sum("departments")), (10_290, 10_290));
    assert_eq!(all["items"].as_array().unwrap().len(), 10_290);
    let of_division = all["divisions"].as_array().unwrap().iter();
    let parts = of_division.map(|count| {
        let division = count["division"].as_str().unwrap();
        let part = get(server, &format!("/api/v1/items/list?division={division}")).json();
        assert_eq!(part["total"], count["items"], "{division}");
        part["total"].as_u64().unwrap()
    });
    assert_eq!(parts.sum::<u64>(), 10_290);
    let part = get(
        server,
        "/api/v1/items/list?division=152502&department=health",
    )
    .json();
    let health = part["items"].as_array().unwrap();
    assert!(!health.is_empty() && health.iter().all(|item| item["department"] == "health"));
    let sheet = get(server, "/api/v1/items/list.csv?division=152502");
    assert_eq!(
        sheet.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    let text = String::from_utf8(sheet.body).unwrap();
    assert!(text.starts_with("\u{feff}事项编码,事项名称,"), "{text}");
    assert_eq!(text.lines().count(), 818);
}

#[rstest]
fn a_stored_rule_is_told_with_its_versions(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    server.test.load_items_with("152023901");
    let shown = get(&server, &format!("/api/v1/items/{ITEM}")).json();
    assert_eq!(shown["item"]["name"], "生育登记（一孩登记）");
    assert_eq!(shown["version"], 1);
    let first = shown["materials"][0]["name"].as_str().unwrap().to_owned();
    server.test.clock.advance(3600);
    let text = std::fs::read_to_string(example("catalogue/item-materials.csv")).unwrap();
    let lines = text
        .lines()
        .filter(|l| l.contains("152023901") || l.starts_with("base"));
    let changed = lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace(&first, "改名的申请表");
    let files = CatalogueFiles {
        materials: Some(changed),
        ..CatalogueFiles::default()
    };
    catalogue::load(&server.test.office, &files, &operator()).unwrap();
    let now = get(&server, &format!("/api/v1/items/{ITEM}")).json();
    assert_eq!(now["version"], 2);
    assert_eq!(now["materials"][0]["name"], "改名的申请表");
    let at = |n: usize| now["versions"][n]["loaded_at"].clone();
    assert_eq!(at(0), "2026-11-23T09:00:00+08:00");
    assert_eq!(at(1), "2026-11-23T10:00:00+08:00");
    let before = get(&server, &format!("/api/v1/items/{ITEM}?version=1")).json();
    assert_eq!(before["materials"][0]["name"], first.as_str());
    let base = now["item"]["base_item"].as_str().unwrap().parse().unwrap();
    let office = &server.test.office;
    let kept = office.rule_version(base, 1).unwrap().unwrap();
    assert_eq!(
        (kept.version, kept.materials[0].name.as_str()),
        (1, first.as_str())
    );
    assert!(office.rule_version(base, 3).unwrap().is_none());
    for (path, code) in [
        (format!("/api/v1/items/{ITEM}?version=3"), "not_found"),
        (
            "/api/v1/items/11152501MY0001840D415202390100099".to_owned(),
            "unknown_item",
        ),
        ("/api/v1/items/1".to_owned(), "unknown_item"),
        (
            format!("/api/v1/items/{ITEM}/checklist?scenario=x"),
            "bad_scenario",
        ),
        ("/items/x".to_owned(), "unknown_item"),
    ] {
        assert_eq!(get(&server, &path).code(), code, "{path}");
    }
    // However the code is typed.
    let small = get(&server, &format!("/api/v1/items/{}", ITEM.to_lowercase()));
    assert_eq!(small.status, 200);
}

#[rstest]
fn nobody_sets_out_with_too_much(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    server.test.load_items();
    let list = get(&server, &format!("/api/v1/items/{ITEM}/checklist")).json();
    let lines = list["lines"].as_array().unwrap();
    let count = |errand: &str| lines.iter().filter(|l| l["errand"] == errand).count();
    let (spared, bring) = (count("spared") + count("promise"), count("bring"));
    assert_eq!(
        (&list["spared"], &list["bring"]),
        (&spared.into(), &bring.into())
    );
    assert!(spared > 0 && bring > 0, "{list:#}");
    let wanted = format!("不用带 {spared} 样，需带 {bring} 样");
    assert_eq!(list["headline"]["zh"], wanted.as_str());
    let page = get(&server, &format!("/items/{ITEM}"));
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    let html = String::from_utf8(page.body).unwrap();
    assert!(html.contains(&wanted) && html.contains("生育登记（一孩登记）"));
    assert!(
        !html.contains("<script") && html.len() < 25_000,
        "{}",
        html.len()
    );
    for line in lines {
        for material in line["materials"].as_array().unwrap() {
            let name = material["name"].as_str().unwrap();
            let told = material["told"]["zh"].as_str().unwrap();
            assert!(html.contains(name) && html.contains(told), "{name}: {told}");
        }
    }
    // Another situation of the same item at the same agency.
    let again = get(
        &server,
        &format!("/api/v1/items/{ITEM}/checklist?scenario={}", query("补办")),
    );
    assert_eq!(again.json()["item"]["scenario"], "补办");
    cancelled_and_either(&server);
}

/// What is no longer asked for is struck out with its basis, and nobody who rents is told that
/// she may leave the contract at home.
fn cancelled_and_either(server: &TestServer) {
    let of = |base: &str, scenario: &str| {
        let items = server.test.office.items().unwrap();
        let item = items
            .iter()
            .find(|item| item.code.base().to_string() == base && item.scenario == scenario);
        item.unwrap().code.to_string()
    };
    let item = of("152014904000", "失业保险金申领");
    let html = get(server, &format!("/items/{item}")).body;
    let html = String::from_utf8(html).unwrap();
    assert!(
        html.contains("<del>终止或者解除劳动关系证明</del>"),
        "{html}"
    );
    assert!(html.contains("依据：失业保险“畅通领、安全办”"), "{html}");
    let items = server.test.office.items().unwrap();
    let rented = items
        .iter()
        .find(|item| item.code.base().to_string() == "150105902000");
    let code = rented.unwrap().code.to_string();
    let list = get(server, &format!("/api/v1/items/{code}/checklist")).json();
    let lines = list["lines"].as_array().unwrap();
    let either = lines
        .iter()
        .find(|line| line["errand"] == "either")
        .unwrap();
    let errands: BTreeSet<&str> = either["materials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|material| material["errand"].as_str().unwrap())
        .collect();
    assert_eq!(errands, BTreeSet::from(["bring", "spared"]));
}
