//! One certificate's whole life: an agency's file, a citizen's codes, a verdict, the end.

use mianzheng::crypto::bundle::Bundle;
use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::verdict::Outcome;
use mianzheng::domain::verdict::ShownBy;
use mianzheng::flow::batch::Task;
use mianzheng::flow::bundle;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::ledger_check;
use mianzheng::flow::show::cards;
use mianzheng::flow::show::choice::Choice;
use mianzheng::flow::show::compact;
use mianzheng::flow::show::live;
use mianzheng::flow::verify::offline::verify_offline;
use mianzheng::source::sheet::Sheet;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::LICENCE;
use crate::support::office::MARKET;
use crate::support::office::TestOffice;
use crate::support::office::Worked;
use crate::support::office::example;

const PERSON: &str = "152502199003070019";

/// The refused rows of a file as (row, heading), to be compared with `answers.json`.
fn refused(worked: &Worked) -> Vec<(u64, String)> {
    let rows = worked.report.refused.iter();
    rows.flat_map(|r| {
        r.findings
            .iter()
            .filter(|f| !f.warning)
            .map(|f| (r.row, f.label.clone()))
    })
    .collect()
}

/// What an error file holds.
struct FileOfErrors {
    rows: usize,
    heading: bool,
}

impl FileOfErrors {
    fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        let sheet = Sheet::open(&bytes).unwrap();
        let header = sheet.find_header(&|heading| !heading.is_empty()).unwrap();
        let heading = header.reason_column.is_some();
        Self {
            rows: sheet.rows_below(&header).count(),
            heading,
        }
    }
}

fn answers(name: &str) -> (u64, Vec<(u64, String)>) {
    let text = std::fs::read_to_string(example("samples/answers.json")).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let bad = all[name]["bad"].as_array().unwrap().iter();
    let bad = bad.map(|b| (b[0].as_u64().unwrap(), b[1].as_str().unwrap().to_owned()));
    (all[name]["rows"].as_u64().unwrap(), bad.collect())
}

#[rstest]
#[case::csv_in_gb18030("健康证明-2026年10月.csv", HEALTH, CDC)]
#[case::workbook("出生医学证明-2026年三季度.xlsx", BIRTH, HOSPITAL)]
#[case::csv_with_line_breaks("营业执照.csv", LICENCE, MARKET)]
fn a_file_is_issued_but_for_exactly_its_bad_rows(
    #[values(Sqlite, Postgres)] database: Database,
    #[case] file: &str,
    #[case] of: &str,
    #[case] issuer: &str,
) {
    let test = TestOffice::on(database);
    let (rows, bad) = answers(file);
    let path = || example(&format!("samples/{file}"));
    let rehearsed = test.batch_of(&path(), of, issuer, (Task::Issue, true));
    assert_eq!(refused(&rehearsed), bad);
    let first = test.batch(&path(), of, issuer, Task::Issue);
    let bad_rows = u64::try_from(bad.len()).unwrap();
    assert_eq!(first.report.counts.rows, rows);
    assert_eq!(first.report.counts.issued, rows - bad_rows);
    assert_eq!(refused(&first), bad);
    let again = test.batch(&path(), of, issuer, Task::Issue);
    assert_eq!(
        (again.report.counts.issued, again.report.counts.same),
        (0, rows - bad_rows)
    );
    let errors = FileOfErrors::read(&first.errors);
    assert_eq!(
        errors.rows,
        bad.iter()
            .map(|(row, _)| row)
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    );
    assert!(errors.heading, "the error file says why");
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    assert_eq!(report.certificates, i64::try_from(rows - bad_rows).unwrap());
}

#[rstest]
fn a_live_code_is_used_once(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
    let holder = test.holder(&format!("111:{PERSON}"));
    let lines = cards(&test.office, &holder).unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].identifier, identifier.to_string());
    let choice = Choice {
        identifier: identifier.clone(),
        fields: vec!["holder_name".to_owned()],
    };
    let shown = live::show(&test.office, std::slice::from_ref(&choice), &holder).unwrap();
    assert!(
        (3..=4).contains(&shown.picture.version()),
        "{}",
        shown.picture.version()
    );
    let verdict = test.verify_at_window(&shown.text);
    assert_eq!(
        (verdict.verdict, verdict.shown_by),
        (Outcome::Valid, ShownBy::Live)
    );
    let fields = &verdict.certificates[0].fields;
    assert_eq!(fields["holder_name"], "巴特尔");
    assert!(!fields.contains_key("holder_code"), "{fields:?}");
    // Again, by its digits, and by a picture drawn later in the same session.
    assert_eq!(
        test.verify_at_window(&shown.text).verdict,
        Outcome::Replayed
    );
    assert_eq!(
        test.verify_at_window(&shown.spoken).verdict,
        Outcome::Replayed
    );
    assert!(live::renew(&test.office, shown.session, false, &holder).is_err());
    let next = live::show(&test.office, &[choice], &holder).unwrap();
    test.clock.advance(46);
    assert_eq!(
        test.verify_at_window(&next.text).verdict,
        Outcome::StaleCode
    );
}

