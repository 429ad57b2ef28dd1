//! JSON Schema (2020-12) of a type's drafts and of its answers.
//!
//! The schema of drafts is for those who write a client. The judge is
//! [`judge`](crate::domain::draft::judge), which knows more (check digits, what must agree) and
//! also takes the many spellings of files.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::contract::address;
use crate::domain::contract::claim::carried;
use crate::domain::contract::claim::disclosure;
use crate::domain::contract::claim::label;
use crate::domain::contract::rules::is_required;
use crate::domain::contract::rules::meaning;
use crate::domain::contract::sample;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Definition;
use crate::domain::definition::Field;
use crate::domain::definition::FieldKind;
use crate::domain::definition::NumberFormat;
use crate::domain::holder::HolderCodeType;
use crate::domain::words::Lang;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const MINUTE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$";

/// The schema of a draft: the member `fields` of a request to issue.
#[must_use]
pub fn draft_schema(authority: &str, of: &CertificateType) -> Value {
    let definition = &of.definition;
    let columns = definition.columns();
    let properties = columns.iter().map(|key| {
        let shape = draft_shape(of, key);
        ((*key).to_owned(), described(of, key, shape))
    });
    let either = alternatives(definition);
    let required = columns.iter().filter(|key| {
        let instead = either.iter().any(|pair| pair.contains(key));
        is_required(definition, key) && !instead
    });
    let mut schema = json!({
        "$schema": DIALECT,
        "$id": address::draft_schema(authority, of),
        "title": definition.name,
        "description": format!("{}: a draft to be issued", definition.name_en),
        "type": "object",
        "properties": properties.collect::<Map<_, _>>(),
        "required": required.collect::<Vec<_>>(),
        "additionalProperties": false,
        "examples": [sample::draft(of)],
    });
    if let (false, Some(map)) = (either.is_empty(), schema.as_object_mut()) {
        let one_of_two = either
            .iter()
            .map(|[a, b]| json!({"anyOf": [{"required": [a]}, {"required": [b]}]}));
        map.insert("allOf".to_owned(), one_of_two.collect());
    }
    schema
}

/// The schema of an answer: the member `fields` of a fetched certificate.
///
/// An answer holds what the matter needs and no more, so no member is required; and it may be
/// of an old record, so its number need not be of the pattern.
#[must_use]
pub fn answer_schema(authority: &str, of: &CertificateType) -> Value {
    let definition = &of.definition;
    let properties = carried(of).into_iter().map(|claim| {
        let key = claim.key;
        (key.to_owned(), described(of, key, answer_shape(of, key)))
    });
    json!({
        "$schema": DIALECT,
        "$id": address::answer_schema(authority, of),
        "title": definition.name,
        "description": format!("{}: the fields of an answer", definition.name_en),
        "type": "object",
        "properties": properties.collect::<Map<_, _>>(),
        "additionalProperties": false,
        "examples": [sample::answer(of)],
    })
}

/// Pairs of columns of which one is enough, where neither is required by itself.
fn alternatives(of: &Definition) -> Vec<[&str; 2]> {
    let optional = |key: &&str| of.field(key).is_some_and(|field| !field.required);
    let end = of.term.as_deref().filter(optional);
    let number = of.number_from.as_deref().filter(optional);
    let pairs = [(end, "valid_to"), (number, "certificate_number")];
    let both = |(field, common)| Some([field?, common]);
    pairs.into_iter().filter_map(both).collect()
}

/// A shape with what people call it and when it is disclosed.
fn described(of: &CertificateType, key: &str, mut shape: Value) -> Value {
    let Some(map) = shape.as_object_mut() else {
        return shape;
    };
    let definition = &of.definition;
    let english = label(Lang::En, definition, key);
    let rule = meaning(Lang::En, definition, key);
    let description = if rule.is_empty() {
        english
    } else {
        format!("{english}: {rule}")
    };
    map.insert("title".to_owned(), label(Lang::Zh, definition, key).into());
    map.insert("description".to_owned(), description.into());
    map.insert("x-disclosure".to_owned(), json!(disclosure(of, key)));
    shape
}

