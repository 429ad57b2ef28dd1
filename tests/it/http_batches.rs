//! Files over the network: sent, cut off, repeated, worked on, stopped in the middle.

use std::io::Cursor;
use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::time::Clock;
use mianzheng::flow::batch::upload::Upload;
use mianzheng::flow::batch::work::LEASE_S;
use mianzheng::flow::batch::work::Turn;
use mianzheng::flow::batch::work::work_once;
use mianzheng::flow::ledger_check;
use mianzheng::store::Rx;
use mianzheng::store::Tx;
use rstest::rstest;
use serde_json::Value;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::example;
use crate::support::office::health_fields;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const FILE: &str = "samples/健康证明-2026年10月.csv";

pub(crate) fn sheet() -> Vec<u8> {
    std::fs::read(example(FILE)).unwrap()
}

/// The code of the type of health certificates, fit for a query.
pub(crate) fn code(server: &TestServer, name: &str) -> String {
    server.test.type_named(name).definition.code.clone()
}

pub(crate) fn send(
    server: &TestServer,
    token: &str,
    key: &str,
    query: &str,
    body: Vec<u8>,
) -> Answer {
    let path = format!("/api/v1/batches?{query}");
    server.ask(
        &Ask::new("POST", &path)
            .token(token)
            .key(key)
            .bytes("text/csv", body),
    )
}

