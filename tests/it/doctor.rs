//! The doctor looks at an office on either database, at an hour of the test's choosing.

use std::sync::Arc;

use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::domain::time::Timestamp;
use mianzheng::flow::doctor::Mark;
use mianzheng::flow::doctor::Patient;
use mianzheng::flow::doctor::examine;
use mianzheng::flow::keys;
use mianzheng::flow::ledger_head;
use mianzheng::flow::rotate::rotate;
use mianzheng::store::inspect::inspect;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::TestOffice;
use crate::support::office::operator;

/// The codes of everything that is not well at an hour.
fn complaints(test: &TestOffice, now: Timestamp) -> Vec<&'static str> {
    let settings = &test.office.settings;
    let checks = examine(&Patient {
        folder: &settings.folder,
        settings: Ok(settings),
        now,
        randomness: Arc::clone(&test.office.randomness),
    });
    let bad = checks.iter().filter(|check| check.mark != Mark::Good);
    bad.map(|check| check.said).collect()
}

#[rstest]
fn what_time_brings_is_told(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let now = test.office.clock.now();
    let usual = ["roots_demo", "ledger_head_missing"];
    let not_of_the_clock = |now: Timestamp| {
        // The database's clock goes on while the test's stands still.
        let mut found = complaints(&test, now);
        found.retain(|said| *said != "clock_database_off");
        found
    };
    assert_eq!(not_of_the_clock(now), usual);
    let soon = not_of_the_clock(now.plus_secs(25 * 86_400));
    assert_eq!(
        soon,
        ["roots_demo", "trust_due_soon", "ledger_head_missing"]
    );
    let later = not_of_the_clock(now.plus_secs(60 * 86_400));
    let wanted = [
        "data_key_old",
        "roots_demo",
        "trust_overdue",
        "ledger_head_missing",
    ];
    assert_eq!(later, wanted);
    let before = not_of_the_clock(now.plus_secs(-3600));
    assert!(before.contains(&"clock_behind"), "{before:?}");
}

#[rstest]
fn a_database_with_a_clock_of_its_own_is_asked(#[values(Sqlite, Postgres)] database: Database) {
    let ground = database.ground();
    if matches!(database, Sqlite) {
        let none = inspect(&ground.url).unwrap_err().to_string();
        assert!(none.contains("there is no file"), "{none}");
        return;
    }
    let empty = inspect(&ground.url).unwrap();
    assert!(empty.migrations.pending > 0 && empty.migrations.unknown.is_none());
    assert_eq!(empty.not_durable, None);
    assert!(empty.clock.unwrap() > Timestamp::from_secs(1_700_000_000));
}

#[rstest]
fn a_head_is_known_by_a_key_that_only_the_trust_list_remembers(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let mut test = TestOffice::on(database);
    let own = |test: &TestOffice| {
        let keys = test.office.keyring.public_keys(ServicePurpose::Receipt);
        keys.iter()
            .map(|key| key.kid().to_string())
            .collect::<Vec<_>>()
    };
    let signed_by = own(&test).swap_remove(0);
    let path = ledger_head::write(&test.office).unwrap();
    for _ in 0..2 {
        test.clock.advance(60);
        rotate(&test.office, ServicePurpose::Receipt, &operator()).unwrap();
        test.publish_trust();
        test.reopen();
    }
    assert!(!own(&test).contains(&signed_by));
    let of_the_head = |test: &TestOffice| {
        let mut found = complaints(test, test.now());
        found.retain(|said| said.starts_with("ledger"));
        found
    };
    assert_eq!(of_the_head(&test), [""; 0]);
    // Called compromised since a time before it was signed, the key is no witness any more.
    let before = test.now().plus_secs(-3600);
    keys::compromise(&test.office, &signed_by, before, &operator()).unwrap();
    test.reopen();
    assert_eq!(of_the_head(&test), ["ledger_head_bad"]);
    assert!(ledger_head::read(&test.office, &path).is_err());
}
