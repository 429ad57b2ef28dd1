//! What a certificate says of a child and its guardians.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::definition::Definition;
use crate::domain::definition::PersonAt;
use crate::domain::holder::HolderCode;
use crate::domain::holder::HolderCodeType;
use crate::domain::holder::masked_name;
use crate::domain::time::Day;
use crate::domain::value::plain_text;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;

/// When the holder of a certificate was born: by their citizen number, or by what it says.
pub(crate) fn birth(facts: &BTreeMap<String, Value>) -> Option<Day> {
    let text = |key: &str| facts.get(key).and_then(Value::as_str);
    let kind = text("holder_code_type").and_then(|kind| kind.parse::<HolderCodeType>().ok());
    let code = text("holder_code").zip(kind);
    let citizen = code.and_then(|(code, kind)| HolderCode::new(kind, code).ok()?.citizen());
    citizen.map(|citizen| citizen.birth_date()).or_else(|| {
        let mut days = ["birth_time", "birth_date"].iter();
        days.find_map(|key| text(key)?.get(..10)?.parse::<Day>().ok())
    })
}

/// The masked names of the guardians on a certificate, by index.
pub(super) fn named(
    office: &Office,
    of: &Definition,
    facts: &BTreeMap<String, Value>,
) -> BTreeMap<[u8; 32], String> {
    let text = |key: &str| facts.get(key).map(plain_text);
    let one = |at: &PersonAt| {
        let kind = text(&at.code_type).unwrap_or_else(|| at.code_type.clone());
        let kind = kind.parse().unwrap_or(HolderCodeType::CITIZEN);
        let code = HolderCode::new(kind, &text(&at.code)?).ok()?;
        let name = masked_name(&text(&at.name).unwrap_or_default());
        Some((holder_index(office.store.vault(), &code), name))
    };
    of.guardians.iter().filter_map(one).collect()
}

/// The masked name of the child.
pub(super) fn child_name(of: &Definition, facts: &BTreeMap<String, Value>) -> String {
    let columns = of.holders.iter().map(|at| at.name.as_str());
    let mut columns = columns.chain(["holder_name"]);
    let name = columns.find_map(|key| facts.get(key).map(plain_text));
    masked_name(&name.unwrap_or_default())
}
