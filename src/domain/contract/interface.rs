//! The contract of a type's interface 一证一接口: what another system must know to use it.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::contract::address;
use crate::domain::contract::claim::carried;
use crate::domain::contract::claim::fetchable;
use crate::domain::contract::claim::label;
use crate::domain::contract::facts;
use crate::domain::contract::json_schema;
use crate::domain::contract::sample;
use crate::domain::contract::sample_request::sample_request;
use crate::domain::definition::CertificateType;
use crate::domain::usage::UseMode;
use crate::domain::words::Lang;
use crate::domain::words::say;

/// An item that needs certificates of a type, as the contract tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The base item's code.
    pub base_item: String,
    /// Its Chinese name.
    pub name: String,
    /// The published items that share it, code and name.
    pub items: Vec<(String, String)>,
    /// The materials that a certificate of the type stands for, each with the fields it needs.
    pub materials: Vec<(String, Vec<String>)>,
}

/// The keys of what can be granted of a type, in the order of its contract.
#[must_use]
pub fn keys(of: &CertificateType) -> Vec<&str> {
    let carried = carried(of).into_iter().map(|claim| claim.key);
    carried.filter(|key| fetchable(of, key)).collect()
}

/// The contract of a type's interface, the same for everybody.
///
/// `fields` are what can be granted; whatever is not granted stays a digest. What stands in the
/// open in every evidence is named beside them.
#[must_use]
pub fn contract(authority: &str, of: &CertificateType, items: &[Needed]) -> Value {
    let claims = carried(of);
    let disclosable = |key: &str| claims.iter().any(|c| c.key == key && c.disclosable);
    let fields = keys(of).into_iter().map(|key| {
        let mut field = facts::field(of, key);
        field.insert("disclosable".to_owned(), disclosable(key).into());
        Value::Object(field)
    });
    let open = claims.iter().filter(|claim| !claim.disclosable).map(|c| {
        let name = |lang| label(lang, &of.definition, c.key);
        json!({"key": c.key, "label": name(Lang::Zh), "label_en": name(Lang::En)})
    });
    let more = json!({
        "fields": fields.collect::<Vec<_>>(),
        "disclosure": words("disclosure_text", &["always", "by_need", "sensitive"]),
        "in_every_evidence": open.collect::<Vec<_>>(),
        "who_may": both("interface.who_may"),
        "needed_by": items.iter().map(needed).collect::<Vec<_>>(),
        "modes": modes(of, items),
        "schema": {
            "answer": address::answer_schema(authority, of),
            "type_metadata": address::vct(authority, of),
        },
        "addresses": addresses(authority, of),
        "drafts": address::form(authority, of),
        "sample": {"answer": sample::answer(of)},
    });
    facts::with(authority, of, more)
}

/// The schema of what an interface answers: that of the type's answers, with nothing in it that
/// cannot be granted.
#[must_use]
pub fn answer_schema(authority: &str, of: &CertificateType) -> Value {
    let mut schema = json_schema::answer_schema(authority, of);
    for place in ["/properties", "/examples/0"] {
        if let Some(Value::Object(map)) = schema.pointer_mut(place) {
            map.retain(|key, _| fetchable(of, key));
        }
    }
    schema
}

/// Where each operation is, and the document that describes them to programs.
fn addresses(authority: &str, of: &CertificateType) -> Value {
    let here = address::interface(authority, of);
    json!({
        "contract": here,
        "openapi": format!("{here}/openapi.json"),
        "query": format!("{here}/query"),
        "verify": format!("{here}/verify"),
        "file": format!("{here}/file"),
        "requests": format!("{here}/requests"),
    })
}

/// Every way of use, the evidence it needs, and a request in which nothing is missing.
fn modes(of: &CertificateType, items: &[Needed]) -> Value {
    let modes = UseMode::all().map(|mode| {
        let pieces = mode.evidence().into_iter().map(|piece| {
            json!({
                "member": format!("purpose.{}", piece.member),
                "meaning": both(&format!("evidence.{}", piece.member.replace('.', "_"))),
                "without": piece.without.code(),
            })
        });
        json!({
            "mode": mode.name(),
            "name": both(&format!("use_mode.{}", mode.name())),
            "meaning": both(&format!("use_mode_text.{}", mode.name())),
            "evidence": pieces.collect::<Vec<_>>(),
            "sample": sample_request(of, mode, items.first()),
        })
    });
    modes.collect()
}

fn needed(item: &Needed) -> Value {
    let items = item.items.iter();
    let items = items.map(|(code, name)| json!({"item": code, "name": name}));
    let materials = item.materials.iter();
    let materials = materials.map(|(name, fields)| json!({"material": name, "fields": fields}));
    json!({
        "base_item": item.base_item,
        "name": item.name,
        "items": items.collect::<Vec<_>>(),
        "materials": materials.collect::<Vec<_>>(),
    })
}

/// Words in both languages.
fn both(key: &str) -> Value {
    json!({"zh": say(Lang::Zh, key, &[]), "en": say(Lang::En, key, &[])})
}

fn words(group: &str, names: &[&str]) -> Value {
    let of = |name: &&str| ((*name).to_owned(), both(&format!("{group}.{name}")));
    Value::Object(names.iter().map(of).collect::<Map<_, _>>())
}
