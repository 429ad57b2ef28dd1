//! Files that are sent again, changed, mended, or as a correction.

use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::report::Counts;
use rstest::rstest;

use crate::corrections::sheet::certificates;
use crate::corrections::sheet::csv;
use crate::corrections::sheet::end;
use crate::corrections::sheet::identifier_of;
use crate::corrections::sheet::lines;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::office::TestOffice;
use crate::support::people::citizen;

#[rstest]
fn a_changed_file_changes_nothing_until_it_is_sent_as_a_correction(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let mut rows = lines(6);
    let first = test.works(&csv(&rows), Task::Issue, false);
    assert_eq!(first.report.counts.issued, 6);
    let old: Vec<_> = rows
        .iter()
        .map(|r| identifier_of(&first, &r.number))
        .collect();
    for identifier in &old {
        assert_eq!(
            test.verify(&test.record(identifier)).verdict,
            Outcome::Valid
        );
    }
    test.clock.advance(86_400);
    for row in &mut rows[1..4] {
        "锡林浩特市另一餐厅".clone_into(&mut row.employer);
    }
    let rehearsed = test.rehearse(&csv(&rows), Task::Issue);
    for plain in [rehearsed, test.works(&csv(&rows), Task::Issue, false)] {
        let expected = Counts {
            rows: 6,
            same: 3,
            differs: 3,
            ..Counts::default()
        };
        assert_eq!(plain.report.counts, expected);
        let told = &plain.report.differs[0];
        assert_eq!(told.identifier, old[1].to_string());
        let [change] = told.changes.as_slice() else {
            panic!("{:?}", told.changes);
        };
        assert_eq!(change.key, "employer");
        assert_eq!(change.old.as_ref().unwrap(), "锡林浩特市示例餐厅");
        assert_eq!(change.new.as_ref().unwrap(), "锡林浩特市另一餐厅");
        let errors = String::from_utf8(plain.errors).unwrap();
        let words = "工作单位 锡林浩特市示例餐厅 → 锡林浩特市另一餐厅";
        assert_eq!(errors.matches(words).count(), 3, "{errors}");
    }
    assert_eq!(certificates(&test), 6);
    // Its list was read a moment ago, and must not be believed after the correction.
    let read = test.verify(&test.record(&old[1]));
    assert_eq!(read.verdict, Outcome::Valid);
    let corrected = test.works(&csv(&rows), Task::Correct, false);
    let expected = Counts {
        rows: 6,
        same: 3,
        corrected: 3,
        ..Counts::default()
    };
    assert_eq!(corrected.report.counts, expected);
    assert_eq!(certificates(&test), 9);
    for (row, before) in rows.iter().zip(&old).take(4).skip(1) {
        let now = identifier_of(&corrected, &row.number);
        assert_eq!(now.serial, before.serial);
        assert_eq!((before.version.number(), now.version.number()), (1, 2));
        // At once, for everybody.
        assert_eq!(
            test.verify(&test.record(before)).verdict,
            Outcome::Superseded
        );
        assert_eq!(test.verify(&test.record(&now)).verdict, Outcome::Valid);
        let named = &Forgery::of(&test.record(&now)).payload["associated_certificate_identifier"];
        assert_eq!(*named, before.to_string());
    }
    let again = test.works(&csv(&rows), Task::Correct, false);
    assert_eq!(again.report.counts.same, 6);
    assert_eq!(certificates(&test), 9);
}

#[rstest]
fn another_holder_is_never_a_version(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let mut rows = lines(2);
    let first = test.works(&csv(&rows), Task::Issue, false);
    let old = identifier_of(&first, &rows[0].number);
    let before = rows[0].code.clone();
    rows[0].code = citizen(77);
    let reissued = test.works(&csv(&rows), Task::Correct, false);
    assert_eq!(
        (reissued.report.counts.reissued, reissued.report.counts.same),
        (1, 1)
    );
    let new = identifier_of(&reissued, &rows[0].number);
    assert_ne!(new.serial, old.serial);
    assert_eq!(new.version.number(), 1);
    let verdict = test.verify_at_window(&test.record(&old));
    assert_eq!(verdict.verdict, Outcome::Revoked);
    assert_eq!(verdict.certificates[0].end_word, Some("issued_in_error"));
    assert_eq!(test.verify(&test.record(&new)).verdict, Outcome::Valid);
    let cards = |code: &str| {
        let holder = test.holder(&format!("111:{code}"));
        let lines = mianzheng::flow::show::cards(&test.office, &holder).unwrap();
        lines
            .into_iter()
            .map(|c| (c.identifier, c.standing))
            .collect::<Vec<_>>()
    };
    assert_eq!(cards(&before), [(old.to_string(), Outcome::Revoked)]);
    assert_eq!(cards(&rows[0].code), [(new.to_string(), Outcome::Valid)]);
    // And back again: a third certificate, not the first one revived.
    rows[0].code = before;
    let back = test.works(&csv(&rows), Task::Correct, false);
    assert_eq!(back.report.counts.reissued, 1);
    assert_eq!(certificates(&test), 4);
}

#[rstest]
fn what_ended_is_not_corrected(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let mut rows = lines(2);
    let first = test.works(&csv(&rows), Task::Issue, false);
    end(&test, &identifier_of(&first, &rows[0].number));
    "锡林浩特市另一餐厅".clone_into(&mut rows[0].employer);
    let corrected = test.works(&csv(&rows), Task::Correct, false);
    assert_eq!(
        (corrected.report.counts.ended, corrected.report.counts.same),
        (1, 1)
    );
    let errors = String::from_utf8(corrected.errors).unwrap();
    assert!(errors.contains(&rows[0].number), "{errors}");
    assert_eq!(certificates(&test), 2);
}

#[rstest]
fn an_error_file_is_mended_and_sent_again(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let mut rows = lines(4);
    rows[1].code.replace_range(17.., "*");
    rows[3].result = "不合格".to_owned();
    let first = test.works(&csv(&rows), Task::Issue, false);
    assert_eq!(
        (first.report.counts.issued, first.report.counts.refused),
        (2, 2)
    );
    let errors = String::from_utf8(first.errors).unwrap();
    assert!(errors.contains("错误原因"), "{errors}");
    assert_eq!(errors.lines().count(), 3);
    let mended = errors
        .replace(&rows[1].code, &citizen(1))
        .replace("不合格", "合格");
    let second = test.works(mended.as_bytes(), Task::Issue, false);
    assert_eq!(
        second.report.counts.issued, 2,
        "{:?}",
        second.report.refused
    );
    assert_eq!(certificates(&test), 4);
}

#[rstest]
fn all_or_nothing_means_it(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let mut rows = lines(5);
    rows[4].result = "不合格".to_owned();
    let stopped = test.works(&csv(&rows), Task::Issue, true);
    assert_eq!(stopped.report.counts.refused, 1);
    assert_eq!(certificates(&test), 0);
    rows[4].result = "合格".to_owned();
    let done = test.works(&csv(&rows), Task::Issue, true);
    assert_eq!(done.report.counts.issued, 5);
    // One that differs stops the others too.
    "锡林浩特市另一餐厅".clone_into(&mut rows[0].employer);
    let mut more = lines(8).split_off(5);
    rows.append(&mut more);
    let stopped = test.works(&csv(&rows), Task::Issue, true);
    assert_eq!(stopped.report.counts.differs, 1);
    assert_eq!(certificates(&test), 5);
}
