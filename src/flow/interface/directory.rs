//! The directory of interfaces, and the contract of each: made of the definition and of the
//! published items, so that a type has its own the moment it is loaded.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use super::MOST;
use super::live_case::is_replaced;
use super::verify::MOST_VALUES;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::contract::address;
use crate::domain::contract::interface;
use crate::domain::contract::interface::Needed;
use crate::domain::item::BaseItemCode;
use crate::domain::item::Item;
use crate::domain::item::Items;
use crate::domain::item::Material;
use crate::domain::usage::LONGEST_CAUSE;
use crate::flow::contracts;
use crate::flow::failure::Failure;
use crate::flow::grants::report;
use crate::flow::office::Office;

/// Every interface: one per type, in its newest version, by code.
///
/// # Errors
///
/// [`Failure`] if the items cannot be read.
pub fn directory(office: &Office) -> Result<Value, Failure> {
    let items = office.items()?;
    let mut needing: BTreeMap<&str, (usize, BTreeSet<BaseItemCode>)> = BTreeMap::new();
    for item in items.iter() {
        let base = item.code.base();
        let materials = items.rule(base).map(|rule| &rule.materials);
        let types = materials.into_iter().flatten().filter_map(replaced_by);
        for of in types.collect::<BTreeSet<_>>() {
            let entry = needing.entry(of).or_default();
            entry.0 += 1;
            entry.1.insert(base);
        }
    }
    let authority = &office.settings.authority;
    let lines = contracts::in_order(&office.known()).into_iter().map(|of| {
        let definition = &of.definition;
        let needed = needing.get(definition.code.as_str());
        let here = address::interface(authority, &of);
        json!({
            "code": definition.code,
            "version": of.version,
            "name": definition.name,
            "name_en": definition.name_en,
            "register": definition.issued_by,
            "sensitive": definition.sensitive,
            "needed_by": needed.map_or(0, |(items, _)| *items),
            "base_items": needed.map_or(0, |(_, bases)| bases.len()),
            "openapi": format!("{here}/openapi.json"),
            "contract": here,
            "schema": address::answer_schema(authority, &of),
        })
    });
    Ok(json!({"interfaces": lines.collect::<Vec<_>>()}))
}

/// The contract of a type's interface, as everybody may read it.
///
/// # Errors
///
/// [`Reason::UnknownType`](crate::domain::problem::Reason::UnknownType), or [`Failure`] if the
/// items cannot be read.
pub fn contract(office: &Office, code: &str) -> Result<Value, Failure> {
    let of = office.known().type_named(code)?;
    let items = office.items()?;
    let needed = needed_by(&items, &of.definition.code);
    let mut contract = interface::contract(&office.settings.authority, &of, &needed);
    if let Some(map) = contract.as_object_mut() {
        let limits = json!({
            "certificates": MOST,
            "values": MOST_VALUES,
            "cause_characters": LONGEST_CAUSE,
        });
        map.insert("limits".to_owned(), limits);
    }
    Ok(contract)
}

/// The same, with who may use it: a system reads what its own agency was granted, operators and
/// auditors what every agency was. Everybody else reads the rule alone.
///
/// # Errors
///
/// Those of [`contract`], and [`Failure`] if the grants cannot be read.
pub fn contract_for(office: &Office, code: &str, by: &Caller) -> Result<Value, Failure> {
    let of = office.known().type_named(code)?;
    let mut contract = contract(office, code)?;
    if let (true, Some(map)) = (reads_grants(by), contract.as_object_mut()) {
        let mut report = report::report(office, by)?;
        for agency in &mut report.agencies {
            agency
                .grants
                .retain(|grant| grant.type_code == of.definition.code);
        }
        report.agencies.retain(|agency| !agency.grants.is_empty());
        map.insert("grants".to_owned(), json!(report.agencies));
    }
    Ok(contract)
}

/// Whether a contract says more to somebody than to everybody.
#[must_use]
pub fn reads_grants(by: &Caller) -> bool {
    match by.role {
        Role::Operator | Role::Auditor => true,
        Role::System => by.agency.is_some(),
        Role::Public | Role::Issuer | Role::Window | Role::Holder => false,
    }
}

/// The type whose certificates stand for a material, if any do.
fn replaced_by(material: &Material) -> Option<&str> {
    let of = material.certificate_type.as_deref();
    of.filter(|_| is_replaced(material.route))
}

/// The base items of which a material is replaced by certificates of a type, by code.
fn needed_by(items: &Items, code: &str) -> Vec<Needed> {
    let mut by_base: BTreeMap<BaseItemCode, Vec<&Item>> = BTreeMap::new();
    for item in items.iter() {
        by_base.entry(item.code.base()).or_default().push(item);
    }
    let needed = by_base.into_iter().filter_map(|(base, published)| {
        let materials = items.rule(base)?.materials.iter();
        let materials = materials.filter(|material| replaced_by(material) == Some(code));
        let materials = materials.map(|m| (m.name.clone(), m.fields_needed.clone()));
        let materials: Vec<_> = materials.collect();
        let first = published.first()?;
        (!materials.is_empty()).then(|| Needed {
            base_item: base.to_string(),
            name: first.main_name().to_owned(),
            items: published
                .iter()
                .map(|item| (item.code.to_string(), item.name.clone()))
                .collect(),
            materials,
        })
    });
    needed.collect()
}
