//! Accounts: made, changed and disabled by operators, and what that does to who is logged in.

use mianzheng::domain::caller::Role;
use mianzheng::flow::people;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use super::PASSWORD;
use super::World;
use super::cookie_of;
use super::unbase32;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::operator;
use crate::support::server::Answer;
use crate::support::server::Ask;

fn with(mut account: Value, member: &str, value: Value) -> Value {
    account[member] = value;
    account
}

fn issuer() -> Value {
    json!({
        "name": "li.hua", "display_name": "李华", "role": "issuer", "agency": CDC,
        "password": PASSWORD,
    })
}

fn make(world: &World, token: &str, body: &Value) -> Answer {
    let ask = Ask::new("POST", "/api/v1/accounts").token(token);
    world.server.ask(&ask.json(body))
}

#[rstest]
fn an_operator_makes_accounts_and_sees_them(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let token = world.server.token(Role::Operator, None, None);
    let made = make(&world, &token, &issuer());
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        made.json(),
        json!({"account": "account:3", "code_secret": null, "code_address": null})
    );
    let cookie = world.log_in("li.hua");
    assert_eq!(world.get("/api/v1/tasks", &cookie).status, 200);
    // Who may want codes gets the secret this once, and it is one.
    let coded = with(issuer(), "name", json!("coded"));
    let coded = make(&world, &token, &with(coded, "with_code", json!(true))).json();
    let secret = coded["code_secret"].as_str().unwrap();
    assert_eq!(
        coded["code_address"],
        format!("otpauth://totp/mz.example:coded?secret={secret}&issuer=mz.example")
    );
    assert_eq!(unbase32(secret).len(), 20);
    assert_eq!(world.try_in("coded", PASSWORD, None).code(), "code_needed");
    let list = world
        .server
        .ask(&Ask::new("GET", "/api/v1/accounts").token(&token));
    let list = list.json();
    let all = list["accounts"].as_array().unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(
        all[2],
        json!({
            "account": "account:3", "name": "li.hua", "display_name": "李华", "role": "issuer",
            "agency": world.server.test.agency(CDC).number, "place": null, "with_code": false,
            "created_at": "2026-11-23T09:00:00+08:00", "disabled_at": null,
        })
    );
    assert!(!list.to_string().contains("argon2") && !list.to_string().contains(secret));
    let changed = world.events("account_changed");
    assert_eq!(changed.len(), 4);
    for (_, details) in changed {
        assert!(!details.to_string().contains("li.hua"), "{details}");
    }
    world.ledger_is_whole();
}

#[rstest]
fn an_account_that_fits_nobody_is_not_made(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let token = world.server.token(Role::Operator, None, None);
    let holder = json!({"type": "111", "code": "152502199206120020"});
    let but = |member: &str, value: Value| with(issuer(), member, value);
    for (body, code) in [
        (but("name", json!("l")), "bad_request"),
        (but("name", json!("李华")), "bad_request"),
        (but("role", json!("system")), "bad_request"),
        (but("role", json!("public")), "bad_request"),
        (but("role", json!("king")), "bad_request"),
        (but("role", json!("auditor")), "bad_request"),
        (but("role", json!("holder")), "bad_request"),
        (but("agency", Value::Null), "bad_request"),
        (but("agency", json!("没有这个机构")), "unknown_agency"),
        (but("holder", holder.clone()), "bad_request"),
        (
            but("holder", json!({"type": "111", "code": "1"})),
            "bad_request",
        ),
        (but("display_name", json!(" ")), "bad_request"),
        (but("display_name", json!("李\n华")), "bad_request"),
        (but("display_name", json!("李".repeat(41))), "bad_request"),
        (but("place", json!("")), "bad_request"),
        (but("place", json!("窗".repeat(21))), "bad_request"),
        (but("password", json!("short")), "bad_password"),
        (but("password", json!("li.hua1")), "bad_password"),
        (but("password", json!("aaaaaaaaaaaaaaa")), "bad_password"),
        (but("password", json!("a1".repeat(65))), "bad_password"),
        (but("name", json!("WANG.MIN")), "account_taken"),
        (but("colour", json!("red")), "bad_request"),
    ] {
        let answer = make(&world, &token, &body);
        assert_eq!(answer.code(), code, "{body}");
        let told = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!told.contains("aaaaaaa") && !told.contains("1525021992"));
    }
    let same = json!({
        "name": "other", "display_name": "巴特尔", "role": "holder", "password": PASSWORD,
        "holder": {"type": "111", "code": "152502199003070019"},
    });
    assert_eq!(make(&world, &token, &same).code(), "account_taken");
    let other = with(same, "holder", holder);
    assert_eq!(make(&world, &token, &other).status, 201);
    let by = world.server.token(Role::Auditor, None, None);
    assert_eq!(make(&world, &by, &issuer()).code(), "forbidden");
    assert_eq!(make(&world, "", &issuer()).code(), "unauthenticated");
    world.ledger_is_whole();
}

