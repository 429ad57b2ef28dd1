//! Bearer tokens and TLS certificates of callers.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::card::HALL;
use crate::card::PERSON;
use crate::office::Office;

#[test]
fn a_token_is_shown_once_listed_and_taken_away() {
    let office = Office::open();
    let create = [
        "--json", "token", "create", "--role", "window", "--agency", HALL,
    ];
    let label = ["--label", "3号窗口", "--days", "7"];
    let made = office
        .does(&[create.as_slice(), label.as_slice()].concat())
        .json();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("mzt_"));
    let file = office.path("holder.token");
    let holder = [
        "token", "create", "--role", "holder", "--holder", PERSON, "--out", &file,
    ];
    office.does(&holder);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let credentials = || {
        let listed = office.does(&["--json", "token", "list"]).json();
        listed["credentials"].as_array().unwrap().len()
    };
    let before = credentials();
    assert_eq!(office.runs(&holder).code, 1, "nothing is written over");
    assert_eq!(credentials(), before, "no credential without its token");
    let print = "AB:".repeat(31) + "AB";
    let tls = ["--role", "operator", "--tls-fingerprint", &print];
    let entered = office.does(&[&["--json", "token", "create"], tls.as_slice()].concat());
    assert_eq!(entered.json()["entered"], true);

    let listed = office.does(&["--json", "token", "list"]).json();
    let listed = listed["credentials"].as_array().unwrap();
    assert!(!listed.iter().any(|line| line.to_string().contains(token)));
    let window = listed
        .iter()
        .find(|line| line["label"] == "3号窗口")
        .unwrap();
    assert_eq!(
        (&window["role"], &window["state"]),
        (&"window".into(), &"active".into())
    );
    let id = window["id"].as_str().unwrap();
    office.does(&["token", "revoke", id]);
    let again = office.runs(&["--json", "token", "revoke", id]);
    assert_eq!(
        (again.code, &again.json()["code"]),
        (1, &"not_found".into())
    );
    let told = office.does(&["token", "list"]).out;
    assert!(
        told.lines()
            .any(|l| l.contains(id) && l.contains("已收回") && l.contains(HALL)),
        "{told}"
    );
}

#[test]
fn a_credential_that_does_not_fit_its_role_is_refused() {
    let office = Office::open();
    for args in [
        &["--role", "window"][..],
        &["--role", "holder"],
        &["--role", "operator", "--agency", HALL],
        &["--role", "king"],
        &["--role", "holder", "--holder", "111:1"],
        &["--role", "operator", "--days", "367"],
        &["--role", "operator", "--tls-fingerprint", "AB"],
    ] {
        let done = office.runs(&[&["--json", "token", "create"], args].concat());
        assert_eq!(
            (done.code, &done.json()["code"]),
            (1, &"bad_request".into()),
            "{args:?}"
        );
    }
}
