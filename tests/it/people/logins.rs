//! Who is let in, and who is not, and that nobody learns why.

use std::sync::Arc;

use mianzheng::domain::account::LoginName;
use mianzheng::domain::account::PasswordCost;
use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::settings::Mode;
use mianzheng::flow::people;
use mianzheng::flow::people::NewAccount;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use super::PASSWORD;
use super::World;
use super::cookie_of;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::operator;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

#[rstest]
fn who_logs_in_is_who_the_account_says(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let hall = world.server.test.agency(HALL).number;
    let answer = world.try_in(" Wang.Min ", PASSWORD, None);
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(
        answer.json(),
        json!({
            "account": world.officer, "display_name": "王敏", "role": "window", "agency": hall,
            "place": "3号窗口", "ends_at": "2026-11-23T21:00:00+08:00",
        })
    );
    let officer = cookie_of(&answer);
    assert_eq!(world.get("/api/v1/cases", &officer).status, 200);
    assert_eq!(world.get("/api/v1/cards", &officer).code(), "forbidden");
    let holder = world.log_in("batar");
    assert_eq!(world.get("/api/v1/cards", &holder).status, 200);
    assert_eq!(world.get("/api/v1/cases", &holder).code(), "forbidden");
    // Each is recorded under her account, and nothing in the clear says who she is.
    let read = world.events("read");
    assert_eq!(read.last().unwrap().0.actor, world.officer);
    let logins = world.events("session_changed");
    let told: Vec<(&str, &Value)> = logins
        .iter()
        .map(|(row, details)| (row.actor.as_str(), &details["what"]))
        .collect();
    let begun = json!("begun");
    assert_eq!(
        told,
        [
            (world.officer.as_str(), &begun),
            (world.holder.as_str(), &begun)
        ]
    );
    assert!(logins[1].0.subject.is_some() && logins[0].0.agency.is_some());
    world.ledger_is_whole();
}

#[rstest]
fn every_login_is_a_session_of_its_own(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let one = world.log_in("wang.min");
    let two = world.log_in("wang.min");
    assert_ne!(one, two);
    assert!(world.is_in(&one) && world.is_in(&two));
    // What a browser brought, its own or what somebody put there, is never taken over.
    let planted = format!("__Host-mianzheng={}", "A".repeat(43));
    for brought in [planted.as_str(), &two] {
        let body = json!({"name": "wang.min", "password": PASSWORD});
        let ask = Ask::new("POST", "/api/v1/session").header("cookie", brought);
        let made = cookie_of(&world.server.ask(&ask.json(&body)));
        assert_ne!(made, brought);
        assert!(world.is_in(&made) && !world.is_in(brought));
    }
    assert!(world.is_in(&one), "the other browser's stays");
    assert!(!world.is_in(&planted));
}

/// What is told, but for what differs each time.
fn told(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("trace_id");
    assert!(answer.header("set-cookie").is_none());
    (answer.status, body)
}

#[rstest]
fn nobody_learns_why_she_was_not_let_in(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    world.operator();
    let wrong = told(&world.try_in("wang.min", "wrong password", None));
    assert_eq!((wrong.0, &wrong.1["code"]), (401, &json!("login_wrong")));
    let id = world.account("gone", Role::Auditor);
    let office = &world.server.test.office;
    people::disable(office, &id, &operator()).unwrap();
    for (name, password, code) in [
        ("nobody", PASSWORD, None),
        ("", "", None),
        ("没有这个人", PASSWORD, None),
        ("wang.min", "", None),
        ("gone", PASSWORD, None),
        ("chief", "wrong password", Some("123456")),
        ("chief", PASSWORD, Some("not digits")),
    ] {
        assert_eq!(told(&world.try_in(name, password, code)), wrong, "{name}");
    }
    // What was typed stands nowhere.
    let refused = world.events("login_refused");
    assert_eq!(refused.len(), 8);
    for (row, details) in refused {
        assert_eq!(row.actor, "public");
        let text = details.to_string();
        assert!(!text.contains("nobody") && !text.contains("wrong password"));
        assert_eq!(details["address"], "127.0.0.1");
    }
    world.ledger_is_whole();
}

