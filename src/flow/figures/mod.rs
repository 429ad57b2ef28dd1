//! Figures: what was really waived, by item, department, division, type, way and day; and why
//! the rest was not, each reason with the one act that repairs it.

mod add_up;
mod table;

use serde::Serialize;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::flow::failure::Failure;
use crate::flow::items::search::division;
use crate::flow::office::Office;
use crate::store::figures::Counted;
use crate::store::figures::Per;
use crate::store::stored::stored_number;

pub use table::Table;
pub use table::csv;

/// The longest span, in days.
const LONGEST: i64 = 3 * 366;

/// Which days are asked about, and which part of what happened on them.
#[derive(Clone, Copy, Debug)]
pub struct Span<'a> {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Only items that are run in this division, by code.
    pub division: Option<&'a str>,
    /// Only items of this kind of department.
    pub department: Option<&'a str>,
    /// Only this item.
    pub item: Option<&'a str>,
    /// Only materials that this type of certificate can stand for, by code or Chinese name.
    pub type_name: Option<&'a str>,
}

impl Span<'_> {
    /// All that happened from one day to another.
    #[must_use]
    pub const fn of(from: Day, to: Day) -> Self {
        Self {
            from,
            to,
            division: None,
            department: None,
            item: None,
            type_name: None,
        }
    }
}

/// The figures of a span of days. `waived` of days, items, departments, divisions, types and
/// ways each add up to the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Figures {
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Cases that were closed.
    pub cases: i64,
    /// Materials that were really waived, once for each case.
    pub waived: i64,
    /// Materials that could have been waived and were not.
    pub on_paper: i64,
    /// By day; days without a case are left out.
    pub by_day: Vec<DayFigure>,
    /// By item, most first.
    pub by_item: Vec<ItemFigure>,
    /// By kind of department, most first.
    pub by_department: Vec<DepartmentFigure>,
    /// By division, most first.
    pub by_division: Vec<DivisionFigure>,
    /// By certificate type, most first.
    pub by_type: Vec<TypeFigure>,
    /// By the way on which they were waived, most first.
    pub by_route: Vec<RouteFigure>,
    /// Why materials were not waived although they could have been, most first; together
    /// `on_paper`.
    pub reasons: Vec<ReasonFigure>,
    /// How these numbers are made, in Chinese.
    pub made_zh: String,
    /// In English.
    pub made_en: String,
}

/// A day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DayFigure {
    /// The day, in Asia/Shanghai.
    pub day: String,
    /// Cases that were closed.
    pub cases: i64,
    /// Materials that were waived.
    pub waived: i64,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ItemFigure {
    /// Its code.
    pub item: String,
    /// Its name; none for one that is no longer listed.
    pub item_name: Option<String>,
    /// The agency that runs it.
    pub agency_name: Option<String>,
    /// Cases in which it was dealt with; a package is one for each of its items.
    pub cases: i64,
    /// Materials of it that were waived, but for those that are counted for another item.
    pub waived: i64,
    /// Waived materials that it shared with an item before it in a package, counted there.
    pub shared: i64,
    /// Materials of it that could have been waived and were not.
    pub on_paper: i64,
}

/// A kind of department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DepartmentFigure {
    /// The kind of department.
    pub department: String,
    /// Cases in which an item of it was dealt with.
    pub cases: i64,
    /// Materials of its items that were waived.
    pub waived: i64,
}

/// A division.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DivisionFigure {
    /// Its code.
    pub division: String,
    /// Its name.
    pub division_name: String,
    /// Cases in which an item of it was dealt with.
    pub cases: i64,
    /// Materials of its items that were waived.
    pub waived: i64,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TypeFigure {
    /// Its code; none where there was no certificate, as with promises.
    pub type_code: Option<String>,
    /// Its name.
    pub type_name: Option<String>,
    /// Cases in which it stood for something, by itself or by its issuer's word.
    pub cases: i64,
    /// Materials it stood for.
    pub waived: i64,
}

/// A way on which materials are waived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RouteFigure {
    /// `certificate`, `data_sharing`, `department_check` or `promise`.
    pub route: &'static str,
    /// How many.
    pub waived: i64,
}

/// A reason, for one item and one issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReasonFigure {
    /// The reason's stable name; `disputed` where the holder said that the certificate is wrong.
    pub reason: &'static str,
    /// The item's code.
    pub item: String,
    /// The item's name.
    pub item_name: Option<String>,
    /// The type that could have stood for the materials.
    pub type_name: Option<String>,
    /// The kind of department that issues it.
    pub issuer: Option<String>,
    /// How often.
    pub count: i64,
    /// The act that repairs it, in Chinese.
    pub repair_zh: String,
    /// In English.
    pub repair_en: String,
}

/// Counts the cases whose first receipt was signed on the days of a span.
///
/// The operator and the auditor are told everything, a window what its own agency's windows
/// took.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody else; [`Reason::BadRequest`] for a span that ends before it
/// begins or is longer than three years, and for what is no division's code;
/// [`Reason::UnknownType`].
pub fn count(office: &Office, span: &Span<'_>, by: &Caller) -> Result<Figures, Failure> {
    let window = match (by.role, by.agency) {
        (Role::Operator | Role::Auditor, _) => None,
        (Role::Window, Some(agency)) => Some(stored_number(agency)),
        _ => return Err(Failure::refused(Reason::Forbidden)),
    };
    let days = span.to.number() - span.from.number();
    if !(0..LONGEST).contains(&days) {
        let what = "from a day to a later one, three years at most";
        return Err(Failure::because(Reason::BadRequest, what));
    }
    let known = office.known();
    let of_type = span.type_name.map(|name| known.type_named(name));
    let of_division = span.division.map(division).transpose()?;
    let of = Counted {
        from: span.from.start().millis(),
        to: span.to.end().millis(),
        window,
        division: of_division.map(|code| code.to_string()),
        department: span.department.map(str::to_owned),
        item: span.item.map(str::to_owned),
        type_number: of_type.transpose()?.map(|of| stored_number(of.number)),
    };
    // One snapshot, so that the parts add up to the whole while cases are being closed.
    let counts = office.store.snapshot(|rx| {
        Ok::<_, Failure>(add_up::Counts {
            materials: rx.materials_of_cases(&of)?,
            waived_per_day: rx.waived_per_day(&of)?,
            day: rx.cases_per(Per::Day, &of)?,
            item: rx.cases_per(Per::Item, &of)?,
            department: rx.cases_per(Per::Department, &of)?,
            division: rx.cases_per(Per::Division, &of)?,
            of_type: rx.cases_per(Per::Type, &of)?,
        })
    })?;
    add_up::figures(office, span, &counts)
}
