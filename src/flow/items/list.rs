//! The published 免证办 list: every item of a place or a department, and what nobody brings.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::item::Checklist;
use crate::domain::item::Errand;
use crate::domain::item::Item;
use crate::domain::item::Items;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::items::search::agency_name;
use crate::flow::items::search::division;
use crate::flow::known::Known;
use crate::flow::office::Office;

/// The list, or the part of it that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ItemList {
    /// How many items it has.
    pub total: usize,
    /// How many in each division; together the total.
    pub divisions: Vec<DivisionCount>,
    /// How many of each kind of department; together the total.
    pub departments: Vec<DepartmentCount>,
    /// The items, by division, department and code.
    pub items: Vec<ListedItem>,
}

/// How many items are run in a division.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DivisionCount {
    /// The division.
    pub division: String,
    /// Its name.
    pub division_name: String,
    /// How many.
    pub items: usize,
}

/// How many items a kind of department runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DepartmentCount {
    /// The kind of department.
    pub department: String,
    /// How many.
    pub items: usize,
}

/// An item in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ListedItem {
    /// Its code.
    pub item: String,
    /// Its name.
    pub name: String,
    /// The situation.
    pub scenario: String,
    /// The division.
    pub division: String,
    /// The kind of department.
    pub department: String,
    /// The agency that runs it.
    pub agency_name: String,
    /// What need not be brought.
    pub spared: Vec<String>,
    /// What must be.
    pub bring: Vec<String>,
}

/// Makes the list.
///
/// # Errors
///
/// [`Reason::BadRequest`](crate::domain::problem::Reason::BadRequest) for what is no division's
/// code.
pub fn list(
    office: &Office,
    of_division: Option<&str>,
    department: Option<&str>,
) -> Result<ItemList, Failure> {
    let of_division = of_division.map(division).transpose()?;
    let items = office.items()?;
    let known = office.known();
    let wanted = |item: &&Item| {
        of_division.is_none_or(|d| item.division == d)
            && department.is_none_or(|d| item.department == d)
    };
    let mut all: Vec<&Item> = items.iter().map(|item| &**item).filter(wanted).collect();
    all.sort_by(|a, b| {
        let key = |item: &Item| (item.division, item.code);
        let departments = a.department.cmp(&b.department);
        a.division
            .cmp(&b.division)
            .then(departments)
            .then(key(a).cmp(&key(b)))
    });
    let mut divisions = BTreeMap::new();
    let mut departments = BTreeMap::new();
    for item in &all {
        *divisions.entry(item.division).or_insert(0) += 1;
        *departments.entry(item.department.clone()).or_insert(0) += 1;
    }
    Ok(ItemList {
        total: all.len(),
        divisions: divisions
            .into_iter()
            .map(|(code, n)| DivisionCount {
                division: code.to_string(),
                division_name: items.division_name(code),
                items: n,
            })
            .collect(),
        departments: departments
            .into_iter()
            .map(|(department, items)| DepartmentCount { department, items })
            .collect(),
        items: all
            .iter()
            .map(|item| listed(item, &items, &known))
            .collect(),
    })
}

fn listed(item: &Item, items: &Items, known: &Known) -> ListedItem {
    let list = items
        .rule(item.code.base())
        .map(|rule| Checklist::of(rule, &item.scenario));
    let names = |wanted: &[Errand]| {
        let lines = list.iter().flat_map(|list| &list.lines);
        let lines = lines.filter(|line| wanted.contains(&line.errand));
        let names = lines.map(|line| {
            let rows: Vec<&str> = line.rows.iter().map(|row| row.name.as_str()).collect();
            rows.join("/")
        });
        names.collect::<Vec<_>>()
    };
    ListedItem {
        item: item.code.to_string(),
        name: item.name.clone(),
        scenario: item.scenario.clone(),
        division: item.division.to_string(),
        department: item.department.clone(),
        agency_name: agency_name(item, known),
        spared: names(&[Errand::Spared, Errand::Promise]),
        bring: names(&[Errand::Bring, Errand::Either]),
    }
}

/// The list as CSV, with Chinese headings and a byte-order mark, so that spreadsheets read it.
///
/// # Errors
///
/// [`Failure::Broken`] if it cannot be written, which memory does not refuse.
pub fn csv(list: &ItemList) -> Result<Vec<u8>, Failure> {
    let broken = |why: csv::Error| Failure::Broken(why.to_string());
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let headings = [
        "item", "name", "scenario", "division", "agency", "spared", "bring",
    ];
    let headings = headings.map(|key| say(Lang::Zh, &format!("item_list.{key}"), &[]));
    writer.write_record(&headings).map_err(broken)?;
    let joint = say(Lang::Zh, "item_list.joint", &[]);
    for item in &list.items {
        let (spared, bring) = (item.spared.join(&joint), item.bring.join(&joint));
        let cells = [
            &item.item,
            &item.name,
            &item.scenario,
            &item.division,
            &item.agency_name,
            &spared,
            &bring,
        ];
        writer.write_record(cells).map_err(broken)?;
    }
    let written = writer.into_inner();
    written.map_err(|why| Failure::Broken(why.to_string()))
}
