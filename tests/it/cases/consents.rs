//! A holder is asked on her phone: she gives, refuses, is late, takes back; and nobody asks for
//! more than the items need, or answers for another.

use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json::Message;
use mianzheng::domain::caller::Caller;
use mianzheng::domain::item::Whose;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::ConsentAsked;
use mianzheng::flow::case::Decision;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::ledger_check;
use mianzheng::flow::uses;
use rstest::rstest;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::cases::NEWBORN;
use crate::support::cases::OLD_AGE;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::operator;

const WAIVE: Decision = Decision::Waive { matched: false };

/// The household register in the old-age allowance.
const REGISTER: usize = 2;

fn why(failure: &Failure) -> Reason {
    failure.problem().reason
}

struct Asking {
    window: Window,
    case: CaseView,
    mother: Caller,
}

impl Asking {
    fn on(database: Database) -> Self {
        let window = Window::on(database);
        window.household("其其格", MOTHER, "蒙户152502-000123");
        let case = window.open(&[OLD_AGE], "其其格", MOTHER);
        let mother = window.test.holder(MOTHER);
        Self {
            window,
            case,
            mother,
        }
    }

    fn ask(&self) -> ConsentAsked {
        self.try_ask(0, &[REGISTER]).unwrap()
    }

    fn try_ask(&self, person: usize, places: &[usize]) -> Result<ConsentAsked, Reason> {
        let office = &self.window.test.office;
        case::ask(
            office,
            &self.case.number,
            (person, places),
            &self.window.officer,
        )
        .map_err(|failure| why(&failure))
    }

    fn state(&self) -> String {
        let office = &self.window.test.office;
        let case = case::look(office, &self.case.number, &self.window.officer).unwrap();
        case.materials[REGISTER].state.to_owned()
    }

    fn standing(&self, asked: &ConsentAsked) -> case::ConsentStanding {
        let office = &self.window.test.office;
        let by = &self.window.officer;
        case::standing(office, &self.case.number, asked.consent, by).unwrap()
    }
}

#[rstest]
fn she_reads_who_asks_and_gives(#[values(Sqlite, Postgres)] database: Database) {
    let asking = Asking::on(database);
    let office = &asking.window.test.office;
    let asked = asking.ask();
    assert!(asked.text.starts_with("HTTPS://MZ.EXAMPLE/R/"));
    let seen = case::read_request(office, &asked.code, &asking.mother).unwrap();
    assert_eq!((seen.state, seen.asked.items.len()), ("asked", 1));
    let fields = &seen.asked.materials[0].fields;
    let labels: Vec<&str> = fields.iter().map(|f| f.label.as_str()).collect();
    assert_eq!(labels, ["持证主体", "出生日期", "住址"]);
    assert_eq!(fields[0].needed_for, [OLD_AGE]);
    assert_eq!(asking.standing(&asked).state, "asked");
    assert_eq!(asking.state(), "waiting");
    // Twice at once makes no sense.
    assert_eq!(asking.try_ask(0, &[REGISTER]), Err(Reason::WrongStep));
    let given = case::answer(office, &asked.code, true, &asking.mother).unwrap();
    assert_eq!(given.state, "given");
    let trust = office.trust().unwrap();
    let record = given.record.unwrap();
    let record = trust.open_message(&record, Message::Consent, KeyUse::Receipt);
    let record = record.unwrap();
    assert_eq!(record["answer"], "given");
    assert_eq!(record["asked"]["items"][0], OLD_AGE);
    let standing = asking.standing(&asked);
    let fields: Vec<&str> = standing.served[0]
        .fields
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(fields, ["birth_date", "holder_name", "home_address"]);
    let again = case::answer(office, &asked.code, true, &asking.mother);
    assert_eq!(
        again.map_err(|failure| why(&failure)),
        Err(Reason::WrongStep)
    );
    let waived = asking
        .window
        .decide(&asking.case, REGISTER, &WAIVE)
        .unwrap();
    assert_eq!(waived.waived, 1);
    // Half an hour later the window sees no field of it any more.
    asking.window.test.clock.advance(1801);
    assert!(asking.standing(&asked).served.is_empty());
    assert!(ledger_check::check(office, None).unwrap().is_whole());
}

#[rstest]
fn she_refuses_and_the_case_goes_on(#[values(Sqlite, Postgres)] database: Database) {
    let asking = Asking::on(database);
    let office = &asking.window.test.office;
    let asked = asking.ask();
    let refused = case::answer(office, &asked.code, false, &asking.mother).unwrap();
    assert_eq!(refused.state, "refused");
    assert!(refused.record.is_some());
    let standing = asking.standing(&asked);
    assert_eq!((standing.state, standing.served.len()), ("refused", 0));
    let now = case::look(office, &asking.case.number, &asking.window.officer).unwrap();
    assert_eq!(now.materials[REGISTER].reason, Some("refused"));
    // She thinks again.
    let asked = asking.ask();
    case::answer(office, &asked.code, true, &asking.mother).unwrap();
    assert_eq!(asking.state(), "verified");
}

#[rstest]
fn after_two_minutes_it_is_too_late(#[values(Sqlite, Postgres)] database: Database) {
    let asking = Asking::on(database);
    let office = &asking.window.test.office;
    let asked = asking.ask();
    asking.window.test.clock.advance(120);
    let late = case::answer(office, &asked.code, true, &asking.mother);
    assert_eq!(
        late.map_err(|failure| why(&failure)),
        Err(Reason::ConsentLate)
    );
    assert_eq!(asking.standing(&asked).state, "expired");
    assert_eq!(asking.state(), "not_asked");
    // The window sees it lapse by itself, too.
    let asked = asking.ask();
    asking.window.test.clock.advance(121);
    assert_eq!(asking.standing(&asked).state, "expired");
    assert_eq!(asking.state(), "not_asked");
}

