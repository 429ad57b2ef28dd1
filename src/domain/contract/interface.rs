//! The contract of a type's interface: what a program, or its programmer, must know to use it.

use serde_json::Value;
use serde_json::json;

use crate::domain::contract::address;
use crate::domain::contract::claim::carried;
use crate::domain::contract::claim::disclosure;
use crate::domain::contract::claim::label;
use crate::domain::contract::rules;
use crate::domain::contract::sample;
use crate::domain::definition::CertificateType;
use crate::domain::words::Lang;

/// The contract of a type.
///
/// `columns` are what goes in, in office order; `claims` are what comes out.
#[must_use]
pub fn contract(authority: &str, of: &CertificateType) -> Value {
    let definition = &of.definition;
    let columns = definition.columns();
    let columns: Vec<Value> = columns.iter().map(|key| column(of, key)).collect();
    let claims: Vec<Value> = carried(of)
        .iter()
        .map(|claim| {
            json!({
                "key": claim.key,
                "label": label(Lang::Zh, definition, claim.key),
                "label_en": label(Lang::En, definition, claim.key),
                "disclosure": disclosure(of, claim.key),
                "disclosable": claim.disclosable,
            })
        })
        .collect();
    json!({
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
        "number_pattern": {
            "regex": definition.number_pattern.regex,
            "example": definition.number_pattern.example,
            "generic": definition.number_pattern.generic,
            "embeds_id": definition.number_embeds_id,
        },
        "validity": {
            "rule": definition.validity,
            "zh": rules::validity(Lang::Zh, definition),
            "en": rules::validity(Lang::En, definition),
        },
        "columns": columns,
        "claims": claims,
        "schema": {
            "draft": address::draft_schema(authority, of),
            "answer": address::answer_schema(authority, of),
            "type_metadata": address::vct(authority, of),
        },
        "sample": {
            "draft": sample::draft(of),
            "answer": sample::answer(of),
        },
    })
}

fn column(of: &CertificateType, key: &str) -> Value {
    let definition = &of.definition;
    let field = definition.field(key);
    let kind = match (field, key) {
        (Some(field), _) => json!(field.kind),
        (None, "holder_code_type") => json!("code"),
        (None, "issue_date" | "valid_from" | "valid_to") => json!("date"),
        (None, _) => json!("text"),
    };
    let mut column = json!({
        "key": key,
        "label": label(Lang::Zh, definition, key),
        "label_en": label(Lang::En, definition, key),
        "type": kind,
        "disclosure": disclosure(of, key),
        "required": rules::is_required(definition, key),
        "meaning": {
            "zh": rules::meaning(Lang::Zh, definition, key),
            "en": rules::meaning(Lang::En, definition, key),
        },
        "on_face": field.is_some(),
    });
    if let (Some(field), Some(map)) = (field, column.as_object_mut()) {
        map.insert("max_length".to_owned(), field.max_length.into());
        if !field.codes.is_empty() {
            map.insert("codes".to_owned(), json!(field.codes));
        }
    }
    column
}