fn draft_shape(of: &CertificateType, key: &str) -> Value {
    if let Some(field) = of.definition.field(key) {
        return field_shape(field);
    }
    match key {
        "holder_name" | "original_issuer" => text(120),
        "holder_code" => text(400),
        "holder_code_type" => {
            let kinds = HolderCodeType::all().filter(|kind| of.definition.holder.allows(*kind));
            holder_code_types(kinds)
        }
        "certificate_number" => json!({
            "type": "string",
            "maxLength": 64,
            "pattern": of.definition.number_pattern.regex,
            "examples": [of.definition.number_pattern.example],
        }),
        "valid_to" => json!({"anyOf": [day(), {"const": "长期"}]}),
        _ => day(),
    }
}

fn answer_shape(of: &CertificateType, key: &str) -> Value {
    if let Some(field) = of.definition.field(key) {
        return field_shape(field);
    }
    let person = || {
        json!({
            "type": "object",
            "properties": {
                "name": text(120),
                "code": text(40),
                "code_type": holder_code_types(HolderCodeType::all()),
            },
            "required": ["name", "code", "code_type"],
            "additionalProperties": false,
        })
    };
    match key {
        "holder_code_type" => holder_code_types(HolderCodeType::all()),
        "holder_code" => text(40),
        "holder_code_last4" => text(4),
        "certificate_number" => text(64),
        "issue_date" | "valid_from" => day(),
        "valid_to" => json!({"anyOf": [day(), {"type": "null"}]}),
        "holders" => json!({"type": "array", "items": person()}),
        "incomplete" => json!({"type": "array", "items": text(120)}),
        "stock" => json!({"type": "boolean"}),
        "holder_name" | "original_issuer" | "issuing_agency" => text(120),
        _ if key.starts_with("age_over_") => json!({"const": true}),
        _ => json!({"type": "string", "minLength": 1}),
    }
}

fn field_shape(field: &Field) -> Value {
    match field.kind {
        FieldKind::Text => {
            let mut shape = text(field.max_length);
            if let (Some(NumberFormat::Uscc), Some(map)) = (field.format, shape.as_object_mut()) {
                map.insert("pattern".to_owned(), "^[0-9A-HJ-NPQRTUWXY]{18}$".into());
            }
            shape
        }
        FieldKind::Date => day(),
        FieldKind::Datetime => json!({
            "type": "string",
            "pattern": MINUTE,
            "examples": ["2026-10-07T09:30"],
        }),
        FieldKind::Integer => {
            let digits = field.max_length.min(18);
            let power = |n: u32| 10_i64.saturating_pow(n);
            json!({
                "type": "integer",
                "minimum": 1 - power(digits.saturating_sub(1)),
                "maximum": power(digits) - 1,
            })
        }
        FieldKind::Decimal => json!({
            "type": "string",
            "maxLength": field.max_length,
            "pattern": r"^-?[0-9]+(\.[0-9]+)?$",
        }),
        FieldKind::Code => json!({
            "type": "string",
            "enum": field.codes.keys().collect::<Vec<_>>(),
            "x-labels": field.codes,
        }),
        FieldKind::Image => json!({
            "type": "object",
            "properties": {
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "media_type": {"enum": ["image/jpeg", "image/png"]},
            },
            "required": ["sha256", "media_type"],
            "additionalProperties": false,
            "x-max-bytes": field.max_length,
        }),
    }
}

fn text(most: u32) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": most})
}

fn day() -> Value {
    json!({"type": "string", "format": "date", "pattern": DAY})
}

fn holder_code_types(kinds: impl Iterator<Item = HolderCodeType>) -> Value {
    let labels: Map<String, Value> = kinds
        .map(|kind| (kind.to_string(), kind.label().into()))
        .collect();
    json!({
        "type": "string",
        "enum": labels.keys().collect::<Vec<_>>(),
        "x-labels": labels,
    })
}
