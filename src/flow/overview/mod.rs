//! What an agency sees when it comes in: how its certificates stand, how many are new, how often
//! they are used. Numbers only; the operator and the auditor see those of all agencies.

mod activity;
mod table;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::overview::DayCount;
use crate::store::overview::StandingCount;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

pub use activity::ActivityDesk;
pub use activity::DAYS;
pub use activity::Uses;
pub use table::OverviewTable;
pub use table::csv;

/// What somebody sees when they come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// When it was counted.
    pub at: Timestamp,
    /// Until when uses are counted, if that is not now: the rest follows with the next look.
    pub behind: Option<Timestamp>,
    /// Types of which there are certificates, most first.
    pub types: Vec<TypeCount>,
    /// Types that the catalogue has.
    pub known_types: usize,
    /// All certificates, those that ended among them.
    pub certificates: i64,
    /// Those that are in force today.
    pub good: i64,
    /// Those that are suspended.
    pub suspended: i64,
    /// Those that were issued since the first of this month.
    pub this_month: i64,
    /// The last days, today last, those without anything among them.
    pub days: Vec<DayOverview>,
}

/// Certificates of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeCount {
    /// The type's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// How many, those that ended among them.
    pub certificates: i64,
    /// How many are in force today.
    pub good: i64,
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOverview {
    /// The day.
    pub day: Day,
    /// Certificates that were issued.
    pub issued: i64,
    /// How often certificates were used.
    pub uses: Uses,
}

impl Overview {
    /// The day before the last.
    #[must_use]
    pub fn yesterday(&self) -> Uses {
        let before = self.days.iter().rev().nth(1);
        before.map(|day| day.uses).unwrap_or_default()
    }
}

/// Whose certificates somebody may see the numbers of: an agency's, or all; the same for whoever
/// is told of certificates themselves.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is neither an agency's issuer nor operator or auditor.
pub fn whose(by: &Caller) -> Result<Option<u32>, Failure> {
    match (by.role, by.agency) {
        (Role::Operator | Role::Auditor, _) => Ok(None),
        (Role::Issuer, Some(agency)) => Ok(Some(agency)),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

/// Counts what there is.
///
/// # Errors
///
/// Those of [`whose`]; [`Failure`] if the register cannot be read.
pub fn overview(office: &Office, by: &Caller) -> Result<Overview, Failure> {
    let issuer = whose(by)?;
    let now = office.clock.now();
    let today = now.day();
    let first = Day::from_number(today.number() - DAYS + 1);
    let month = Day::from(today.date().first_of_month());
    let since = first.min(month).start();
    let stored = issuer.map(stored_number);
    let (standings, issued) = office.store.read(|rx| {
        let standings = rx.count_standings(stored, today.number())?;
        Ok::<_, Failure>((standings, rx.count_issued(stored, since)?))
    })?;
    let counted = office.activity.look(office, issuer)?;
    let per_day: BTreeMap<i64, i64> = issued.iter().map(|one| (one.day, one.count)).collect();
    let day = |number: i64| DayOverview {
        day: Day::from_number(number),
        issued: per_day.get(&number).copied().unwrap_or_default(),
        uses: counted.days.get(&number).copied().unwrap_or_default(),
    };
    let sum = |of: fn(&StandingCount) -> i64| standings.iter().map(of).sum();
    let suspended = Standing::Suspended.stored();
    Ok(Overview {
        at: now,
        behind: counted.behind,
        types: types(office, &standings),
        known_types: office.known().newest.len(),
        certificates: sum(|one| one.count),
        good: sum(good),
        suspended: standings
            .iter()
            .filter(|one| one.status == suspended)
            .map(|one| one.count)
            .sum(),
        this_month: since_day(&issued, month),
        days: (first.number()..=today.number()).map(day).collect(),
    })
}

fn since_day(issued: &[DayCount], first: Day) -> i64 {
    let since = issued.iter().filter(|one| one.day >= first.number());
    since.map(|one| one.count).sum()
}

/// Those of a count that are in force and have not seen their last day.
const fn good(one: &StandingCount) -> i64 {
    if one.status == Standing::InForce.stored() {
        one.count - one.expired
    } else {
        0
    }
}

fn types(office: &Office, standings: &[StandingCount]) -> Vec<TypeCount> {
    let known = office.known();
    let mut all: BTreeMap<i32, (i64, i64)> = BTreeMap::new();
    for one in standings {
        let sums = all.entry(one.type_number).or_default();
        sums.0 += one.count;
        sums.1 += good(one);
    }
    let named = all
        .into_iter()
        .filter_map(|(number, (certificates, good))| {
            let of = known.type_numbered(read_number(number))?;
            Some(TypeCount {
                code: of.definition.code.clone(),
                name: of.definition.name.clone(),
                name_en: of.definition.name_en.clone(),
                certificates,
                good,
            })
        });
    let mut types: Vec<TypeCount> = named.collect();
    types.sort_by_key(|of| Reverse((of.good, of.certificates)));
    types
}
