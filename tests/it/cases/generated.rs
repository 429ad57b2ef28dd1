//! The figures of generated cases are what the generator decided, counted again by itself.

use std::collections::BTreeMap;

use mianzheng::crypto::random::SystemRandomness;
use mianzheng::crypto::random::array;
use mianzheng::domain::item::Route;
use mianzheng::domain::time::Day;
use mianzheng::flow::bench::generated;
use mianzheng::flow::bench::generated::Decided;
use mianzheng::flow::bench::generated::End;
use mianzheng::flow::bench::generated::Generated;
use mianzheng::flow::figures;
use mianzheng::flow::figures::Figures;
use mianzheng::flow::figures::Span;
use rstest::rstest;

use crate::support::cases::Window;
use crate::support::cases::item;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::figures::add_up;
use crate::support::office::operator;

/// Sums by whatever.
type Sums = BTreeMap<String, i64>;

/// Everything counted again, from what the generator decided.
#[derive(Debug, Default, PartialEq)]
struct Again {
    cases: i64,
    waived: i64,
    by_day: BTreeMap<String, (i64, i64)>,
    by_item: BTreeMap<String, (i64, i64, i64, i64)>,
    by_type: BTreeMap<Option<String>, i64>,
    by_route: Sums,
    reasons: BTreeMap<(String, String), i64>,
}

impl Again {
    fn of<'a>(cases: impl Iterator<Item = &'a Generated>) -> Self {
        let mut again = Self::default();
        for case in cases {
            again.cases += 1;
            again.by_day.entry(case.day.to_string()).or_default().0 += 1;
            for item in &case.items {
                again.by_item.entry(item.clone()).or_default().0 += 1;
            }
            for material in &case.materials {
                again.add(case, material);
            }
        }
        again.by_route.retain(|_, n| *n > 0);
        again
    }

    fn add(&mut self, case: &Generated, material: &Decided) {
        let mut places = material.items.iter();
        let first = &case.items[*places.next().unwrap()];
        let Some(end) = material.end else { return };
        match end {
            End::Waived(route) => {
                self.waived += 1;
                self.by_day.get_mut(&case.day.to_string()).unwrap().1 += 1;
                self.by_item.get_mut(first).unwrap().1 += 1;
                for place in places {
                    self.by_item.get_mut(&case.items[*place]).unwrap().2 += 1;
                }
                let of = material
                    .type_code
                    .clone()
                    .filter(|_| route != Route::Promise);
                *self.by_type.entry(of).or_default() += 1;
                *self.by_route.entry(route.name().to_owned()).or_default() += 1;
            }
            End::NotWaived(reason) => {
                self.by_item.get_mut(first).unwrap().3 += 1;
                let key = (first.clone(), reason.to_owned());
                *self.reasons.entry(key).or_default() += 1;
            }
            End::Neither => (),
        }
    }

    fn read(figures: &Figures) -> Self {
        let days = figures.by_day.iter();
        let items = figures.by_item.iter();
        let types = figures.by_type.iter();
        let routes = figures.by_route.iter().filter(|of| of.waived > 0);
        let mut reasons = BTreeMap::new();
        for of in &figures.reasons {
            let key = (of.item.clone(), of.reason.to_owned());
            *reasons.entry(key).or_default() += of.count;
        }
        Self {
            cases: figures.cases,
            waived: figures.waived,
            by_day: days
                .map(|of| (of.day.clone(), (of.cases, of.waived)))
                .collect(),
            by_item: items
                .map(|of| {
                    let counts = (of.cases, of.waived, of.shared, of.on_paper);
                    (of.item.clone(), counts)
                })
                .collect(),
            by_type: types.map(|of| (of.type_code.clone(), of.waived)).collect(),
            by_route: routes.map(|of| (of.route.to_owned(), of.waived)).collect(),
            reasons,
        }
    }
}

#[rstest]
fn generated_cases_are_counted_alike_by_both(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let seed: [u8; 8] = array(&SystemRandomness);
    println!("seed {seed:?}");
    let first = window.test.now().day();
    let mut all = Vec::new();
    for day in 0..3_u64 {
        let (office, seed) = (&window.test.office, [seed, day.to_be_bytes()].concat());
        all.extend(generated::write(office, &seed, 120, &window.officer).unwrap());
        window.test.clock.advance(86_400);
    }
    let told = |span: &Span<'_>| {
        let figures = figures::count(&window.test.office, span, &operator()).unwrap();
        add_up(&figures);
        figures
    };
    let last = first.plus(0, 0, 2);
    let whole = told(&Span::of(first, last));
    assert_eq!(Again::read(&whole), Again::of(all.iter()));
    // There is something of everything, or the comparison would prove little.
    assert!(whole.cases > 250 && whole.waived > 250 && whole.on_paper > 50);
    assert_eq!(whole.by_route.iter().filter(|of| of.waived > 0).count(), 3);
    assert!(whole.by_item.iter().any(|of| of.shared > 0));
    let middle: Day = first.plus(0, 0, 1);
    let of_day = all.iter().filter(|case| case.day == middle);
    assert_eq!(
        Again::read(&told(&Span::of(middle, middle))),
        Again::of(of_day)
    );
    // One item alone: its row of the whole.
    let code = item(crate::support::cases::OLD_AGE);
    let alone = Span {
        item: Some(&code),
        ..Span::of(first, last)
    };
    let (alone, whole) = (Again::read(&told(&alone)), Again::read(&whole));
    assert_eq!(alone.by_item[&code], whole.by_item[&code]);
    assert_eq!(alone.by_item.len(), 1);
}
