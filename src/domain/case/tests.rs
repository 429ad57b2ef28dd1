mod withdrawn;

use super::Act;
use super::BadPackage;
use super::Case;
use super::CaseItem;
use super::PaperReason;
use super::Person;
use super::State;
use super::Use;
use super::WrongAct;
use crate::domain::holder::HolderCode;
use crate::domain::item::Form;
use crate::domain::item::HowMany;
use crate::domain::item::Material;
use crate::domain::item::Necessity;
use crate::domain::item::Route;
use crate::domain::item::Whose;
use crate::domain::time::Timestamp;

const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);
const HOUSEHOLD: &str = "11100000000013012D033";

fn row(seq: u16, name: &str) -> Material {
    Material {
        seq,
        name: name.to_owned(),
        necessity: Necessity::Required,
        form: Form::Original,
        certificate_type: Some(HOUSEHOLD.to_owned()),
        route: Some(Route::Certificate),
        fields_needed: vec!["holder_name".to_owned()],
        note: String::new(),
        scenarios: Vec::new(),
        whose: Some(Whose::Applicant),
        how_many: HowMany::One,
        alternatives: None,
        return_paper: false,
        exempt: None,
        identity: false,
    }
}

fn item(code: &str) -> CaseItem {
    CaseItem {
        code: code.to_owned(),
        name: "生育登记".to_owned(),
        scenario: "一孩登记".to_owned(),
        agency: 1,
        rule_version: 1,
    }
}

fn applicant() -> Person {
    let code = HolderCode::read("111:152502199003070019").unwrap();
    Person::applicant("杨敏", code, "w1")
}

fn case(rows: &[Material]) -> Case {
    Case::open(vec![(item("1"), rows.iter().collect())], applicant()).unwrap()
}

fn of_person(person: usize) -> Use {
    Use {
        record: 7,
        person,
        certificate: 1,
        identifier: String::new(),
        digest: String::new(),
        verdict: "valid".to_owned(),
        shown_by: "live".to_owned(),
        consent: None,
        needs_match: false,
        at: 0,
    }
}

#[test]
fn a_shared_material_is_asked_once_and_each_item_sees_its_own_fields() {
    let mut other = row(3, "户口簿");
    other.fields_needed = vec!["home_address".to_owned(), "holder_name".to_owned()];
    other.necessity = Necessity::Conditional;
    let mut spouses = row(4, "配偶户口簿");
    spouses.whose = Some(Whose::Spouse);
    let mine = row(1, "居民户口簿");
    let items = vec![
        (item("1"), vec![&mine]),
        (item("2"), vec![&other, &spouses]),
    ];
    let case = Case::open(items, applicant()).unwrap();
    assert_eq!(case.materials.len(), 2);
    let shared = &case.materials[0];
    assert_eq!(shared.fields(), ["holder_name", "home_address"]);
    assert_eq!(shared.fields_of_item(0), ["holder_name"]);
    assert_eq!(shared.fields_of_item(1), ["home_address", "holder_name"]);
    assert_eq!(shared.necessity, Necessity::Required);
}

#[test]
fn forms_of_two_items_are_two() {
    let mut form = row(1, "申请表");
    form.certificate_type = None;
    form.route = None;
    form.whose = None;
    let items = vec![(item("1"), vec![&form]), (item("2"), vec![&form])];
    assert_eq!(Case::open(items, applicant()).unwrap().materials.len(), 2);
}

#[test]
fn a_package_has_items_and_none_twice() {
    assert_eq!(Case::open(vec![], applicant()), Err(BadPackage::HowMany));
    let twice = vec![(item("1"), vec![]), (item("1"), vec![])];
    assert_eq!(Case::open(twice, applicant()), Err(BadPackage::Twice));
}

#[test]
fn what_serves_is_waived_once() {
    let mut case = case(&[row(1, "居民户口簿")]);
    assert_eq!(case.act(0, &Act::Waive, NOW), Err(WrongAct::NotFromHere));
    assert_eq!(case.add_use(0, of_person(0)), Some((1, 1)));
    case.act(0, &Act::Verify, NOW).unwrap();
    case.act(0, &Act::Waive, NOW).unwrap();
    let route = Route::Certificate;
    assert_eq!(case.materials[0].state, State::Waived { route });
    assert_eq!(case.act(0, &Act::Waive, NOW), Err(WrongAct::WaivedBefore));
    assert_eq!(case.act(0, &Act::Verify, NOW), Err(WrongAct::WaivedBefore));
    assert_eq!(case.act(9, &Act::Waive, NOW), Err(WrongAct::NoSuchMaterial));
    case.close(NOW).unwrap();
    let late = Act::Paper(PaperReason::PreferredPaper);
    assert_eq!(case.act(0, &late, NOW), Err(WrongAct::Closed));
    assert_eq!(case.close(NOW), Err(WrongAct::Closed));
}

#[test]
fn an_answer_belongs_to_the_question_that_is_open() {
    let mut case = case(&[row(1, "居民户口簿")]);
    case.act(0, &Act::Ask(5), NOW).unwrap();
    assert_eq!(case.act(0, &Act::Ask(6), NOW), Err(WrongAct::NotFromHere));
    assert_eq!(
        case.act(0, &Act::Refuse(4), NOW),
        Err(WrongAct::NotFromHere)
    );
    assert_eq!(case.unsettled().len(), 1);
    case.act(0, &Act::Refuse(5), NOW).unwrap();
    let reason = PaperReason::Refused;
    assert_eq!(case.materials[0].state, State::NeedsPaper { reason });
    // She thinks again.
    case.act(0, &Act::Ask(6), NOW).unwrap();
    case.act(0, &Act::Lapse(6), NOW).unwrap();
    assert_eq!(case.materials[0].state, State::NotAsked);
}

