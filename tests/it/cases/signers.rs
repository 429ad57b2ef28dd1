//! The signed record of an answer and the receipt say who answered for somebody else, in which
//! capacity and by what.

use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json::Message;
use mianzheng::domain::case::PaperReason;
use mianzheng::domain::guardian::OrderKind;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::item::Whose;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::Decision;
use mianzheng::flow::case::Slip;
use mianzheng::flow::guardians::orders;
use mianzheng::flow::guardians::orders::NewOrder;
use rstest::rstest;
use serde_json::Value;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::cases::NEWBORN;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::operator;

const WAIVE: Decision = Decision::Waive { matched: false };
const PAPER: Decision = Decision::Paper {
    reason: PaperReason::PreferredPaper,
    note: None,
};

fn slip(number: &str, name: &str, code: &str) -> Slip {
    Slip {
        number: number.to_owned(),
        name: name.to_owned(),
        code: HolderCode::read(code).unwrap(),
        typed_again: None,
        card_was_read: true,
        face_checked: true,
    }
}

/// Records an order about a guardian of the newborn, by two officers.
fn order(window: &Window, guardian: &str, kind: OrderKind) -> i64 {
    let order = NewOrder {
        child: &HolderCode::read(NEWBORN).unwrap(),
        guardian: &HolderCode::read(guardian).unwrap(),
        kind,
        from: None,
        reference: "（2026）内2502民初1号",
    };
    let office = &window.test.office;
    let id = orders::propose_once(office, &order, &window.officer, None).unwrap();
    orders::confirm_once(office, id, &operator(), None).unwrap();
    id
}

fn receipt(window: &Window, case: &CaseView) -> Value {
    let office = &window.test.office;
    let receipts = case::receipts(office, &case.number, &window.officer).unwrap();
    let trust = office.trust().unwrap();
    let signed = &receipts.last().unwrap().signed;
    let opened = trust.open_message(signed, Message::Receipt, KeyUse::Receipt);
    opened.unwrap().into()
}

#[rstest]
fn a_guardians_slip_stands_in_the_receipt(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let birth = window.birth();
    window.household("其其格", MOTHER, "蒙户152502-000123");
    let case = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    let case = window.name(&case, Whose::Child, "萨仁", NEWBORN);
    let office = &window.test.office;
    let by = &window.officer;
    // The mother's card, for the child's certificate and for her own.
    for (number, person, place) in [("现授1", 1, 0), ("现授2", 0, 1)] {
        let slip = slip(number, "其其格", MOTHER);
        let whom: (usize, &[usize]) = (person, &[place]);
        case::authorise_in_person(office, &case.number, whom, &slip, by, None).unwrap();
        window.decide(&case, place, &WAIVE).unwrap();
    }
    window.decide(&case, 2, &Decision::Identify).unwrap();
    window.decide(&case, 3, &PAPER).unwrap();
    case::close(office, &case.number, by).unwrap();
    let receipt = receipt(&window, &case);
    assert_eq!(receipt["format"], 2);
    let certificate = |place: usize| &receipt["materials"][place]["certificates"][0];
    let authorised = &certificate(0)["authorised"];
    assert_eq!(authorised["by"], "guardian");
    assert_eq!(
        (&authorised["name"], &authorised["for"]["name"]),
        (&"其*格".into(), &"萨*".into())
    );
    assert_eq!(authorised["certificate"], birth.to_string());
    assert_eq!(authorised["order"], Value::Null);
    assert_eq!(certificate(1)["authorised"], Value::Null);
    let text = receipt.to_string();
    assert!(!text.contains("其其格") && !text.contains("152502199206120020"));
}

#[rstest]
fn a_restored_guardian_answers_by_the_order(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    window.birth();
    order(&window, FATHER, OrderKind::Custody);
    let restored = order(&window, FATHER, OrderKind::Restoration);
    let case = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    let case = window.name(&case, Whose::Child, "萨仁", NEWBORN);
    let office = &window.test.office;
    let asked = case::ask(office, &case.number, (1, &[0]), &window.officer).unwrap();
    let father = window.test.holder(FATHER);
    let given = case::answer(office, &asked.code, true, &father).unwrap();
    let trust = office.trust().unwrap();
    let record = trust.open_message(&given.record.unwrap(), Message::Consent, KeyUse::Receipt);
    let record = record.unwrap();
    assert_eq!(record["format"], 2);
    let acting = &record["acting"][0];
    assert_eq!(
        (&acting["by"], &acting["name"]),
        (&"guardian".into(), &"苏*".into())
    );
    assert_eq!(acting["order"], restored);
}
