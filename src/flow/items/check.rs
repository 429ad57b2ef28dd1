//! Check which exempt materials nothing can stand for, and say the one act that repairs each.

use std::collections::BTreeSet;
use std::collections::HashMap;

use serde::Serialize;

use crate::domain::agency::Agency;
use crate::domain::definition::Definition;
use crate::domain::item::GapFound;
use crate::domain::item::Items;
use crate::domain::item::gaps;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::items::checklist::Bilingual;
use crate::flow::office::Office;

/// What the check came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ItemCheck {
    /// How many items were looked at.
    pub items: usize,
    /// Whether every exempt material can be served by something.
    pub whole: bool,
    /// What was found, by kind and then type.
    pub findings: Vec<GapTold>,
}

/// A finding, and the one act that repairs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct GapTold {
    /// What kind it is.
    pub code: &'static str,
    /// Whether nothing at all can stand for the materials; if not, only certificates from
    /// elsewhere cannot.
    pub nothing_serves: bool,
    /// The type's code, or the base item and place of a row that names none.
    pub of: String,
    /// The type's name.
    pub type_name: Option<String>,
    /// The materials.
    pub materials: Vec<String>,
    /// How many published items ask for them.
    pub items: usize,
    /// The divisions in which those are run.
    pub divisions: Vec<String>,
    /// What is wrong.
    pub told: Bilingual,
    /// What to do.
    pub act: Bilingual,
}

/// Checks the items of an office.
///
/// # Errors
///
/// [`Failure`] if they cannot be read.
pub fn check(office: &Office) -> Result<ItemCheck, Failure> {
    let items = office.items()?;
    let known = office.known();
    let agencies: Vec<Agency> = known.agencies.values().cloned().collect();
    let type_of = |code: &str| known.newest.get(code).map(|of| &of.definition);
    Ok(told(&items, &gaps(&items, type_of, &agencies), type_of))
}

/// Checks the items of catalogue files, by the types and agencies of the same files.
pub(crate) fn of_files(
    items: &Items,
    definitions: &[Definition],
    agencies: &[Agency],
) -> ItemCheck {
    let types: HashMap<&str, &Definition> = definitions
        .iter()
        .map(|of| (of.code.as_str(), of))
        .collect();
    let type_of = |code: &str| types.get(code).copied();
    told(items, &gaps(items, type_of, agencies), type_of)
}

fn told<'d>(
    items: &Items,
    found: &[GapFound],
    type_of: impl Fn(&str) -> Option<&'d Definition>,
) -> ItemCheck {
    ItemCheck {
        items: items.len(),
        whole: !found.iter().any(|one| one.gap.is_whole()),
        findings: found
            .iter()
            .map(|one| gap(one, items, type_of(&one.of)))
            .collect(),
    }
}

fn gap(found: &GapFound, items: &Items, of: Option<&Definition>) -> GapTold {
    let joint = |all: &BTreeSet<String>| all.iter().cloned().collect::<Vec<_>>().join("、");
    let divisions = found
        .divisions
        .iter()
        .map(|code| items.division_name(*code));
    let divisions = divisions.collect::<Vec<_>>().join("、");
    let (materials, fields) = (joint(&found.materials), joint(&found.fields));
    let count = found.items.to_string();
    let departments = of
        .map(|of| of.issuing_departments().join("、"))
        .unwrap_or_default();
    let told = |lang: Lang, group: &str| {
        let of_type = of.map_or(found.of.as_str(), |of| match lang {
            Lang::Zh => &of.name,
            Lang::En => &of.name_en,
        });
        let with = [
            ("items", count.as_str()),
            ("materials", &materials),
            ("type", of_type),
            ("fields", &fields),
            ("divisions", &divisions),
            ("departments", &departments),
            ("of", &found.of),
        ];
        say(lang, &format!("{group}.{}", found.gap.name()), &with)
    };
    let both = |group: &str| Bilingual {
        zh: told(Lang::Zh, group),
        en: told(Lang::En, group),
    };
    GapTold {
        code: found.gap.name(),
        nothing_serves: found.gap.is_whole(),
        of: found.of.clone(),
        type_name: of.map(|of| of.name.clone()),
        materials: found.materials.iter().cloned().collect(),
        items: found.items,
        divisions: found.divisions.iter().map(ToString::to_string).collect(),
        told: both("coverage"),
        act: both("coverage_act"),
    }
}
