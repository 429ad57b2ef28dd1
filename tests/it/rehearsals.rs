//! A dry run: what is tried, issuing or correcting, comes to just what the run then comes to.

use std::sync::atomic::AtomicBool;

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::batch::TOGETHER_ROWS;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::read::differs;
use mianzheng::flow::batch::report::Counts;
use mianzheng::flow::batch::upload::BatchChoice;
use mianzheng::flow::batch::upload::BatchFile;
use mianzheng::flow::batch::work::Turn;
use mianzheng::flow::batch::work::work_once;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::ledger_check;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::Sheet;
use crate::support::office::TestOffice;
use crate::support::office::Worked;
use crate::support::people::citizen;
use crate::support::sheets::choice;
use crate::support::sheets::health_sheet;
use crate::support::sheets::number;

/// What the corrected sheet comes to, row by row.
const EXPECTED: Counts = Counts {
    rows: 8,
    issued: 1,
    corrected: 2,
    reissued: 1,
    same: 1,
    differs: 0,
    ended: 1,
    suspended: 1,
    refused: 1,
    warned: 0,
    pictures: 0,
};

fn work(test: &TestOffice, sheet: &Vec<u8>, (task, dry_run): (Task, bool)) -> Worked {
    let file = Sheet {
        bytes: sheet,
        photos: None,
        stock: false,
        all_or_nothing: false,
    };
    test.try_or_do(file, (HEALTH, CDC), (task, dry_run), &mut |_| Ok(()))
        .unwrap()
}

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

/// The identifier that a result file has for the n-th number.
fn identifier(results: &[u8], n: usize) -> CertificateIdentifier {
    let text = String::from_utf8(results.to_vec()).unwrap();
    let line = text.lines().find(|line| line.contains(&number(n))).unwrap();
    let cell = line.split(',').find(|cell| cell.matches('.').count() > 4);
    let cell = cell.unwrap().trim_matches('"');
    CertificateIdentifier::read(cell).unwrap().identifier
}

/// What a write would have moved: the certificates there are, and the ledger's last row.
fn written(test: &TestOffice) -> (i64, i64) {
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    let last = test.office.store.read(|rx| rx.last_ledger_row()).unwrap();
    (report.certificates, last.unwrap().seq)
}

/// Seven certificates, one of them suspended and one ended; and the sheet that corrects them:
/// the same, another employer, another holder, suspended, ended, another employer, a bad number,
/// new.
fn corrected_sheet(test: &TestOffice) -> Vec<u8> {
    let day = "2026-10-09";
    let first = work(test, &health_sheet(0..7, day), (Task::Issue, false));
    change(test, &identifier(&first.results, 3), Change::Suspend);
    let ended = identifier(&first.results, 4);
    change(test, &ended, Change::End(EndWord::Cancelled));
    test.clock.advance(86_400);
    let text = String::from_utf8(health_sheet(0..8, day)).unwrap();
    let row = |(at, line): (usize, &str)| match at {
        2 | 4 | 5 | 6 => line.replace("示例餐厅", "另一餐厅"),
        3 => line.replace(&citizen(2), &citizen(102)),
        7 => line.replace(&citizen(6), "15252619680220565"),
        _ => line.to_owned(),
    };
    let rows: Vec<String> = text.lines().enumerate().map(row).collect();
    (rows.join("\n") + "\n").into_bytes()
}

#[rstest]
fn a_rehearsed_correction_comes_to_what_the_run_comes_to(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let sheet = corrected_sheet(&test);
    let before = written(&test);
    let rehearsed = work(&test, &sheet, (Task::Correct, true));
    assert!(!rehearsed.report.written);
    assert_eq!(rehearsed.report.counts, EXPECTED);
    assert_eq!(written(&test), before, "a rehearsal writes nothing");
    let done = work(&test, &sheet, (Task::Correct, false));
    assert!(done.report.written);
    assert_eq!(done.report.counts, rehearsed.report.counts);
    assert_eq!(done.report.refused, rehearsed.report.refused);
    assert_eq!(done.report.corrected, rehearsed.report.corrected);
    assert_eq!(done.errors, rehearsed.errors);
    assert_eq!(written(&test).0, before.0 + 4);
    // Old and new, of the certificate that is replaced.
    let [employer, holder, another] = done.report.corrected.as_slice() else {
        panic!("{:?}", done.report.corrected);
    };
    assert_eq!((employer.outcome, employer.row), ("corrected", 3));
    let now = identifier(&done.results, 1);
    let replaced = CertificateIdentifier::read(&employer.identifier).unwrap();
    let replaced = replaced.identifier;
    assert_eq!(replaced.serial, now.serial);
    assert_eq!((replaced.version.number(), now.version.number()), (1, 2));
    let [change] = employer.changes.as_slice() else {
        panic!("{:?}", employer.changes);
    };
    assert_eq!(
        (
            change.heading.as_str(),
            change.old.clone(),
            change.new.clone()
        ),
        (
            "工作单位",
            Some(json!("锡林浩特市示例餐厅")),
            Some(json!("锡林浩特市另一餐厅"))
        )
    );
    assert_eq!(holder.outcome, "reissued");
    assert!(holder.changes.iter().any(|c| c.key == "holder_code"));
    assert_eq!((another.outcome, another.row), ("corrected", 7));
    // Afterwards there is nothing left to correct.
    let again = work(&test, &sheet, (Task::Correct, true)).report.counts;
    assert_eq!((again.same, again.issued, again.corrected), (5, 0, 0));
}