#[rstest]
fn what_she_gave_she_takes_back(#[values(Sqlite, Postgres)] database: Database) {
    let asking = Asking::on(database);
    let office = &asking.window.test.office;
    let asked = asking.ask();
    let early = case::withdraw(office, &asked.code, &asking.mother);
    assert_eq!(
        early.map_err(|failure| why(&failure)),
        Err(Reason::WrongStep)
    );
    case::answer(office, &asked.code, true, &asking.mother).unwrap();
    let back = case::withdraw(office, &asked.code, &asking.mother).unwrap();
    assert_eq!(back.state, "withdrawn");
    assert_eq!(asking.state(), "not_asked");
    assert!(asking.standing(&asked).served.is_empty());
    let waived = asking.window.decide(&asking.case, REGISTER, &WAIVE);
    assert_eq!(waived.unwrap_err(), Reason::WrongStep);
}

#[rstest]
fn nobody_answers_for_another_or_asks_for_more(#[values(Sqlite, Postgres)] database: Database) {
    let asking = Asking::on(database);
    let office = &asking.window.test.office;
    let asked = asking.ask();
    let stranger = asking.window.test.holder(FATHER);
    for give in [true, false] {
        let other = case::answer(office, &asked.code, give, &stranger);
        assert_eq!(
            other.map_err(|failure| why(&failure)),
            Err(Reason::OtherHolder)
        );
    }
    // She reads that somebody tried.
    let lines = uses::mine(office, None, &asking.mother).unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|l| l.outcome.as_deref().unwrap())
        .collect();
    assert_eq!(told, ["other_holder", "other_holder", "asked"]);
    let nowhere = case::read_request(office, &"A".repeat(26), &asking.mother);
    assert_eq!(
        nowhere.map_err(|failure| why(&failure)),
        Err(Reason::NotFound)
    );
    let officer = case::read_request(office, &asked.code, &asking.window.officer);
    assert_eq!(
        officer.map_err(|failure| why(&failure)),
        Err(Reason::Forbidden)
    );
    // The form, the card that only identifies, a material that there is not.
    assert_eq!(asking.try_ask(0, &[0]), Err(Reason::OverAsking));
    assert_eq!(asking.try_ask(0, &[1]), Err(Reason::OverAsking));
    assert_eq!(asking.try_ask(0, &[9]), Err(Reason::NotFound));
    assert_eq!(asking.try_ask(3, &[REGISTER]), Err(Reason::NotFound));
    assert_eq!(asking.try_ask(0, &[]), Err(Reason::BadRequest));
    assert_eq!(asking.state(), "waiting");
}

#[rstest]
fn what_is_given_but_not_good_is_needed_on_paper(#[values(Sqlite, Postgres)] database: Database) {
    let asking = Asking::on(database);
    let test = &asking.window.test;
    let household = asking
        .window
        .household("其其格", MOTHER, "蒙户152502-000123");
    let change = ChangeRequest {
        identifier: &household,
        change: Change::End(EndWord::Cancelled),
        reason: "迁出",
        by: &operator(),
        key: None,
    };
    change_status(&test.office, &change).unwrap();
    let asked = asking.ask();
    case::answer(&test.office, &asked.code, true, &asking.mother).unwrap();
    let standing = asking.standing(&asked);
    assert_eq!(standing.served[0].outcome, "not_good");
    assert!(standing.served[0].fields.is_empty());
    let now = case::look(&test.office, &asking.case.number, &asking.window.officer).unwrap();
    assert_eq!(now.materials[REGISTER].reason, Some("expired"));
}

#[rstest]
fn what_ends_before_it_is_waived_waives_nothing(#[values(Sqlite, Postgres)] database: Database) {
    let asking = Asking::on(database);
    let test = &asking.window.test;
    let household = asking
        .window
        .household("其其格", MOTHER, "蒙户152502-000123");
    let asked = asking.ask();
    case::answer(&test.office, &asked.code, true, &asking.mother).unwrap();
    let change = |change| {
        let change = ChangeRequest {
            identifier: &household,
            change,
            reason: "迁出",
            by: &operator(),
            key: None,
        };
        change_status(&test.office, &change).unwrap();
    };
    let waive = || asking.window.decide(&asking.case, REGISTER, &WAIVE);
    change(Change::Suspend);
    assert_eq!(waive(), Err(Reason::NotGoodNow));
    change(Change::End(EndWord::Cancelled));
    assert_eq!(waive(), Err(Reason::NotGoodNow));
    assert_eq!(asking.state(), "verified");
}

#[rstest]
fn a_guardian_answers_for_the_child(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    window.birth();
    let office = &window.test.office;
    let case = window.open(&[BIRTH_REGISTRATION], "苏和", FATHER);
    let case = window.name(&case, Whose::Child, "萨仁", NEWBORN);
    let asked = case::ask(office, &case.number, (1, &[0]), &window.officer).unwrap();
    // Asked of the child: her mother answers from her own phone.
    let mother = window.test.holder(MOTHER);
    let given = case::answer(office, &asked.code, true, &mother).unwrap();
    assert_eq!(given.state, "given");
    let now = case::look(office, &case.number, &window.officer).unwrap();
    assert_eq!(now.materials[0].state, "verified");
}
