//! What a session is good for, and for how long.

use mianzheng::domain::caller::Role;
use mianzheng::flow::forget::forget_expired;
use rstest::rstest;
use serde_json::json;

use super::PASSWORD;
use super::PERSON;
use super::World;
use super::cookie_of;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::server::Ask;

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

#[rstest]
fn a_cookie_is_kept_for_this_host_alone(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let set = |name: &str| {
        let answer = world.try_in(name, PASSWORD, None);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let set = answer.header("set-cookie").unwrap().to_owned();
        let (pair, rest) = set.split_once("; ").unwrap();
        let value = pair.strip_prefix("__Host-mianzheng=").unwrap();
        assert_eq!(value.len(), 43);
        (value.to_owned(), rest.to_owned())
    };
    let (officer, flags) = set("wang.min");
    assert_eq!(
        flags,
        "Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Lax"
    );
    let (holder, flags) = set("batar");
    assert_eq!(
        flags,
        "Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax"
    );
    // Neither stands in the database, in the clear or in its own bytes.
    let office = &world.server.test.office;
    for secret in [officer, holder] {
        let bytes = mianzheng::codec::base64url::decode(&secret).unwrap();
        let logins = office.store.read(|rx| rx.logins_of(1)).unwrap();
        let others = office.store.read(|rx| rx.logins_of(2)).unwrap();
        for row in logins.iter().chain(&others) {
            assert!(row.digest != bytes && row.digest != secret.as_bytes());
        }
    }
}

#[rstest]
fn what_no_login_gave_lets_nobody_in(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let cookie = world.log_in("wang.min");
    let (name, value) = cookie.split_once('=').unwrap();
    let turned = value.chars().rev().collect::<String>();
    for bad in [
        String::new(),
        format!("{name}="),
        format!("{name}={turned}"),
        format!("{name}={}", &value[1..]),
        format!("{name}={value}A"),
        format!("mianzheng={value}"),
        format!("{name}x={value}"),
        format!("{name}=\u{e9}"),
    ] {
        assert!(!world.is_in(&bad), "{bad}");
    }
    let among = format!("theme=dark; {cookie}; lang=zh");
    assert!(world.is_in(&among));
    // A stale cookie keeps nobody from what anybody may do.
    let ask = Ask::new("POST", "/api/v1/verify").header("cookie", format!("{name}={turned}"));
    let answer = world.server.ask(&ask.json(&json!({"code": "x"})));
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[rstest]
fn a_session_ends_when_it_is_left_and_at_its_time(
    #[values(Sqlite, Postgres)] database: Database,
    #[values(
        ("wang.min", 30 * MINUTE, 720 * MINUTE),
        ("batar", 7 * DAY, 30 * DAY)
    )]
    stay: (&str, i64, i64),
) {
    let (name, idle, whole) = stay;
    let world = World::on(database);
    let left = world.log_in(name);
    let used = world.log_in(name);
    let step = idle / 2;
    let mut passed = 0;
    while passed + step < whole {
        world.later(step);
        passed += step;
        assert!(world.is_in(&used), "{passed}");
    }
    assert!(!world.is_in(&left));
    world.later(whole - passed - 1);
    assert!(world.is_in(&used));
    world.later(1);
    assert!(!world.is_in(&used));
    forget_expired(&world.server.test.office).unwrap();
    let store = &world.server.test.office.store;
    for account in [1, 2] {
        assert_eq!(store.read(|rx| rx.logins_of(account)).unwrap(), []);
    }
}

#[rstest]
fn use_is_noted_once_a_minute(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let cookie = world.log_in("wang.min");
    let store = &world.server.test.office.store;
    let seen = || store.read(|rx| rx.logins_of(1)).unwrap()[0].seen_at;
    let began = seen();
    for _ in 0..4 {
        world.later(14);
        assert!(world.is_in(&cookie));
    }
    assert_eq!(seen(), began);
    world.later(4);
    assert!(world.is_in(&cookie));
    assert_eq!(seen(), began + 60_000);
}

