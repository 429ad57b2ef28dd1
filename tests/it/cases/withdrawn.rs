//! A case that was opened in error, or whose applicant left, is withdrawn: nothing stays open
//! behind it, and it counts for nothing.

use mianzheng::domain::caller::Role;
use mianzheng::domain::case::PaperReason;
use mianzheng::domain::item::Whose;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::retention::RecordKind;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::Decision;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::figures;
use mianzheng::flow::figures::Span;
use mianzheng::flow::ledger_check;
use mianzheng::flow::retention;
use mianzheng::flow::tasks;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::cases::http::Desk;
use crate::support::cases;
use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::MOTHER;
use crate::support::cases::NEWBORN;
use crate::support::cases::OLD_AGE;
use crate::support::cases::POLICE;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::MARKET;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::server::Ask;

const WAIVE: Decision = Decision::Waive { matched: false };

/// The register and the social security card in the old-age allowance.
const REGISTER: usize = 2;
const CARD: usize = 3;

fn withdraw(window: &Window, case: &CaseView) -> Result<CaseView, Reason> {
    let office = &window.test.office;
    let done = case::withdraw_case(office, &case.number, "申请人离开", &window.officer, None);
    done.map_err(|why| why.problem().reason)
}

fn is_whole(test: &TestOffice) -> bool {
    ledger_check::check(&test.office, None).unwrap().is_whole()
}

/// The only task that the police have, and what answering it comes to.
fn police(test: &TestOffice) -> (usize, Result<(), Failure>) {
    let police = test.caller(Role::Issuer, POLICE);
    let open = tasks::list(&test.office, &police).unwrap().len();
    let answered = tasks::answer(&test.office, 1, (true, "属实"), &police, None);
    (open, answered)
}

