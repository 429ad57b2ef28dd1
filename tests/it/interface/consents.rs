//! Scan-to-authorise and consent online: a code or a name, the holder's yes, and then the fields.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::usage::Purpose;
use mianzheng::domain::usage::UseMode;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::case::ConsentAsked;
use mianzheng::flow::interface;
use mianzheng::flow::interface::UseRequest;
use mianzheng::flow::interface::Wanted;
use mianzheng::flow::ledger_check;
use mianzheng::flow::requests;
use mianzheng::flow::show::live;
use mianzheng::flow::uses;
use mianzheng::flow::verify::online::verify;
use rstest::rstest;

use crate::support::cases::HOUSEHOLD;
use crate::support::cases::MOTHER;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::system::PENSIONER;
use crate::support::system::System;
use crate::support::system::whose;

/// A system whose holder is asked.
struct Phone {
    system: System,
    holder: Caller,
}

impl Phone {
    fn on(database: Database) -> Self {
        let system = System::on(database);
        Self {
            holder: system.window.test.holder(PENSIONER),
            system,
        }
    }

    fn purpose(&self, mode: UseMode, consent: Option<i64>) -> Purpose {
        Purpose {
            mode,
            consent,
            case: None,
            operator: None,
            legal_basis: None,
            ..self.system.duty()
        }
    }

    fn ask(&self, wanted: &Wanted, mode: UseMode, fields: &[&str]) -> Result<ConsentAsked, Reason> {
        let fields: Vec<String> = fields.iter().map(|f| (*f).to_owned()).collect();
        let request = UseRequest {
            of: &self.system.window.test.type_named(HOUSEHOLD),
            wanted,
            purpose: &self.purpose(mode, None),
            fields: &fields,
            body: b"asked",
        };
        interface::ask(&self.system.window.test.office, &request, &self.system.by)
            .map_err(|why| why.problem().reason)
    }

    /// The text of the code that she shows: it says whom to ask.
    fn shown(&self) -> Wanted {
        let office = &self.system.window.test.office;
        Wanted::Shown(live::be_asked(office, &self.holder, None).unwrap().text)
    }

    fn answer(&self, code: &str, give: bool) -> Result<&'static str, Reason> {
        let office = &self.system.window.test.office;
        let view = requests::answer(office, code, give, &self.holder);
        view.map(|view| view.state)
            .map_err(|why| why.problem().reason)
    }

    fn standing(&self, consent: i64) -> &'static str {
        let office = &self.system.window.test.office;
        let code = &self
            .system
            .window
            .test
            .type_named(HOUSEHOLD)
            .definition
            .code;
        interface::standing(office, code, consent, &self.system.by)
            .unwrap()
            .state
    }
}

