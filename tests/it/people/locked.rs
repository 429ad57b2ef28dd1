//! Who fails too often waits, whoever she says she is.

use rstest::rstest;

use super::PASSWORD;
use super::World;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::server::Answer;

fn waits(answer: &Answer, seconds: &str) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (429, "login_locked")
    );
    assert_eq!(answer.header("retry-after"), Some(seconds));
    let told = answer.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(told, format!("wait {seconds} seconds"));
}

#[rstest]
fn five_wrong_passwords_lock_a_name_for_a_quarter_of_an_hour(
    #[values(Sqlite, Postgres)] database: Database,
    #[values("wang.min", "nobody")] name: &str,
) {
    let world = World::on(database);
    let wrong = || world.try_in(name, "wrong password", None);
    for _ in 0..5 {
        assert_eq!(wrong().code(), "login_wrong");
    }
    waits(&wrong(), "901");
    // The right password does not help, nor does another way to write the name.
    waits(&world.try_in(&name.to_uppercase(), PASSWORD, None), "901");
    world.log_in("batar");
    world.later(300);
    waits(&wrong(), "601");
    // Waiting tries count for nothing.
    world.later(600);
    if name == "wang.min" {
        world.log_in(name);
    } else {
        assert_eq!(wrong().code(), "login_wrong");
    }
    // Tries that were not made are not recorded, one by one.
    let refused = world.events("login_refused").len();
    assert_eq!(refused, if name == "wang.min" { 5 } else { 6 });
}

#[rstest]
fn who_comes_begins_anew_and_old_failures_are_forgiven(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let world = World::on(database);
    let wrong = || world.try_in("wang.min", "wrong password", None).code();
    for _ in 0..2 {
        for _ in 0..4 {
            assert_eq!(wrong(), "login_wrong");
        }
        world.log_in("wang.min");
    }
    for _ in 0..4 {
        assert_eq!(wrong(), "login_wrong");
    }
    world.later(15 * 60);
    for _ in 0..4 {
        assert_eq!(wrong(), "login_wrong");
    }
    world.log_in("wang.min");
}

#[rstest]
fn an_address_that_tries_many_names_waits(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    for n in 0..30 {
        let answer = world.try_in(&format!("name{n}"), "wrong password", None);
        assert_eq!(answer.code(), "login_wrong");
    }
    waits(&world.try_in("wang.min", PASSWORD, None), "901");
    // Those who are in stay in, and the name is not locked for others.
    world.later(15 * 60);
    world.log_in("wang.min");
}

#[rstest]
fn no_number_of_tries_at_once_gets_past_the_limit(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let codes: Vec<String> = std::thread::scope(|scope| {
        let one = || world.try_in("wang.min", "wrong password", None).code();
        let all: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let of = |wanted: &str| codes.iter().filter(|code| *code == wanted).count();
    assert_eq!((of("login_wrong"), of("login_locked")), (5, 3), "{codes:?}");
}
