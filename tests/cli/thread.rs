//! One life of a certificate at the command line, on either database: from an office's file to
//! a verdict, to its end, to a ledger that is whole.

use std::fs;

use rstest::rstest;

use crate::card::HALL;
use crate::card::outcome;
use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::Office;
use crate::office::counts;

/// Whose the first row of the sample is.
const PERSON: &str = "111:152526196802205650";

#[rstest]
#[case::on_sqlite(Office::open())]
#[case::on_postgres(Office::settled_on_postgres())]
fn a_certificate_lives_its_life(#[case] office: Office) {
    let file = office.sample("健康证明-2026年10月.csv");
    let (code, report) = office.batch("issue", &file, (HEALTH, CDC), &[]);
    assert_eq!(code, 2, "{report:#}");
    let issued = report["counts"]["issued"].as_u64().unwrap();
    let results = fs::read_to_string(report["result_file"].as_str().unwrap()).unwrap();
    let row = results
        .lines()
        .find(|row| row.contains("1700001号"))
        .unwrap();
    let id = row.split(',').find(|cell| cell.starts_with("1.2.156."));
    let id = id.unwrap();
    let (_, again) = office.batch("issue", &file, (HEALTH, CDC), &[]);
    assert_eq!(again["counts"]["same"], issued, "{}", counts(&again));

    let token = |name: &str, whose: &[&str]| {
        let file = office.path(name);
        let args = [&["token", "create", "--out", &file], whose].concat();
        office.does(&args);
        file
    };
    let holder = token("holder", &["--role", "holder", "--holder", PERSON]);
    let window = token("window", &["--role", "window", "--agency", HALL]);
    let show = |how: &str| {
        let args = ["--json", "show", how, id, "--token-file", &holder];
        let shown = office.does(&args).json();
        shown["text"].as_str().unwrap().to_owned()
    };
    let [live, offline, printed] = ["live", "offline", "printed"].map(show);
    let at_window = |text: &str| outcome(&office, &["--token-file", &window, text]);
    assert_eq!(
        (&*at_window(&live), &*at_window(&live)),
        ("valid", "replayed")
    );
    for text in [id, &offline, &printed] {
        assert_eq!(outcome(&office, &[text]), "valid", "{text}");
    }
    let revoke = ["revoke", id, "--word", "revoked", "--reason", "处罚"];
    office.does(&revoke);
    for text in [id, &offline, &printed] {
        assert_eq!(outcome(&office, &[text]), "revoked", "{text}");
        assert_eq!(at_window(text), "revoked", "{text}");
    }
    let ledger = office.does(&["--json", "ledger", "verify"]).json();
    assert_eq!(
        (&ledger["found"], &ledger["certificates"]),
        (&0.into(), &issued.into())
    );
}
