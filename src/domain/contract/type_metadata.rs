//! SD-JWT VC type metadata: what wallets and verifiers fetch under a type's `vct`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::certificate::COMMON_CODE_FIELDS;
use crate::domain::contract::address;
use crate::domain::contract::claim::CarriedClaim;
use crate::domain::contract::claim::carried;
use crate::domain::contract::claim::disclosure;
use crate::domain::contract::claim::label;
use crate::domain::contract::rules;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Disclosure;
use crate::domain::definition::FieldKind;
use crate::domain::type_facts::TypeFacts;
use crate::domain::words::Lang;

/// The metadata of a type.
///
/// Members of our own stand under `mianzheng`, and are [`TypeFacts`] and more: with them a
/// page without a network puts words to the numbers of a compact code.
#[must_use]
pub fn type_metadata(authority: &str, of: &CertificateType) -> Value {
    let definition = &of.definition;
    let claims: Vec<Value> = carried(of).iter().map(|c| claim(of, c)).collect();
    let display = |locale: &str, name: &str| {
        json!({
            "locale": locale,
            "name": name,
        })
    };
    json!({
        "vct": address::vct(authority, of),
        "name": definition.name,
        "description": definition.name_en,
        "display": [
            display("zh-CN", &definition.name),
            display("en", &definition.name_en),
        ],
        "claims": claims,
        "mianzheng": ours(authority, of),
    })
}

/// The facts that the metadata of a type carries; `None` if it is no metadata of ours.
#[must_use]
pub fn facts_of(metadata: &Value) -> Option<TypeFacts> {
    TypeFacts::deserialize(metadata.get("mianzheng")?).ok()
}

fn claim(of: &CertificateType, claim: &CarriedClaim<'_>) -> Value {
    let name = |lang| label(lang, &of.definition, claim.key);
    json!({
        "path": [claim.key],
        "display": [
            {"locale": "zh-CN", "label": name(Lang::Zh)},
            {"locale": "en", "label": name(Lang::En)},
        ],
        "mandatory": claim.mandatory,
        "sd": if claim.disclosable { "always" } else { "never" },
    })
}

fn ours(authority: &str, of: &CertificateType) -> Value {
    let definition = &of.definition;
    let mut ours = json!(TypeFacts::of(of));
    let more = json!({
        "common_code_fields": common_code_fields(of),
        "code_fields": face_code_fields(of),
        "disclosure": classes(of),
        "validity": {
            "rule": definition.validity,
            "zh": rules::validity(Lang::Zh, definition),
            "en": rules::validity(Lang::En, definition),
        },
        "sensitive": definition.sensitive,
        "number_embeds_id": definition.number_embeds_id,
        "schema": {
            "draft": address::draft_schema(authority, of),
            "answer": address::answer_schema(authority, of),
        },
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut ours, more) {
        all.extend(more);
    }
    ours
}

/// Number in compact codes → what the field is.
fn face_code_fields(of: &CertificateType) -> BTreeMap<String, Value> {
    let fields = of.definition.fields.iter().filter_map(|field| {
        let number = of.code_fields.0.get(&field.key)?;
        let mut facts = json!({
            "key": field.key,
            "label": field.label,
            "label_en": field.label_en,
            "type": field.kind,
        });
        if let (false, Some(map)) = (field.codes.is_empty(), facts.as_object_mut()) {
            map.insert("codes".to_owned(), json!(field.codes));
        }
        Some((number.to_string(), facts))
    });
    fields.collect()
}

fn common_code_fields(of: &CertificateType) -> BTreeMap<String, Value> {
    let fields = COMMON_CODE_FIELDS.iter().map(|(key, number)| {
        let day = matches!(*key, "issue_date" | "valid_from" | "valid_to");
        let facts = json!({
            "key": key,
            "label": label(Lang::Zh, &of.definition, key),
            "label_en": label(Lang::En, &of.definition, key),
            "type": if day { FieldKind::Date } else { FieldKind::Text },
        });
        (number.to_string(), facts)
    });
    fields.collect()
}

fn classes(of: &CertificateType) -> Value {
    let claims = carried(of);
    let of_class = |class: Disclosure| -> Vec<&str> {
        let keys = claims.iter().map(|claim| claim.key);
        keys.filter(|key| disclosure(of, key) == class).collect()
    };
    json!({
        "always": of_class(Disclosure::Always),
        "by_need": of_class(Disclosure::ByNeed),
        "sensitive": of_class(Disclosure::Sensitive),
    })
}
