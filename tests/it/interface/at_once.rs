//! Uses of every way at the same moment: counts, reserved numbers and the ledger's head are locked
//! in one order, so nobody waits for somebody who waits for her.

use std::thread;

use mianzheng::domain::problem::Reason;
use mianzheng::domain::settings::UseLimits;
use mianzheng::domain::usage::Purpose;
use mianzheng::domain::usage::UseMode;
use mianzheng::flow::interface;
use mianzheng::flow::interface::UseRequest;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::HOUSEHOLD;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::cases::item;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::people::citizen;
use crate::support::system::PENSIONER;
use crate::support::system::System;
use crate::support::system::whose;

/// Rounds of each hand.
const ROUNDS: usize = 40;

#[rstest]
fn every_way_at_the_same_moment_waits_for_nobody_who_waits(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::with(database, |settings| {
        settings.database_connections = 16;
        settings.limits = UseLimits {
            per_operator_day: 100_000,
            per_agency_day: 100_000,
            ..UseLimits::default()
        };
    });
    let newborn = system.window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    let birth = Purpose {
        item: item(BIRTH_REGISTRATION),
        item_name: BIRTH_REGISTRATION.to_owned(),
        case: Some(newborn.number.clone()),
        ..system.duty()
    };
    let online = Purpose {
        mode: UseMode::Online,
        case: None,
        ..system.duty()
    };
    let ask = |who: &str| {
        let request = UseRequest {
            of: &system.window.test.type_named(HOUSEHOLD),
            wanted: &whose(who),
            purpose: &online,
            fields: &[],
            body: b"asked",
        };
        let asked = interface::ask(&system.window.test.office, &request, &system.by);
        asked.map(|_asked| ()).map_err(|why| why.problem().reason)
    };
    // By duty: shared. In vain, in person and asking: on its own, counting towards an alarm.
    let shared = |_: usize, _: usize| system.ask(&system.duty()).map(|_| ());
    let other_type = |_: usize, _: usize| {
        let of = (BIRTH, &whose(MOTHER));
        system.query(of, &birth, &[]).map(|_| ())
    };
    let in_person = |hand: usize, round: usize| {
        let purpose = system.in_person(&format!("现授{hand}-{round}"));
        system.ask(&purpose).map(|_| ())
    };
    let asked = |_: usize, round: usize| ask(&format!("111:{}", citizen(round)));
    let strange = |_: usize, round: usize| {
        let number = whose(&format!("111:{}", citizen(round)));
        let refused = system.query((HOUSEHOLD, &number), &system.duty(), &[]);
        match refused.unwrap_err() {
            Reason::NotOfCase => Ok(()),
            why => Err(why),
        }
    };
    let at_the_window = |_: usize, _: usize| {
        system
            .window
            .try_open(vec![item(OLD_AGE)], "敖登", PENSIONER)
            .map(|_case| ())
            .map_err(|why| why.problem().reason)
    };
    let hands: [&(dyn Fn(usize, usize) -> Result<(), Reason> + Sync); 9] = [
        &shared,
        &shared,
        &shared,
        &other_type,
        &in_person,
        &in_person,
        &asked,
        &strange,
        &at_the_window,
    ];
    thread::scope(|scope| {
        for (hand, act) in hands.into_iter().enumerate() {
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    assert_eq!(act(hand, round), Ok(()), "hand {hand}, round {round}");
                }
            });
        }
    });
    let report = ledger_check::check(&system.window.test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}
