//! The same row again: at another hour, after its end, after its last day.

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::batch::Task;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::How;
use crate::support::office::Sheet;
use crate::support::office::TestOffice;
use crate::support::office::draft;
use crate::support::office::health_fields;
use crate::support::people::citizen;
use crate::support::sheets::health_sheet;
use crate::support::sheets::number;

fn certificates(test: &TestOffice) -> i64 {
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    report.certificates
}

/// Asks for a health certificate by a form; a blank day is left to the office.
fn ask(
    test: &TestOffice,
    number: &str,
    (issued, employer): (&str, &str),
    as_correction: bool,
) -> Result<(String, CertificateIdentifier), Failure> {
    let code = citizen(1);
    let mut fields = health_fields(&code, number);
    fields.pop();
    fields.extend([("issue_date", issued), ("employer", employer)]);
    let how = How {
        as_correction,
        ..How::default()
    };
    let (of, cdc) = (test.type_named(HEALTH), test.agency(CDC));
    let done = test.issue_draft(&of, &cdc, &draft(&fields), how)?;
    Ok((done.outcome, done.identifier))
}

fn end(test: &TestOffice, identifier: &CertificateIdentifier, word: EndWord) {
    let by = test.caller(Role::Issuer, CDC);
    let request = ChangeRequest {
        identifier,
        change: Change::End(word),
        reason: "本人申请",
        by: &by,
        key: None,
    };
    change_status(&test.office, &request).unwrap();
}

#[rstest]
fn a_file_without_days_of_issue_is_the_same_after_midnight(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let sheet = health_sheet(0..2040, "");
    // Killed after its first chunk, in the evening.
    let file = Sheet {
        bytes: &sheet,
        photos: None,
        stock: false,
        all_or_nothing: false,
    };
    test.clock.advance(14 * 3600 + 3500);
    let killed = test.work(file, (HEALTH, CDC), Task::Issue, &mut |at| {
        if at.counts.issued > 0 {
            return Err(Failure::refused(Reason::Unavailable));
        }
        Ok(())
    });
    assert!(killed.is_err());
    test.clock.advance(3600);
    for (task, issued, same) in [(Task::Issue, 40, 2000), (Task::Correct, 0, 2040)] {
        let counts = test.works(&sheet, task, false).report.counts;
        assert_eq!(
            (counts.issued, counts.same),
            (issued, same),
            "{task:?}: {counts:?}"
        );
    }
    assert_eq!(certificates(&test), 2040);
    // What changed is told without the day that nobody wrote.
    let text = String::from_utf8(health_sheet([3], "")).unwrap();
    let changed = text.replace("示例餐厅", "另一餐厅").into_bytes();
    let plain = test.rehearse(&changed, Task::Issue).report;
    let keys = plain.differs[0].changes.iter().map(|c| c.key.as_str());
    assert_eq!(keys.collect::<Vec<_>>(), ["employer"]);
    let corrected = test.works(&changed, Task::Correct, false).report.counts;
    assert_eq!(corrected.corrected, 1);
    test.clock.advance(86_400);
    assert_eq!(
        test.works(&changed, Task::Correct, false)
            .report
            .counts
            .same,
        1
    );
    // A day that was written is compared as it is.
    let dated = health_sheet([7], "2026-11-22");
    assert_eq!(
        test.works(&dated, Task::Issue, false).report.counts.differs,
        1
    );
    assert_eq!(certificates(&test), 2041);
}

#[rstest]
fn a_form_without_a_day_of_issue_is_the_same_after_midnight(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let (outcome, first) = ask(&test, &number(1), ("", "某店"), false).unwrap();
    assert_eq!(outcome, "issued");
    test.clock.advance(86_400);
    for as_correction in [false, true] {
        let again = ask(&test, &number(1), ("", "某店"), as_correction).unwrap();
        assert_eq!(again, ("same".to_owned(), first.clone()));
    }
    let other = ask(&test, &number(1), ("", "另一店"), false).unwrap_err();
    assert_eq!(other.problem().reason, Reason::Differs);
    assert!(
        other.to_string().ends_with("differs in employer"),
        "{other}"
    );
    assert_eq!(certificates(&test), 1);
}

#[rstest]
fn what_has_ended_is_said_to_have_ended(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let day = "2026-10-09";
    let sheet = health_sheet(0..2, day);
    test.works(&sheet, Task::Issue, false);
    let (_, form) = ask(&test, &number(9), (day, "某店"), false).unwrap();
    let results = String::from_utf8(test.works(&sheet, Task::Issue, false).results).unwrap();
    let mut cells = results.lines().nth(1).unwrap().split(',');
    let cell = cells.find(|cell| cell.matches('.').count() > 4).unwrap();
    let of_file = CertificateIdentifier::read(cell.trim_matches('"')).unwrap();
    let of_file = of_file.identifier;
    end(&test, &of_file, EndWord::Revoked);
    end(&test, &form, EndWord::Cancelled);
    let changed = String::from_utf8(sheet.clone()).unwrap();
    let changed = changed.replace("示例餐厅", "另一餐厅").into_bytes();
    for (sheet, task, same) in [
        (&sheet, Task::Issue, 1),
        (&sheet, Task::Correct, 1),
        (&changed, Task::Issue, 0),
    ] {
        let rehearsed = test.rehearse(sheet, task);
        let worked = test.works(sheet, task, false);
        assert_eq!(rehearsed.report.counts, worked.report.counts);
        assert_eq!(rehearsed.errors, worked.errors);
        let counts = worked.report.counts;
        assert_eq!(
            (counts.ended, counts.same),
            (1, same),
            "{task:?}: {counts:?}"
        );
        let errors = String::from_utf8(worked.errors).unwrap();
        for word in [of_file.to_string().as_str(), "吊销", "新的证照编号"] {
            assert!(errors.contains(word), "{task:?}: {errors}");
        }
    }
    for (employer, as_correction) in [("某店", false), ("某店", true), ("另一店", false)] {
        let ended = ask(&test, &number(9), (day, employer), as_correction).unwrap_err();
        assert_eq!(ended.problem().reason, Reason::Ended);
        let detail = ended.to_string();
        assert!(detail.contains(&form.to_string()), "{detail}");
        assert!(
            detail.contains("cancelled") && detail.contains("new number"),
            "{detail}"
        );
    }
    assert_eq!(certificates(&test), 3);
}

#[rstest]
fn what_ran_out_is_there_already(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let sheet = health_sheet(0..2, "2026-10-09");
    test.works(&sheet, Task::Issue, false);
    test.clock.advance(400 * 86_400);
    for task in [Task::Issue, Task::Correct] {
        assert_eq!(test.works(&sheet, task, false).report.counts.same, 2);
    }
    // One that was corrected is its newest version.
    let text = String::from_utf8(health_sheet([0], "2026-10-09")).unwrap();
    let changed = text.replace("示例餐厅", "另一餐厅").into_bytes();
    assert_eq!(
        test.works(&changed, Task::Correct, false)
            .report
            .counts
            .corrected,
        1
    );
    assert_eq!(
        test.works(&changed, Task::Issue, false).report.counts.same,
        1
    );
    assert_eq!(
        test.works(&sheet, Task::Issue, false).report.counts.differs,
        1
    );
    assert_eq!(certificates(&test), 3);
}
