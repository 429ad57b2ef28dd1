//! Show an item: where it is run, and what it asks for, in the version in force or an older one.

use std::sync::Arc;

use serde::Serialize;

use crate::domain::item::Errand;
use crate::domain::item::ExemptClass;
use crate::domain::item::Form;
use crate::domain::item::HowMany;
use crate::domain::item::Item;
use crate::domain::item::ItemCode;
use crate::domain::item::Items;
use crate::domain::item::Material;
use crate::domain::item::Necessity;
use crate::domain::item::Route;
use crate::domain::item::Rule;
use crate::domain::item::Whose;
use crate::domain::item::errand_of;
use crate::domain::normalise::code_text;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::items::search::agency_name;
use crate::flow::known::Known;
use crate::flow::office::Office;

/// An item and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ItemShown {
    /// The item itself.
    pub item: ItemNamed,
    /// The version of its rule that is shown.
    pub version: u32,
    /// All its versions, oldest first.
    pub versions: Vec<RuleVersion>,
    /// The situations in which the same agency runs it.
    pub scenarios: Vec<ScenarioNamed>,
    /// What it asks for in its situation, by place; what is no longer asked for among it.
    pub materials: Vec<ItemMaterial>,
}

/// An item, as it is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ItemNamed {
    /// Its code.
    pub item: String,
    /// Its base item.
    pub base_item: String,
    /// Its name, the situation in brackets behind it.
    pub name: String,
    /// The situation.
    pub scenario: String,
    /// Who may apply: `person`, `organisation` or `either`.
    pub holder: &'static str,
    /// The division.
    pub division: String,
    /// The division's name.
    pub division_name: String,
    /// The kind of department.
    pub department: String,
    /// The code of the agency that runs it.
    pub agency: String,
    /// That agency's name.
    pub agency_name: String,
}

/// A version of what a base item asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RuleVersion {
    /// The version.
    pub version: u32,
    /// When it was loaded.
    pub loaded_at: String,
}

/// A situation, and the item for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ScenarioNamed {
    /// The situation.
    pub scenario: String,
    /// The item.
    pub item: String,
}

/// A row of what an item asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ItemMaterial {
    /// Its place.
    pub seq: u16,
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub errand: Errand,
    /// Whether it can be waived at all.
    pub waivable: bool,
    /// Whether it must be there.
    pub necessity: Necessity,
    /// How it is wanted on paper.
    pub form: Form,
    /// The code of the certificate type that is meant.
    pub certificate_type: Option<String>,
    /// That type's name.
    pub type_name: Option<String>,
    /// By which way it need not be handed in.
    pub route: Option<Route>,
    /// Why it need not.
    pub exempt: Option<ExemptClass>,
    /// The least that must be disclosed.
    pub fields_needed: Vec<String>,
    /// Whose certificate.
    pub whose: Option<Whose>,
    /// One, or one for each.
    pub how_many: HowMany,
    /// Rows with the same letter are alternatives.
    pub alternatives: Option<String>,
    /// Whether the paper is taken back.
    pub return_paper: bool,
    /// Whether it is an identity card that is only looked at.
    pub identity: bool,
    /// What is noted about it.
    pub note: String,
}

/// Shows an item, in a version of its rule or in the one in force.
///
/// # Errors
///
/// [`Reason::UnknownItem`]; [`Reason::NotFound`] if its rule has no such version.
pub fn show(office: &Office, item: &str, version: Option<u32>) -> Result<ItemShown, Failure> {
    let items = office.items()?;
    let item = named(&items, item)?;
    let base = item.code.base();
    let rule = match version {
        Some(version) => office.rule_version(base, version)?.map(Arc::new),
        None => items.rule(base).cloned(),
    };
    let rule = rule.ok_or_else(no_rule)?;
    let known = office.known();
    let versions = office.rule_versions(base)?.into_iter();
    Ok(ItemShown {
        version: rule.version,
        versions: versions
            .map(|(version, at)| RuleVersion {
                version,
                loaded_at: at.to_string(),
            })
            .collect(),
        scenarios: scenarios(&items, &item),
        materials: materials(&rule, &item.scenario, &known),
        item: described(&item, &items, &known),
    })
}

/// The item of a code, however it was typed.
///
/// # Errors
///
/// [`Reason::UnknownItem`].
pub fn named(items: &Items, code: &str) -> Result<Arc<Item>, Failure> {
    let code: Option<ItemCode> = code_text(code).parse().ok();
    let found = code.and_then(|code| items.item(&code));
    found.cloned().ok_or(Failure::refused(Reason::UnknownItem))
}

/// The item itself, or the same main item at the same agency in another situation.
///
/// # Errors
///
/// [`Reason::UnknownScenario`], with the situations there are.
pub fn in_scenario(
    items: &Items,
    item: &Arc<Item>,
    scenario: Option<&str>,
) -> Result<Arc<Item>, Failure> {
    let Some(scenario) = scenario.filter(|s| *s != item.scenario) else {
        return Ok(Arc::clone(item));
    };
    let all = items.situations(item);
    let found = all.iter().find(|other| other.scenario == scenario);
    found.map(|other| Arc::clone(other)).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|other| other.scenario.as_str()).collect();
        let what = format!("the item has: {}", names.join(", "));
        Failure::because(Reason::UnknownScenario, what)
    })
}

/// That nobody loaded what an item asks for.
pub(super) fn no_rule() -> Failure {
    Failure::because(Reason::NotFound, "no such list of materials")
}

pub(super) fn scenarios(items: &Items, item: &Item) -> Vec<ScenarioNamed> {
    let all = items.situations(item).into_iter();
    all.map(|other| ScenarioNamed {
        scenario: other.scenario.clone(),
        item: other.code.to_string(),
    })
    .collect()
}

/// An item, as it is told of.
pub(super) fn described(item: &Item, items: &Items, known: &Known) -> ItemNamed {
    ItemNamed {
        item: item.code.to_string(),
        base_item: item.code.base().to_string(),
        name: item.name.clone(),
        scenario: item.scenario.clone(),
        holder: item.holder.name(),
        division: item.division.to_string(),
        division_name: items.division_name(item.division),
        department: item.department.clone(),
        agency: item.code.agency().to_string(),
        agency_name: agency_name(item, known),
    }
}

fn materials(rule: &Rule, scenario: &str, known: &Known) -> Vec<ItemMaterial> {
    let told = |material: &Material| ItemMaterial {
        seq: material.seq,
        name: material.name.clone(),
        errand: errand_of(material),
        waivable: material.is_waivable(),
        necessity: material.necessity,
        form: material.form,
        type_name: material
            .certificate_type
            .as_ref()
            .and_then(|code| known.newest.get(code))
            .map(|of| of.definition.name.clone()),
        certificate_type: material.certificate_type.clone(),
        route: material.route,
        exempt: material.exempt,
        fields_needed: material.fields_needed.clone(),
        whose: material.whose,
        how_many: material.how_many,
        alternatives: material.alternatives.clone(),
        return_paper: material.return_paper,
        identity: material.identity,
        note: material.note.clone(),
    };
    rule.in_scenario(scenario).map(told).collect()
}