#[rstest]
fn a_batch_rehearses_a_correction_and_says_which_fields(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let sheet = corrected_sheet(&test);
    let before = written(&test);
    let send = |dry_run| {
        let choice = BatchChoice {
            dry_run,
            ..choice(Task::Correct)
        };
        let batch = test.send(&choice, &sheet, &by).unwrap();
        let turn = work_once(&test.office, &AtomicBool::new(false)).unwrap();
        // What is counted for operators is what was issued.
        let counted = Turn::Worked {
            issued: if dry_run { 0 } else { 4 },
            refused: 1,
            rows: 8,
        };
        assert_eq!(turn, counted);
        batch
    };
    let rehearsed = send(true);
    // Whoever reads what came of it is recorded, so this is looked at first.
    assert_eq!(written(&test), before, "a rehearsal writes nothing");
    let standing = test.standing(&rehearsed, &by);
    assert_eq!((standing.task, standing.dry_run), (Task::Correct, true));
    assert_eq!(standing.counts, EXPECTED);
    let results = test.made(&rehearsed, BatchFile::Results, &by);
    assert_eq!(results.matches("可更正").count(), 2, "{results}");
    let done = send(false);
    assert_eq!(test.standing(&done, &by).counts, EXPECTED);
    let told = |batch: &str| -> Value { differs(&test.office, batch, &by).unwrap() };
    assert_eq!(told(&rehearsed), told(&done));
    let first = &told(&done)["corrected"][0];
    assert_eq!(
        (&first["row"], &first["outcome"]),
        (&json!(3), &json!("corrected"))
    );
    let change = json!({
        "field": "employer",
        "old": "锡林浩特市示例餐厅",
        "new": "锡林浩特市另一餐厅",
    });
    assert_eq!(first["changes"], json!([change]));
    let [rehearsed, done] = [rehearsed, done].map(|b| test.made(&b, BatchFile::Errors, &by));
    assert_eq!(rehearsed, done);
}

#[rstest]
fn a_batch_from_before_is_still_the_dry_run_it_was(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let sheet = health_sheet(0..3, "2026-10-09");
    let batch = test.send(&choice(Task::Issue), &sheet, &by).unwrap();
    let options = json!({
        "task": "dry_run",
        "stock": false,
        "all_or_nothing": false,
        "photos": false,
        "sheet_bytes": sheet.len(),
        "photos_bytes": 0,
    });
    test.sql(&format!("UPDATE batches SET options = '{options}'"));
    let standing = test.standing(&batch, &by);
    assert_eq!((standing.task, standing.dry_run), (Task::Issue, true));
    work_once(&test.office, &AtomicBool::new(false)).unwrap();
    let standing = test.standing(&batch, &by);
    assert_eq!((standing.state, standing.counts.issued), ("done", 3));
    assert_eq!(written(&test).0, 0);
}

#[test]
fn what_is_too_much_for_all_or_nothing_is_so_in_its_rehearsal() {
    let test = TestOffice::on(Sqlite);
    let most = usize::try_from(TOGETHER_ROWS).unwrap();
    let sheet = health_sheet(0..=most, "2026-10-09");
    let file = Sheet {
        bytes: &sheet,
        photos: None,
        stock: false,
        all_or_nothing: true,
    };
    for dry_run in [true, false] {
        let tried = test.try_or_do(file, (HEALTH, CDC), (Task::Issue, dry_run), &mut |_| Ok(()));
        let refused = tried.map(|worked| worked.report).unwrap_err().problem();
        assert_eq!(refused.reason, Reason::TooManyTogether);
    }
    let sheet = corrected_sheet(&test);
    let file = Sheet {
        bytes: &sheet,
        ..file
    };
    let before = written(&test);
    let [rehearsed, done] = [true, false].map(|dry_run| {
        test.try_or_do(file, (HEALTH, CDC), (Task::Correct, dry_run), &mut |_| {
            Ok(())
        })
        .unwrap()
    });
    assert_eq!(rehearsed.report, done.report);
    assert_eq!(done.report.counts, EXPECTED);
    assert_eq!(
        (rehearsed.results, rehearsed.errors),
        (done.results, done.errors)
    );
    assert_eq!(written(&test), before);
}
