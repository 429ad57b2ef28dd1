//! Every route that writes: the same request twice is done once, and a key stands for one
//! request only.

mod acting;
mod agencies;
mod case;
mod others;
mod window;

use std::collections::BTreeSet;

use mianzheng::domain::caller::Role;
use mianzheng::http::manner::Repeat;
use mianzheng::http::routes::TABLE;
use rstest::rstest;
use serde_json::Value;

use crate::http_once::agencies::Trials;
use crate::support::credentials::give_auditor;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const PERSON: &str = "152502199003070019";

#[rstest]
fn every_write_is_done_once(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let trials = Trials::on(&server);
    trials.issued_renewed_and_suspended();
    trials.bound_and_pictured();
    trials.sent_in_files();
    trials.shown();
    trials.acted();
    trials.operated();
    trials.registered_elsewhere();
    trials.taken_at_a_window();
    trials.lost();
    let keyed = TABLE.iter().filter(|row| row.repeat == Repeat::Key);
    let keyed: BTreeSet<&str> = keyed.map(|row| row.name).collect();
    assert_eq!(*trials.tried.borrow(), keyed);
}

#[rstest]
fn a_repeated_key_gives_one_credential_and_its_token_once(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let operator = server.token(Role::Operator, None, None);
    let give = || give_auditor(&server, &operator, "k").json();
    let given: Vec<Value> = std::thread::scope(|scope| {
        let giving: Vec<_> = (0..6).map(|_| scope.spawn(give)).collect();
        giving.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let ids: BTreeSet<&str> = given
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 1, "{given:?}");
    let tokens = given.iter().filter(|one| one["token"].is_string());
    assert_eq!(tokens.count(), 1, "{given:?}");
    let ask = Ask::new("GET", "/api/v1/credentials").token(&operator);
    let all = server.ask(&ask).json();
    let auditors = all["credentials"].as_array().unwrap().iter();
    assert_eq!(auditors.filter(|one| one["label"] == "审计").count(), 1);
}
