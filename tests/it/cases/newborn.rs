//! A newborn is registered: the birth certificate from the mother's phone, the household
//! register, the marriage certificate by a question that discloses nothing.

use mianzheng::domain::case::PaperReason;
use mianzheng::domain::item::Whose;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::Decision;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::cases::NEWBORN;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;

const WAIVE: Decision = Decision::Waive { matched: false };
const BIRTH_FIELDS: &[&str] = &[
    "certificate_number",
    "newborn_name",
    "sex",
    "birth_time",
    "birth_place",
    "mother_name",
    "mother_id_no",
    "father_name",
    "father_id_no",
    // Shown, and for nobody here to see.
    "birth_weight_g",
];
const HOUSEHOLD_FIELDS: &[&str] = &[
    "holder_name",
    "holder_code",
    "household_no",
    "head_relation",
    "home_address",
];

#[rstest]
fn a_newborn_is_registered_from_her_mothers_phone(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let birth = window.birth();
    let household = window.household("其其格", MOTHER, "蒙户152502-000123");
    let marriage = window.marriage();
    let opened = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    let names: Vec<&str> = opened.materials.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "出生医学证明",
            "父亲或母亲居民户口簿",
            "父母居民身份证",
            "父母结婚证"
        ]
    );
    assert_eq!(opened.unsettled, [0, 1, 3]);
    // The register knows the mother by the child's certificate, and so the father.
    let opened = window.name(&opened, Whose::Child, "萨仁", NEWBORN);
    let opened = window.name(&opened, Whose::Parent, "苏和", FATHER);
    let proofs: Vec<&str> = opened.people.iter().map(|p| p.parts[0].proof).collect();
    assert_eq!(proofs, ["applicant", "guardian", "guardian"]);
    let parts = opened.people[0].parts.iter();
    let parts: Vec<_> = parts.map(|part| (part.role, part.proof)).collect();
    assert_eq!(parts, [("applicant", "applicant"), ("parent", "guardian")]);
    // One live code carries all that the case needs.
    let code = window.live(
        MOTHER,
        &[
            (&birth, BIRTH_FIELDS),
            (&household, HOUSEHOLD_FIELDS),
            (&marriage, &[]),
        ],
    );
    let came = window.put(&opened, &code);
    assert_eq!(came.verdict, Some(Outcome::Valid));
    let served: Vec<_> = came.offered.iter().flat_map(|one| &one.served).collect();
    let outcomes: Vec<_> = served
        .iter()
        .map(|s| (s.material, s.outcome.as_str()))
        .collect();
    assert_eq!(
        outcomes,
        [
            (Some(0), "serves"),
            (Some(1), "serves"),
            (Some(3), "serves")
        ]
    );
    assert_eq!(served[0].fields["newborn_name"], "萨仁");
    assert!(!served[0].fields.contains_key("birth_weight_g"));
    // Whether it is their marriage is answered; nothing of it is seen.
    assert!(served[2].fields.is_empty());
    for place in [0, 1, 3] {
        assert_eq!(came.case.materials[place].state, "verified");
        window.decide(&opened, place, &WAIVE).unwrap();
        let again = window.decide(&opened, place, &WAIVE);
        assert_eq!(again.unwrap_err(), Reason::WaivedBefore);
    }
    window.decide(&opened, 2, &Decision::Identify).unwrap();
    let office = &window.test.office;
    let closed = case::close(office, &opened.number, &window.officer).unwrap();
    assert_eq!((closed.waived, closed.unsettled.len()), (3, 0));
    assert!(closed.closed_at.is_some());
    let late = window.decide(&opened, 0, &WAIVE);
    assert_eq!(late.unwrap_err(), Reason::CaseClosed);
    // The birth certificate serves once for this item.
    let second = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    let second = window.name(&second, Whose::Child, "萨仁", NEWBORN);
    let came = window.put(&second, &window.live(MOTHER, &[(&birth, BIRTH_FIELDS)]));
    assert_eq!(came.offered[0].served[0].outcome, "used_up");
    assert_eq!(
        came.offered[0].served[0].suggests.as_deref(),
        Some("used_up")
    );
    assert!(came.offered[0].served[0].fields.is_empty());
    assert!(ledger_check::check(office, None).unwrap().is_whole());
}

#[rstest]
fn what_is_not_waived_after_all_is_not_used_up(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let birth = window.birth();
    let open = || {
        let case = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
        window.name(&case, Whose::Child, "萨仁", NEWBORN)
    };
    let shown = |case: &CaseView| {
        let came = window.put(case, &window.live(MOTHER, &[(&birth, BIRTH_FIELDS)]));
        came.offered[0].served[0].outcome.clone()
    };
    let (first, second) = (open(), open());
    assert_eq!(shown(&first), "serves");
    window.decide(&first, 0, &WAIVE).unwrap();
    assert_eq!(shown(&second), "used_up");
    let reason = PaperReason::PreferredPaper;
    let paper = Decision::Paper { reason, note: None };
    window.decide(&first, 0, &paper).unwrap();
    assert_eq!(shown(&second), "serves");
}
