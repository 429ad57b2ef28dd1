//! A stop in the middle of the day: whatever was acknowledged is there afterwards.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mianzheng::domain::caller::Role;
use mianzheng::domain::time::Clock;
use mianzheng::domain::time::SystemClock;
use rstest::rstest;
use serde_json::json;

use crate::http_thread::health;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;
use crate::support::server::read_answer;

/// Seconds within which a server ends.
const STOP_S: i64 = 10;

/// What a client was told is done.
#[derive(Default)]
struct Acknowledged {
    issued: Vec<String>,
    suspended: Vec<String>,
    batches: Vec<String>,
}

/// A client that issues, suspends and sends sheets, one after the other, until nobody answers.
struct Client<'a> {
    server: &'a TestServer,
    issuer: &'a str,
    of: &'a str,
    number: usize,
    answers: &'a AtomicUsize,
}

impl Client<'_> {
    fn works(&self) -> Acknowledged {
        let mut done = Acknowledged::default();
        while self.goes_on(&mut done).is_some() {}
        done
    }

    /// One certificate, sometimes suspended, sometimes a sheet; none when there was no answer.
    fn goes_on(&self, done: &mut Acknowledged) -> Option<()> {
        let n = done.issued.len();
        let number = format!("锡市健〔2026〕17{}{n:04}号", self.number);
        let key = |what: &str| format!("{what}-{}-{n}", self.number);
        let ask = Ask::new("POST", "/api/v1/certificates");
        let issued = self.asks(ask.key(&key("issue")).json(&health(&number)))?;
        let identifier = issued.json()["identifier"].as_str()?.to_owned();
        done.issued.push(identifier.clone());
        if n.is_multiple_of(3) {
            let path = format!("/api/v1/certificates/{identifier}/status");
            let change = json!({"change": "suspend", "reason": "复查"});
            self.asks(Ask::new("POST", &path).key(&key("suspend")).json(&change))?;
            done.suspended.push(identifier);
        }
        if n.is_multiple_of(5) {
            let path = format!("/api/v1/batches?type={}&task=issue&dry_run=true", self.of);
            let sheet = format!("姓名,证件编号\n巴特尔,{number}\n").into_bytes();
            let ask = Ask::new("POST", &path).key(&key("batch"));
            let batch = self.asks(ask.bytes("text/csv", sheet))?;
            done.batches
                .push(batch.json()["batch"].as_str()?.to_owned());
        }
        Some(())
    }

    /// The answer, if there is one and it says that it was done.
    fn asks(&self, ask: Ask<'_>) -> Option<Answer> {
        use std::io::Write;
        let mut connection = self.server.connect(None).ok()?;
        connection.write_all(&ask.token(self.issuer).wire()).ok()?;
        let answer = read_answer(connection).ok()?;
        self.answers.fetch_add(1, Ordering::Relaxed);
        (200..300).contains(&answer.status).then_some(answer)
    }
}

#[rstest]
fn what_was_acknowledged_before_a_stop_is_there(#[values(Sqlite, Postgres)] database: Database) {
    let mut server = TestServer::on(database);
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let of = server.test.type_named(HEALTH).definition.code.clone();
    let answers = AtomicUsize::new(0);
    let (done, asked) = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|number| {
                let client = Client {
                    server: &server,
                    issuer: &issuer,
                    of: of.as_str(),
                    number,
                    answers: &answers,
                };
                scope.spawn(move || client.works())
            })
            .collect();
        while answers.load(Ordering::Relaxed) < 60 {
            assert!(clients.iter().any(|client| !client.is_finished()));
            std::thread::sleep(Duration::from_millis(10));
        }
        let asked = SystemClock.now();
        server.ask_to_stop();
        let done: Vec<_> = clients.into_iter().map(|c| c.join().unwrap()).collect();
        (done, asked)
    });
    server.stop();
    let took = SystemClock.now().secs_since(asked);
    assert!(took <= STOP_S, "it took {took} s to stop");
    let head = &server.test.office.settings.folder;
    let head = head.join("heads/ledger-head.jwt");
    assert!(head.exists(), "the head was written at the stop");

    // Every single one, as another process finds it.
    server.test.reopen();
    server.start();
    let look = |path: &str| {
        let answer = server.ask(&Ask::new("GET", path).token(&issuer));
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    };
    for identifier in done.iter().flat_map(|done| &done.issued) {
        let own = look(&format!("/api/v1/certificates/{identifier}"));
        let mut suspended = done.iter().flat_map(|done| &done.suspended);
        if suspended.any(|one| one == identifier) {
            assert_eq!(own["standing"], "suspended", "{identifier}");
        }
    }
    for batch in done.iter().flat_map(|done| &done.batches) {
        look(&format!("/api/v1/batches/{batch}"));
    }
    assert!(done.iter().all(|done| !done.issued.is_empty()));
}
