//! What is suspended stays so until somebody resumes it: no new version lifts it unseen.

use std::fmt::Write;

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::verdict::Outcome;
use mianzheng::domain::words::Lang;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::report::Counts;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::issue::renew::RenewRequest;
use mianzheng::flow::issue::renew::renew;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::How;
use crate::support::office::TestOffice;
use crate::support::office::draft;
use crate::support::office::health_fields;
use crate::support::people::citizen;

const NUMBER: &str = "锡市健〔2026〕1700001号";

fn change(test: &TestOffice, identifier: &CertificateIdentifier, change: Change) {
    let request = ChangeRequest {
        identifier,
        change,
        reason: "复查",
        by: &test.caller(Role::Issuer, CDC),
        key: None,
    };
    change_status(&test.office, &request).unwrap();
}

/// A sheet with a row for each person and the unit that examined them.
fn sheet(test: &TestOffice, rows: &[(&str, &str)]) -> Vec<u8> {
    let of = test.type_named(HEALTH);
    let keys = health_fields("", "");
    let headings = keys.iter().map(|(key, _)| of.definition.label(key));
    let mut text = headings.collect::<Vec<_>>().join(",") + "\n";
    for (at, (code, unit)) in rows.iter().enumerate() {
        let number = format!("锡市健〔2026〕{}号", 1_700_001 + at);
        let mut fields = health_fields(code, &number);
        fields[6].1 = unit;
        let cells: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
        writeln!(text, "{}", cells.join(",")).unwrap();
    }
    text.into_bytes()
}

fn renewed(test: &TestOffice, identifier: &CertificateIdentifier) -> Result<(), Failure> {
    let code = citizen(1);
    let draft = draft(&health_fields(&code, "锡市健〔2027〕1700001号"));
    let request = RenewRequest {
        identifier,
        draft: &draft,
        pictures: Vec::new(),
        by: &test.caller(Role::Issuer, CDC),
        key: None,
    };
    renew(&test.office, request).map(|_| ())
}

fn reason<T>(refused: Result<T, Failure>) -> Reason {
    match refused {
        Err(why) => why.problem().reason,
        Ok(_) => panic!("it was not refused"),
    }
}

#[rstest]
fn a_suspended_certificate_is_neither_renewed_nor_corrected(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let (code, other) = (citizen(1), citizen(2));
    let identifier = test.health(&code, NUMBER);
    change(&test, &identifier, Change::Suspend);
    let correct = |code: &str, unit: &str| {
        let mut fields = health_fields(code, NUMBER);
        fields[6].1 = unit;
        let how = How {
            as_correction: true,
            ..How::default()
        };
        let (of, cdc) = (test.type_named(HEALTH), test.agency(CDC));
        test.issue_draft(&of, &cdc, &draft(&fields), how)
    };
    assert_eq!(reason(renewed(&test, &identifier)), Reason::Suspended);
    assert_eq!(reason(correct(&code, "盟医院")), Reason::Suspended);
    // Another holder would mean another certificate in force, in place of the suspended one.
    assert_eq!(reason(correct(&other, CDC)), Reason::Suspended);
    let verdict = test.verify(&test.record(&identifier)).verdict;
    assert_eq!(verdict, Outcome::Suspended);
    // The same content is there already, suspended as it is.
    assert_eq!(correct(&code, CDC).unwrap().outcome, "same");
    for (lang, words) in [(Lang::Zh, "先恢复"), (Lang::En, "resume or end it first")] {
        assert!(Reason::Suspended.title(lang).contains(words));
    }
    change(&test, &identifier, Change::Resume);
    renewed(&test, &identifier).unwrap();
    let verdict = test.verify(&test.record(&identifier)).verdict;
    assert_eq!(verdict, Outcome::Superseded);
    assert!(ledger_check::check(&test.office, None).unwrap().is_whole());
}

#[rstest]
fn a_file_of_corrections_leaves_suspended_rows_alone(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let people = [citizen(1), citizen(2), citizen(3)];
    let [first, second, third] = people.each_ref().map(String::as_str);
    let before = [(first, CDC), (second, CDC), (third, CDC)];
    test.works(&sheet(&test, &before), Task::Issue, false);
    let at = |number: u32| format!("锡市健〔2026〕{number}号");
    let rows = test
        .works(&sheet(&test, &before), Task::Issue, false)
        .results;
    let rows = String::from_utf8(rows).unwrap();
    let identifier = |number: u32| {
        let line = rows.lines().find(|line| line.contains(&at(number)));
        let cells = line.unwrap().split(',');
        let mut read = cells.filter_map(|cell| CertificateIdentifier::read(cell).ok());
        read.next_back().unwrap().identifier
    };
    change(&test, &identifier(1_700_001), Change::Suspend);
    change(
        &test,
        &identifier(1_700_003),
        Change::End(EndWord::Cancelled),
    );
    let after = [(first, "盟医院"), (second, "盟医院"), (third, "盟医院")];
    let after = sheet(&test, &after);
    let expected = Counts {
        rows: 3,
        corrected: 1,
        suspended: 1,
        ended: 1,
        ..Counts::default()
    };
    let tried = test.rehearse(&after, Task::Issue).report.counts;
    assert_eq!((tried.differs, tried.ended), (2, 1), "{tried:?}");
    let nothing = test.works(&after, Task::Correct, true);
    assert_eq!(nothing.report.counts, expected);
    let written = |test: &TestOffice| ledger_check::check(&test.office, None).unwrap();
    assert_eq!(written(&test).certificates, 3, "all or nothing");
    let corrected = test.works(&after, Task::Correct, false);
    assert_eq!(corrected.report.counts, expected);
    assert_eq!(corrected.report.counts.to_mend(), 2);
    let errors = String::from_utf8(corrected.errors).unwrap();
    let line = errors.lines().find(|l| l.contains(&at(1_700_001))).unwrap();
    assert!(
        line.contains("正在暂扣") && line.contains("先恢复"),
        "{line}"
    );
    let results = String::from_utf8(corrected.results).unwrap();
    assert!(results.contains("原证正在暂扣"), "{results}");
    // Resumed, all of a file can be corrected, or nothing; and the error file as it is corrects the row.
    change(&test, &identifier(1_700_001), Change::Resume);
    let whole = test.works(&sheet(&test, &[(first, "旗医院")]), Task::Correct, true);
    assert_eq!(whole.report.counts.corrected, 1, "{:?}", whole.report);
    let again = test.works(errors.as_bytes(), Task::Correct, false);
    assert_eq!(
        (again.report.counts.corrected, again.report.counts.ended),
        (1, 1)
    );
    let report = written(&test);
    assert!(report.is_whole() && report.certificates == 6, "{report:?}");
}
