//! People who log in: with name, password and code; what a session is good for, and how it ends.

mod accounts;
mod cookies;
mod held;
mod locked;
mod logins;
mod origins;

use mianzheng::crypto::one_time_code::CodeSecret;
use mianzheng::domain::account::LoginName;
use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::flow::ledger_check;
use mianzheng::flow::people;
use mianzheng::flow::people::NewAccount;
use mianzheng::store::ledger::DETAILS;
use mianzheng::store::ledger::LedgerRow;
use serde_json::Value;
use serde_json::json;

use crate::support::database::Database;
use crate::support::office::HALL;
use crate::support::office::operator;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const PERSON: &str = "111:152502199003070019";
const PASSWORD: &str = "七匹马 过河 三只羊";

/// A server, with a window officer and a holder who have accounts.
struct World {
    server: TestServer,
    officer: String,
    holder: String,
}

impl World {
    fn on(database: Database) -> Self {
        Self::of(TestServer::on(database))
    }

    fn of(server: TestServer) -> Self {
        let mut world = Self {
            server,
            officer: String::new(),
            holder: String::new(),
        };
        world.officer = world.account("wang.min", Role::Window);
        world.holder = world.account("batar", Role::Holder);
        world
    }

    /// Makes an account that wants no code; returns its id.
    fn account(&self, name: &str, role: Role) -> String {
        self.made(name, role, PASSWORD).id
    }

    fn made(&self, name: &str, role: Role, password: &str) -> people::Made {
        let test = &self.server.test;
        let code = HolderCode::read(PERSON).unwrap();
        let new = NewAccount {
            name: &LoginName::read(name).unwrap(),
            display: "王敏",
            role,
            agency: role.of_agency().then(|| test.agency(HALL).number),
            place: (role == Role::Window).then_some("3号窗口"),
            holder: (role == Role::Holder).then_some(&code),
            password,
            with_code: false,
        };
        people::add(&test.office, &new, &operator()).unwrap()
    }

    /// An operator's account, and the secret of its codes.
    fn operator(&self) -> (String, CodeSecret) {
        let made = self.made("chief", Role::Operator, PASSWORD);
        let text = made.code.unwrap().secret;
        (made.id, CodeSecret::of(&unbase32(&text)).unwrap())
    }

    fn try_in(&self, name: &str, password: &str, code: Option<&str>) -> Answer {
        let body = json!({"name": name, "password": password, "code": code});
        self.server
            .ask(&Ask::new("POST", "/api/v1/session").json(&body))
    }

    /// The cookie of somebody who has logged in.
    fn log_in(&self, name: &str) -> String {
        let answer = self.try_in(name, PASSWORD, None);
        assert_eq!(answer.status, 201, "{answer:?}");
        cookie_of(&answer)
    }

    fn get(&self, path: &str, cookie: &str) -> Answer {
        self.server
            .ask(&Ask::new("GET", path).header("cookie", cookie))
    }

    /// A request that changes something, as a page of ours makes it.
    fn does(&self, method: &str, path: &str, cookie: &str) -> Answer {
        let ask = Ask::new(method, path).header("cookie", cookie);
        self.server
            .ask(&ask.header("sec-fetch-site", "same-origin"))
    }

    /// Whether somebody is logged in with this cookie.
    fn is_in(&self, cookie: &str) -> bool {
        let answer = self.get("/api/v1/sessions", cookie);
        assert!(matches!(answer.status, 200 | 401), "{answer:?}");
        answer.status == 200
    }

    fn later(&self, seconds: i64) {
        self.server.test.clock.advance(seconds);
    }

    /// The details of the ledger's events of a kind, with the rows.
    fn events(&self, kind: &str) -> Vec<(LedgerRow, Value)> {
        let office = &self.server.test.office;
        let rows = office.store.read(|rx| rx.ledger_rows(0, 10_000)).unwrap();
        let of_kind = rows.into_iter().filter(|row| {
            mianzheng::domain::event::EventKind::from_number(row.kind)
                .is_some_and(|found| found.name() == kind)
        });
        let opened = of_kind.map(|row| {
            let details = office.store.read(|rx| rx.ledger_details(row.seq, row.seq));
            let (_, sealed) = details.unwrap().remove(0);
            let text = office.store.vault().open(&DETAILS, row.seq, &sealed);
            (row, serde_json::from_slice(&text.unwrap()).unwrap())
        });
        opened.collect()
    }

    fn ledger_is_whole(&self) {
        let report = ledger_check::check(&self.server.test.office, None).unwrap();
        assert!(report.is_whole(), "{:?}", report.findings);
    }
}

/// What a browser sends back: name and value.
fn cookie_of(answer: &Answer) -> String {
    let set = answer.header("set-cookie").unwrap();
    set.split(';').next().unwrap().to_owned()
}

fn unbase32(text: &str) -> Vec<u8> {
    let digits = text.bytes().map(|c| match c {
        b'A'..=b'Z' => c - b'A',
        _ => c - b'2' + 26,
    });
    let bits: Vec<u8> = digits
        .flat_map(|digit| (0..5).rev().map(move |bit| digit >> bit & 1))
        .collect();
    let whole = bits.chunks_exact(8);
    whole
        .map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit))
        .collect()
}