#[rstest]
fn a_changed_account_ends_its_sessions(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let token = world.server.token(Role::Operator, None, None);
    let put = |account: &str, password: &str| {
        let path = format!("/api/v1/accounts/{account}/password");
        let body = json!({"password": password});
        world
            .server
            .ask(&Ask::new("PUT", &path).token(&token).json(&body))
    };
    let cookie = world.log_in("wang.min");
    let holder = world.log_in("batar");
    assert_eq!(put(&world.officer, "short").code(), "bad_password");
    assert!(world.is_in(&cookie), "nothing was changed");
    assert_eq!(put(&world.officer, "another password").status, 200);
    assert!(!world.is_in(&cookie) && world.is_in(&holder));
    let old = world.try_in("wang.min", PASSWORD, None);
    assert_eq!(old.code(), "login_wrong");
    let new = world.try_in("wang.min", "another password", None);
    assert_eq!(new.status, 201);
    let cookie = cookie_of(&new);
    // A new secret for codes.
    let office = &world.server.test.office;
    let code = people::new_code(office, &world.officer, &operator()).unwrap();
    assert!(!world.is_in(&cookie));
    let asked = world.try_in("wang.min", "another password", None);
    assert_eq!(asked.code(), "code_needed");
    let secret = mianzheng::crypto::one_time_code::CodeSecret::of(&unbase32(&code.secret));
    let code = secret.unwrap().code_at(world.server.test.now());
    let cookie = cookie_of(&world.try_in("wang.min", "another password", Some(&code)));
    assert!(world.is_in(&cookie));
    // Disabled, for good; name and holder are free.
    let take = |account: &str| {
        let path = format!("/api/v1/accounts/{account}");
        world.server.ask(&Ask::new("DELETE", &path).token(&token))
    };
    assert_eq!(take(&world.officer).status, 200);
    assert!(!world.is_in(&cookie));
    assert_eq!(take(&world.officer).code(), "not_found");
    assert_eq!(put(&world.officer, "another password").code(), "not_found");
    for none in ["account:99", "account:x", "c1", "1"] {
        assert_eq!(take(none).code(), "not_found");
        assert_eq!(put(none, "another password").code(), "not_found");
    }
    assert_eq!(take(&world.holder).status, 200);
    assert!(!world.is_in(&holder));
    world.account("wang.min", Role::Window);
    world.account("batar", Role::Holder);
    world.log_in("wang.min");
    world.log_in("batar");
    world.ledger_is_whole();
}

#[rstest]
fn an_account_that_nobody_recorded_is_found(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    world.operator();
    let test = &world.server.test;
    test.sql("CREATE TABLE kept AS SELECT * FROM accounts");
    for edit in [
        "UPDATE accounts SET role = 'operator' WHERE id = 1",
        "UPDATE accounts SET password = 'none' WHERE id = 1",
        "UPDATE accounts SET disabled_at = 1 WHERE id = 1",
        "UPDATE accounts SET agency = NULL WHERE id = 1",
        "UPDATE accounts SET name_index = holder_index WHERE id = 2",
        "UPDATE accounts SET holder_index = name_index WHERE id = 2",
        "UPDATE accounts SET sealed = (SELECT sealed FROM kept WHERE id = 3) WHERE id = 1",
        "DELETE FROM accounts WHERE id = 3",
        "UPDATE accounts SET id = 9 WHERE id = 3",
    ] {
        test.sql(edit);
        let report = mianzheng::flow::ledger_check::check(&test.office, None).unwrap();
        assert!(!report.is_whole(), "{edit}");
        test.sql("DELETE FROM accounts; INSERT INTO accounts SELECT * FROM kept");
    }
    world.ledger_is_whole();
}
