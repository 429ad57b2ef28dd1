//! The ledger tells which row was touched.

use std::fs;

use crate::card::Card;

#[test]
fn a_touched_row_is_named() {
    let card = Card::issued();
    let office = &card.office;
    let head = office.path("head.jwt");
    let done = office
        .does(&["--json", "ledger", "head", "--out", &head])
        .json();
    assert_eq!(done["file"], *head);
    let whole = office
        .does(&["--json", "ledger", "verify", "--head", &head])
        .json();
    assert_eq!(whole["found"], 0);
    assert!(whole["rows"].as_i64().unwrap() > 5 && whole["certificates"] == 1);
    let told = office.does(&["ledger", "verify"]).out;
    assert!(told.contains("账本完好"), "{told}");

    assert_eq!(
        office.sql("UPDATE ledger SET actor = 'somebody' WHERE seq = 3"),
        1
    );
    let broken = office.runs(&["--json", "ledger", "verify"]);
    assert_eq!(broken.code, 2);
    let told = broken.json();
    let finding = &told["findings"][0];
    assert_eq!(
        (&finding["finding"], &finding["seq"]),
        (&"row_changed".into(), &3.into())
    );
    let words = office.runs(&["ledger", "verify"]).out;
    assert!(
        words.contains("账本有问题") && words.contains('3'),
        "{words}"
    );
}

#[test]
fn a_status_edited_in_the_database_is_named() {
    let card = Card::issued();
    card.office
        .does(&["revoke", &card.id, "--word", "revoked", "--reason", "处罚"]);
    card.office.sql("UPDATE certificates SET status = 0");
    let broken = card.office.runs(&["--json", "ledger", "verify"]);
    assert_eq!(broken.code, 2);
    let told = broken.json();
    let findings = told["findings"].as_array().unwrap();
    let edited = findings
        .iter()
        .find(|f| f["finding"] == "status_edited")
        .unwrap();
    assert_eq!(edited["identifier"], *card.id);
}

#[test]
fn a_head_written_down_elsewhere_finds_a_cut_off_end() {
    let card = Card::issued();
    let office = &card.office;
    let head = office.path("head.jwt");
    office.does(&["ledger", "head", "--out", &head]);
    office.sql("DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)");
    let broken = office.runs(&["--json", "ledger", "verify", "--head", &head]);
    assert_eq!(broken.code, 2, "{}", broken.out);
    fs::write(&head, "x.y.z").unwrap();
    let refused = office.runs(&["--json", "ledger", "verify", "--head", &head]);
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &"bad_file".into())
    );
    let default = office.does(&["--json", "ledger", "head"]).json();
    assert!(
        default["file"]
            .as_str()
            .unwrap()
            .ends_with("heads/ledger-head.jwt")
    );
}