/// Waits until a batch is done or failed.
pub(crate) fn ended(server: &TestServer, token: &str, batch: &str) -> Value {
    for _ in 0..600 {
        let path = format!("/api/v1/batches/{batch}");
        let standing = server.ask(&Ask::new("GET", &path).token(token)).json();
        if ["done", "failed"].contains(&standing["state"].as_str().unwrap()) {
            return standing;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the batch does not end");
}

#[rstest]
fn a_file_is_sent_worked_on_and_its_results_fetched(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let query = format!("type={}&task=issue", code(&server, "食品从业人员健康证明"));
    let sent = send(&server, &issuer, "b-1", &query, sheet());
    assert_eq!(sent.status, 202, "{sent:?}");
    let batch = sent.json()["batch"].as_str().unwrap().to_owned();
    let again = send(&server, &issuer, "b-1", &query, sheet());
    assert_eq!(again.json()["batch"], batch.as_str());
    let other = send(&server, &issuer, "b-1", &query, b"other".to_vec());
    assert_eq!(other.code(), "key_reused");
    let standing = ended(&server, &issuer, &batch);
    assert_eq!(standing["state"], "done", "{standing}");
    let counts = &standing["counts"];
    assert_eq!(standing["total"], counts["rows"]);
    assert_eq!(
        counts["issued"].as_u64().unwrap() + counts["refused"].as_u64().unwrap(),
        counts["rows"].as_u64().unwrap()
    );
    let finding = &standing["rows"][0]["findings"][0];
    assert_ne!(finding["zh"], finding["en"]);
    let file = |name: &str| {
        let path = format!("/api/v1/batches/{batch}/{name}");
        server.ask(&Ask::new("GET", &path).token(&issuer))
    };
    let results = String::from_utf8(file("results").body).unwrap();
    assert_eq!(
        u64::try_from(results.lines().count()).unwrap(),
        counts["issued"].as_u64().unwrap() + 1
    );
    assert!(
        file("errors")
            .header("content-disposition")
            .unwrap()
            .contains("errors.csv")
    );
    assert_eq!(file("differs").json()["differs"], serde_json::json!([]));
    // Another agency does not learn that it exists.
    let hospital = server.token(Role::Issuer, Some(HOSPITAL), None);
    let path = format!("/api/v1/batches/{batch}");
    assert_eq!(
        server.ask(&Ask::new("GET", &path).token(&hospital)).status,
        404
    );
    // The same rows again are there already.
    let second = send(&server, &issuer, "b-2", &query, sheet()).json();
    let second = ended(&server, &issuer, second["batch"].as_str().unwrap());
    assert_eq!(second["counts"]["same"], counts["issued"]);
    assert_eq!(second["counts"]["issued"], 0);
}

#[rstest]
fn a_cut_upload_changes_nothing(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let path = format!(
        "/api/v1/batches?type={}&task=issue",
        code(&server, "食品从业人员健康证明")
    );
    let body = vec![b'x'; 3 << 20];
    let wire = Ask::new("POST", &path)
        .token(&issuer)
        .key("cut")
        .bytes("text/csv", body)
        .wire();
    let mut connection = server.connect(None).unwrap();
    connection
        .write_all(&wire[..wire.len() / 2 + (1 << 20)])
        .unwrap();
    connection.flush().unwrap();
    let waiting = || server.test.batch_ids();
    for _ in 0..100 {
        if !waiting().is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let id = waiting()[0];
    drop(connection);
    for _ in 0..200 {
        if waiting().is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(waiting().is_empty());
    let piece = server
        .test
        .office
        .store
        .read(|rx: &mut Rx<'_>| rx.piece(id, 0, 0))
        .unwrap();
    assert!(piece.is_none());
    // An announced digest that is another's changes nothing either.
    let ask = Ask::new("POST", &path).token(&issuer).key("digest");
    let ask = ask.header(
        "content-digest",
        "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
    );
    let refused = server.ask(&ask.bytes("text/csv", sheet()));
    assert_eq!(refused.code(), "bad_request");
    let sent = send(
        &server,
        &issuer,
        "cut",
        path.split_once('?').unwrap().1,
        sheet(),
    );
    assert_eq!(
        sent.status, 202,
        "the key of a cut upload is free: {sent:?}"
    );
}

#[rstest]
fn a_batch_that_was_stopped_in_the_middle_is_issued_once(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let mut server = TestServer::on(database);
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    // A sheet of more than one chunk: the good rows of the sample under numbers of their own.
    let office = std::sync::Arc::clone(&server.test.office);
    let mut text = String::from(
        "持证人,身份证号码,证件编号,性别,从业类别,体检日期,体检单位,体检结论,发证日期\n",
    );
    for n in 0..4100 {
        let line = format!(
            "巴特尔,152502199003070019,锡市健〔2026〕18{n:05}号,男,餐饮服务,2026-10-07,{CDC},合格,2026-10-09\n"
        );
        text.push_str(&line);
    }
    let of = server.test.type_named("食品从业人员健康证明");
    for (key, heading) in [
        ("holder_name", "持证人"),
        ("holder_code", "身份证号码"),
        ("certificate_number", "证件编号"),
        ("sex", "性别"),
        ("trade_class", "从业类别"),
        ("exam_date", "体检日期"),
        ("exam_unit", "体检单位"),
        ("exam_result", "体检结论"),
        ("issue_date", "发证日期"),
    ] {
        text = text.replacen(heading, of.definition.label(key), 1);
    }
    let query = format!("type={}&task=issue", of.definition.code);
    // The server stops, and so does a second: each gives the batch back between two chunks.
    let sent = send(&server, &issuer, "b-1", &query, text.into_bytes());
    let batch = sent.json()["batch"].as_str().unwrap().to_owned();
    server.stop();
    let stop = AtomicBool::new(true);
    let turn = work_once(&office, &stop).unwrap();
    assert!(matches!(turn, Turn::Stopped | Turn::Idle), "{turn:?}");
    // Another one takes it and dies: until its lease has run out, nobody touches the batch.
    let now = server.test.clock.now();
    let lost = office
        .store
        .write(|tx: &mut Tx<'_>| tx.claim_batch(now, now.plus_secs(LEASE_S)));
    assert!(lost.unwrap().is_some());
    assert_eq!(work_once(&office, &stop).unwrap(), Turn::Idle);
    server.test.clock.advance(LEASE_S + 1);
    server.start();
    let standing = ended(&server, &issuer, &batch);
    assert_eq!(standing["state"], "done", "{standing}");
    let counts = &standing["counts"];
    let all = counts["issued"].as_u64().unwrap() + counts["same"].as_u64().unwrap();
    assert_eq!(all, 4100, "{standing}");
    server.stop();
    let rows = office
        .store
        .read(|rx: &mut Rx<'_>| rx.certificates_after(0, 10_000))
        .unwrap();
    assert_eq!(rows.len(), 4100);
    assert!(ledger_check::check(&office, None).unwrap().is_whole());
}

/// A zip with a portrait of one person, and something of so many bytes before it.
fn photos(person: &str, bytes: usize) -> Vec<u8> {
    let mut portrait = Cursor::new(Vec::new());
    image::GrayImage::from_pixel(30, 40, image::Luma([90]))
        .write_to(&mut portrait, image::ImageFormat::Png)
        .unwrap();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("说明.bin", stored).unwrap();
    zip.write_all(&vec![7; bytes]).unwrap();
    zip.start_file(format!("{person}.png"), stored).unwrap();
    zip.write_all(&portrait.into_inner()).unwrap();
    zip.finish().unwrap().into_inner()
}

#[rstest]
fn photos_that_are_sent_again_do_not_mix_with_those_cut_off(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let (person, of) = ("152502199003070019", server.test.type_named(HEALTH));
    let fields = health_fields(person, "锡市健〔2026〕1700001号");
    let headings = fields.iter().map(|(key, _)| of.definition.label(key));
    let cells = fields.iter().map(|(_, value)| *value);
    let [head, row] = [headings.collect::<Vec<_>>(), cells.collect()].map(|all| all.join(","));
    let query = format!("type={}&task=issue&photos=true", of.definition.code);
    let sheet = format!("{head}\n{row}\n").into_bytes();
    let sent = send(&server, &issuer, "b-1", &query, sheet).json();
    let batch = sent["batch"].as_str().unwrap();
    // One is cut off, and the server learns it only when its repetition is nearly there.
    let office = &server.test.office;
    let by = server.test.caller(Role::Issuer, CDC);
    let begin = || Upload::of_photos(office, batch, &by, None).unwrap();
    let zip = photos(person, 3 << 20);
    let (mut cut, mut again) = (begin(), begin());
    cut.push(&zip[..2 << 20]).unwrap();
    again.push(&zip[..2 << 20]).unwrap();
    cut.push(&vec![0; 1 << 20]).unwrap();
    cut.abandon().unwrap();
    again.push(&zip[2 << 20..]).unwrap();
    let mut late = begin();
    late.push(&vec![1; 2 << 20]).unwrap();
    again.finish(None).unwrap();
    let refused = late.push(&vec![1; 1 << 20]).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::WrongStep);
    late.abandon().unwrap();
    let standing = ended(&server, &issuer, batch);
    assert_eq!(standing["state"], "done", "{standing}");
    assert_eq!(standing["counts"]["pictures"], 1, "{standing}");
}

#[rstest]
fn a_batch_waits_for_its_photos(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let issuer = server.token(Role::Issuer, Some(HOSPITAL), None);
    let query = format!(
        "type={}&task=issue&dry_run=true&photos=true",
        code(&server, BIRTH)
    );
    let file = std::fs::read(example("samples/出生医学证明-2026年三季度.xlsx")).unwrap();
    let sent = send(&server, &issuer, "b-1", &query, file).json();
    assert_eq!(sent["state"], "waiting_for_photos");
    let batch = sent["batch"].as_str().unwrap();
    let path = format!("/api/v1/batches/{batch}");
    let standing = server.ask(&Ask::new("GET", &path).token(&issuer)).json();
    assert_eq!(standing["state"], "waiting_for_photos");
    let path = format!("/api/v1/batches/{batch}/photos");
    let put = Ask::new("PUT", &path).token(&issuer).key("p-1");
    let put = server.ask(&put.bytes("application/zip", b"PK\x05\x06 no zip".to_vec()));
    assert_eq!(put.status, 202, "{put:?}");
    let standing = ended(&server, &issuer, batch);
    assert_eq!(standing["state"], "failed");
    assert!(
        standing["problem"]
            .as_str()
            .unwrap()
            .starts_with("bad_file"),
        "{standing}"
    );
}
