//! Figures: what was really waived, by item, department, division, type and day; and why the
//! rest was not, each reason with the one act that repairs it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::case::PaperReason;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::known::Known;
use crate::flow::office::Office;
use crate::store::figures::ItemCount;
use crate::store::figures::ReasonCount;
use crate::store::stored::read_number;

/// The longest span, in days.
const LONGEST: i64 = 3 * 366;

/// The figures of a span of days.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Figures {
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Cases that were closed.
    pub cases: i64,
    /// Materials that were really waived, once for each case.
    pub waived: i64,
    /// By day.
    pub by_day: Vec<DayFigure>,
    /// By item, most first; a material that several items share counts for each.
    pub by_item: Vec<ItemFigure>,
    /// By kind of department.
    pub by_department: BTreeMap<String, i64>,
    /// By division.
    pub by_division: BTreeMap<String, i64>,
    /// By certificate type, most first.
    pub by_type: Vec<TypeFigure>,
    /// Why materials came on paper although they could have been waived, most first.
    pub reasons: Vec<ReasonFigure>,
    /// How these numbers are made, in Chinese.
    pub made_zh: String,
    /// In English.
    pub made_en: String,
}

/// A day.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct DayFigure {
    /// The day.
    pub day: String,
    /// Cases that were closed.
    pub cases: i64,
    /// Materials that were waived.
    pub waived: i64,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ItemFigure {
    /// Its code.
    pub item: String,
    /// Its name; none for one that is no longer listed.
    pub name: Option<String>,
    /// Cases in which it was dealt with.
    pub cases: i64,
    /// Materials of it that were waived.
    pub waived: i64,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct TypeFigure {
    /// Its code; none for promises.
    pub type_code: Option<String>,
    /// Its name.
    pub type_name: Option<String>,
    /// Materials it stood for.
    pub waived: i64,
}

/// A reason.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ReasonFigure {
    /// The reason's stable name.
    pub reason: &'static str,
    /// The item's code.
    pub item: String,
    /// The item's name.
    pub name: Option<String>,
    /// The type that could have stood for it.
    pub type_name: Option<String>,
    /// The kind of department that issues it.
    pub issuer: Option<String>,
    /// How often.
    pub count: i64,
    /// What repairs it, in Chinese.
    pub repair_zh: String,
    /// In English.
    pub repair_en: String,
}

/// Counts the cases that were closed on the days from `from` to `to`, both included.
///
/// # Errors
///
/// [`Reason::BadRequest`] for a span that ends before it begins, or is longer than three years.
pub fn count(office: &Office, from: Day, to: Day) -> Result<Figures, Failure> {
    let days = to.number() - from.number();
    if !(0..LONGEST).contains(&days) {
        let what = "from a day to a later one, three years at most";
        return Err(Failure::because(Reason::BadRequest, what));
    }
    let span = (from.start().millis(), to.end().millis());
    // One snapshot, so that the parts add up to the whole while cases are being closed.
    let (by_day, by_item, by_type, reasons) = office.store.snapshot(|rx| {
        Ok::<_, Failure>((
            rx.waived_by_day(span)?,
            rx.waived_by_item(span)?,
            rx.waived_by_type(span)?,
            rx.paper_reasons(span)?,
        ))
    })?;
    let known = office.known();
    let items = office.items()?;
    let name = |code: &str| {
        let found = code.parse().ok().and_then(|code| items.item(&code));
        found.map(|item| item.name.clone())
    };
    let by_days = by_day.iter().map(|day| DayFigure {
        day: Day::from_number(day.day).to_string(),
        cases: day.cases,
        waived: day.waived,
    });
    let types = by_type.iter().map(|one| {
        let of = type_of(&known, one.type_number);
        TypeFigure {
            type_code: of.map(|of| of.definition.code.clone()),
            type_name: of.map(|of| of.definition.name.clone()),
            waived: one.waived,
        }
    });
    let (by_department, by_division) = by_agency(&known, &by_item);
    let made = |lang| say(lang, "figures.made", &[]);
    Ok(Figures {
        from: from.to_string(),
        to: to.to_string(),
        cases: by_day.iter().map(|day| day.cases).sum(),
        waived: by_day.iter().map(|day| day.waived).sum(),
        by_day: by_days.collect(),
        by_item: by_item
            .iter()
            .map(|one| ItemFigure {
                item: one.item.clone(),
                name: name(&one.item),
                cases: one.cases,
                waived: one.waived,
            })
            .collect(),
        by_department,
        by_division,
        by_type: types.collect(),
        reasons: reasons
            .iter()
            .map(|one| reason(&known, one, name(&one.item)))
            .collect(),
        made_zh: made(Lang::Zh),
        made_en: made(Lang::En),
    })
}

fn type_of(
    known: &Known,
    number: Option<i32>,
) -> Option<&std::sync::Arc<crate::domain::definition::CertificateType>> {
    let number = read_number(number?);
    known.newest.values().find(|of| of.number == number)
}

type Sums = BTreeMap<String, i64>;

fn by_agency(known: &Known, by_item: &[ItemCount]) -> (Sums, Sums) {
    let (mut departments, mut divisions) = (Sums::new(), Sums::new());
    for one in by_item {
        let Some(agency) = known.agencies.get(&read_number(one.agency)) else {
            continue;
        };
        *departments.entry(agency.department.clone()).or_default() += one.waived;
        *divisions.entry(agency.division.to_string()).or_default() += one.waived;
    }
    (departments, divisions)
}

fn reason(known: &Known, one: &ReasonCount, name: Option<String>) -> ReasonFigure {
    let of = type_of(known, one.type_number);
    let reason = PaperReason::from_number(one.reason).map_or("", PaperReason::name);
    let repair = |lang| say(lang, &format!("repair.{reason}"), &[]);
    ReasonFigure {
        reason,
        item: one.item.clone(),
        name,
        type_name: of.map(|of| of.definition.name.clone()),
        issuer: of.map(|of| of.definition.department.clone()),
        count: one.count,
        repair_zh: repair(Lang::Zh),
        repair_en: repair(Lang::En),
    }
}
