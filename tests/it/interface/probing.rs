//! Who asks about somebody whom her case does not concern learns nothing, not even that there is
//! somebody.

use mianzheng::domain::event::EventKind;
use mianzheng::domain::problem::Reason;
use mianzheng::flow::interface::Wanted;
use rstest::rstest;

use crate::support::cases::HOUSEHOLD;
use crate::support::cases::MOTHER;
use crate::support::cases::household;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::system::PENSIONER;
use crate::support::system::System;
use crate::support::system::whose;

#[rstest]
fn somebody_elses_certificate_is_as_if_there_were_none(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    let test = &system.window.test;
    let hers = household(test, "其其格", MOTHER, "蒙户7654321");
    let own = Wanted::Identifier(system.identifier.clone());
    let purpose = system.duty();
    let found = system.query((HOUSEHOLD, &own), &purpose, &[]).unwrap();
    assert_eq!(found.certificates.len(), 1);
    // The same identifier with a serial that nobody has.
    let mut absent = hers.clone();
    absent.serial = "2026Z999999".parse().unwrap();
    let mut answers = Vec::new();
    for probed in [hers, absent] {
        let before = system.last_row().seq;
        let wanted = Wanted::Identifier(probed);
        let mut answer = system.query((HOUSEHOLD, &wanted), &purpose, &[]).unwrap();
        // One line each, so that the numbers of records tell nothing either.
        assert_eq!(answer.use_record, before + 1);
        assert_eq!(system.last_row().seq, before + 1);
        answer.use_record = 0;
        answer.envelope.clear();
        answers.push(answer);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].certificates, []);
    // She reads who tried.
    let rows = test.office.store.read(|rx| {
        let subject = rx
            .subject_of(&test.holder(MOTHER).holder.unwrap())?
            .unwrap();
        let kinds = [EventKind::FetchRefused.number()];
        rx.ledger_of_subject(&subject, &kinds, (i64::MAX, 10))
    });
    assert_eq!(rows.unwrap().len(), 1);
}

#[rstest]
fn what_is_said_of_a_number_depends_on_the_case_alone(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    household(&system.window.test, "其其格", MOTHER, "蒙户7654321");
    // One who has a household register here, and one whom the register has never seen.
    for number in [MOTHER, "111:152525198501010027"] {
        let refused = system.query((HOUSEHOLD, &whose(number)), &system.duty(), &[]);
        assert_eq!(refused.unwrap_err(), Reason::NotOfCase);
    }
    // Two who hold it together: neither does.
    let two = match (whose(PENSIONER), whose(MOTHER)) {
        (Wanted::Holders(one, _), Wanted::Holders(other, _)) => Wanted::Holders(one, Some(other)),
        _ => unreachable!(),
    };
    let none = system
        .query((HOUSEHOLD, &two), &system.duty(), &[])
        .unwrap();
    assert_eq!(none.certificates, []);
}
