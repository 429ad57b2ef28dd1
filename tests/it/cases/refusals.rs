//! What a case refuses, each with its own word, and goes on.

use mianzheng::domain::caller::Role;
use mianzheng::domain::case::PaperReason;
use mianzheng::domain::item::Whose;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::case;
use mianzheng::flow::case::Decision;
use mianzheng::flow::tasks;
use rstest::rstest;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::BIRTH_SERVICE;
use crate::support::cases::FATHER;
use crate::support::cases::FOOD_PERMIT;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::cases::POLICE;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::MARKET;

const GRANDMOTHER: &str = "111:152502194501010024";

#[rstest]
fn a_case_is_its_agencys_own(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let case = window.open(&[OLD_AGE], "其其格", MOTHER);
    let office = &window.test.office;
    let stranger = window.test.caller(Role::Window, MARKET);
    let refused = |why: mianzheng::flow::failure::Failure| why.problem().reason;
    let looked = case::look(office, &case.number, &stranger);
    assert_eq!(looked.map_err(refused), Err(Reason::NotFound));
    let nowhere = case::look(office, "15250220261123999999", &window.officer);
    assert_eq!(nowhere.map_err(refused), Err(Reason::NotFound));
    let citizen = window.test.holder(MOTHER);
    let looked = case::look(office, &case.number, &citizen);
    assert_eq!(looked.map_err(refused), Err(Reason::Forbidden));
    let unknown = window.try_open(vec!["0".repeat(33)], "其其格", MOTHER);
    assert_eq!(unknown.map_err(refused), Err(Reason::UnknownItem));
    let none = window.try_open(vec![], "其其格", MOTHER);
    assert_eq!(none.map_err(refused), Err(Reason::BadRequest));
}

#[rstest]
fn what_does_not_serve_says_why_and_discloses_nothing(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let window = Window::on(database);
    let mine = window.household("其其格", MOTHER, "蒙户152502-000123");
    let his = window.household("苏和", FATHER, "蒙户152502-000124");
    let case = window.open(&[OLD_AGE], "其其格", MOTHER);
    let outcome = |code: &str| {
        let came = window.put(&case, code);
        let first = came.offered.first().map(|one| one.served[0].clone());
        (came.verdict, first)
    };
    // Somebody else's.
    let (verdict, served) =
        outcome(&window.live(FATHER, &[(&his, &["holder_name", "birth_date"])]));
    assert_eq!(verdict, Some(Outcome::Valid));
    let served = served.unwrap();
    assert_eq!(
        (served.outcome.as_str(), served.suggests.as_deref()),
        ("other_holder", Some("mismatch"))
    );
    assert!(served.fields.is_empty());
    // Too little of it.
    let code = window.live(MOTHER, &[(&mine, &["holder_name", "birth_date"])]);
    let (_, served) = outcome(&code);
    let served = served.unwrap();
    assert_eq!(served.outcome, "fields_missing");
    assert_eq!(served.missing, ["home_address"]);
    // The same code again.
    assert_eq!(outcome(&code).0, Some(Outcome::Replayed));
    // A number alone, or the record itself.
    let (_, served) = outcome(&mine.to_string());
    assert_eq!(served.unwrap().outcome, "bare");
    let (_, served) = outcome(&window.test.record(&mine));
    assert_eq!(served.unwrap().outcome, "bare");
    assert_eq!(outcome("hello").0, Some(Outcome::Unreadable));
    // The case goes on, on paper.
    let reason = PaperReason::PreferredPaper;
    let paper = Decision::Paper { reason, note: None };
    for place in [2, 3] {
        window.decide(&case, place, &paper).unwrap();
    }
    let office = &window.test.office;
    let closed = case::close(office, &case.number, &window.officer).unwrap();
    assert_eq!(closed.waived, 0);
}

#[rstest]
fn nobody_is_related_by_her_word_alone(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let household = window.household("苏和", FATHER, "蒙户152502-000124");
    let case = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    let case = window.name(&case, Whose::Parent, "苏和", FATHER);
    assert_eq!(case.people[1].parts[0].proof, "none");
    let fields: &[&str] = &[
        "holder_name",
        "holder_code",
        "household_no",
        "head_relation",
        "home_address",
    ];
    let came = window.put(&case, &window.live(FATHER, &[(&household, fields)]));
    assert_eq!(came.offered[0].served[0].outcome, "unproven");
    // Nor is his register asked about for her.
    let check = Decision::Check {
        note: "请核验".to_owned(),
    };
    let stranger = window.open(&[FOOD_PERMIT], "其其格", MOTHER);
    let stranger = window.name(&stranger, Whose::Staff, "苏和", FATHER);
    assert_eq!(window.decide(&stranger, 3, &check), Err(Reason::Unproven));
    // It takes a second officer, not the one who named him.
    let office = &window.test.office;
    let alone = case::confirm_person(office, &case.number, 1, &window.officer, None);
    assert_eq!(alone.unwrap_err().problem().reason, Reason::SecondOfficer);
    let case = case::confirm_person(office, &case.number, 1, &window.second, None).unwrap();
    assert_eq!(case.people[1].parts[0].proof, "second_officer");
    let came = window.put(&case, &window.live(FATHER, &[(&household, fields)]));
    assert_eq!(came.offered[0].served[0].outcome, "serves");
}

