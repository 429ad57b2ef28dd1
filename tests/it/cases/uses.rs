//! What was done with her certificates is hers to read, and to object to.

use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::case;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::tasks;
use mianzheng::flow::uses;
use rstest::rstest;
use serde_json::json;

use crate::support::cases;
use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::cases::POLICE;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::pdf::Pdf;
use crate::support::server::Ask;
use crate::support::server::TestServer;

fn why<T>(done: Result<T, Failure>) -> Result<T, Reason> {
    done.map_err(|why| why.problem().reason)
}

#[rstest]
fn she_reads_who_used_what_and_says_that_it_was_not_she(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let window = Window::on(database);
    let office = &window.test.office;
    let household = window.household("其其格", MOTHER, "蒙户152502-000123");
    let mother = window.test.holder(MOTHER);
    assert_eq!(uses::mine(office, None, &mother).unwrap(), []);
    let opened = window.open(&[OLD_AGE], "其其格", MOTHER);
    let asked = case::ask(office, &opened.number, (0, &[2]), &window.officer).unwrap();
    case::answer(office, &asked.code, true, &mother).unwrap();
    // Somebody puts her card before a case of another: refused, and hers to see.
    let other = window.open(&[OLD_AGE], "苏和", FATHER);
    let fields: &[&str] = &["holder_name", "birth_date", "home_address"];
    window.put(&other, &window.live(MOTHER, &[(&household, fields)]));
    let lines = uses::mine(office, None, &mother).unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|l| (l.event, l.outcome.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("used", Some("other_holder")),
            ("verified", Some("valid")),
            ("consent_changed", Some("given")),
            ("used", Some("serves")),
            ("consent_changed", Some("asked")),
        ]
    );
    let used = &lines[3];
    assert_eq!(used.agency.as_deref(), Some(HALL));
    assert_eq!(used.why, [OLD_AGE]);
    assert_eq!(used.fields, ["birth_date", "holder_name", "home_address"]);
    assert_eq!(used.labels[0], "出生日期");
    assert_eq!(used.case.as_deref(), Some(opened.number.as_str()));
    let older = uses::mine(office, Some(lines[3].record), &mother).unwrap();
    assert_eq!(older, lines[4..]);
    // A page of nobody else's.
    let father = window.test.holder(FATHER);
    let his = uses::mine(office, None, &father).unwrap();
    assert!(his.iter().all(|line| line.identifier.is_none()), "{his:?}");
    assert_eq!(
        why(uses::mine(office, None, &window.officer)),
        Err(Reason::Forbidden)
    );
    // It was not she: her live codes with that card are dead at once.
    let shown = window.live(MOTHER, &[(&household, fields)]);
    let record = lines[0].record;
    let object = |record: i64, note: &str, by| why(uses::object(office, record, note, by, None));
    assert_eq!(object(record, " ", &mother), Err(Reason::BadCause));
    assert_eq!(object(record, "不是我", &father), Err(Reason::NotFound));
    assert_eq!(object(999_999, "不是我", &mother), Err(Reason::NotFound));
    let task = object(record, "那天我没有去过窗口", &mother).unwrap();
    assert_eq!(window.put(&opened, &shown).verdict, Some(Outcome::Replayed));
    let police = window.test.caller(Role::Issuer, POLICE);
    let listed = tasks::list(office, &police).unwrap();
    assert_eq!((listed[0].id, listed[0].kind), (task, "not_me"));
    assert_eq!(listed[0].identifier, Some(household.to_string()));
    let now = uses::mine(office, None, &mother).unwrap();
    assert!(now.iter().any(|line| line.event == "objected"));
}

#[rstest]
fn without_a_phone_she_reads_it_at_a_window(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let office = &window.test.office;
    let household = window.household("其其格", MOTHER, "蒙户152502-000123");
    let opened = window.open(&[OLD_AGE], "其其格", MOTHER);
    let fields: &[&str] = &["holder_name", "birth_date", "home_address"];
    window.put(&opened, &window.live(MOTHER, &[(&household, fields)]));
    let herself = window.test.holder(MOTHER);
    let code = mianzheng::domain::holder::HolderCode::read(MOTHER).unwrap();
    let look = |checked: bool, by| why(uses::at_the_window(office, (&code, checked), None, by));
    assert_eq!(look(false, &window.officer), Err(Reason::NeedsMatch));
    assert_eq!(look(true, &herself), Err(Reason::Forbidden));
    let lines = look(true, &window.officer).unwrap();
    let mine = uses::mine(office, None, &herself).unwrap();
    assert_eq!(lines, mine);
    // That the officer read it is in the ledger.
    let last = office
        .store
        .read(|rx| rx.last_ledger_row())
        .unwrap()
        .unwrap();
    assert_eq!(last.actor, window.officer.id);
    assert_eq!(last.kind, EventKind::Read.number());
}

#[rstest]
fn her_history_is_printed_at_a_window(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let test = &server.test;
    cases::load_items(test);
    test.give_keys(&[test.agency(POLICE)]);
    let household = cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
    let fields: &[&str] = &["holder_name", "birth_date", "home_address"];
    let shown = cases::live(test, MOTHER, &[(&household, fields)]);
    test.verify_at_window(&shown);
    let window = server.token(Role::Window, Some(HALL), None);
    let phone = server.token(Role::Holder, None, Some(MOTHER));
    let number = MOTHER.split_once(':').unwrap().1;
    let at_window = |checked: bool| {
        let body = json!({
            "holder": {"type": "111", "code": number}, "face_checked": checked,
        });
        let ask = Ask::new("POST", "/api/v1/uses/lookups").token(&window);
        server.ask(&ask.header("accept", "application/pdf").json(&body))
    };
    assert_eq!(at_window(false).code(), "needs_match");
    let mine = Ask::new("GET", "/api/v1/uses").token(&phone);
    let mine = server.ask(&mine.header("accept", "application/pdf"));
    for printed in [at_window(true), mine] {
        assert_eq!(printed.header("content-type"), Some("application/pdf"));
        let pdf = Pdf::of(&printed.body);
        let words = pdf.cells();
        for said in [
            "用证记录",
            "Whousedthecertificates",
            HALL,
            "居民户口簿",
            &household.to_string(),
            "核验verified",
            "有效",
            "2026-11-2309:00:00",
            "不是我",
        ] {
            assert!(words.contains(said), "{said} is not in {words}");
        }
        assert!(pdf.text(&[]).contains("ᠭᠡᠷᠡᠴᠢᠯᠡᠯ"));
        // Masked, as on the screen.
        assert!(
            !words.contains("其其格") && !words.contains(number),
            "{words}"
        );
    }
    assert!(
        Pdf::of(&at_window(true).body)
            .words()
            .contains("111****0020")
    );
    // That it was printed is in the ledger, as reading it on the screen is.
    let last = test.office.store.read(|rx| rx.last_ledger_row());
    assert_eq!(last.unwrap().unwrap().kind, EventKind::Read.number());
}
