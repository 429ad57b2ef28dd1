//! A holder has erased what the law lets go of, each refusal has its reason, and the ledger stays
//! whole.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::erasure::ErasureKind;
use mianzheng::domain::erasure::Kept;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::problem::Reason;
use mianzheng::flow::case;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::flow::erase;
use mianzheng::flow::erase::Erasure;
use mianzheng::flow::export;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::notices;
use rstest::rstest;

use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::operator;
use crate::support::records::Records;

/// Somebody without a certificate.
const NIMA: &str = "111:152525198501010027";

fn why<T>(done: Result<T, Failure>) -> Result<T, Reason> {
    done.map_err(|why| why.problem().reason)
}

fn show(records: &Records, code: &str) -> Erasure {
    let code = HolderCode::read(code).unwrap();
    erase::show(&records.window.test.office, (&code, true), &operator()).unwrap()
}

fn erase(records: &Records, code: &str) {
    let erasure = show(records, code);
    let code = HolderCode::read(code).unwrap();
    let office = &records.window.test.office;
    let done = erase::run(office, (&code, true), &erasure.shown, &operator()).unwrap();
    let told = erasure.lines.iter().filter(|line| line.records > 0);
    let told: Vec<_> = told.map(|line| (line.kind, line.records)).collect();
    let done: Vec<_> = done.iter().map(|line| (line.kind, line.records)).collect();
    assert_eq!(done, told);
    assert_eq!(records.findings(), []);
}

/// What can go of a kind, and what stays and why.
fn of(erasure: &Erasure, kind: ErasureKind) -> (usize, Vec<(Kept, usize)>) {
    let line = erasure.lines.iter().find(|line| line.kind == kind);
    line.map_or((0, Vec::new()), |line| (line.records, line.kept.clone()))
}

fn phone(records: &Records) {
    let code = HolderCode::read(MOTHER).unwrap();
    let new = NewCredential {
        role: Role::Holder,
        agency: None,
        holder: Some(&code),
        label: "手机",
        days: 30,
    };
    credentials::create_token(&records.window.test.office, &new, &operator()).unwrap();
}

#[rstest]
fn what_stays_says_why(#[values(Sqlite, Postgres)] database: Database) {
    let records = Records::on(database);
    phone(&records);
    let (test, code) = (&records.window.test, HolderCode::read(MOTHER).unwrap());
    let office = &test.office;
    let erasure = show(&records, MOTHER);
    assert_eq!(of(&erasure, ErasureKind::Shown), (1, vec![]));
    let stays = |kind| of(&erasure, kind).1;
    assert_eq!(stays(ErasureKind::Served), [(Kept::InUse, 1)]);
    assert_eq!(stays(ErasureKind::Mandates), [(Kept::InUse, 1)]);
    assert_eq!(
        stays(ErasureKind::Cases),
        [(Kept::Term, 1), (Kept::Open, 1)]
    );
    assert_eq!(stays(ErasureKind::Credentials), [(Kept::InUse, 1)]);
    assert_eq!(stays(ErasureKind::Certificates), [(Kept::PublicRecord, 2)]);
    assert_eq!(stays(ErasureKind::Subject), [(Kept::Needed, 1)]);
    assert!(matches!(
        stays(ErasureKind::Notices)[..],
        [(Kept::Unread, _)]
    ));
    assert!(matches!(stays(ErasureKind::Uses)[..], [(Kept::Term, _)]));
    // Only an operator, who had proof, and only what was shown.
    let run =
        |checked, shown: &str, by: &Caller| why(erase::run(office, (&code, checked), shown, by));
    let shown = erasure.shown.as_str();
    let officer = &records.window.officer;
    assert_eq!(run(true, shown, officer), Err(Reason::Forbidden));
    assert_eq!(run(false, shown, &operator()), Err(Reason::NeedsMatch));
    let other = run(true, "0000000000000000", &operator());
    assert_eq!(other, Err(Reason::ShownDiffers));
    let before = records.count("ledger", "1 = 1");
    erase(&records, MOTHER);
    assert_eq!(records.count("show_sessions", "1 = 1"), 0);
    assert_eq!(records.count("cases", "1 = 1"), 2);
    // One event, and hers to see.
    assert_eq!(records.count("ledger", "1 = 1"), before + 1);
    let mine = export::mine(office, &test.holder(MOTHER)).unwrap();
    assert_eq!(mine["history"][0]["event"], "forgotten");
}

