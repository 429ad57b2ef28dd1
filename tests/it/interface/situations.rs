//! A case of another system stands for the situation that it was registered for, and for no other
//! of the same item.

use mianzheng::domain::problem::Reason;
use mianzheng::domain::usage::Purpose;
use mianzheng::flow::foreign_cases;
use rstest::rstest;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::MOTHER;
use crate::support::cases::item;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::HALL;
use crate::support::system::System;
use crate::support::system::whose;

#[rstest]
fn a_registered_situation_opens_no_other(#[values(Sqlite, Postgres)] database: Database) {
    let system = System::on(database);
    let test = &system.window.test;
    let items = test.office.items().unwrap();
    let own = items.item(&item(BIRTH_REGISTRATION).parse().unwrap());
    let own = own.unwrap();
    let base = own.code.base();
    let mut beside = items
        .iter()
        .filter(|other| other.code.base() == base && other.scenario != own.scenario);
    let other = beside.next().expect("a sibling");
    test.give(HALL, BIRTH, &base.to_string(), &["newborn_name"]);
    let register = |number: &str, scenario: &str| {
        let mut case = test.foreign_case(number, MOTHER);
        case.item = base.to_string();
        scenario.clone_into(&mut case.scenario);
        foreign_cases::register(&test.office, &case, number.as_bytes(), &system.by)
    };
    register("GJJ-1", &own.scenario).unwrap();
    let ask = |number: &str, of: &mianzheng::domain::item::Item| {
        let purpose = Purpose {
            item: of.code.to_string(),
            item_name: of.name.clone(),
            case: Some(number.to_owned()),
            ..system.duty()
        };
        system.query((BIRTH, &whose(MOTHER)), &purpose, &[]).err()
    };
    assert_eq!(ask("GJJ-1", own), None);
    assert_eq!(ask("GJJ-1", other), Some(Reason::OtherItem));
    // A situation that no item of the base has is none.
    let none = register("GJJ-2", "别的情形").unwrap_err();
    assert_eq!(none.problem().reason, Reason::UnknownScenario);
}
