//! Figures add up from the cases that are stored, and reasons are ranked with what repairs them.

use mianzheng::domain::case::PaperReason;
use mianzheng::domain::problem::Reason;
use mianzheng::flow::case;
use mianzheng::flow::case::Decision;
use mianzheng::flow::figures;
use rstest::rstest;

use crate::support::cases::BIRTH_SERVICE;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::cases::Window;
use crate::support::cases::item;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;

const WAIVE: Decision = Decision::Waive { matched: false };

fn paper(reason: PaperReason) -> Decision {
    Decision::Paper { reason, note: None }
}

#[rstest]
fn figures_are_counted_from_cases(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let office = &window.test.office;
    let today = window.test.now().day();
    let household = window.household("其其格", MOTHER, "蒙户152502-000123");
    let fields: &[&str] = &[
        "holder_name",
        "holder_code",
        "birth_date",
        "head_relation",
        "home_address",
    ];
    // A package: the household register is asked for by both items, and counts once.
    let package = window.open(&[OLD_AGE, BIRTH_SERVICE], "其其格", MOTHER);
    let shared = package.materials.iter().position(|m| m.items.len() == 2);
    let shared = package
        .materials
        .iter()
        .position(|m| m.items.len() == 2 && !m.identity)
        .or(shared)
        .unwrap();
    window.put(&package, &window.live(MOTHER, &[(&household, fields)]));
    window.decide(&package, shared, &WAIVE).unwrap();
    for place in case::look(office, &package.number, &window.officer)
        .unwrap()
        .unsettled
    {
        window
            .decide(&package, place, &paper(PaperReason::NotFound))
            .unwrap();
    }
    case::close(office, &package.number, &window.officer).unwrap();
    // One on paper altogether, and one that is still open and counts for nothing.
    let second = window.open(&[OLD_AGE], "其其格", MOTHER);
    for place in second.unsettled.clone() {
        window
            .decide(&second, place, &paper(PaperReason::NoPhone))
            .unwrap();
    }
    case::close(office, &second.number, &window.officer).unwrap();
    let open = window.open(&[OLD_AGE], "其其格", MOTHER);
    window.put(&open, &window.live(MOTHER, &[(&household, fields)]));
    window.decide(&open, 2, &WAIVE).unwrap();

    let counted = figures::count(office, today, today).unwrap();
    assert_eq!((counted.cases, counted.waived), (2, 1));
    assert_eq!(counted.by_day.len(), 1);
    assert_eq!(counted.by_type.len(), 1);
    assert_eq!(counted.by_type[0].type_name.as_deref(), Some("居民户口簿"));
    let of = |name: &str| {
        counted
            .by_item
            .iter()
            .find(|one| one.item == item(name))
            .unwrap()
    };
    assert_eq!((of(OLD_AGE).cases, of(OLD_AGE).waived), (2, 1));
    assert_eq!((of(BIRTH_SERVICE).cases, of(BIRTH_SERVICE).waived), (1, 1));
    assert_eq!(counted.by_division.values().sum::<i64>(), 2);
    assert_eq!(counted.by_division.get("152502"), Some(&2));
    let first = &counted.reasons[0];
    assert_eq!((first.reason, first.count), ("no_phone", 1));
    assert!(!first.repair_zh.starts_with("repair."));
    let all: i64 = counted.reasons.iter().map(|one| one.count).sum();
    assert_eq!(
        all,
        counted
            .reasons
            .iter()
            .filter(|r| r.reason == "no_phone" || r.reason == "not_found")
            .map(|r| r.count)
            .sum::<i64>()
    );
    // Yesterday nothing happened; a span that ends before it begins is none.
    let yesterday = today.before();
    let none = figures::count(office, yesterday, yesterday).unwrap();
    assert_eq!((none.cases, none.waived, none.reasons.len()), (0, 0, 0));
    let wrong = figures::count(office, today, yesterday).unwrap_err();
    assert_eq!(wrong.problem().reason, Reason::BadRequest);
}