#[test]
fn each_way_needs_the_item_to_allow_it() {
    let mut promised = row(2, "场所证明");
    promised.route = Some(Route::Promise);
    let mut later = row(3, "制度目录");
    later.route = None;
    later.necessity = Necessity::Tolerant;
    let mut taken = row(4, "原许可证");
    taken.route = None;
    taken.return_paper = true;
    let mut card = row(5, "身份证");
    card.identity = true;
    let mut case = case(&[row(1, "居民户口簿"), promised, later, taken, card]);
    let until = "2026-12-01".parse().unwrap();
    for (place, act, ends) in [
        (0, Act::Promise, Err(WrongAct::NotAllowed)),
        (0, Act::Tolerate(until), Err(WrongAct::NotAllowed)),
        (0, Act::Identify, Err(WrongAct::NotAllowed)),
        (
            0,
            Act::Paper(PaperReason::Required),
            Err(WrongAct::NotAllowed),
        ),
        (1, Act::Promise, Ok(())),
        (2, Act::Check(4), Err(WrongAct::NotAllowed)),
        (2, Act::Tolerate(until), Ok(())),
        // Brought all the same.
        (
            2,
            Act::Paper(PaperReason::NoPhone),
            Err(WrongAct::NotAllowed),
        ),
        (2, Act::Paper(PaperReason::Required), Ok(())),
        (
            4,
            Act::Paper(PaperReason::Required),
            Err(WrongAct::NotAllowed),
        ),
        (2, Act::Waive, Err(WrongAct::NotFromHere)),
        (3, Act::Verify, Err(WrongAct::NotAllowed)),
        (3, Act::Check(1), Err(WrongAct::NotAllowed)),
        (4, Act::Waive, Err(WrongAct::NotFromHere)),
        (4, Act::Verify, Err(WrongAct::NotAllowed)),
        (4, Act::Identify, Ok(())),
    ] {
        assert_eq!(case.act(place, &act, NOW), ends, "{place} {act:?}");
    }
    let reason = PaperReason::Returned;
    assert_eq!(case.materials[3].state, State::NeedsPaper { reason });
}

#[test]
fn one_of_the_alternatives_is_enough() {
    let mut one = row(1, "不动产权证书");
    one.alternatives = Some("A".to_owned());
    one.certificate_type = Some("11100000000013338W001".to_owned());
    let mut other = row(2, "租赁合同");
    other.alternatives = Some("A".to_owned());
    let mut case = case(&[one, other]);
    assert_eq!(case.unsettled().len(), 2);
    case.act(1, &Act::Paper(PaperReason::PreferredPaper), NOW)
        .unwrap();
    assert!(case.unsettled().is_empty());
}

#[test]
fn the_paper_among_alternatives_is_handed_in_only_when_it_is() {
    let mut one = row(1, "不动产权证书");
    one.alternatives = Some("A".to_owned());
    let mut paper = row(2, "租赁合同");
    paper.alternatives = Some("A".to_owned());
    paper.certificate_type = None;
    paper.route = None;
    let opened = case(&[one, paper]);
    assert_eq!(opened.unsettled().len(), 2);
    let mut waived = opened.clone();
    waived.act(0, &Act::Verify, NOW).unwrap();
    waived.act(0, &Act::Waive, NOW).unwrap();
    assert!(waived.unsettled().is_empty());
    assert_eq!(waived.materials[1].state, State::NotAsked);
    let mut brought = opened;
    let reason = PaperReason::Required;
    brought.act(1, &Act::Paper(reason), NOW).unwrap();
    assert!(brought.unsettled().is_empty());
    assert_eq!(brought.materials[1].state, State::NeedsPaper { reason });
}

#[test]
fn each_of_them_must_serve() {
    let mut health = row(1, "从业人员健康证明");
    health.whose = Some(Whose::Staff);
    health.how_many = HowMany::Each;
    let mut case = case(&[health]);
    assert_eq!(case.wanted(0), Some(1));
    for _ in 0..5 {
        let mut cook = applicant();
        cook.parts[0].role = Whose::Staff;
        case.people.push(cook);
    }
    assert_eq!(case.add_use(0, of_person(1)), Some((1, 5)));
    assert_eq!(case.add_use(0, of_person(1)), Some((1, 5)));
    assert_eq!(case.add_use(0, of_person(4)), Some((2, 5)));
}

#[test]
fn a_disputed_certificate_gives_way_to_the_document() {
    let mut case = case(&[row(1, "居民户口簿")]);
    case.act(0, &Act::Verify, NOW).unwrap();
    case.act(0, &Act::Dispute(3), NOW).unwrap();
    assert!(case.unsettled().is_empty());
    assert_eq!(case.act(0, &Act::Waive, NOW), Err(WrongAct::NotFromHere));
}

#[test]
fn the_issuer_answers_what_it_was_asked() {
    let mut case = case(&[row(1, "居民户口簿")]);
    case.act(0, &Act::Check(3), NOW).unwrap();
    let answer = |task, confirmed| Act::Answer { task, confirmed };
    assert_eq!(
        case.act(0, &answer(2, true), NOW),
        Err(WrongAct::NotFromHere)
    );
    assert_eq!(case.unsettled().len(), 1);
    case.act(0, &answer(3, true), NOW).unwrap();
    let route = Route::DepartmentCheck;
    assert_eq!(case.materials[0].state, State::Waived { route });
}

#[test]
fn a_case_reads_back_as_it_was_written() {
    let mut case = case(&[row(1, "居民户口簿")]);
    case.add_use(0, of_person(0));
    case.act(0, &Act::Verify, NOW).unwrap();
    let text = serde_json::to_string(&case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&text).unwrap(), case);
    assert!(!format!("{case:?}").contains("152502199003070019"));
}
