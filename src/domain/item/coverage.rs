//! Which materials are said to be exempt though no certificate can stand for them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Item;
use super::ItemCode;
use super::Items;
use super::Material;
use super::PREDICATES;
use super::Route;
use crate::domain::agency::Agency;
use crate::domain::definition::Definition;
use crate::domain::definition::RegisterKeeper;
use crate::domain::division::DivisionCode;
use crate::domain::heading::COMMON;

/// Why a certificate cannot stand for a material.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Nobody wrote down what the item asks for.
    NoRule,
    /// The row names no type of certificate.
    NoType,
    /// The type it names is not in the catalogue.
    UnknownType,
    /// The type lacks a field that the row needs.
    NoField,
    /// No agency in the place may issue the type.
    NoIssuer,
    /// The nation or the region keeps the register, no agency in the place may issue the type,
    /// and no source brings certificates from there.
    NoSource,
    /// The same, but agencies in the place may issue it: only certificates from elsewhere
    /// cannot stand for the material.
    OnlyLocal,
}

impl Gap {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoRule => "no_rule",
            Self::NoType => "no_type",
            Self::UnknownType => "unknown_type",
            Self::NoField => "no_field",
            Self::NoIssuer => "no_issuer",
            Self::NoSource => "no_source",
            Self::OnlyLocal => "only_local",
        }
    }

    /// Whether nothing at all can stand for the material.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        !matches!(self, Self::OnlyLocal)
    }
}

/// A gap, and everything that one act repairs with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapFound {
    /// What is wrong.
    pub gap: Gap,
    /// The type's code, or the row (base item and place) of one that names none.
    pub of: String,
    /// The fields that the type lacks.
    pub fields: BTreeSet<String>,
    /// The names of the materials.
    pub materials: BTreeSet<String>,
    /// Where the items are run.
    pub divisions: BTreeSet<DivisionCode>,
    /// How many published items ask for it.
    pub items: usize,
}

/// Looks at every exempt material of every published item; the answer is what no certificate
/// can stand for, by kind of gap and then type.
#[must_use]
pub fn gaps<'d>(
    items: &Items,
    type_of: impl Fn(&str) -> Option<&'d Definition>,
    agencies: &[Agency],
) -> Vec<GapFound> {
    let mut found = Found::default();
    for item in items.iter() {
        let base = item.code.base();
        let Some(rule) = items.rule(base) else {
            found.note(Gap::NoRule, &base.to_string(), item);
            continue;
        };
        for material in rule.in_scenario(&item.scenario) {
            let by_certificate = material.route == Some(Route::Certificate);
            if !by_certificate || !material.is_waivable() {
                continue;
            }
            let code = material.certificate_type.as_deref();
            let gap = gap_of(material, item, code.and_then(&type_of), agencies);
            if let Some((gap, fields)) = gap {
                let row = || format!("{base}/{}", material.seq);
                let of = code.map_or_else(row, str::to_owned);
                let noted = found.note(gap, &of, item);
                noted.fields.extend(fields);
                noted.materials.insert(material.name.clone());
            }
        }
    }
    found.0.into_values().map(|(_, found)| found).collect()
}

/// What was found, each with the item that it was last noted for.
#[derive(Default)]
struct Found(BTreeMap<(Gap, String), (Option<ItemCode>, GapFound)>);

impl Found {
    /// Notes a gap of an item. An item that has it twice is one item; items come one by one.
    fn note(&mut self, gap: Gap, of: &str, item: &Item) -> &mut GapFound {
        let place = self.0.entry((gap, of.to_owned())).or_insert_with(|| {
            let found = GapFound {
                gap,
                of: of.to_owned(),
                fields: BTreeSet::new(),
                materials: BTreeSet::new(),
                divisions: BTreeSet::new(),
                items: 0,
            };
            (None, found)
        });
        let (last, found) = place;
        if *last != Some(item.code) {
            *last = Some(item.code);
            found.items += 1;
        }
        found.divisions.insert(item.division);
        found
    }
}

fn gap_of(
    material: &Material,
    item: &Item,
    of: Option<&Definition>,
    agencies: &[Agency],
) -> Option<(Gap, Vec<String>)> {
    if material.certificate_type.is_none() {
        return Some((Gap::NoType, Vec::new()));
    }
    let Some(of) = of else {
        return Some((Gap::UnknownType, Vec::new()));
    };
    let stray = stray_fields(material, of);
    if !stray.is_empty() {
        return Some((Gap::NoField, stray));
    }
    let departments = of.issuing_departments();
    let issues = |agency: &&Agency| {
        let near = agency.division.covers(item.division) || item.division.covers(agency.division);
        agency.issuer && near && departments.contains(&agency.department.as_str())
    };
    let local = agencies.iter().any(|agency| issues(&agency));
    let gap = match (of.issued_by, local) {
        (RegisterKeeper::Local, true) => return None,
        (RegisterKeeper::Local, false) => Gap::NoIssuer,
        (RegisterKeeper::Nation | RegisterKeeper::Region, true) => Gap::OnlyLocal,
        (RegisterKeeper::Nation | RegisterKeeper::Region, false) => Gap::NoSource,
    };
    Some((gap, Vec::new()))
}

/// The fields that a material needs and its type does not have. Common columns and questions
/// that are answered by yes or no are always there.
#[must_use]
pub fn stray_fields(material: &Material, of: &Definition) -> Vec<String> {
    let common = |key: &str| COMMON.iter().any(|(column, _)| *column == key);
    let known = |key: &str| of.field(key).is_some() || common(key) || PREDICATES.contains(&key);
    let needed = material.fields_needed.iter();
    needed.filter(|key| !known(key)).cloned().collect()
}

#[cfg(test)]
mod tests;