#[rstest]
fn a_code_a_yes_and_the_fields(#[values(Sqlite, Postgres)] database: Database) {
    let phone = Phone::on(database);
    let office = &phone.system.window.test.office;
    let shown = phone.shown();
    let asked = phone
        .ask(&shown, UseMode::Shown, &["holder_name", "home_address"])
        .unwrap();
    assert_eq!(phone.standing(asked.consent), "asked");
    let purpose = phone.purpose(UseMode::Shown, Some(asked.consent));
    assert_eq!(phone.system.ask(&purpose).unwrap_err(), Reason::ConsentOpen);
    // The code asks once.
    let again = phone.ask(&shown, UseMode::Shown, &[]);
    assert_eq!(again.unwrap_err(), Reason::ConsentMissing);

    // She reads who asks, why, which fields and until when; it waits on her phone, too.
    let waiting = interface::waiting(office, &phone.holder).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].code, asked.code);
    let view = requests::read(office, &asked.code, &phone.holder).unwrap();
    assert_eq!(view.asked.agency, HALL);
    assert_eq!(view.asked.cause.as_deref(), Some("核对户籍地址"));
    let fields = &view.asked.materials[0].fields;
    let keys: Vec<&str> = fields.iter().map(|field| field.key.as_str()).collect();
    assert_eq!(keys, ["holder_name", "home_address"]);
    // Whoever else has the code learns nothing, and she reads who tried.
    let other = phone.system.window.test.holder(MOTHER);
    let refused = requests::read(office, &asked.code, &other).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::OtherHolder);

    assert_eq!(phone.answer(&asked.code, true), Ok("given"));
    assert_eq!(phone.answer(&asked.code, true), Err(Reason::WrongStep));
    assert_eq!(phone.standing(asked.consent), "given");
    let answer = phone.system.ask(&purpose).unwrap();
    let keys: Vec<&String> = answer.certificates[0].fields.keys().collect();
    assert_eq!(keys, ["holder_name", "home_address"]);
    // A field that is granted, and that she was not asked for.
    let of = (HOUSEHOLD, &whose(PENSIONER));
    let more = phone.system.query(of, &purpose, &["birth_date"]);
    assert_eq!(more.unwrap_err(), Reason::OverAsking);
    // Somebody else's are not hers to give.
    let others = phone
        .system
        .query((HOUSEHOLD, &whose(MOTHER)), &purpose, &[]);
    assert_eq!(others.unwrap_err(), Reason::OtherHolder);

    requests::withdraw(office, &asked.code, &phone.holder).unwrap();
    let gone = phone.system.ask(&purpose).unwrap_err();
    assert_eq!(gone, Reason::ConsentWithdrawn);
    let lines = uses::mine(office, None, &phone.holder).unwrap();
    let events: Vec<(&str, Option<&str>)> = lines
        .iter()
        .map(|line| (line.event, line.outcome.as_deref()))
        .collect();
    for expected in [
        ("consent_changed", Some("asked")),
        ("consent_changed", Some("other_holder")),
        ("consent_changed", Some("given")),
        ("fetched", Some("valid")),
        ("consent_changed", Some("withdrawn")),
        ("fetch_refused", Some("consent_withdrawn")),
    ] {
        assert!(events.contains(&expected), "{expected:?} in {events:?}");
    }
    let report = ledger_check::check(office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[rstest]
fn who_applies_online_is_asked_by_name(#[values(Sqlite, Postgres)] database: Database) {
    let mut phone = Phone::on(database);
    let asked = phone.ask(&whose(PENSIONER), UseMode::Online, &[]).unwrap();
    // A consent of another way is none of this one.
    let scanned = phone.purpose(UseMode::Shown, Some(asked.consent));
    assert_eq!(
        phone.system.ask(&scanned).unwrap_err(),
        Reason::ConsentMissing
    );
    assert_eq!(phone.answer(&asked.code, false), Ok("refused"));
    let purpose = phone.purpose(UseMode::Online, Some(asked.consent));
    assert_eq!(
        phone.system.ask(&purpose).unwrap_err(),
        Reason::ConsentRefused
    );

    let asked = phone.ask(&whose(PENSIONER), UseMode::Online, &[]).unwrap();
    phone.system.window.test.clock.advance(599);
    assert_eq!(phone.answer(&asked.code, true), Ok("given"));
    let purpose = phone.purpose(UseMode::Online, Some(asked.consent));
    assert_eq!(phone.system.ask(&purpose).unwrap().certificates.len(), 1);
    // What another system asks with it is nothing.
    let own = phone.system.by.clone();
    phone
        .system
        .window
        .test
        .give(CDC, HOUSEHOLD, &purpose.item, &["holder_name"]);
    phone.system.by = phone.system.window.test.caller(Role::System, CDC);
    assert_eq!(
        phone.system.ask(&purpose).unwrap_err(),
        Reason::ConsentMissing
    );
    phone.system.by = own;
    // Half an hour, to the second.
    phone.system.window.test.clock.advance(30 * 60 - 1);
    assert!(phone.system.ask(&purpose).is_ok());
    phone.system.window.test.clock.advance(1);
    assert_eq!(phone.system.ask(&purpose).unwrap_err(), Reason::ConsentLate);

    let asked = phone.ask(&whose(PENSIONER), UseMode::Online, &[]).unwrap();
    phone.system.window.test.clock.advance(600);
    assert_eq!(phone.answer(&asked.code, true), Err(Reason::ConsentLate));
    assert_eq!(phone.standing(asked.consent), "expired");
    // Whether the register knows somebody is not told by asking.
    assert!(
        phone
            .ask(&whose("111:152525198501010027"), UseMode::Online, &[])
            .is_ok()
    );
}

#[rstest]
fn a_code_that_says_whom_to_ask_shows_nothing(#[values(Sqlite, Postgres)] database: Database) {
    let phone = Phone::on(database);
    let test = &phone.system.window.test;
    let Wanted::Shown(text) = phone.shown() else {
        unreachable!()
    };
    let verdict = verify(&test.office, &text, &phone.system.window.officer).unwrap();
    assert_eq!(verdict.verdict, Outcome::Unsupported);
    assert!(verdict.certificates.is_empty());
    // It was not used up by that.
    let shown = Wanted::Shown(text);
    assert!(phone.ask(&shown, UseMode::Shown, &[]).is_ok());
    // A code that shows a card asks for nothing else.
    let card = phone
        .system
        .window
        .live(PENSIONER, &[(&phone.system.identifier, &[])]);
    let refused = phone.ask(&Wanted::Shown(card), UseMode::Shown, &[]);
    assert_eq!(refused.unwrap_err(), Reason::ConsentMissing);
}