#[rstest]
fn what_has_served_its_purpose_goes_before_the_term(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let records = Records::on(database);
    let test = &records.window.test;
    let mother = test.holder(MOTHER);
    let seen = || export::mine(&test.office, &mother).unwrap()["consents"][0].clone();
    let consent = seen();
    assert!(
        !consent["served"][0]["fields"]
            .as_object()
            .unwrap()
            .is_empty()
    );
    for notice in notices::list(&test.office, &mother).unwrap() {
        notices::mark_read(&test.office, notice.id, &mother).unwrap();
    }
    test.clock.advance(31 * 60);
    let erasure = show(&records, MOTHER);
    assert_eq!(of(&erasure, ErasureKind::Served), (1, vec![]));
    assert!(of(&erasure, ErasureKind::Notices).0 > 0);
    erase(&records, MOTHER);
    // That she answered, and what served, stays; what stood in the fields does not.
    let after = seen();
    assert_eq!(after["record"], consent["record"]);
    assert_eq!(after["served"][0]["outcome"], "serves");
    assert_eq!(after["served"][0]["fields"], serde_json::json!({}));
    assert_eq!(notices::list(&test.office, &mother).unwrap(), []);
    assert_eq!(
        of(&show(&records, MOTHER), ErasureKind::Served),
        (0, vec![])
    );
}

#[rstest]
fn what_has_had_its_term_goes_and_certificates_stay(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let records = Records::on(database);
    phone(&records);
    records.settle();
    let test = &records.window.test;
    test.clock.set("2030-01-01T00:00:00+08:00".parse().unwrap());
    let erasure = show(&records, MOTHER);
    assert_eq!(of(&erasure, ErasureKind::Cases), (2, vec![]));
    assert_eq!(of(&erasure, ErasureKind::Mandates), (1, vec![]));
    assert_eq!(of(&erasure, ErasureKind::Credentials), (1, vec![]));
    let (uses, stay) = of(&erasure, ErasureKind::Uses);
    assert!(uses > 5 && stay.is_empty());
    let kept = of(&erasure, ErasureKind::Subject);
    assert_eq!(kept, (0, vec![(Kept::Needed, 1)]));
    erase(&records, MOTHER);
    for table in [
        "cases",
        "consents",
        "receipts",
        "tasks",
        "mandates",
        "credentials",
    ] {
        assert_eq!(records.count(table, "1 = 1"), 0, "{table}");
    }
    assert_eq!(records.count("certificates", "1 = 1"), 2);
    // It can be done again, and finds nothing.
    let again = show(&records, MOTHER);
    assert!(
        again.lines.iter().all(|line| line.records <= 1),
        "{again:?}"
    );
}

#[rstest]
fn of_somebody_without_a_certificate_nothing_is_left(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let records = Records::on(database);
    let (window, test) = (&records.window, &records.window.test);
    let opened = window.open(&[OLD_AGE], "尼玛", NIMA);
    for place in 0..opened.materials.len() {
        drop(window.paper(&opened, place));
    }
    case::close(&test.office, &opened.number, &window.officer).unwrap();
    records.later(3, 1);
    let erasure = show(&records, NIMA);
    assert!(erasure.lines.iter().all(|line| line.kept.is_empty()));
    assert_eq!(of(&erasure, ErasureKind::Subject).0, 1);
    erase(&records, NIMA);
    assert_eq!(show(&records, NIMA).lines, []);
    let code = HolderCode::read(NIMA).unwrap();
    let index = mianzheng::flow::issue::holder_index(test.office.store.vault(), &code);
    let subject = test.office.store.read(|rx| rx.subject_of(&index)).unwrap();
    assert_eq!(subject, None);
}
