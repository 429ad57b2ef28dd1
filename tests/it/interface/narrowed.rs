//! What one operator ends shows nobody more.

use mianzheng::domain::item::ItemCode;
use mianzheng::domain::problem::Reason;
use mianzheng::flow::grants;
use mianzheng::flow::grants::Proposed;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::cases::HOUSEHOLD;
use crate::support::cases::OLD_AGE;
use crate::support::cases::item;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::granting::second_operator;
use crate::support::office::HALL;
use crate::support::office::operator;
use crate::support::system::System;

#[rstest]
fn ending_what_an_item_has_of_its_own_lets_its_base_item_show_no_more(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    let test = &system.window.test;
    let office = &test.office;
    let code: ItemCode = item(OLD_AGE).parse().unwrap();
    let more = ["holder_name", "home_address", "birth_date", "ethnic_group"];
    test.give(HALL, HOUSEHOLD, &code.base().to_string(), &more);
    let narrow = test.grant(HALL, HOUSEHOLD, &code.to_string(), &["holder_name"]);
    let Proposed::InForce(own) = grants::propose(office, &narrow, &operator()).unwrap() else {
        panic!("it shows less");
    };
    let fields = || {
        let answer = system.ask(&system.duty());
        answer.map(|answer| answer.certificates[0].fields.len())
    };
    assert_eq!(fields(), Ok(1));
    // One who ends it by its days lets nothing be seen, and neither does one who takes it away.
    let ended = mianzheng::domain::usage::Grant {
        until: test.now().plus_secs(1),
        ..narrow.clone()
    };
    grants::propose(office, &ended, &operator()).unwrap();
    test.clock.advance(1);
    assert_eq!(fields(), Err(Reason::NoGrant));
    grants::take(office, own, &operator()).unwrap();
    assert_eq!(fields(), Err(Reason::NoGrant));
    // Two let more be seen.
    let Proposed::Waits(id) = grants::propose(office, &narrow, &operator()).unwrap() else {
        panic!("it shows more");
    };
    grants::confirm(office, id, &second_operator()).unwrap();
    assert_eq!(fields(), Ok(1));
    grants::take(office, own, &operator()).unwrap();
    assert_eq!(fields(), Err(Reason::NoGrant));
    let report = ledger_check::check(office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}
