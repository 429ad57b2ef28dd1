//! Keys and the lists that say which of them count.

use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::office::CDC;
use crate::office::Office;

/// The states of the keys for a use, sorted.
fn states(office: &Office, key_use: &str) -> Vec<String> {
    let listed = office.does(&["--json", "keys", "list"]).json();
    let keys = listed["keys"].as_array().unwrap().iter();
    let mut found: Vec<String> = keys
        .filter(|key| key["use"] == key_use)
        .map(|key| key["state"].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    found
}

fn kid_of(office: &Office, agency: &str) -> String {
    let listed = office.does(&["--json", "keys", "list"]).json();
    let keys = listed["keys"].as_array().unwrap();
    let key = keys.iter().find(|key| key["agency"] == agency).unwrap();
    key["kid"].as_str().unwrap().to_owned()
}

#[test]
fn rotations_at_the_same_time_lose_nothing() {
    let office = Office::open();
    let both = ["show", "status"].map(|purpose| {
        let mut command = office.command();
        command
            .args(["keys", "rotate", purpose])
            .stdout(Stdio::null());
        command.spawn().unwrap()
    });
    for mut run in both {
        assert!(run.wait().unwrap().success());
    }
    // Had one been lost from the file, this would find it forgotten and retire it.
    office.does(&["keys", "rotate", "status"]);
    assert_eq!(states(&office, "show"), ["active", "active"]);
    assert_eq!(states(&office, "status"), ["active", "active", "retired"]);
    office.does(&["trust", "publish"]);
    let shown = office.does(&["--json", "trust", "show"]).json();
    let keys = shown["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 3 + 5 + 3);
    assert_eq!(shown["test"], true);
}

#[test]
fn a_retired_or_compromised_key_issues_nothing() {
    let office = Office::open();
    let kid = kid_of(&office, CDC);
    office.does(&["keys", "retire", &kid]);
    let again = office.runs(&["keys", "retire", &kid]);
    assert_eq!(again.code, 1);
    assert!(again.err.starts_with("错误 wrong_step: "), "{}", again.err);
    let since = "2026-11-20T00:00:00+08:00";
    let published = || {
        let shown = office.does(&["--json", "trust", "show"]).json();
        shown["revocations"].as_u64().unwrap()
    };
    let before = published();
    office.does(&["keys", "compromise", &kid, "--since", since]);
    assert_eq!(published(), before + 1);
    // Said again, the list is published again; the moment never moves to a later one.
    let later = "2026-11-21T00:00:00+08:00";
    let said = office.does(&["--json", "keys", "compromise", &kid, "--since", later]);
    assert_eq!(said.json()["since"], since);
    assert_eq!(published(), before + 2);
    let bad = office.runs(&["keys", "compromise", &kid, "--since", "yesterday"]);
    assert_eq!(bad.code, 3);
}

#[test]
fn a_new_data_key_reads_what_the_one_before_it_sealed() {
    let office = Office::open();
    let first = office.sample("营业执照.csv");
    let order = ("营业执照", crate::office::MARKET);
    office.batch("issue", &first, order, &[]);
    let id = office.does(&["--json", "keys", "add-data-key"]).json()["id"].clone();
    assert_eq!(id.as_u64().unwrap() % 10, 1);
    let text = fs::read_to_string(&first)
        .unwrap()
        .replace("锡林郭勒盟", "锡盟");
    let changed = office.write("改.csv", &text);
    let (_, report) = office.batch("check", &changed, order, &[]);
    assert_eq!(
        report["differs"].as_array().unwrap().len(),
        145,
        "old rows are read"
    );
    let (_, report) = office.batch("issue", &changed, order, &["--as", "correction"]);
    assert_eq!(report["counts"]["corrected"], 145);
}

#[test]
fn all_data_comes_under_a_new_key() {
    let office = Office::open();
    let first = office.sample("营业执照.csv");
    let order = ("营业执照", crate::office::MARKET);
    office.batch("issue", &first, order, &[]);
    let done = office.does(&["--json", "keys", "rotate-data"]).json();
    assert_eq!(
        (&done["added"], &done["unreadable"]),
        (&true.into(), &0.into())
    );
    assert!(done["resealed"].as_u64().unwrap() > 145, "{done}");
    let told = office.does(&["keys", "rotate-data"]).out;
    assert!(told.contains("已改用数据密钥"), "{told}");
    office.does(&["ledger", "verify"]);
    let (_, report) = office.batch("check", &first, order, &[]);
    assert_eq!(report["counts"]["same"], 145);
}

#[test]
fn public_things_are_written_for_others() {
    let office = Office::open();
    let (pem, list, roots) = (
        office.path("k.pem"),
        office.path("t.jwt"),
        office.path("a.json"),
    );
    office.does(&["keys", "export", &kid_of(&office, CDC), "--out", &pem]);
    office.does(&["trust", "export", "--out", &list]);
    office.does(&["trust", "anchors", "--out", &roots]);
    assert!(
        fs::read_to_string(pem)
            .unwrap()
            .starts_with("-----BEGIN PUBLIC KEY-----")
    );
    assert_eq!(fs::read_to_string(list).unwrap().split('.').count(), 3);
    let roots: Value = serde_json::from_str(&fs::read_to_string(roots).unwrap()).unwrap();
    assert_eq!(roots["authority"], "localhost:8443");
}

#[test]
fn an_id_may_begin_with_a_hyphen() {
    let office = Office::open();
    let since = ["--since", "2026-11-20T00:00:00+08:00"];
    let out = office.path("k.pem");
    for args in [
        ["keys", "retire", "-Tq0yQ6v"].to_vec(),
        [&["keys", "compromise", "-Tq0yQ6v"], since.as_slice()].concat(),
        vec!["keys", "export", "-Tq0yQ6v", "--out", &out],
    ] {
        let done = office.runs(&args);
        assert_eq!(done.code, 1, "{}", done.err);
        assert!(done.err.contains("not_found"), "{}", done.err);
    }
}
