//! Adds up what the register counted, and gives it names.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use super::DayFigure;
use super::DepartmentFigure;
use super::DivisionFigure;
use super::Figures;
use super::ItemFigure;
use super::ReasonFigure;
use super::RouteFigure;
use super::Span;
use super::TypeFigure;
use crate::domain::agency::Agency;
use crate::domain::case::PaperReason;
use crate::domain::definition::CertificateType;
use crate::domain::item::Items;
use crate::domain::item::Route;
use crate::domain::time::Day;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::known::Known;
use crate::flow::office::Office;
use crate::store::figures::KeyCount;
use crate::store::figures::MaterialCount;
use crate::store::stored::read_number;

/// What the register counted.
pub(super) struct Counts {
    pub(super) materials: Vec<MaterialCount>,
    pub(super) waived_per_day: Vec<KeyCount>,
    pub(super) day: Vec<KeyCount>,
    pub(super) item: Vec<KeyCount>,
    pub(super) department: Vec<KeyCount>,
    pub(super) division: Vec<KeyCount>,
    pub(super) of_type: Vec<KeyCount>,
}

/// The ways that are counted.
const ROUTES: [Route; 4] = [
    Route::Certificate,
    Route::DataSharing,
    Route::DepartmentCheck,
    Route::Promise,
];

/// The state numbers that the register's counts can have.
const WAIVED: i16 = 3;
const PROMISED: i16 = 6;
const DISPUTED: i16 = 8;

/// Sums of waived materials, by whatever.
type Sums = BTreeMap<String, i64>;

/// Everything that a count of materials is added to.
#[derive(Default)]
struct Whole {
    items: HashMap<String, ItemSums>,
    departments: Sums,
    divisions: Sums,
    types: Sums,
    routes: BTreeMap<Option<i16>, i64>,
    waived: i64,
    reasons: BTreeMap<ReasonKey, i64>,
}

#[derive(Default)]
struct ItemSums {
    waived: i64,
    shared: i64,
    on_paper: i64,
}

/// The item, the type, and the reason; none for a dispute.
type ReasonKey = (String, Option<i32>, Option<i16>);

struct Names<'a> {
    known: &'a Known,
    items: &'a Items,
    types: HashMap<u32, &'a Arc<CertificateType>>,
    agencies: HashMap<String, i32>,
}

/// Adds the counts up.
///
/// # Errors
///
/// [`Failure`] if the items cannot be read.
pub(super) fn figures(
    office: &Office,
    span: &Span<'_>,
    counts: &Counts,
) -> Result<Figures, Failure> {
    let known = office.known();
    let items = office.items()?;
    let types = known.newest.values().map(|of| (of.number, of));
    let agencies = counts.materials.iter();
    let names = Names {
        known: &known,
        items: &items,
        types: types.collect(),
        agencies: agencies.map(|one| (one.item.clone(), one.agency)).collect(),
    };
    let whole = whole(&known, &counts.materials);
    let made = |lang| say(lang, "figures.made", &[]);
    Ok(Figures {
        from: span.from.to_string(),
        to: span.to.to_string(),
        cases: counts.day.iter().map(|day| day.count).sum(),
        waived: whole.waived,
        on_paper: whole.reasons.values().sum(),
        by_day: days(counts),
        by_item: names.items(&whole, &counts.item),
        by_department: departments(&whole, &counts.department),
        by_division: names.divisions(&whole, &counts.division),
        by_type: names.types(&whole, &counts.of_type),
        by_route: routes(&whole),
        reasons: names.reasons(&whole),
        made_zh: made(Lang::Zh),
        made_en: made(Lang::En),
    })
}

fn whole(known: &Known, materials: &[MaterialCount]) -> Whole {
    let mut whole = Whole::default();
    for one in materials {
        let item = whole.items.entry(one.item.clone()).or_default();
        let waived = matches!(one.state, WAIVED | PROMISED);
        if one.shared != 0 {
            item.shared += if waived { one.count } else { 0 };
            continue;
        }
        if !waived {
            item.on_paper += one.count;
            let reason = one.reason.filter(|_| one.state != DISPUTED);
            let key = (one.item.clone(), one.type_number, reason);
            *whole.reasons.entry(key).or_default() += one.count;
            continue;
        }
        item.waived += one.count;
        whole.waived += one.count;
        *whole.routes.entry(one.route).or_default() += one.count;
        let of_type = one.type_number.filter(|_| one.state == WAIVED);
        let of_type = of_type.map_or(String::new(), |number| number.to_string());
        *whole.types.entry(of_type).or_default() += one.count;
        if let Some(agency) = known.agencies.get(&read_number(one.agency)) {
            let department = whole.departments.entry(agency.department.clone());
            *department.or_default() += one.count;
            let division = whole.divisions.entry(agency.division.to_string());
            *division.or_default() += one.count;
        }
    }
    whole
}