#[rstest]
fn an_operator_needs_a_code_that_nobody_used(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let (_, secret) = world.operator();
    for _ in 0..7 {
        let asked = world.try_in("chief", PASSWORD, None);
        // Who is asked for a code has not failed.
        assert_eq!((asked.status, asked.code().as_str()), (401, "code_needed"));
    }
    let code = || secret.code_at(world.server.test.now());
    let used = code();
    let answer = world.try_in("chief", PASSWORD, Some(&used));
    assert_eq!(answer.status, 201, "{answer:?}");
    let cookie = cookie_of(&answer);
    assert_eq!(world.get("/api/v1/accounts", &cookie).status, 200);
    let again = world.try_in("chief", PASSWORD, Some(&used));
    assert_eq!(
        again.code(),
        "login_wrong",
        "somebody looked over her shoulder"
    );
    world.later(60);
    let spaced = format!("{} {}", &code()[..3], &code()[3..]);
    assert_eq!(world.try_in("chief", PASSWORD, Some(&spaced)).status, 201);
    world.later(600);
    let old = world.try_in("chief", PASSWORD, Some(&used));
    assert_eq!(old.code(), "login_wrong");
    world.ledger_is_whole();
}

#[rstest]
fn one_code_lets_one_in_of_many_at_once(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let (_, secret) = world.operator();
    let code = secret.code_at(world.server.test.now());
    let tried: Vec<u16> = std::thread::scope(|scope| {
        let one = || world.try_in("chief", PASSWORD, Some(&code)).status;
        let all: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(tried.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(tried.iter().filter(|status| **status == 401).count(), 3);
}

#[rstest]
fn a_password_is_hashed_anew_when_it_costs_more(#[values(Sqlite, Postgres)] database: Database) {
    let mut world = World::on(database);
    let hash = |world: &World| {
        let store = &world.server.test.office.store;
        let row = store.read(|rx| rx.account(1)).unwrap().unwrap();
        row.password.unwrap()
    };
    let before = hash(&world);
    world.log_in("wang.min");
    assert_eq!(hash(&world), before);
    world.server.stop();
    let mut settings = world.server.test.office.settings.clone();
    settings.passwords = PasswordCost {
        memory_kib: 16,
        ..settings.passwords
    };
    world.server.test.reopen_with(settings);
    world.server.start();
    let cookie = world.log_in("wang.min");
    assert!(hash(&world).starts_with("$argon2id$v=19$m=16,t=1,p=1$"));
    assert!(world.is_in(&cookie));
    world.log_in("wang.min");
    world.ledger_is_whole();
}

#[test]
fn a_body_that_is_no_login_is_refused() {
    let world = World::on(Sqlite);
    let post = || Ask::new("POST", "/api/v1/session");
    for (ask, code) in [
        (post(), "wrong_media"),
        (
            post().bytes("text/plain", b"name=a".to_vec()),
            "wrong_media",
        ),
        (post().json(&json!({"name": "wang.min"})), "bad_request"),
        (
            post().json(&json!({"name": "a\u{0}", "password": "b"})),
            "bad_request",
        ),
        (
            post().json(&json!({"name": "a", "password": "b", "role": "operator"})),
            "bad_request",
        ),
        (
            post().json(&json!({"name": "a", "password": "b".repeat(300_000)})),
            "too_large",
        ),
    ] {
        let answer = world.server.ask(&ask);
        assert_eq!(answer.code(), code, "{answer:?}");
    }
}

#[test]
fn in_earnest_nobody_logs_in_with_a_password_of_the_demonstration() {
    let server = TestServer::on(Sqlite);
    let mut world = World::of(server);
    world.account("demo.window", Role::Window);
    world.log_in("demo.window");
    world.server.stop();
    world.server.test.reopen();
    // An office in earnest would have other roots, which no login asks for.
    let office = Arc::get_mut(&mut world.server.test.office).unwrap();
    office.settings.mode = Mode::Production;
    world.server.start();
    let answer = world.try_in("demo.window", PASSWORD, None);
    assert_eq!(answer.code(), "login_wrong");
    world.log_in("wang.min");
    // Nor is such an account made.
    let office = &world.server.test.office;
    let new = NewAccount {
        name: &LoginName::read("demo.auditor").unwrap(),
        display: "审计",
        role: Role::Auditor,
        agency: None,
        place: None,
        holder: None,
        password: PASSWORD,
        with_code: false,
    };
    let why = people::add(office, &new, &operator()).err().unwrap();
    assert_eq!(why.problem().reason, Reason::BadRequest);
}

#[test]
fn logins_are_counted_by_what_came_of_them() {
    let world = World::on(Sqlite);
    world.log_in("wang.min");
    world.try_in("wang.min", "wrong password", None);
    let text = world.server.ask(&Ask::new("GET", "/metrics")).body;
    let text = String::from_utf8(text).unwrap();
    for line in [
        "mianzheng_logins_total{name=\"in\"} 1",
        "mianzheng_logins_total{name=\"login_wrong\"} 1",
    ] {
        assert!(text.contains(line), "{text}");
    }
}
