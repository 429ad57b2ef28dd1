//! The server as it is started: what it writes, and how it stops.

use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;

use crate::card::Card;
use crate::card::PERSON;
use crate::office::Office;

/// Sets an office to listen on a free port of this machine without TLS; the address.
fn listen_plainly(office: &Office) -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let address = free.unwrap().to_string();
    let path = office.data().join("mianzheng.toml");
    let text = fs::read_to_string(&path).unwrap();
    let (before, _) = text.split_once("[tls]").unwrap();
    let listening = before.lines().map(|line| {
        if line.starts_with("listen = ") {
            format!("listen = \"{address}\"\n")
        } else {
            format!("{line}\n")
        }
    });
    fs::write(&path, listening.collect::<String>()).unwrap();
    address
}

/// The status of an answer, once somebody answers.
fn ask(address: &str, request: &str) -> String {
    for _ in 0..200 {
        let Ok(mut connection) = TcpStream::connect(address) else {
            std::thread::sleep(Duration::from_millis(50));
            continue;
        };
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        return answer.split(' ').nth(1).unwrap().to_owned();
    }
    panic!("nobody answers at {address}");
}

#[test]
fn a_server_writes_one_line_a_request_and_nothing_of_people() {
    let card = Card::issued();
    let address = listen_plainly(&card.office);
    let token = fs::read_to_string(&card.holder).unwrap().trim().to_owned();
    let server = card
        .office
        .command()
        .args(["serve", "--log", "trace"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let person = PERSON.split_once(':').unwrap().1;
    let end = format!("host: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n");
    let get = |path: &str| ask(&address, &format!("GET {path} HTTP/1.1\r\n{end}"));
    assert_eq!(get("/healthz"), "200");
    assert_eq!(get("/api/v1/cards"), "200");
    assert_eq!(get(&format!("/people/{person}")), "404");
    assert_eq!(get(&format!("/api/v1/certificates/{}", card.id)), "403");
    let id = server.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    let done = server.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0));
    assert!(
        done.stdout.is_empty(),
        "{:?}",
        String::from_utf8(done.stdout)
    );
    let log = String::from_utf8(done.stderr).unwrap();
    for secret in [person, &token, &card.id, "杨敏"] {
        assert!(!log.contains(secret), "{log}");
    }
    let lines = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let starts: Vec<Value> = lines
        .clone()
        .filter(|line| line["address"].is_string())
        .collect();
    let [start] = starts.as_slice() else {
        panic!("{starts:?}");
    };
    assert_eq!(
        (&start["address"], &start["tls"]),
        (&json!(address), &json!(false))
    );
    let access = lines.filter(|line| line["target"] == "access");
    let told = access.map(|line| {
        assert!(line["ms"].is_u64() && line["trace_id"].as_str().unwrap().len() == 32);
        (
            line["route"].as_str().unwrap().to_owned(),
            line["status"].as_u64().unwrap(),
        )
    });
    let route = |route: &str, status: u64| (route.to_owned(), status);
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            route("/healthz", 200),
            route("/api/v1/cards", 200),
            route("-", 404),
            route("/api/v1/certificates/{identifier}", 403),
        ]
    );
}

#[test]
fn the_log_begins_with_where_the_server_listens() {
    let office = Office::open();
    let path = office.data().join("mianzheng.toml");
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().find(|l| l.starts_with("listen = ")).unwrap();
    // The system chooses the port, so that nobody knows it before the log tells.
    fs::write(&path, text.replace(line, "listen = \"127.0.0.1:0\"")).unwrap();
    let mut server = office
        .command()
        .arg("serve")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    let start: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let address = start["address"].as_str().unwrap();
    let listens = TcpStream::connect(address);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(listens.is_ok(), "{start}");
    assert_eq!(
        (&start["level"], &start["tls"]),
        (&json!("INFO"), &json!(true))
    );
    assert_eq!(
        (&start["mode"], &start["version"]),
        (&json!("demo"), &json!(env!("CARGO_PKG_VERSION")))
    );
}