fn days(counts: &Counts) -> Vec<DayFigure> {
    let waived: HashMap<&str, i64> = counts
        .waived_per_day
        .iter()
        .map(|day| (day.key.as_str(), day.count))
        .collect();
    let mut days: Vec<(i64, &KeyCount)> = counts
        .day
        .iter()
        .filter_map(|day| Some((day.key.parse().ok()?, day)))
        .collect();
    days.sort_unstable_by_key(|(number, _)| *number);
    let days = days.into_iter();
    days.map(|(number, day)| DayFigure {
        day: Day::from_number(number).to_string(),
        cases: day.count,
        waived: waived.get(day.key.as_str()).copied().unwrap_or_default(),
    })
    .collect()
}

fn departments(whole: &Whole, cases: &[KeyCount]) -> Vec<DepartmentFigure> {
    let mut all: Vec<DepartmentFigure> = cases
        .iter()
        .map(|one| DepartmentFigure {
            department: one.key.clone(),
            cases: one.count,
            waived: waived(&whole.departments, &one.key),
        })
        .collect();
    all.sort_by_key(|one| Reverse((one.waived, one.cases)));
    all
}

fn routes(whole: &Whole) -> Vec<RouteFigure> {
    let of = |route: &Route| whole.routes.get(&Some(route.number())).copied();
    let mut all: Vec<RouteFigure> = ROUTES
        .iter()
        .map(|route| RouteFigure {
            route: route.name(),
            waived: of(route).unwrap_or_default(),
        })
        .collect();
    all.sort_by_key(|one| Reverse(one.waived));
    all
}

fn waived(sums: &Sums, key: &str) -> i64 {
    sums.get(key).copied().unwrap_or_default()
}

impl Names<'_> {
    fn item(&self, code: &str) -> Option<String> {
        let found = self.items.item(&code.parse().ok()?);
        found.map(|item| item.name.clone())
    }

    fn agency(&self, code: &str) -> Option<&Agency> {
        let listed = code.parse().ok().and_then(|code| self.items.item(&code));
        let listed = listed.and_then(|item| self.known.agency_numbers.get(&item.code.agency()));
        let number = listed.copied();
        let number = number.or_else(|| self.agencies.get(code).copied().map(read_number));
        self.known.agencies.get(&number?)
    }

    fn type_of(&self, number: Option<i32>) -> Option<&CertificateType> {
        self.types.get(&read_number(number?)).map(|of| &***of)
    }

    fn items(&self, whole: &Whole, cases: &[KeyCount]) -> Vec<ItemFigure> {
        let none = ItemSums::default();
        let mut all: Vec<ItemFigure> = cases
            .iter()
            .map(|one| {
                let sums = whole.items.get(&one.key).unwrap_or(&none);
                ItemFigure {
                    item: one.key.clone(),
                    item_name: self.item(&one.key),
                    agency_name: self.agency(&one.key).map(|agency| agency.name.clone()),
                    cases: one.count,
                    waived: sums.waived,
                    shared: sums.shared,
                    on_paper: sums.on_paper,
                }
            })
            .collect();
        all.sort_by_key(|one| Reverse((one.waived + one.shared, one.cases)));
        all
    }

    fn divisions(&self, whole: &Whole, cases: &[KeyCount]) -> Vec<DivisionFigure> {
        let name = |code: &str| code.parse().map(|code| self.items.division_name(code));
        let mut all: Vec<DivisionFigure> = cases
            .iter()
            .map(|one| DivisionFigure {
                division: one.key.clone(),
                division_name: name(&one.key).unwrap_or_default(),
                cases: one.count,
                waived: waived(&whole.divisions, &one.key),
            })
            .collect();
        all.sort_by_key(|one| Reverse((one.waived, one.cases)));
        all
    }

    fn types(&self, whole: &Whole, cases: &[KeyCount]) -> Vec<TypeFigure> {
        let mut all: Vec<TypeFigure> = cases
            .iter()
            .map(|one| {
                let of = self.type_of(one.key.parse().ok());
                TypeFigure {
                    type_code: of.map(|of| of.definition.code.clone()),
                    type_name: of.map(|of| of.definition.name.clone()),
                    cases: one.count,
                    waived: waived(&whole.types, &one.key),
                }
            })
            .collect();
        all.sort_by_key(|one| Reverse((one.waived, one.cases)));
        all
    }

    fn reasons(&self, whole: &Whole) -> Vec<ReasonFigure> {
        let figures = whole.reasons.iter();
        let mut all: Vec<ReasonFigure> = figures
            .map(|((item, number, reason), count)| {
                let of = self.type_of(*number);
                let reason = reason.and_then(PaperReason::from_number);
                let reason = reason.map_or("disputed", PaperReason::name);
                let type_name = of.map(|of| of.definition.name.clone());
                let repair = |lang| {
                    let none = || say(lang, "figures.no_type", &[]);
                    let named = type_name.clone().unwrap_or_else(none);
                    say(lang, &format!("repair.{reason}"), &[("type", &named)])
                };
                ReasonFigure {
                    reason,
                    item: item.clone(),
                    item_name: self.item(item),
                    issuer: of.map(|of| of.definition.department.clone()),
                    count: *count,
                    repair_zh: repair(Lang::Zh),
                    repair_en: repair(Lang::En),
                    type_name,
                }
            })
            .collect();
        all.sort_by_key(|one| Reverse(one.count));
        all
    }
}
