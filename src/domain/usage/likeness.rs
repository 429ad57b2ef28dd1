//! Whether values that somebody has before her are those of a certificate.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::domain::definition::Definition;
use crate::domain::definition::FieldKind;
use crate::domain::normalise::trimmed;
use crate::domain::value::Raw;
use crate::domain::value::Value;
use crate::domain::value::plain_text;
use crate::domain::value::read_code;
use crate::domain::value::read_day;
use crate::domain::value::read_decimal;
use crate::domain::value::read_integer;
use crate::domain::value::read_minute;
use crate::domain::value::read_text;

/// The keys of the values that are not those of a certificate's facts; none if all are. A value
/// may be spelled in every way in which a file may spell it.
#[must_use]
pub fn differing<'v>(
    definition: &Definition,
    facts: &BTreeMap<String, Json>,
    values: &'v BTreeMap<String, Json>,
) -> Vec<&'v str> {
    let differs = |(key, value): &(&'v String, &Json)| {
        let told = facts.get(*key).map(plain_text);
        told.as_deref() != Some(read(definition, key, value).as_str())
    };
    let all = values.iter().filter(differs);
    all.map(|(key, _)| key.as_str()).collect()
}

/// A value as a certificate spells it; as it is where it is none of its kind.
fn read(definition: &Definition, key: &str, value: &Json) -> String {
    let text = plain_text(value);
    let raw = Raw::Text(text.clone());
    let field = definition.field(key);
    let kind = match (field, key) {
        (Some(field), _) => field.kind,
        (None, "issue_date" | "valid_from" | "valid_to") => FieldKind::Date,
        (None, _) => FieldKind::Text,
    };
    let read = match kind {
        FieldKind::Text => read_text(&raw).map(Value::Text),
        FieldKind::Date => read_day(&raw).map(Value::Day),
        FieldKind::Datetime => read_minute(&raw).map(Value::Minute),
        FieldKind::Integer => read_integer(&raw).map(Value::Integer),
        FieldKind::Decimal => read_decimal(&raw).map(Value::Text),
        FieldKind::Code => {
            let codes = field.map(|field| &field.codes);
            let none = BTreeMap::new();
            read_code(&raw, codes.unwrap_or(&none)).map(Value::Code)
        }
        FieldKind::Image => return trimmed(&text).to_owned(),
    };
    read.map_or_else(|_misread| trimmed(&text).to_owned(), |value| value.text())
}