#[rstest]
fn nothing_stays_open_behind_it(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::on(database);
    let test = &desk.server.test;
    cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
    let ask = |token: &str, path: &str, body: Value| {
        desk.server
            .ask(&Ask::new("POST", path).token(token).key("-").json(&body))
    };
    // The issuer of the register is asked, and the phone, in both ways.
    let check = json!({"materials": [REGISTER], "decision": "check", "note": "查不到"});
    assert_eq!(desk.post("/decisions", "check", &check).status, 200);
    let asked = desk.post("/requests", "-", &json!({"person": 0, "materials": [CARD]}));
    assert_eq!(asked.status, 201, "{asked:?}");
    let asked = asked.json();
    let withdrawal =
        |key: &str, reason: &str| desk.post("/withdrawal", key, &json!({"reason": reason}));
    for (key, reason) in [("blank", " ".to_owned()), ("long", "长".repeat(201))] {
        assert_eq!(withdrawal(key, &reason).code(), "bad_cause");
    }
    let stranger = desk.server.token(Role::Window, Some(MARKET), None);
    let foreign = ask(
        &stranger,
        &desk.at("/withdrawal"),
        json!({"reason": "不是本机构的"}),
    );
    assert_eq!(foreign.code(), "not_found");
    let ended = withdrawal("w", " 重复开件 ");
    assert_eq!(ended.status, 200, "{ended:?}");
    let ended = ended.json();
    assert_eq!(ended["withdrawn"], "重复开件");
    assert!(ended["closed_at"].is_string());
    assert_eq!(
        (&ended["unsettled"], &ended["waived"]),
        (&json!([]), &json!(0))
    );
    for place in [REGISTER, CARD] {
        assert_eq!(ended["materials"][place]["state"], "not_asked");
    }
    // The phone and the issuer are waited for no longer.
    let request = format!("/api/v1/requests/{}", asked["code"].as_str().unwrap());
    let answer = ask(
        &desk.phone,
        &format!("{request}/answer"),
        json!({"give": true}),
    );
    assert_eq!(answer.code(), "case_closed");
    let standing = desk.at(&format!("/requests/{}", asked["consent"]));
    assert_eq!(desk.get(&standing, &desk.window).json()["state"], "expired");
    let (open, answered) = police(test);
    assert_eq!(open, 0);
    assert_eq!(answered.unwrap_err().problem().reason, Reason::WrongStep);
    // Nothing can be done with it any more.
    let identify = json!({"materials": [0], "decision": "identify"});
    let person = json!({"role": "agent", "name": "苏和",
        "holder": {"type": "111", "code": "152522198804150036"}});
    let slip = json!({"person": 0, "materials": [REGISTER], "slip": "现授1", "name": "其其格",
        "holder": {"type": "111", "code": "152502199206120020"},
        "card_was_read": true, "face_checked": true});
    for (what, body) in [
        ("/decisions", identify),
        ("/people", person),
        ("/codes", json!({"code": "48210375"})),
        ("/slips", slip),
        ("/requests", json!({"person": 0, "materials": [CARD]})),
        ("/closing", json!({})),
        ("/receipts/voiding", json!({"reason": "作废"})),
        ("/withdrawal", json!({"reason": "再撤一次"})),
    ] {
        assert_eq!(desk.post(what, what, &body).code(), "case_closed", "{what}");
    }
    let number = ended["number"].as_str().unwrap();
    let opened = ask(&desk.phone, "/api/v1/requests", json!({"case": number}));
    assert_eq!(opened.code(), "case_closed");
    assert_eq!(
        desk.get(&desk.at("/receipts"), &desk.window).json()["receipts"],
        json!([])
    );
    // She reads of it, and why; it is counted as what it is.
    let uses = desk.get("/api/v1/uses", &desk.phone).json();
    let uses = uses["uses"].as_array().unwrap();
    let told = uses.iter().find(|line| line["event"] == "case_withdrawn");
    let told = told.unwrap();
    assert_eq!(
        (&told["case"], &told["why"]),
        (&json!(number), &json!(["重复开件"]))
    );
    let metrics = desk.server.ask(&Ask::new("GET", "/metrics")).body;
    let metrics = String::from_utf8(metrics).unwrap();
    for line in [
        "case_acts_total{name=\"withdrawn\"} 1\n",
        "tasks_total{name=\"withdrawn\"} 1\n",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    assert!(is_whole(test));
}

#[rstest]
fn a_live_code_that_was_made_for_it_serves_nowhere(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::on(database);
    cases::household(&desk.server.test, "其其格", MOTHER, "蒙户152502-000123");
    let ask = |token: &str, path: &str, key: &str, body: Value| {
        let ask = Ask::new("POST", path).token(token).key(key);
        desk.server.ask(&ask.json(&body)).json()
    };
    let case = desk.get(&desk.at(""), &desk.window).json();
    let body = json!({"case": case["number"]});
    let asks = ask(&desk.phone, "/api/v1/requests", "-", body);
    let path = format!("/api/v1/requests/{}/codes", asks["code"].as_str().unwrap());
    let code = ask(&desk.phone, &path, "yes", json!({}));
    assert!(code["text"].is_string(), "{code}");
    let ended = desk.post("/withdrawal", "w", &json!({"reason": "申请人离开"}));
    assert_eq!(ended.status, 200, "{ended:?}");
    let shown = json!({"code": code["text"]});
    assert_eq!(desk.post("/codes", "here", &shown).code(), "case_closed");
    let verified = ask(&desk.window, "/api/v1/verify", "-", shown.clone());
    assert_eq!(verified["verdict"], "mismatch", "{verified}");
    let items = json!({"items": case["items"][0]["code"].as_str().map(|code| [code]),
        "name": "其其格", "holder": {"type": "111", "code": "152502199206120020"}});
    let other = ask(&desk.window, "/api/v1/cases", "other", items);
    let path = format!("/api/v1/cases/{}/codes", other["number"].as_str().unwrap());
    let came = ask(&desk.window, &path, "there", shown);
    assert_eq!(
        (&came["verdict"], &came["offered"]),
        (&json!("mismatch"), &json!([]))
    );
    let renew = format!("/api/v1/shows/{}/codes", code["session"]);
    let renewed = ask(&desk.phone, &renew, "-", json!({}));
    assert_eq!(renewed["code"], "case_closed", "{renewed}");
}

#[rstest]
fn what_serves_once_serves_again(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let birth = window.birth();
    let open = || {
        let case = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
        window.name(&case, Whose::Child, "萨仁", NEWBORN)
    };
    let fields: &[&str] = &[
        "certificate_number",
        "newborn_name",
        "sex",
        "birth_time",
        "birth_place",
        "mother_name",
        "mother_id_no",
        "father_name",
        "father_id_no",
    ];
    let shown = |case: &CaseView| {
        let came = window.put(case, &window.live(MOTHER, &[(&birth, fields)]));
        came.offered[0].served[0].outcome.clone()
    };
    let (first, second) = (open(), open());
    assert_eq!(shown(&first), "serves");
    window.decide(&first, 0, &WAIVE).unwrap();
    assert_eq!(shown(&second), "used_up");
    assert_eq!(withdraw(&window, &first).unwrap().waived, 0);
    assert_eq!(shown(&second), "serves");
    assert!(is_whole(&window.test));
}

#[rstest]
fn it_counts_for_nothing_and_has_a_term(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let (test, office) = (&window.test, &window.test.office);
    let household = window.household("其其格", MOTHER, "蒙户152502-000123");
    let fields: &[&str] = &["holder_name", "birth_date", "home_address"];
    let today = test.now().day();
    let counted = || {
        let figures = figures::count(office, &Span::of(today, today), &operator()).unwrap();
        (figures.cases, figures.waived, figures.on_paper)
    };
    // One that was closed stays as it is; one is withdrawn after its receipt was voided.
    for reason in [None, Some("开错了")] {
        let case = window.open(&[OLD_AGE], "其其格", MOTHER);
        window.put(&case, &window.live(MOTHER, &[(&household, fields)]));
        window.decide(&case, REGISTER, &WAIVE).unwrap();
        let paper = Decision::Paper {
            reason: PaperReason::NoPhone,
            note: None,
        };
        window.decide(&case, CARD, &paper).unwrap();
        case::close(office, &case.number, &window.officer).unwrap();
        assert_eq!(withdraw(&window, &case).unwrap_err(), Reason::CaseClosed);
        let Some(reason) = reason else { continue };
        assert_eq!(counted(), (2, 2, 2));
        case::void_receipt(office, &case.number, reason, &window.officer, None).unwrap();
        assert_eq!(counted(), (2, 2, 2));
        withdraw(&window, &case).unwrap();
    }
    assert_eq!(counted(), (1, 1, 1));
    assert!(is_whole(test));
    // Three years later both have had their term, and what is told of them goes with them.
    test.clock.set("2029-11-24T00:00:00+08:00".parse().unwrap());
    let due = retention::show(office, None, &operator()).unwrap();
    let cases = due.lines.iter().find(|line| line.kind == RecordKind::Cases);
    let cases = cases.unwrap();
    assert_eq!((cases.records, cases.held), (2, 0));
    retention::run(office, (due.until, &due.shown), &operator()).unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM cases"), 0);
    assert!(is_whole(test));
}
