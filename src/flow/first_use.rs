//! What an integrator sends first: a case, a query in it and its end, that fit each other and the
//! items that are published here.

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use crate::domain::definition::CertificateType;
use crate::domain::item::Item;
use crate::domain::item::Items;
use crate::flow::contracts;
use crate::flow::demo;
use crate::flow::failure::Failure;
use crate::flow::interface::is_replaced;
use crate::flow::office::Office;

/// Somebody whom nobody is.
const APPLICANT: (&str, &str) = ("巴特尔", "152502199003070019");

/// The requests of a first use, as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstUse {
    /// The type whose interface is used.
    pub type_code: String,
    /// The case, to be registered.
    pub case: Value,
    /// The query in it.
    pub query: Value,
    /// What the case came to.
    pub closing: Value,
}

/// The requests of a first use today; none where no published item needs a certificate.
///
/// The number of the case changes with the day alone, so that what is tried twice is one case.
///
/// # Errors
///
/// [`Failure`] if the items cannot be read.
pub fn first_use(office: &Office) -> Result<Option<FirstUse>, Failure> {
    let items = office.items()?;
    let known = office.known();
    // The demonstration has certificates of this type; elsewhere any will do.
    let mut types = contracts::in_order(&known);
    types.sort_by_key(|of| of.definition.name != demo::HEALTH);
    let found = types.iter().find_map(|of| Some((of, needing(&items, of)?)));
    let Some((of, item)) = found else {
        return Ok(None);
    };
    let operator = json!({
        "account": "wang.m", "name": "王敏", "organisation": "示例单位", "window": "3号窗口",
    });
    let (name, code) = APPLICANT;
    let today = office.clock.now().day();
    let number = format!("TRY-{today}");
    Ok(Some(FirstUse {
        type_code: of.definition.code.clone(),
        case: json!({
            "number": number, "item": item.code.to_string(), "item_name": item.name,
            "scenario": item.scenario,
            "applicant": {"name": name, "type": "111", "code": code},
            "opened": format!("{today}T00:00:00+08:00"),
            "operator": operator,
        }),
        query: json!({
            "holder": {"type": "111", "code": code},
            "purpose": {
                "mode": "duty", "item": item.code.to_string(), "item_name": item.name,
                "case": number, "cause": "核对申请材料", "operator": operator,
                "legal_basis": "示例依据 第一条",
            },
        }),
        closing: json!({"result": "done"}),
    }))
}

/// A published item in which a certificate of a type stands for a material; one of the
/// demonstration's grant before others.
fn needing<'i>(items: &'i Items, of: &CertificateType) -> Option<&'i Arc<Item>> {
    let needs = |item: &&Arc<Item>| {
        let rule = items.rule(item.code.base());
        let mut materials = rule
            .iter()
            .flat_map(|rule| rule.in_scenario(&item.scenario));
        materials.any(|material| {
            material.certificate_type.as_ref() == Some(&of.definition.code)
                && is_replaced(material.route)
        })
    };
    let granted = |item: &&Arc<Item>| item.code.base().to_string() == demo::ITEM;
    let mut in_grant = items.iter().filter(granted);
    in_grant.find(needs).or_else(|| items.iter().find(needs))
}
