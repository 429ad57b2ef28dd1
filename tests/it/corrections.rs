//! Corrections, renewals, and the same request twice: nothing is written that was not asked for.

use std::fmt::Write;

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::report::Counts;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::issue::one::OneIssued;
use mianzheng::flow::issue::renew::RenewRequest;
use mianzheng::flow::issue::renew::renew;
use mianzheng::flow::ledger_check;
use mianzheng::flow::register::Register;
use mianzheng::store::idempotency::RequestKey;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::How;
use crate::support::office::MARKET;
use crate::support::office::Sheet;
use crate::support::office::TestOffice;
use crate::support::office::Worked;
use crate::support::office::draft;
use crate::support::office::health_fields;
use crate::support::people::citizen;

const HEADER: &str =
    "姓名,性别,身份证号码,从业类别,工作单位,体检日期,体检单位,体检结论,发证日期,证件编号\n";

/// One row of a health file.
#[derive(Clone)]
struct Line {
    name: String,
    code: String,
    employer: String,
    result: String,
    number: String,
}

fn lines(count: usize) -> Vec<Line> {
    let line = |n: usize| Line {
        name: "巴特尔".to_owned(),
        code: citizen(n),
        employer: "锡林浩特市示例餐厅".to_owned(),
        result: "合格".to_owned(),
        number: format!("锡市健〔2026〕{:07}号", 1_700_000 + n),
    };
    (0..count).map(line).collect()
}

fn csv(lines: &[Line]) -> Vec<u8> {
    let mut text = HEADER.to_owned();
    for line in lines {
        writeln!(
            text,
            "{},男,{},餐饮服务,{},2026-10-07,{CDC},{},2026-10-09,{}",
            line.name, line.code, line.employer, line.result, line.number
        )
        .unwrap();
    }
    text.into_bytes()
}

fn work(test: &TestOffice, bytes: &[u8], task: Task, all_or_nothing: bool) -> Worked {
    let file = Sheet {
        bytes: &bytes,
        photos: None,
        stock: false,
        all_or_nothing,
    };
    test.work(file, (HEALTH, CDC), task, &mut |_| Ok(()))
        .unwrap()
}

/// Number on the face → identifier, as the result file has them.
fn identifier_of(worked: &Worked, number: &str) -> CertificateIdentifier {
    let text = String::from_utf8(worked.results.clone()).unwrap();
    let line = text.lines().find(|line| line.contains(number)).unwrap();
    let cell = line.split(',').find(|cell| cell.matches('.').count() > 4);
    let cell = cell.unwrap().trim_matches('"');
    CertificateIdentifier::read(cell).unwrap().identifier
}

fn end(test: &TestOffice, identifier: &CertificateIdentifier) {
    let by = test.caller(Role::Issuer, CDC);
    let request = ChangeRequest {
        identifier,
        change: Change::End(EndWord::Cancelled),
        reason: "本人申请",
        by: &by,
        key: None,
    };
    change_status(&test.office, &request).unwrap();
}

fn certificates(test: &TestOffice) -> i64 {
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    report.certificates
}

