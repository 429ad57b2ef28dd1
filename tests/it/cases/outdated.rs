//! Requests that nobody looks at again lapse by themselves, and what was disclosed is kept no
//! longer than it may be used.

use mianzheng::domain::case::PaperReason;
use mianzheng::domain::problem::Reason;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::ConsentAsked;
use mianzheng::flow::case::Decision;
use mianzheng::flow::export;
use mianzheng::flow::forget::forget_expired;
use mianzheng::flow::ledger_check;
use mianzheng::flow::uses;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::cases::http::Desk;
use crate::support::cases;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::server::Ask;

/// The household register in the old-age allowance, and the other card that it asks for.
const REGISTER: usize = 2;
const CARD: usize = 3;

const WAIVE: Decision = Decision::Waive { matched: false };

/// A window with a case in which the mother gave her register.
struct Given {
    window: Window,
    case: CaseView,
    asked: ConsentAsked,
}

impl Given {
    fn on(database: Database) -> Self {
        let window = Window::on(database);
        window.household("其其格", MOTHER, "蒙户152502-000123");
        let case = window.open(&[OLD_AGE], "其其格", MOTHER);
        let office = &window.test.office;
        let whom: (usize, &[usize]) = (0, &[REGISTER]);
        let asked = case::ask(office, &case.number, whom, &window.officer).unwrap();
        case::answer(office, &asked.code, true, &window.test.holder(MOTHER)).unwrap();
        Self {
            window,
            case,
            asked,
        }
    }

    /// What is kept of what she gave, as she has it told.
    fn kept(&self) -> Value {
        let test = &self.window.test;
        let mine = export::mine(&test.office, &test.holder(MOTHER)).unwrap();
        mine["consents"][0].clone()
    }

    fn fields(&self) -> usize {
        let kept = self.kept();
        let served = kept["served"].as_array().unwrap().iter();
        let fields = served.map(|one| one["fields"].as_object().unwrap().len());
        fields.sum()
    }

    fn later(&self, minutes: i64) {
        self.window.test.clock.advance(minutes * 60);
        forget_expired(&self.window.test.office).unwrap();
    }

    fn is_whole(&self) -> bool {
        let report = ledger_check::check(&self.window.test.office, None);
        report.unwrap().is_whole()
    }
}

#[rstest]
fn fields_go_when_their_half_hour_is_over(#[values(Sqlite, Postgres)] database: Database) {
    let given = Given::on(database);
    given.later(29);
    assert_eq!(given.fields(), 3);
    let before = given.kept();
    given.later(1);
    assert_eq!(given.fields(), 0);
    // That she answered, and what served, stays.
    let after = given.kept();
    assert_eq!(after["record"], before["record"]);
    assert_eq!(after["state"], "given");
    assert_eq!(after["served"][0]["outcome"], "serves");
    assert!(given.is_whole());
    // It goes on serving.
    given.window.decide(&given.case, REGISTER, &WAIVE).unwrap();
    given.later(60);
    assert!(given.is_whole());
}

#[rstest]
fn fields_go_when_the_case_is_closed(#[values(Sqlite, Postgres)] database: Database) {
    let given = Given::on(database);
    let (window, case) = (&given.window, &given.case);
    window.decide(case, REGISTER, &WAIVE).unwrap();
    let reason = PaperReason::PreferredPaper;
    let paper = Decision::Paper { reason, note: None };
    window.decide(case, CARD, &paper).unwrap();
    assert_eq!(given.fields(), 3);
    let office = &window.test.office;
    case::close(office, &case.number, &window.officer).unwrap();
    assert_eq!(given.fields(), 0);
    let standing = case::standing(office, &case.number, given.asked.consent, &window.officer);
    let standing = standing.unwrap();
    assert_eq!(standing.state, "given");
    assert!(standing.served[0].fields.is_empty());
    assert!(given.is_whole());
}

#[rstest]
fn fields_go_when_she_takes_them_back(#[values(Sqlite, Postgres)] database: Database) {
    let given = Given::on(database);
    let test = &given.window.test;
    case::withdraw(&test.office, &given.asked.code, &test.holder(MOTHER)).unwrap();
    assert_eq!(given.kept()["served"], json!([]));
    given.later(60);
    assert_eq!(given.kept()["state"], "withdrawn");
    assert!(given.is_whole());
}

#[rstest]
fn what_nobody_answered_lapses_by_itself(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::on(database);
    let test = &desk.server.test;
    cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
    let asked = desk.post(
        "/requests",
        "-",
        &json!({"person": 0, "materials": [REGISTER]}),
    );
    let asked = asked.json();
    let opened = Ask::new("POST", "/api/v1/requests").token(&desk.phone);
    let opened = desk.server.ask(&opened.json(&json!({"case": desk.case})));
    assert_eq!(opened.status, 201, "{opened:?}");
    let counted = |times: u32| {
        let line = format!("mianzheng_consents_total{{name=\"expired\"}} {times}\n");
        let metrics = desk.server.ask(&Ask::new("GET", "/metrics"));
        let metrics = String::from_utf8(metrics.body).unwrap();
        assert!(metrics.contains(&line), "{line} is not in\n{metrics}");
    };
    let state = || {
        let case = desk.get(&desk.at(""), &desk.window).json();
        case["materials"][REGISTER]["state"].clone()
    };
    test.clock.advance(119);
    forget_expired(&test.office).unwrap();
    assert_eq!(state(), "waiting");
    test.clock.advance(1);
    for _ in 0..2 {
        // Once, however often the duty looks.
        forget_expired(&test.office).unwrap();
        assert_eq!(state(), "not_asked");
        counted(2);
    }
    let standing = desk.at(&format!("/requests/{}", asked["consent"]));
    assert_eq!(desk.get(&standing, &desk.window).json()["state"], "expired");
    let lines = uses::mine(&test.office, None, &test.holder(MOTHER)).unwrap();
    let lapsed = lines
        .iter()
        .filter(|l| l.outcome.as_deref() == Some("expired"));
    let by: Vec<&str> = lapsed.map(|line| line.by.as_str()).collect();
    assert_eq!(by, ["hourly", "hourly"]);
    let late = case::answer(
        &test.office,
        asked["code"].as_str().unwrap(),
        true,
        &test.holder(MOTHER),
    );
    assert_eq!(late.unwrap_err().problem().reason, Reason::WrongStep);
    let again = json!({"person": 0, "materials": [REGISTER]});
    assert_eq!(desk.post("/requests", "-", &again).status, 201);
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole());
}
