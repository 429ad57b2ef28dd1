//! What is kept of a request to know it again: a digest of words that stay, whatever becomes of
//! the program that wrote it.

use mianzheng::codec::digest::sha256;
use mianzheng::codec::digest::sha256_parts;
use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::upload::BatchChoice;
use mianzheng::flow::batch::upload::OwnedKey;
use mianzheng::flow::batch::upload::Upload;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::idempotency::RequestKey;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::people::citizen;
use crate::support::sheets::health_sheet;
use crate::support::sheets::key;
use crate::support::sheets::number;

/// The digest that is kept of a request.
fn kept(test: &TestOffice, (by, route, key): (&Caller, &str, &str)) -> [u8; 32] {
    let key = RequestKey {
        caller: &by.id,
        route,
        key,
    };
    let seen = test.office.store.read(|rx| rx.seen_key(&key)).unwrap();
    seen.unwrap().digest
}

#[rstest]
fn a_change_is_known_again_by_its_name(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let by = test.caller(Role::Issuer, CDC);
    let identifier = test.health(&citizen(1), &number(1));
    let changes = [
        (Change::Suspend, "suspend"),
        (Change::Resume, "resume"),
        (Change::End(EndWord::IssuedInError), "issued_in_error"),
    ];
    for (change, name) in changes {
        let key = RequestKey {
            caller: &by.id,
            route: "status",
            key: name,
        };
        let request = ChangeRequest {
            identifier: &identifier,
            change,
            reason: "复查",
            by: &by,
            key: Some(key),
        };
        change_status(&test.office, &request).unwrap();
        let said = [identifier.to_string(), name.to_owned(), "复查".to_owned()];
        let said = said.each_ref().map(String::as_bytes);
        assert_eq!(kept(&test, (&by, "status", name)), sha256_parts(&said));
    }
}

#[rstest]
fn a_batch_is_known_again_by_what_was_chosen(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let sheet = health_sheet(0..2, "2026-10-09");
    let choice = BatchChoice {
        of: HEALTH.to_owned(),
        task: Task::Correct,
        dry_run: true,
        stock: false,
        all_or_nothing: true,
        photos: false,
    };
    let OwnedKey { route, key: sent } = key("one");
    let mut upload = Upload::of_sheet(&test.office, &choice, &by, Some(key("one"))).unwrap();
    upload.push(&sheet).unwrap();
    upload.finish(None).unwrap();
    let chosen = format!(
        "{} correct dry_run=true stock=false all_or_nothing=true photos=false",
        test.type_named(HEALTH).number
    );
    let expected = sha256_parts(&[chosen.as_bytes(), &sha256(&sheet)]);
    assert_eq!(kept(&test, (&by, &route, &sent)), expected);
}