#[rstest]
fn whoever_can_only_write_to_the_database_logs_nobody_in(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let world = World::on(database);
    let cookie = world.log_in("batar");
    let test = &world.server.test;
    for edit in [
        // The window officer's account, a longer life, another number.
        "UPDATE sessions SET account = 1",
        "UPDATE sessions SET ends_at = ends_at + 1",
        "UPDATE sessions SET id = id + 1",
    ] {
        test.sql("CREATE TABLE kept AS SELECT * FROM sessions");
        assert!(world.is_in(&cookie));
        test.sql(edit);
        assert!(!world.is_in(&cookie), "{edit}");
        test.sql("DELETE FROM sessions; INSERT INTO sessions SELECT * FROM kept; DROP TABLE kept");
    }
    assert!(world.is_in(&cookie));
}

#[rstest]
fn a_credential_comes_before_a_cookie(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let cookie = world.log_in("wang.min");
    let holder = world.server.token(Role::Holder, None, Some(PERSON));
    let ask = |token: &str| {
        let ask = Ask::new("GET", "/api/v1/cards").token(token);
        world.server.ask(&ask.header("cookie", cookie.as_str()))
    };
    assert_eq!(ask(&holder).status, 200);
    assert_eq!(ask("mzt_no_such_token").code(), "unauthenticated");
    let sessions = Ask::new("GET", "/api/v1/sessions").token(&holder);
    let answer = world.server.ask(&sessions);
    assert_eq!(answer.json(), json!({"sessions": []}));
    for (method, path) in [
        ("DELETE", "/api/v1/session"),
        ("DELETE", "/api/v1/sessions"),
        ("DELETE", "/api/v1/sessions/1"),
    ] {
        let answer = world.server.ask(&Ask::new(method, path).token(&holder));
        assert_eq!(answer.code(), "not_found");
    }
}

#[rstest]
fn who_is_logged_in_sees_where_and_logs_out(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    let body = json!({"name": "wang.min", "password": PASSWORD});
    let ask = Ask::new("POST", "/api/v1/session").header("user-agent", firefox);
    let one = cookie_of(&world.server.ask(&ask.json(&body)));
    world.later(90);
    let [two, three, four] = [0; 3].map(|_| world.log_in("wang.min"));
    let other = world.log_in("batar");
    let list = |cookie: &str| world.get("/api/v1/sessions", cookie).json()["sessions"].clone();
    let own = list(&one);
    assert_eq!(own.as_array().unwrap().len(), 4);
    let first = own
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["own"] == true);
    assert_eq!(
        *first.unwrap(),
        json!({
            "session": 1, "device": "Firefox · Linux", "way": "password",
            "begun_at": "2026-11-23T09:00:00+08:00", "seen_at": "2026-11-23T09:01:30+08:00",
            "ends_at": "2026-11-23T21:00:00+08:00", "own": true,
        })
    );
    // One, by its number; another's is none.
    let end = |cookie: &str, path: &str| world.does("DELETE", path, cookie);
    assert_eq!(end(&one, "/api/v1/sessions/5").code(), "not_found");
    assert_eq!(end(&one, "/api/v1/sessions/x").code(), "not_found");
    assert_eq!(end(&one, "/api/v1/sessions/2").status, 200);
    assert_eq!(end(&one, "/api/v1/sessions/2").code(), "not_found");
    assert!(!world.is_in(&two) && world.is_in(&three) && world.is_in(&other));
    // This one.
    let out = end(&three, "/api/v1/session");
    assert_eq!(out.status, 200);
    let set = out.header("set-cookie").unwrap();
    assert!(
        set.starts_with("__Host-mianzheng=; Path=/; Max-Age=0;"),
        "{set}"
    );
    assert!(!world.is_in(&three) && world.is_in(&one));
    assert_eq!(end(&three, "/api/v1/session").code(), "unauthenticated");
    // Everywhere.
    let out = end(&one, "/api/v1/sessions");
    assert_eq!(out.json(), json!({"ended": 2}));
    assert!(!world.is_in(&one) && !world.is_in(&four) && world.is_in(&other));
    let what: Vec<_> = world
        .events("session_changed")
        .into_iter()
        .filter(|(_, details)| details["what"] != "begun")
        .map(|(row, details)| (row.actor, details["what"].clone()))
        .collect();
    let officer = world.officer.clone();
    assert_eq!(
        what,
        ["ended", "ended", "ended_everywhere"].map(|what| (officer.clone(), json!(what)))
    );
    world.ledger_is_whole();
}
