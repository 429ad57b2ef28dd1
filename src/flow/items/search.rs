//! Find an item, by a piece of its name, by the initials of its reading, or by its code.

use serde::Serialize;

use crate::domain::division::DivisionCode;
use crate::domain::item::Found;
use crate::domain::item::Item;
use crate::domain::item::Items;
use crate::domain::item::Query;
use crate::domain::item::Situation;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::known::Known;
use crate::flow::office::Office;

/// Main items that are told where nobody says how many.
const USUAL: usize = 10;

/// The most main items that are told.
const MOST: usize = 50;

/// The longest text that is looked for, in characters: the longest name of an item fits twice.
const LONGEST: usize = 200;

/// What is looked for, as it is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct ItemSearch<'a> {
    /// The text; see [`Query`].
    pub text: &'a str,
    /// Only items run in this division, by code.
    pub division: Option<&'a str>,
    /// Only items that this kind of department runs.
    pub department: Option<&'a str>,
    /// At most so many main items, up to fifty.
    pub most: Option<usize>,
}

/// What was found, the best first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ItemsFound")]
pub struct ItemsFound {
    /// Main items.
    pub found: Vec<MainItem>,
}

/// A main item and the situations in which it is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MainItem {
    /// Its code: nine digits.
    pub main_item: String,
    /// Its name.
    pub name: String,
    /// Its situations.
    pub scenarios: Vec<ItemScenario>,
}

/// A situation, and where it is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ItemScenario {
    /// The situation.
    pub scenario: String,
    /// The base item, twelve digits.
    pub base_item: String,
    /// Where it is run, by division.
    pub items: Vec<ItemPlace>,
}

/// An item in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ItemPlace {
    /// The item's code, 33 characters.
    pub item: String,
    /// The division.
    pub division: String,
    /// The division's name.
    pub division_name: String,
    /// The kind of department.
    pub department: String,
    /// The agency that runs it.
    pub agency_name: String,
}

/// Finds items.
///
/// # Errors
///
/// [`Reason::BadRequest`] for a text that is too long, a number of items that is not from 1 to
/// 50, or what is no division's code.
pub fn search(office: &Office, asked: &ItemSearch<'_>) -> Result<ItemsFound, Failure> {
    let bad = |what: &str| Failure::because(Reason::BadRequest, what);
    if asked.text.chars().count() > LONGEST {
        return Err(bad("q is longer than 200 characters"));
    }
    let most = asked.most.unwrap_or(USUAL);
    if most == 0 || most > MOST {
        return Err(bad("limit is not from 1 to 50"));
    }
    let items = office.items()?;
    let known = office.known();
    let found = items.search(&Query {
        text: asked.text,
        division: asked.division.map(division).transpose()?,
        department: asked.department,
        most,
    });
    let told = found.into_iter().map(|main| told(&main, &items, &known));
    Ok(ItemsFound {
        found: told.collect(),
    })
}

/// Reads a division's code.
///
/// # Errors
///
/// [`Reason::BadRequest`].
pub(crate) fn division(text: &str) -> Result<DivisionCode, Failure> {
    let read = text.trim().parse();
    read.map_err(|_why| Failure::because(Reason::BadRequest, "division is no division's code"))
}

fn told(main: &Found<'_>, items: &Items, known: &Known) -> MainItem {
    let scenario = |situation: &Situation<'_>| ItemScenario {
        scenario: situation.name.to_owned(),
        base_item: situation
            .items
            .first()
            .map(|item| item.code.base().to_string())
            .unwrap_or_default(),
        items: situation
            .items
            .iter()
            .map(|item| place(item, items, known))
            .collect(),
    };
    MainItem {
        main_item: main.code.to_string(),
        name: main.name.to_owned(),
        scenarios: main.situations.iter().map(scenario).collect(),
    }
}

fn place(item: &Item, items: &Items, known: &Known) -> ItemPlace {
    ItemPlace {
        item: item.code.to_string(),
        division: item.division.to_string(),
        division_name: items.division_name(item.division),
        department: item.department.clone(),
        agency_name: agency_name(item, known),
    }
}

/// The name of the agency that runs an item.
pub(super) fn agency_name(item: &Item, known: &Known) -> String {
    let code = item.code.agency();
    let number = known.agency_numbers.get(&code);
    let agency = number.and_then(|number| known.agencies.get(number));
    agency.map_or_else(|| code.to_string(), |agency| agency.name.clone())
}
