//! Files that anybody may keep: tags, compression, and that making one hinders nobody.

use std::collections::BTreeMap;
use std::io::Read;
use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use flate2::read::GzDecoder;
use mianzheng::domain::caller::Role;
use mianzheng::flow::keys;
use mianzheng::http::routes::TABLE;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::operator;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;
use crate::support::server::read_answer;

/// 生育登记（一孩登记） of 二连浩特市.
const ITEM: &str = "11152501MY0001840D415202390100001";

/// What stands for the parameters of a file's path, so that there is a file.
fn parameters(server: &TestServer) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        (
            "type",
            server.test.type_named(HEALTH).definition.code.clone(),
        ),
        ("version", "1".to_owned()),
        ("list", "1".to_owned()),
        ("agency", server.test.agency(CDC).code.to_string()),
        ("item", ITEM.to_owned()),
    ])
}

fn get(server: &TestServer, path: &str, header: (&str, &str)) -> Answer {
    server.ask(&Ask::new("GET", path).header(header.0, header.1))
}

fn unpacked(answer: &Answer) -> Vec<u8> {
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut plain = Vec::new();
    let mut packed = GzDecoder::new(answer.body.as_slice());
    packed.read_to_end(&mut plain).unwrap();
    plain
}

#[rstest]
fn who_has_a_file_is_not_sent_it_again(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    // A certificate, so that there is a status list; a bad key, so that there are revocations.
    server
        .test
        .health("152502199003070019", "锡市健〔2026〕1700001号");
    let (office, hospital) = (&server.test.office, server.test.agency(HOSPITAL).number);
    let kid = office.issuing_key(hospital).unwrap().kid().to_string();
    keys::compromise(office, &kid, server.test.now(), &operator()).unwrap();
    server.test.load_items_with("152023901");
    let parameters = parameters(&server);
    let mut files = 0;
    for row in TABLE
        .iter()
        .filter(|row| row.public_file || ["docs", "item_page"].contains(&row.name))
    {
        let mut path = row.path.to_owned();
        for (name, value) in &parameters {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let first = get(&server, &path, ("accept", "*/*"));
        assert_eq!(first.status, 200, "{path}: {first:?}");
        assert_eq!(first.header("content-encoding"), None, "{path}");
        let kept = first.header("cache-control").unwrap();
        assert!(kept.starts_with("public, max-age="), "{path}: {kept}");
        assert_eq!(first.header("vary"), Some("Accept-Encoding"), "{path}");
        let tag = first.header("etag").unwrap();
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        let has = format!("\"other\", {tag}");
        let again = get(&server, &path, ("if-none-match", &has));
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        for name in ["etag", "cache-control", "vary"] {
            assert_eq!(again.header(name), first.header(name), "{path}: {name}");
        }
        let small = get(&server, &path, ("accept-encoding", "br, gzip"));
        assert_eq!(small.header("etag"), Some(tag), "{path}");
        if small.header("content-encoding").is_some() {
            assert_eq!(unpacked(&small), first.body, "{path}");
            assert!(small.body.len() < first.body.len(), "{path}");
        }
        let none = get(&server, &path, ("accept-encoding", "gzip;q=0, identity"));
        assert_eq!(none.body, first.body, "{path}");
        files += 1;
    }
    assert!(files > 15, "{files}");
}

#[rstest]
fn the_interface_document_follows_the_catalogue(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let all = || get(&server, "/openapi.json", ("accept-encoding", "gzip"));
    let before = all();
    assert_eq!(before.header("etag"), all().header("etag"));
    let operator = server.token(Role::Operator, None, None);
    let mut changed = serde_json::to_value(&server.test.type_named(HEALTH).definition).unwrap();
    changed["name"] = "从业人员健康证".into();
    let body = json!({"types": json!([changed]).to_string()});
    let load = Ask::new("POST", "/api/v1/catalogue")
        .token(&operator)
        .key("load");
    let loaded = server.ask(&load.json(&body));
    assert_eq!(loaded.json()["changed_types"], 1, "{loaded:?}");
    let after = all();
    assert_ne!(before.header("etag"), after.header("etag"));
    let told = |answer: &Answer| -> Value { serde_json::from_slice(&unpacked(answer)).unwrap() };
    let drafts = |answer: &Answer| told(answer)["components"]["schemas"].to_string();
    assert!(
        !drafts(&before).contains("从业人员健康证\"")
            && drafts(&after).contains("从业人员健康证\"")
    );
    let types = get(&server, "/api/v1/types", ("accept", "*/*"));
    assert!(types.json().to_string().contains("从业人员健康证\""));
}

#[rstest]
fn a_document_that_is_being_made_hinders_nobody(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::with(database, |settings| settings.workers = 1);
    let made = AtomicBool::new(false);
    let tags = std::thread::scope(|scope| {
        let ask = || {
            let document = server.ask(&Ask::new("GET", "/openapi.json"));
            made.store(true, Ordering::Relaxed);
            assert_eq!(document.status, 200, "{document:?}");
            document.header("etag").unwrap().to_owned()
        };
        // More of them than there are threads that may wait.
        let asking: Vec<_> = (0..12).map(|_| scope.spawn(ask)).collect();
        let mut answered = 0;
        while !made.load(Ordering::Relaxed) {
            // The register is asked as well, on a thread that may wait.
            let mut connection = server.connect(None).unwrap();
            connection
                .write_all(&Ask::new("GET", "/readyz").wire())
                .unwrap();
            assert_eq!(read_answer(connection).unwrap().status, 200);
            answered += 1;
        }
        assert!(answered > 1, "{answered}");
        let tags = asking.into_iter().map(|one| one.join().unwrap());
        tags.collect::<Vec<_>>()
    });
    assert!(tags.windows(2).all(|pair| pair[0] == pair[1]), "{tags:?}");
}
