//! Server-sent events: who waits for a holder's answer is told at once, by a client of its own.

#![expect(
    clippy::disallowed_methods,
    reason = "how long somebody waits is told by a watch"
)]

use std::io::BufRead;
use std::io::BufReader;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use mianzheng::domain::caller::Role;
use mianzheng::flow::credentials;
use mianzheng::flow::requests;
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
use crate::support::office::operator;
use crate::support::server::Ask;
use crate::support::server::TestServer;
use crate::support::system::PENSIONER;

/// A system that asks a pensioner on her phone.
struct Asking {
    server: TestServer,
    token: String,
    requests: String,
}

impl Asking {
    fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        load_items(&server.test);
        server
            .test
            .give(HALL, HOUSEHOLD, &item(OLD_AGE), &["home_address"]);
        let code = &server.test.type_named(HOUSEHOLD).definition.code;
        Self {
            requests: format!("/api/v1/interfaces/{code}/requests"),
            token: server.token(Role::System, Some(HALL), None),
            server,
        }
    }

    /// Asks her; says the number of the request and the code that leads to it.
    fn ask(&self) -> (i64, String) {
        let (kind, code) = PENSIONER.split_once(':').unwrap();
        let asked = self.server.ask(&Ask::new("POST", &self.requests).token(&self.token).json(&json!({
            "holder": {"type": kind, "code": code},
            "purpose": {
                "mode": "online", "item": item(OLD_AGE), "item_name": OLD_AGE, "cause": "核对户籍",
            },
        })));
        assert_eq!(asked.status, 201, "{asked:?}");
        let asked = asked.json();
        (
            asked["consent"].as_i64().unwrap(),
            asked["code"].as_str().unwrap().to_owned(),
        )
    }

    fn answer(&self, code: &str, give: bool) {
        let holder = self.server.test.holder(PENSIONER);
        requests::answer(&self.server.test.office, code, give, &holder).unwrap();
    }

    fn listen(&self, request: i64) -> Listener {
        let url = format!(
            "https://localhost:{}{}/{request}/events",
            self.server.address.port(),
            self.requests
        );
        let mut child = Command::new("curl")
            .args(["-sSN", "--cacert"])
            .arg(self.server.cacert())
            .args(["-H", &format!("Authorization: Bearer {}", self.token), &url])
            .stdout(Stdio::piped())
            .spawn()
            .expect("curl must be installed");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Listener {
            lines: Box::new(lines.map(Result::unwrap)),
            child,
        }
    }
}

/// curl, and the lines it has read.
struct Listener {
    lines: Box<dyn Iterator<Item = String>>,
    child: Child,
}

impl Listener {
    /// The next event: its name and what it says; none at the end.
    fn event(&mut self) -> Option<(String, Value)> {
        let name = self.lines.find(|line| line.starts_with("event: "))?;
        let data = self.lines.next()?;
        let data = data.strip_prefix("data: ").unwrap();
        Some((
            name["event: ".len()..].to_owned(),
            serde_json::from_str(data).unwrap(),
        ))
    }

    fn state(&mut self) -> String {
        let (name, says) = self.event().unwrap();
        assert_eq!(name, "standing");
        says["state"].as_str().unwrap().to_owned()
    }

    /// Why it ended, with nothing behind it.
    fn end(mut self) -> Value {
        let (name, says) = self.event().unwrap();
        assert_eq!(name, "end");
        assert_eq!(self.event(), None);
        assert!(self.child.wait().unwrap().success());
        says["why"].clone()
    }
}

#[rstest]
fn the_answer_is_told_when_it_is_there(#[values(Sqlite, Postgres)] database: Database) {
    let asking = Asking::on(database);
    for (give, state) in [(true, "given"), (false, "refused")] {
        let (request, code) = asking.ask();
        let mut listener = asking.listen(request);
        assert_eq!(listener.state(), "asked");
        asking.answer(&code, give);
        let answered = Instant::now();
        assert_eq!(listener.state(), state);
        assert!(answered.elapsed() < Duration::from_secs(5));
        assert_eq!(listener.end(), state);
        // Who comes later is told at once, and that is all.
        let mut late = asking.listen(request);
        assert_eq!(late.state(), state);
        assert_eq!(late.end(), state);
    }
    // What nobody answers ends, too.
    let (request, _) = asking.ask();
    let mut listener = asking.listen(request);
    assert_eq!(listener.state(), "asked");
    asking.server.test.clock.advance(600);
    assert_eq!(listener.state(), "expired");
    assert_eq!(listener.end(), "expired");
}

#[rstest]
fn who_may_not_or_too_often_has_no_stream(#[values(Sqlite, Postgres)] database: Database) {
    let mut asking = Asking::on(database);
    let (request, _) = asking.ask();
    let path = format!("{}/{request}/events", asking.requests);
    let get = |token: &str| asking.server.ask(&Ask::new("GET", &path).token(token));
    let others = asking.server.token(Role::System, Some(CDC), None);
    assert_eq!(get(&others).code(), "not_found");
    assert_eq!(get("").code(), "unauthenticated");
    let none = format!("{}/4711/events", asking.requests);
    let none = asking
        .server
        .ask(&Ask::new("GET", &none).token(&asking.token));
    assert_eq!(none.code(), "not_found");

    let mut open: Vec<Listener> = (0..16).map(|_| asking.listen(request)).collect();
    for listener in &mut open {
        assert_eq!(listener.state(), "asked");
    }
    let full = get(&asking.token);
    assert_eq!((full.status, full.code().as_str()), (429, "too_many"));
    assert_eq!(full.header("retry-after"), Some("5"));
    // Whoever goes away leaves a place.
    let mut gone = open.pop().unwrap();
    gone.child.kill().unwrap();
    gone.child.wait().unwrap();
    let patience = Instant::now() + Duration::from_secs(20);
    let mut again = loop {
        let mut again = asking.listen(request);
        if let Some(event) = again.event() {
            assert_eq!(event.1["state"], "asked");
            break again;
        }
        assert!(Instant::now() < patience);
        std::thread::sleep(Duration::from_millis(200));
    };
    // A credential that is taken back hears no more.
    let test = &asking.server.test;
    let hall = test.agency(HALL).number;
    let all = credentials::list(&test.office).unwrap();
    let own = all
        .iter()
        .find(|line| line.role == "system" && line.agency == Some(i32::try_from(hall).unwrap()));
    credentials::revoke(&test.office, &own.unwrap().id, &operator()).unwrap();
    assert_eq!(again.event(), None);
    // A server that stops does not wait for those who listen.
    asking.token = asking.server.token(Role::System, Some(HALL), None);
    let mut last = asking.listen(request);
    assert_eq!(last.state(), "asked");
    let stopping = Instant::now();
    asking.server.stop();
    assert!(
        stopping.elapsed() < Duration::from_secs(6),
        "{:?}",
        stopping.elapsed()
    );
    for mut listener in open.into_iter().chain([again, last]) {
        listener.child.wait().unwrap();
    }
}
