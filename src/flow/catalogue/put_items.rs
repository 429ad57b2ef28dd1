//! Items and what they ask for, put into the register: each checked against what it names.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

use super::items::Materials;
use crate::domain::definition::Definition;
use crate::domain::item::BaseItemCode;
use crate::domain::item::Item;
use crate::domain::item::ItemCode;
use crate::domain::item::Material;
use crate::domain::item::stray_fields;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::items::ITEMS;
use crate::store::Tx;
use crate::store::items::ItemRow;
use crate::store::items::ItemRuleRow;

/// How many items are listed now, and how many base items ask for something new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Put {
    pub(super) items: usize,
    pub(super) changed_rules: usize,
}

/// Puts the list of items in the place of the old one, and adds a version of every rule that
/// changed. `None` leaves items or rules as they are.
///
/// # Errors
///
/// [`Reason::BadDefinition`] with the item or row that names what is not there.
pub(super) fn put(
    tx: &mut Tx<'_>,
    items: Option<&[Item]>,
    materials: Option<&Materials>,
    at: i64,
) -> Result<Put, Failure> {
    let mut done = Put::default();
    if let Some(items) = items {
        let agencies: HashSet<String> = tx
            .agencies()?
            .into_iter()
            .map(|a| a.code.to_string())
            .collect();
        for item in items {
            if !agencies.contains(item.code.agency().as_str()) {
                return Err(bad(&item.code, "its agency is not in the catalogue"));
            }
        }
        let rows: Vec<ItemRow> = items.iter().map(row).collect();
        tx.put_items(&rows)?;
        done.items = rows.len();
    }
    if let Some(materials) = materials {
        done.changed_rules = put_rules(tx, materials, at)?;
    }
    Ok(done)
}

/// Marks that items or what is told of them changed, so that they are read again.
pub(super) fn changed(tx: &mut Tx<'_>) -> Result<(), Failure> {
    let state = tx.reserve(ITEMS, 1)?;
    Ok(tx.put_setting(ITEMS, &state.to_string())?)
}

fn put_rules(tx: &mut Tx<'_>, all: &Materials, at: i64) -> Result<usize, Failure> {
    let types = definitions(tx)?;
    let scenarios = scenarios(tx)?;
    for (base, list) in all {
        let Some(here) = scenarios.get(&base.to_string()) else {
            return Err(bad(base, "no item has this base code"));
        };
        for material in list {
            if let Some(what) = fault(material, here, &types) {
                return Err(bad(&format!("{base}, material {}", material.seq), &what));
            }
        }
    }
    let mut newest: HashMap<String, ItemRuleRow> = HashMap::new();
    for row in tx.item_rules()? {
        newest.insert(row.base_code.clone(), row);
    }
    let mut rows = Vec::new();
    for (base, list) in all {
        let base_code = base.to_string();
        let text = serde_json::to_string(list).map_err(|why| Failure::Broken(why.to_string()))?;
        let before = newest.get(&base_code);
        if before.is_some_and(|row| row.materials == text) {
            continue;
        }
        rows.push(ItemRuleRow {
            base_code,
            version: before.map_or(0, |row| row.version) + 1,
            materials: text,
            loaded_at: at,
        });
    }
    tx.insert_item_rules(&rows)?;
    Ok(rows.len())
}

/// The newest definition of each type, by code.
fn definitions(tx: &mut Tx<'_>) -> Result<HashMap<String, Definition>, Failure> {
    let mut all = HashMap::new();
    for row in tx.certificate_types()? {
        let read = serde_json::from_str(&row.definition);
        let read = read.map_err(|why| Failure::Broken(format!("type {}: {why}", row.code)))?;
        all.insert(row.code, read);
    }
    Ok(all)
}

/// The situations of each base item, by its code.
fn scenarios(tx: &mut Tx<'_>) -> Result<HashMap<String, BTreeSet<String>>, Failure> {
    let mut all: HashMap<String, BTreeSet<String>> = HashMap::new();
    for row in tx.items()? {
        let base: BaseItemCode = match row.code.parse::<ItemCode>() {
            Ok(code) => code.base(),
            Err(_) => return Err(Failure::Broken(format!("the item {}", row.code))),
        };
        all.entry(base.to_string())
            .or_default()
            .insert(row.scenario);
    }
    Ok(all)
}

/// What a row names that is not there.
fn fault(
    material: &Material,
    scenarios: &BTreeSet<String>,
    types: &HashMap<String, Definition>,
) -> Option<String> {
    if let Some(stray) = material.scenarios.iter().find(|s| !scenarios.contains(*s)) {
        return Some(format!("the item has no situation {stray}"));
    }
    let code = material.certificate_type.as_ref()?;
    let Some(of) = types.get(code) else {
        return Some(format!("there is no certificate type {code}"));
    };
    // Where the face names several holders, the common columns mean all of them.
    let stray = stray_fields(material, of).into_iter().next()?;
    Some(format!("{} has no field {stray}", of.name))
}

fn row(item: &Item) -> ItemRow {
    ItemRow {
        code: item.code.to_string(),
        name: item.name.clone(),
        scenario: item.scenario.clone(),
        division: item.division.to_string(),
        department: item.department.clone(),
        holder_kind: item.holder.name().to_owned(),
        listed: true,
    }
}

fn bad(of: &impl std::fmt::Display, what: &str) -> Failure {
    Failure::because(Reason::BadDefinition, format!("{of}: {what}"))
}