#[rstest]
fn an_offline_code_is_read_without_a_network_and_spent_at_a_window(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
    let holder = test.holder(&format!("111:{PERSON}"));
    let wanted = ["holder_name".to_owned(), "employer".to_owned()];
    let missing = compact::offline(&test.office, &identifier, &wanted, 15, &holder).unwrap_err();
    assert_eq!(missing.problem().reason, Reason::NoSuchField);
    let code = compact::offline(&test.office, &identifier, &wanted[..1], 15, &holder).unwrap();
    let bundle = bundle::make(&test.office, 24).unwrap();
    let bundle = Bundle::open(&bundle, &test.office.anchors, 0).unwrap();
    let now = || mianzheng::domain::time::Clock::now(&*test.clock);
    let verdict = verify_offline(&code.text, &bundle, now());
    assert_eq!(
        (verdict.verdict, verdict.shown_by),
        (Outcome::Valid, ShownBy::Offline)
    );
    assert_eq!(verdict.not_checked, ["spent", "bearer"]);
    assert_eq!(verdict.certificates[0].fields["holder_name"], "巴特尔");
    assert_eq!(test.verify_at_window(&code.text).verdict, Outcome::Valid);
    assert_eq!(test.verify_at_window(&code.text).verdict, Outcome::Replayed);
    test.clock.advance(15 * 60);
    assert_eq!(
        verify_offline(&code.text, &bundle, now()).verdict,
        Outcome::StaleCode
    );
    let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
    let read = verify_offline(&printed.text, &bundle, now());
    assert_eq!(
        (read.verdict, read.shown_by),
        (Outcome::Valid, ShownBy::Printed)
    );
    assert_eq!(read.certificates[0].fields["holder_name_masked"], "巴*尔");
    assert!(!printed.text.contains(PERSON));
    // The same fragment behind another paper's address.
    let other = compact::printed(&test.office, &identifier, &holder).unwrap();
    let (address, _) = other.text.split_once('#').unwrap();
    let (_, digits) = printed.text.split_once('#').unwrap();
    let mixed = format!("{address}#{digits}");
    assert_eq!(
        verify_offline(&mixed, &bundle, now()).verdict,
        Outcome::Tampered
    );
    // A day later the bundle is too old.
    test.clock.advance(24 * 3600);
    assert_eq!(
        verify_offline(&printed.text, &bundle, now()).verdict,
        Outcome::Undetermined
    );
}

#[rstest]
fn what_is_revoked_is_revoked_everywhere(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
    let holder = test.holder(&format!("111:{PERSON}"));
    let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
    assert_eq!(test.verify(&printed.text).verdict, Outcome::Valid);
    let change = |change| {
        let by = test.caller(Role::Issuer, CDC);
        let request = ChangeRequest {
            identifier: &identifier,
            change,
            reason: "体检复查",
            by: &by,
            key: None,
        };
        change_status(&test.office, &request)
    };
    change(Change::Suspend).unwrap();
    assert_eq!(test.verify(&printed.text).verdict, Outcome::Suspended);
    change(Change::Resume).unwrap();
    assert_eq!(test.verify(&printed.text).verdict, Outcome::Valid);
    change(Change::End(EndWord::Cancelled)).unwrap();
    assert_eq!(
        change(Change::Resume).unwrap_err().problem().reason,
        Reason::WrongStep
    );
    let verdict = test.verify_at_window(&printed.text);
    assert_eq!(verdict.verdict, Outcome::Revoked);
    assert_eq!(verdict.certificates[0].end_word, Some("cancelled"));
    let bundle = bundle::make(&test.office, 24).unwrap();
    let bundle = Bundle::open(&bundle, &test.office.anchors, 0).unwrap();
    let now = mianzheng::domain::time::Clock::now(&*test.clock);
    assert_eq!(
        verify_offline(&printed.text, &bundle, now).verdict,
        Outcome::Revoked
    );
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    // Another agency's officer is told that there is no such certificate.
    let by = test.caller(Role::Issuer, MARKET);
    let request = ChangeRequest {
        identifier: &identifier,
        change: Change::Suspend,
        reason: "x",
        by: &by,
        key: None,
    };
    let refused = change_status(&test.office, &request).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::NotFound);
}
