//! The doctor names the faults that are planted in the register and among the keys.

use std::fs;

use crate::card::issue;
use crate::doctor::ails;
use crate::doctor::read;
use crate::doctor::with;
use crate::doctor::without;
use crate::office::CDC;
use crate::office::HOSPITAL;
use crate::office::Office;

#[test]
fn faults_of_the_register_are_named() {
    let office = Office::open();
    office.does(&["ledger", "head"]);
    let versions = "__diesel_schema_migrations";
    office.sql(&format!("INSERT INTO {versions} (version) VALUES ('2099')"));
    ails(&office, 2, &["database_newer"]);
    office.sql(&format!("DELETE FROM {versions} WHERE version = '2099'"));
    office.sql(&format!(
        "UPDATE {versions} SET version = '1' WHERE version = (SELECT max(version) FROM {versions})"
    ));
    ails(&office, 2, &["database_newer"]);
    office.sql(&format!("DELETE FROM {versions} WHERE version = '1'"));
    ails(&office, 1, &["migrations_pending"]);
}

#[test]
fn faults_of_lists_and_clocks_are_named() {
    let office = Office::open();
    issue(&office, "1", &[]);
    office.does(&["trust", "publish", "--days", "3"]);
    office.does(&["ledger", "head"]);
    ails(&office, 1, &["trust_due_soon"]);
    office.does(&["trust", "publish"]);
    ails(&office, 1, &[]);
    let anchors: serde_json::Value = serde_json::from_str(&read(&office, "anchors.json")).unwrap();
    let mut one = anchors.clone();
    one["roots"].as_array_mut().unwrap().pop();
    with(&office, "anchors.json", &one.to_string(), || {
        ails(&office, 1, &["next_root_unpinned"]);
    });
    let mut other = anchors;
    other["roots"].as_array_mut().unwrap().remove(0);
    with(&office, "anchors.json", &other.to_string(), || {
        ails(&office, 2, &["trust_bad"]);
    });

    office.sql("UPDATE status_lists SET next = size * 96 / 100");
    ails(&office, 1, &["status_list_full"]);
    office.sql("UPDATE status_lists SET next = 1");
    let last = "WHERE seq = (SELECT max(seq) FROM ledger)";
    office.sql(&format!("UPDATE ledger SET at = at + 86400000 {last}"));
    ails(&office, 2, &["clock_behind"]);
    office.sql(&format!("UPDATE ledger SET at = at - 86400000 {last}"));
    office.does(&["ledger", "head"]);
    office.sql(&format!("DELETE FROM ledger {last}"));
    ails(&office, 2, &["ledger_cut"]);
    fs::write(office.data().join("heads/ledger-head.jwt"), "x").unwrap();
    ails(&office, 1, &["ledger_head_bad"]);
}

#[test]
fn faults_of_keys_are_named() {
    let office = Office::open();
    office.does(&["ledger", "head"]);
    let folder = office.data().join("keys/agencies");
    let mut files: Vec<String> = crate::office::names(&folder)
        .into_iter()
        .map(|name| format!("keys/agencies/{name}"))
        .collect();
    files.sort();
    without(&office, &files[0], || {
        ails(&office, 2, &["key_file_missing"]);
    });
    with(&office, &files[0], "nothing", || {
        ails(&office, 2, &["key_file_bad"]);
    });
    with(&office, &files[0], &read(&office, &files[1]), || {
        ails(&office, 2, &["key_file_other"]);
    });
    let stray = folder.join("stray.pem");
    fs::copy(office.data().join(&files[0]), &stray).unwrap();
    ails(&office, 1, &["key_file_unknown"]);
    fs::remove_file(stray).unwrap();

    let of = format!("WHERE agency = (SELECT number FROM agencies WHERE name = '{CDC}')");
    office.sql(&format!(
        "UPDATE keys SET not_after = not_before + 86400000 {of}"
    ));
    ails(&office, 1, &["key_expiring"]);
    office.sql(&format!("UPDATE keys SET not_after = not_before - 1 {of}"));
    ails(&office, 2, &["key_expired"]);
    office.sql(&format!(
        "UPDATE keys SET not_after = not_before + 94608000000 {of}"
    ));
    office.does(&["keys", "create", HOSPITAL]);
    ails(&office, 1, &["key_unlisted"]);
    office.does(&["trust", "publish"]);
    office.sql(&format!(
        "UPDATE keys SET state = 1, since = not_before {of}"
    ));
    ails(&office, 1, &["key_outdated"]);
    office.does(&["trust", "publish"]);
    office.does(&["keys", "rotate", "status"]);
    ails(&office, 2, &["service_key_unlisted"]);
    office.does(&["trust", "publish"]);
    office.sql("UPDATE keys SET not_after = not_before + 86400000 WHERE agency = 0");
    ails(&office, 1, &["service_key_expiring"]);
}

#[test]
fn keys_that_were_taken_away_and_lists_that_were_set_back_are_named() {
    let office = Office::open();
    office.does(&["ledger", "head"]);
    let listed = office.does(&["--json", "keys", "list"]).json();
    let keys = listed["keys"].as_array().unwrap();
    let status = keys.iter().find(|key| key["use"] == "status").unwrap();
    let kid = status["kid"].as_str().unwrap();
    let since = "2026-11-20T00:00:00+08:00";
    office.does(&["keys", "compromise", kid, "--since", since]);
    ails(&office, 2, &["service_key_withdrawn"]);
    office.sql("DELETE FROM revocation_lists");
    ails(&office, 2, &["lists_in_doubt"]);
    office.does(&["trust", "publish"]);
    ails(&office, 2, &["service_key_withdrawn"]);
    office.does(&["keys", "rotate", "status"]);
    office.does(&["trust", "publish"]);
    ails(&office, 1, &[]);
}
