//! What every document about a type begins with.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::contract::address;
use crate::domain::contract::claim::disclosure;
use crate::domain::contract::claim::label;
use crate::domain::contract::rules;
use crate::domain::definition::CertificateType;
use crate::domain::words::Lang;
use crate::domain::words::say;

/// What a type is, with the members of the document that goes on from there.
pub(super) fn with(authority: &str, of: &CertificateType, more: Value) -> Value {
    let definition = &of.definition;
    let mut all = json!({
        "code": definition.code,
        "number": of.number,
        "version": of.version,
        "vct": address::vct(authority, of),
        "name": definition.name,
        "name_en": definition.name_en,
        "category": definition.category,
        "holder": definition.holder,
        "defining_body": definition.defining_body,
        "provisional": definition.provisional,
        "sensitive": definition.sensitive,
        "register": definition.issued_by,
        "departments": definition.issuing_departments(),
        "single_use_for": definition.single_use_for,
        "validity": {
            "rule": definition.validity,
            "zh": rules::validity(Lang::Zh, definition),
            "en": rules::validity(Lang::En, definition),
        },
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
        all.extend(more);
    }
    all
}

/// What a column or claim is: its words, its kind, when it is disclosed.
pub(super) fn field(of: &CertificateType, key: &str) -> Map<String, Value> {
    let definition = &of.definition;
    let field = definition.field(key);
    let kind = match (field, key) {
        (Some(field), _) => json!(field.kind),
        (None, "holder_code_type") => json!("code"),
        (None, "issue_date" | "valid_from" | "valid_to") => json!("date"),
        (None, "holders") => json!("list"),
        (None, _) if key.starts_with("age_over_") => json!("flag"),
        (None, _) => json!("text"),
    };
    let mut told: Map<String, Value> = [
        ("key", json!(key)),
        ("label", json!(label(Lang::Zh, definition, key))),
        ("label_en", json!(label(Lang::En, definition, key))),
        ("type", kind),
        ("disclosure", json!(disclosure(of, key))),
        (
            "meaning",
            json!({"zh": meaning(Lang::Zh, of, key), "en": meaning(Lang::En, of, key)}),
        ),
        ("on_face", json!(field.is_some())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    if let Some(field) = field {
        told.insert("max_length".to_owned(), field.max_length.into());
        if !field.codes.is_empty() {
            told.insert("codes".to_owned(), json!(field.codes));
        }
    }
    told
}

/// What a claim says: its column's rule, or the words of what follows from others.
fn meaning(lang: Lang, of: &CertificateType, key: &str) -> String {
    let rule = rules::meaning(lang, &of.definition, key);
    if rule.is_empty() {
        say(lang, &format!("claim_text.{key}"), &[])
    } else {
        rule
    }
}