#[rstest]
fn one_part_proves_no_other(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let office = &window.test.office;
    let household = window.household("苏和", FATHER, "蒙户152502-000124");
    let case = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    let case = window.name(&case, Whose::Staff, "苏和", FATHER);
    let case = case::confirm_person(office, &case.number, 1, &window.second, None).unwrap();
    // Confirmed as somebody who works here; now he is said to be the father, too.
    let case = window.name(&case, Whose::Parent, "苏和", FATHER);
    let parts = case.people[1].parts.iter();
    let parts: Vec<_> = parts.map(|part| (part.role, part.proof)).collect();
    assert_eq!(parts, [("staff", "second_officer"), ("parent", "none")]);
    let fields: &[&str] = &[
        "holder_name",
        "holder_code",
        "household_no",
        "head_relation",
        "home_address",
    ];
    let came = window.put(&case, &window.live(FATHER, &[(&household, fields)]));
    assert_eq!(came.offered[0].served[0].outcome, "unproven");
    let asked = case::ask(office, &case.number, (1, &[1]), &window.officer);
    assert_eq!(asked.unwrap_err().problem().reason, Reason::Unproven);
    let alone = case::confirm_person(office, &case.number, 1, &window.officer, None);
    assert_eq!(alone.unwrap_err().problem().reason, Reason::SecondOfficer);
    let case = case::confirm_person(office, &case.number, 1, &window.second, None).unwrap();
    assert_eq!(case.people[1].parts[1].proof, "second_officer");
    let again = case::confirm_person(office, &case.number, 1, &window.second, None);
    assert_eq!(again.unwrap_err().problem().reason, Reason::WrongStep);
    let came = window.put(&case, &window.live(FATHER, &[(&household, fields)]));
    assert_eq!(came.offered[0].served[0].outcome, "serves");
}

#[rstest]
fn a_marriage_of_others_is_denied_and_ones_own_proves_the_spouse(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let window = Window::on(database);
    let marriage = window.marriage();
    let case = window.open(&[BIRTH_SERVICE], "其其格", MOTHER);
    let alone = window.put(&case, &window.live(MOTHER, &[(&marriage, &[])]));
    assert_eq!(alone.offered[0].served[0].outcome, "denied");
    let case = window.name(&case, Whose::Spouse, "苏和", FATHER);
    assert_eq!(case.people[1].parts[0].proof, "none");
    let both = window.put(&case, &window.live(MOTHER, &[(&marriage, &[])]));
    assert_eq!(both.offered[0].served[0].outcome, "serves");
    assert_eq!(both.case.people[1].parts[0].proof, "certificate");
}

#[rstest]
fn the_issuer_is_asked_and_answers(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let office = &window.test.office;
    let case = window.open(&[OLD_AGE], "敖登", GRANDMOTHER);
    let check = Decision::Check {
        note: "系统未查到户口簿，请核验".to_owned(),
    };
    let waiting = window.decide(&case, 2, &check).unwrap();
    assert_eq!(waiting.materials[2].state, "department_check");
    let open = case::close(office, &case.number, &window.officer);
    assert_eq!(open.unwrap_err().problem().reason, Reason::MaterialsOpen);
    let police = window.test.caller(Role::Issuer, POLICE);
    let listed = tasks::list(office, &police).unwrap();
    assert_eq!((listed.len(), listed[0].kind), (1, "check"));
    assert_eq!(listed[0].name, "敖登");
    let market = window.test.caller(Role::Issuer, MARKET);
    assert!(tasks::list(office, &market).unwrap().is_empty());
    let task = listed[0].id;
    let foreign = tasks::answer(office, task, (true, "属实"), &market, None);
    assert_eq!(foreign.unwrap_err().problem().reason, Reason::NotFound);
    tasks::answer(office, task, (true, "属实"), &police, None).unwrap();
    let again = tasks::answer(office, task, (false, "不属实"), &police, None);
    assert_eq!(again.unwrap_err().problem().reason, Reason::WrongStep);
    let now = case::look(office, &case.number, &window.officer).unwrap();
    assert_eq!(now.materials[2].state, "waived");
    assert_eq!(now.waived, 1);
}

#[rstest]
fn a_dispute_lets_the_document_prevail(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let office = &window.test.office;
    let mine = window.household("其其格", MOTHER, "蒙户152502-000123");
    let case = window.open(&[OLD_AGE], "其其格", MOTHER);
    let fields: &[&str] = &["holder_name", "birth_date", "home_address"];
    window.put(&case, &window.live(MOTHER, &[(&mine, fields)]));
    let dispute = Decision::Dispute {
        note: "住址已变更".to_owned(),
    };
    let blank = Decision::Dispute {
        note: " ".to_owned(),
    };
    let refused = window.decide(&case, 2, &blank);
    assert_eq!(refused.unwrap_err(), Reason::BadCause);
    let case = window.decide(&case, 2, &dispute).unwrap();
    assert_eq!(case.materials[2].state, "disputed");
    let police = window.test.caller(Role::Issuer, POLICE);
    let listed = tasks::list(office, &police).unwrap();
    assert_eq!(listed[0].kind, "correction");
    assert_eq!(listed[0].identifier, Some(mine.to_string()));
    let foreign = window.decide(
        &case,
        0,
        &Decision::Promise {
            text: "承诺".to_owned(),
        },
    );
    assert_eq!(foreign.unwrap_err(), Reason::NotAllowed);
}
