//! The figures as tables that a spreadsheet program opens as they are.

use super::Figures;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::source::sheet::ResultFile;

/// One of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// By day.
    Days,
    /// By item.
    Items,
    /// By kind of department.
    Departments,
    /// By division.
    Divisions,
    /// By certificate type.
    Types,
    /// By way.
    Routes,
    /// Why the rest was not waived.
    Reasons,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 7] = [
        Self::Days,
        Self::Items,
        Self::Departments,
        Self::Divisions,
        Self::Types,
        Self::Routes,
        Self::Reasons,
    ];

    /// The stable names of all, in their order.
    pub const NAMES: &[&str] = &[
        "days",
        "items",
        "departments",
        "divisions",
        "types",
        "routes",
        "reasons",
    ];

    /// The table of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter().zip(Self::NAMES);
        all.find(|(_, known)| **known == name)
            .map(|(table, _)| table)
    }

    const fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Days => &["day", "cases", "waived"],
            Self::Items => &[
                "item",
                "item_name",
                "agency",
                "cases",
                "waived",
                "shared",
                "on_paper",
            ],
            Self::Departments => &["department", "cases", "waived"],
            Self::Divisions => &["division", "division_name", "cases", "waived"],
            Self::Types => &["type_code", "type_name", "cases", "waived"],
            Self::Routes => &["route", "waived"],
            Self::Reasons => &[
                "reason",
                "count",
                "item",
                "item_name",
                "type_name",
                "issuer",
                "repair",
            ],
        }
    }
}

/// One table as CSV with Chinese headings: UTF-8 with a byte order mark, and no cell that a
/// spreadsheet program would take for a formula.
///
/// # Errors
///
/// [`Failure::Broken`] if it cannot be written, which memory does not refuse.
pub fn csv(figures: &Figures, table: Table) -> Result<Vec<u8>, Failure> {
    let broken = |why: crate::source::sheet::WriteError| Failure::Broken(why.to_string());
    let headings = table.headings().iter();
    let headings: Vec<String> = headings
        .map(|key| say(Lang::Zh, &format!("figures.{key}"), &[]))
        .collect();
    let mut file = ResultFile::new(&headings, Vec::new()).map_err(broken)?;
    for row in rows(figures, table) {
        file.push(&row).map_err(broken)?;
    }
    file.finish().map_err(broken)
}

fn rows(figures: &Figures, table: Table) -> Vec<Vec<String>> {
    let number = |n: i64| n.to_string();
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    match table {
        Table::Days => {
            let days = figures.by_day.iter();
            days.map(|of| vec![of.day.clone(), number(of.cases), number(of.waived)])
                .collect()
        }
        Table::Items => {
            let items = figures.by_item.iter();
            items
                .map(|of| {
                    let counts = [of.cases, of.waived, of.shared, of.on_paper];
                    let named = [of.item.clone(), name(&of.item_name), name(&of.agency_name)];
                    named.into_iter().chain(counts.map(number)).collect()
                })
                .collect()
        }
        Table::Departments => {
            let departments = figures.by_department.iter();
            departments
                .map(|of| vec![of.department.clone(), number(of.cases), number(of.waived)])
                .collect()
        }
        Table::Divisions => {
            let divisions = figures.by_division.iter();
            divisions
                .map(|of| {
                    let named = [of.division.clone(), of.division_name.clone()];
                    let counts = [of.cases, of.waived];
                    named.into_iter().chain(counts.map(number)).collect()
                })
                .collect()
        }
        Table::Types => {
            let types = figures.by_type.iter();
            types
                .map(|of| {
                    let none = || say(Lang::Zh, "figures.no_certificate", &[]);
                    let named = of.type_name.clone().unwrap_or_else(none);
                    let counts = [of.cases, of.waived].map(number);
                    let named = [name(&of.type_code), named];
                    named.into_iter().chain(counts).collect()
                })
                .collect()
        }
        Table::Routes => {
            let routes = figures.by_route.iter();
            routes
                .map(|of| {
                    let route = say(Lang::Zh, &format!("figures.{}", of.route), &[]);
                    vec![route, number(of.waived)]
                })
                .collect()
        }
        Table::Reasons => {
            let reasons = figures.reasons.iter();
            reasons
                .map(|of| {
                    vec![
                        say(Lang::Zh, &format!("paper_reason.{}", of.reason), &[]),
                        number(of.count),
                        of.item.clone(),
                        name(&of.item_name),
                        name(&of.type_name),
                        name(&of.issuer),
                        of.repair_zh.clone(),
                    ]
                })
                .collect()
        }
    }
}