#[rstest]
fn a_changed_file_changes_nothing_until_it_is_sent_as_a_correction(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let mut rows = lines(6);
    let first = work(&test, &csv(&rows), Task::Issue, false);
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
    for plain in [rehearsed, work(&test, &csv(&rows), Task::Issue, false)] {
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
    let corrected = work(&test, &csv(&rows), Task::Correct, false);
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
    let again = work(&test, &csv(&rows), Task::Correct, false);
    assert_eq!(again.report.counts.same, 6);
    assert_eq!(certificates(&test), 9);
}

#[rstest]
fn another_holder_is_never_a_version(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let mut rows = lines(2);
    let first = work(&test, &csv(&rows), Task::Issue, false);
    let old = identifier_of(&first, &rows[0].number);
    let before = rows[0].code.clone();
    rows[0].code = citizen(77);
    let reissued = work(&test, &csv(&rows), Task::Correct, false);
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
    let back = work(&test, &csv(&rows), Task::Correct, false);
    assert_eq!(back.report.counts.reissued, 1);
    assert_eq!(certificates(&test), 4);
}

#[rstest]
fn what_ended_is_not_corrected(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let mut rows = lines(2);
    let first = work(&test, &csv(&rows), Task::Issue, false);
    end(&test, &identifier_of(&first, &rows[0].number));
    "锡林浩特市另一餐厅".clone_into(&mut rows[0].employer);
    let corrected = work(&test, &csv(&rows), Task::Correct, false);
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
    let first = work(&test, &csv(&rows), Task::Issue, false);
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
    let second = work(&test, mended.as_bytes(), Task::Issue, false);
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
    let stopped = work(&test, &csv(&rows), Task::Issue, true);
    assert_eq!(stopped.report.counts.refused, 1);
    assert_eq!(certificates(&test), 0);
    rows[4].result = "合格".to_owned();
    let done = work(&test, &csv(&rows), Task::Issue, true);
    assert_eq!(done.report.counts.issued, 5);
    // One that differs stops the others too.
    "锡林浩特市另一餐厅".clone_into(&mut rows[0].employer);
    let mut more = lines(8).split_off(5);
    rows.append(&mut more);
    let stopped = work(&test, &csv(&rows), Task::Issue, true);
    assert_eq!(stopped.report.counts.differs, 1);
    assert_eq!(certificates(&test), 5);
}

#[rstest]
fn a_renewal_keeps_the_serial_and_the_holder(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let (code, number) = (citizen(1), "锡市健〔2026〕1700001号");
    let first = test.health(&code, number);
    test.clock.advance(86_400);
    let by = test.caller(Role::Issuer, CDC);
    let renewed = |identifier: &CertificateIdentifier, fields: &[(&str, &str)], by| {
        let draft = draft(fields);
        let request = RenewRequest {
            identifier,
            draft: &draft,
            pictures: Vec::new(),
            by,
            key: None,
        };
        renew(&test.office, request)
    };
    let reason = |refused: Result<OneIssued, Failure>| refused.unwrap_err().problem().reason;
    let mut fields = health_fields(&code, "锡市健〔2027〕1700001号");
    fields[5].1 = "2026-11-20";
    let next = renewed(&first, &fields, &by).unwrap();
    assert_eq!(next.outcome, "corrected");
    assert_eq!(next.identifier.serial, first.serial);
    assert_eq!(next.identifier.version.number(), 2);
    assert_eq!(
        test.verify(&test.record(&first)).verdict,
        Outcome::Superseded
    );
    assert_eq!(
        test.verify(&test.record(&next.identifier)).verdict,
        Outcome::Valid
    );
    let register = Register::of(&test.office);
    let [old, new] = [&first, &next.identifier].map(|of| register.find(of).unwrap().unwrap());
    assert_eq!(new.predecessor, Some(old.id));
    let named = Forgery::of(&test.record(&next.identifier));
    let named = &named.payload["associated_certificate_identifier"];
    assert_eq!(*named, first.to_string());
    // Another holder, an old version, another agency's officer, an ended one.
    let other = citizen(2);
    let others = health_fields(&other, "锡市健〔2027〕1700001号");
    assert_eq!(
        reason(renewed(&next.identifier, &others, &by)),
        Reason::HolderChanged
    );
    assert_eq!(reason(renewed(&first, &fields, &by)), Reason::Ended);
    let stranger = test.caller(Role::Issuer, MARKET);
    assert_eq!(
        reason(renewed(&next.identifier, &fields, &stranger)),
        Reason::NotFound
    );
    // A number that is in force on another certificate.
    let taken = "锡市健〔2026〕1700009号";
    test.health(&other, taken);
    let mut fields = fields.clone();
    fields[2].1 = taken;
    assert_eq!(
        reason(renewed(&next.identifier, &fields, &by)),
        Reason::Differs
    );
    end(&test, &next.identifier);
    assert_eq!(
        reason(renewed(&next.identifier, &fields, &by)),
        Reason::Ended
    );
    assert_eq!(certificates(&test), 3);
}

#[rstest]
fn a_request_that_comes_twice_is_done_once(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let (of, cdc) = (test.type_named(HEALTH), test.agency(CDC));
    let code = citizen(1);
    let fields = health_fields(&code, "锡市健〔2026〕1700001号");
    let draft = draft(&fields);
    let key = RequestKey {
        caller: "c1",
        route: "issue",
        key: "k1",
    };
    let ask = |key: RequestKey<'_>, body: &[u8]| {
        let how = How {
            key: Some((key, body)),
            ..How::default()
        };
        test.issue_draft(&of, &cdc, &draft, how)
    };
    // From eight at once, and once more later: one certificate, one answer.
    let barrier = std::sync::Barrier::new(8);
    let answers: Vec<OneIssued> = std::thread::scope(|scope| {
        let ask = || {
            barrier.wait();
            ask(key, b"body").unwrap()
        };
        let hands: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        hands.into_iter().map(|h| h.join().unwrap()).collect()
    });
    test.clock.advance(3600);
    let later = ask(key, b"body").unwrap();
    assert_eq!(later.outcome, "issued");
    for answer in answers {
        assert_eq!(
            (answer.outcome, answer.identifier),
            (later.outcome.clone(), later.identifier.clone())
        );
    }
    let refused = ask(key, b"other body").unwrap_err();
    assert_eq!(refused.problem().reason, Reason::KeyReused);
    // Another caller's key, or another route's, is another key.
    let others = RequestKey {
        caller: "c2",
        ..key
    };
    assert_eq!(ask(others, b"body").unwrap().outcome, "same");
    assert_eq!(certificates(&test), 1);
}

#[rstest]
fn four_clerks_with_one_file_issue_each_row_once(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let file = csv(&lines(300));
    let barrier = std::sync::Barrier::new(4);
    let counts: Vec<Counts> = std::thread::scope(|scope| {
        let send = || {
            barrier.wait();
            work(&test, &file, Task::Issue, false).report.counts
        };
        let hands: Vec<_> = (0..4).map(|_| scope.spawn(send)).collect();
        hands.into_iter().map(|h| h.join().unwrap()).collect()
    });
    let sum = |of: fn(&Counts) -> u64| counts.iter().map(of).sum::<u64>();
    assert_eq!(
        (sum(|c| c.issued), sum(|c| c.same)),
        (300, 900),
        "{counts:?}"
    );
    assert_eq!(certificates(&test), 300);
}

#[rstest]
fn a_file_that_was_stopped_goes_on_where_it_was(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let file = csv(&lines(3000));
    let bytes = file.as_slice();
    let sheet = Sheet {
        bytes: &bytes,
        photos: None,
        stock: false,
        all_or_nothing: false,
    };
    let mut seen = Vec::new();
    let stopped = test.work(sheet, (HEALTH, CDC), Task::Issue, &mut |progress| {
        seen.push((progress.done, progress.total));
        match progress.done {
            0 => Ok(()),
            _ => Err(Failure::refused(Reason::Unavailable)),
        }
    });
    assert!(stopped.is_err());
    assert_eq!(seen.last(), Some(&(2000, 3000)));
    let again = work(&test, &file, Task::Issue, false).report.counts;
    assert_eq!((again.issued, again.same), (1000, 2000));
    assert_eq!(certificates(&test), 3000);
}
