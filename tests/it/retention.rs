//! Records are kept for their term and no day less, and then deleted: just what was shown, never
//! what is open or in dispute, and the ledger stays whole.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::retention::RecordKind;
use mianzheng::domain::time::Timestamp;
use mianzheng::flow::case;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::ledger_check::LedgerFinding::DetailsDeleted;
use mianzheng::flow::retention;
use mianzheng::flow::retention::Due;
use mianzheng::flow::tasks;
use mianzheng::flow::uses;
use rstest::rstest;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::MOTHER;
use crate::support::cases::POLICE;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::records::Records;

fn why<T>(done: Result<T, Failure>) -> Result<T, Reason> {
    done.map_err(|why| why.problem().reason)
}

fn show(records: &Records) -> Due {
    retention::show(&records.window.test.office, None, &operator()).unwrap()
}

/// How many records of a kind have had their term, and how many of those are held back.
fn of(due: &Due, kind: RecordKind) -> (usize, usize) {
    let line = due.lines.iter().find(|line| line.kind == kind).unwrap();
    (line.records, line.held)
}

fn delete(records: &Records, due: &Due) -> usize {
    let office = &records.window.test.office;
    let done = retention::run(office, (due.until, &due.shown), &operator()).unwrap();
    for (deleted, line) in done.iter().zip(&due.lines) {
        assert_eq!((deleted.kind, deleted.records), (line.kind, line.records));
    }
    done.iter().map(|one| one.records).sum()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn credential(test: &TestOffice) {
    let new = NewCredential {
        role: Role::Window,
        agency: Some(test.agency(HALL).number),
        holder: None,
        label: "窗口",
        days: 30,
    };
    credentials::create_token(&test.office, &new, &operator()).unwrap();
}

const STILL_HERE: [&str; 6] = [
    "cases",
    "consents",
    "receipts",
    "tasks",
    "mandates",
    "ledger_details",
];

#[rstest]
fn nothing_goes_early_and_all_that_was_shown_goes_in_time(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let records = Records::on(database);
    let test = &records.window.test;
    credential(test);
    records.settle();
    test.mirrors("111:152502199206120020");
    let rows = |of: &str| STILL_HERE.map(|table| records.count(table, of));
    let before = rows("1 = 1");
    assert_eq!(
        show(&records)
            .lines
            .iter()
            .map(|l| l.records)
            .sum::<usize>(),
        0
    );
    // The last moment of the term of notices and security logs: a year, on 23 November 2026.
    test.clock.set(at("2027-11-23T23:59:59+08:00"));
    let due = show(&records);
    assert!(due.lines.iter().all(|line| line.records == 0), "{due:?}");
    test.clock.set(at("2027-11-24T00:00:00+08:00"));
    let due = show(&records);
    let notices = records.count("notices", "1 = 1");
    assert!(notices > 0);
    assert_eq!(
        of(&due, RecordKind::Notices).0,
        usize::try_from(notices).unwrap()
    );
    assert!(of(&due, RecordKind::Security).0 > 0);
    assert_eq!(of(&due, RecordKind::Uses), (0, 0));
    assert_eq!(of(&due, RecordKind::Cases), (0, 0));
    assert_eq!(of(&due, RecordKind::Mirrors), (1, 0));
    let notices = due.lines.iter().find(|l| l.kind == RecordKind::Notices);
    let newest = notices.unwrap().newest.unwrap().to_string();
    assert_eq!(newest, "2026-11-23");
    delete(&records, &due);
    assert_eq!(records.count("notices", "1 = 1"), 0);
    assert_eq!(records.count("mirrors", "1 = 1"), 0);
    assert_eq!(records.findings(), []);
    // The last moment of the term of uses and cases: three years.
    test.clock.set(at("2029-11-23T23:59:59+08:00"));
    let due = show(&records);
    assert_eq!(of(&due, RecordKind::Uses), (0, 0));
    assert_eq!(of(&due, RecordKind::Cases), (0, 0));
    assert_eq!(rows("1 = 1")[..5], before[..5]);
    test.clock.set(at("2029-11-24T00:00:00+08:00"));
    let due = show(&records);
    assert_eq!(of(&due, RecordKind::Cases), (2, 0));
    assert!(of(&due, RecordKind::Uses).0 > 10);
    // The mandate ran out on the 24th, the credential in December: a day, and a month, to go.
    assert_eq!(of(&due, RecordKind::Mandates), (0, 0));
    test.clock.set(at("2030-01-01T00:00:00+08:00"));
    let due = show(&records);
    assert_eq!(of(&due, RecordKind::Mandates), (1, 0));
    assert_eq!(of(&due, RecordKind::Credentials), (1, 0));
    assert_eq!(due, show(&records));
    delete(&records, &due);
    let empty = [
        "cases",
        "case_people",
        "case_items",
        "case_materials",
        "case_wants",
        "consents",
        "receipts",
        "tasks",
        "mandates",
        "credentials",
    ];
    for table in empty {
        assert_eq!(records.count(table, "1 = 1"), 0, "{table}");
    }
    let told = |kinds: &str| {
        records.count(
            "ledger_details",
            &format!("seq IN (SELECT seq FROM ledger WHERE kind IN ({kinds}))"),
        )
    };
    assert_eq!(told("15, 16, 17, 18, 19, 20, 30, 32"), 0);
    // What tells of keys stays, and so does what was deleted when.
    assert!(told("8, 40") > 0);
    assert_eq!(records.findings(), []);
    // Nobody deletes more behind the program's back: not what is younger, nor what has no term.
    let seq = test.number("SELECT MAX(seq) FROM ledger WHERE kind = 8 AND commitment IS NOT NULL");
    test.sql(&format!(
        "CREATE TABLE kept_details AS SELECT * FROM ledger_details WHERE seq = {seq};
         DELETE FROM ledger_details WHERE seq = {seq}"
    ));
    assert_eq!(records.findings(), [DetailsDeleted { seq }]);
    test.sql("INSERT INTO ledger_details SELECT * FROM kept_details");
    // She still has her history, without what it said; and nothing is due twice.
    let lines = uses::mine(&test.office, None, &test.holder(MOTHER)).unwrap();
    assert!(!lines.is_empty() && lines.iter().all(|line| line.case.is_none()));
    assert_eq!(
        show(&records)
            .lines
            .iter()
            .map(|l| l.records)
            .sum::<usize>(),
        0
    );
    // What serves once stays used up.
    assert_eq!(records.count("spent_certificates", "case_id = 1"), 1);
}

#[rstest]
fn what_is_open_or_in_dispute_is_never_deleted(#[values(Sqlite, Postgres)] database: Database) {
    let records = Records::on(database);
    let (window, test) = (&records.window, &records.window.test);
    let office = &test.office;
    // The pension's case is open and disputed; she objects to a use in the newborn's.
    let mother = test.holder(MOTHER);
    let lines = uses::mine(office, None, &mother).unwrap();
    let birth = |line: &&uses::UseLine| line.type_name.as_deref() == Some("出生医学证明");
    let used = lines.iter().find(birth).unwrap().record;
    let objection = uses::object(office, used, "不是我", &mother, None).unwrap();
    let tenth = at("2036-11-24T09:00:00+08:00");
    test.clock.set(tenth);
    let due = show(&records);
    assert_eq!(of(&due, RecordKind::Cases), (0, 1));
    assert_eq!(of(&due, RecordKind::Tasks), (0, 0));
    assert!(of(&due, RecordKind::Uses).1 > 5, "{due:?}");
    delete(&records, &due);
    assert_eq!(records.count("cases", "1 = 1"), 2);
    assert_eq!(records.findings(), []);
    let lines = uses::mine(office, None, &mother).unwrap();
    let of_case = |line: &uses::UseLine| line.case.as_ref() == Some(&records.pension.number);
    assert!(lines.iter().any(of_case));
    // Ten years later the objection is answered: three years from then it has had its term.
    let hospital = test.caller(Role::Issuer, crate::support::office::HOSPITAL);
    tasks::answer(office, objection, (false, "本人到场"), &hospital, None).unwrap();
    let due = show(&records);
    assert_eq!(of(&due, RecordKind::Cases), (1, 0));
    let police = test.caller(Role::Issuer, POLICE);
    tasks::answer(office, records.task, (true, "已更正"), &police, None).unwrap();
    assert_eq!(of(&show(&records), RecordKind::Cases), (1, 0));
    delete(&records, &show(&records));
    assert_eq!(records.count("cases", "number = number"), 1);
    assert_eq!(records.findings(), []);
    // An office that opens the same matter again finds the certificate used up.
    let again = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    assert_eq!(
        case::look(office, &again.number, &window.officer).unwrap(),
        again
    );
}

#[rstest]
fn only_what_was_shown_is_deleted(#[values(Sqlite, Postgres)] database: Database) {
    let records = Records::on(database);
    let test = &records.window.test;
    let office = &test.office;
    test.clock.set(at("2029-11-24T00:00:00+08:00"));
    let due = show(&records);
    assert_eq!(of(&due, RecordKind::Cases), (1, 0));
    let run = |until, shown: &str, by: &Caller| why(retention::run(office, (until, shown), by));
    let operator = operator();
    assert_eq!(
        run(due.until, "0000000000000000", &operator),
        Err(Reason::ShownDiffers)
    );
    let later = due.until.plus_secs(1);
    assert_eq!(run(later, &due.shown, &operator), Err(Reason::BadRequest));
    for role in [Role::Auditor, Role::Window] {
        let by = Caller {
            role,
            ..operator.clone()
        };
        assert_eq!(run(due.until, &due.shown, &by), Err(Reason::Forbidden));
    }
    // Somebody disputes in between: it is to be looked at again.
    let mother = test.holder(MOTHER);
    let lines = uses::mine(office, None, &mother).unwrap();
    let birth = |line: &&uses::UseLine| line.type_name.as_deref() == Some("出生医学证明");
    let used = lines.iter().find(birth).unwrap().record;
    uses::object(office, used, "不是我", &mother, None).unwrap();
    assert_eq!(
        run(due.until, &due.shown, &operator),
        Err(Reason::ShownDiffers)
    );
    assert_eq!(records.count("cases", "1 = 1"), 2);
    // What was shown is deleted a week later, and nothing more; a second time there is nothing.
    let due = show(&records);
    records.later(0, 7);
    delete(&records, &due);
    assert_eq!(
        run(due.until, &due.shown, &operator),
        Err(Reason::ShownDiffers)
    );
    assert_eq!(records.findings(), []);
    let last = office
        .store
        .read(|rx| rx.last_ledger_row())
        .unwrap()
        .unwrap();
    assert_eq!(last.actor, "cli");
}

#[rstest]
fn a_server_deletes_by_itself_only_if_the_settings_say_so(
    #[values(Sqlite, Postgres)] database: Database,
    #[values(false, true)] daily: bool,
) {
    let test = TestOffice::with(database, |settings| settings.forgets_daily = daily);
    credential(&test);
    test.clock.set(at("2031-11-24T00:00:00+08:00"));
    let deleted = retention::run_daily(&test.office).unwrap();
    let credentials = deleted
        .iter()
        .find(|one| one.kind == RecordKind::Credentials);
    assert_eq!(credentials.map(|one| one.records), daily.then_some(1));
    let left = test.number("SELECT COUNT(*) FROM credentials");
    assert_eq!(left, i64::from(!daily));
    let report = mianzheng::flow::ledger_check::check(&test.office, None).unwrap();
    assert_eq!(report.findings, []);
}
