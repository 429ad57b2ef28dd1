//! A child below 14 gives nothing alone, whether or not a birth certificate of it is in this register:
//! its own number says how old it is.

use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::usage::Purpose;
use mianzheng::domain::usage::UseMode;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::flow::interface;
use mianzheng::flow::interface::UseRequest;
use mianzheng::flow::interface::Wanted;
use mianzheng::flow::requests;
use mianzheng::flow::show::live;
use rstest::rstest;

use crate::support::cases::HOUSEHOLD;
use crate::support::cases::household;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::operator;
use crate::support::people::numbered;
use crate::support::system::System;
use crate::support::system::present;
use crate::support::system::whose;

/// Somebody with this birthday, and a household register.
fn born(system: &System, day: &str) -> String {
    let code = format!("111:{}", numbered(&format!("152502{day}001")));
    household(&system.window.test, "某某", &code, &format!("蒙户{day}"));
    code
}

#[rstest]
fn a_child_signs_no_slip_alone(#[values(Sqlite, Postgres)] database: Database) {
    let system = System::on(database);
    for (day, wanted) in [
        ("20170304", Some(Reason::GuardianNeeded)),
        ("20121124", Some(Reason::GuardianNeeded)),
        // Fourteen today.
        ("20121123", None),
    ] {
        let code = born(&system, day);
        let purpose = Purpose {
            present: Some(present("某某", &code)),
            ..system.in_person(day)
        };
        let answer = system.query((HOUSEHOLD, &whose(&code)), &purpose, &[]);
        assert_eq!(answer.err(), wanted, "{day}");
    }
}

#[rstest]
fn a_child_says_no_yes_alone(#[values(Sqlite, Postgres)] database: Database) {
    let system = System::on(database);
    let office = &system.window.test.office;
    for (day, wanted) in [
        ("20170304", Some(Reason::GuardianNeeded)),
        ("20121123", None),
    ] {
        let code = born(&system, day);
        let holder = HolderCode::read(&code).unwrap();
        let new = NewCredential {
            role: Role::Holder,
            agency: None,
            holder: Some(&holder),
            label: "phone",
            days: 30,
        };
        let token = credentials::create_token(office, &new, &operator()).unwrap();
        let child = credentials::by_token(office, &token).unwrap();
        let shown = Wanted::Shown(live::be_asked(office, &child, None).unwrap().text);
        let purpose = Purpose {
            mode: UseMode::Shown,
            case: None,
            operator: None,
            legal_basis: None,
            ..system.duty()
        };
        let request = UseRequest {
            of: &system.window.test.type_named(HOUSEHOLD),
            wanted: &shown,
            purpose: &purpose,
            fields: &[],
            body: b"asked",
        };
        let asked = interface::ask(office, &request, &system.by).unwrap();
        let answer = requests::answer(office, &asked.code, true, &child);
        let refused = answer.err().map(|why| why.problem().reason);
        assert_eq!(refused, wanted, "{day}");
        let purpose = Purpose {
            consent: Some(asked.consent),
            ..purpose
        };
        let given = system.query((HOUSEHOLD, &whose(&code)), &purpose, &[]);
        let open = wanted.map(|_| Reason::ConsentOpen);
        assert_eq!(given.err(), open, "{day}");
    }
}
