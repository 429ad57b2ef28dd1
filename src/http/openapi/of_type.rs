//! The document of one interface, to be imported: only what a system does with certificates of
//! this type, with the type's own fields in it.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::described;
use super::operation;
use super::responses::problem_schema;
use super::security_schemes;
use super::settings;
use crate::domain::contract::claim::is_picture;
use crate::domain::contract::interface;
use crate::domain::contract::openapi::embedded;
use crate::domain::definition::CertificateType;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::contracts::TypeSchemas;
use crate::flow::failure::Failure;
use crate::flow::interface::directory;
use crate::flow::office::Office;
use crate::http::routes::TABLE;
use crate::http::row::Row;
use crate::http::shapes::answers::Finding;
use crate::http::subject::Subject;

/// Where the operations of an interface are.
const HERE: &str = "/api/v1/interfaces/{type}";

/// What a system that uses certificates of one type calls.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    let of_one = |row: &&Row| {
        let here = row.path.starts_with(HERE) && row.name != "interface_openapi";
        here || row.name == "take_copy"
    };
    TABLE.iter().filter(of_one)
}

/// Builds the document of a type's interface for what the office knows now.
///
/// # Errors
///
/// [`Reason::UnknownType`](crate::domain::problem::Reason::UnknownType), or [`Failure`] if the
/// items cannot be read.
pub fn build(office: &Office, code: &str) -> Result<Value, Failure> {
    let of = office.known().type_named(code)?;
    let authority = &office.settings.authority;
    let contract = directory::contract(office, code)?;
    let answer = embedded(interface::answer_schema(authority, &of));
    let mut generator = settings().into_generator();
    let mut paths: Map<String, Value> = Map::new();
    let mut codes = BTreeSet::new();
    let subjects: BTreeSet<&str> = rows().map(|row| row.subject.name()).collect();
    for row in rows() {
        let mut operation = operation(row, &mut generator, &TypeSchemas::default());
        let parameters = operation.get_mut("parameters");
        if let Some(all) = parameters.and_then(Value::as_array_mut) {
            all.retain(|parameter| parameter.get("name") != Some(&"type".into()));
        }
        exemplify(row, &mut operation, &contract, &answer);
        collect_codes(&operation, &mut codes);
        let path = row.path.replace("{type}", of.code.as_str());
        let path = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(row.verb.name().to_lowercase(), operation);
        }
    }
    generator.subschema_for::<Finding>();
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Problem".to_owned(), problem_schema(&codes));
    described::all(&mut schemas);
    narrow(&mut schemas, &of);
    schemas.insert("CertificateAnswer".to_owned(), answer);
    let tags = Subject::ALL.into_iter();
    let tags = tags.filter(|subject| subjects.contains(subject.name()));
    Ok(json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": of.definition.name,
            "summary": of.definition.name_en,
            "description": say(Lang::En, "interface.who_may", &[]),
            "x-description-zh": say(Lang::Zh, "interface.who_may", &[]),
            "version": format!("{}.{}", env!("CARGO_PKG_VERSION"), of.version),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": format!("https://{authority}")}],
        "tags": tags.map(described::chapter).collect::<Vec<_>>(),
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": security_schemes()},
    }))
}

/// Names of fields are those of the type.
fn narrow(schemas: &mut Map<String, Value>, of: &CertificateType) {
    let keys = interface::keys(of);
    let values = keys.iter().filter(|key| !is_picture(of, key));
    let values: Vec<&&str> = values.collect();
    for (name, member, narrowed) in [
        ("QueryRequest", "fields/items", json!({"enum": keys})),
        ("AskUseRequest", "fields/items", json!({"enum": keys})),
        ("ValuesAnswer", "differs/items", json!({"enum": values})),
        (
            "ValuesRequest",
            "values/propertyNames",
            json!({"enum": values}),
        ),
    ] {
        let Some(schema) = schemas.get_mut(name) else {
            continue;
        };
        let (member, inside) = member.split_once('/').unwrap_or((member, ""));
        let place = schema.pointer_mut(&format!("/properties/{member}"));
        if let Some(Value::Object(place)) = place {
            place.insert(inside.to_owned(), narrowed);
        }
    }
}

/// Puts this type's samples in the place of examples of just any type.
fn exemplify(row: &Row, operation: &mut Value, contract: &Value, answer: &Value) {
    let samples = contract["modes"].as_array().into_iter().flatten();
    let named = samples.filter_map(|mode| Some((mode["mode"].as_str()?, mode["sample"].clone())));
    let fitting = named.filter_map(|(mode, sample)| {
        let sample = sent(row.name, mode, sample, answer)?;
        Some((mode.to_owned(), json!({"value": sample})))
    });
    let fitting: Map<String, Value> = fitting.collect();
    let body = operation.pointer_mut("/requestBody/content/application~1json");
    if let Some(Value::Object(body)) = body
        && !fitting.is_empty()
    {
        body.remove("example");
        body.insert("examples".to_owned(), fitting.into());
    }
    let given = operation.pointer_mut("/responses/200/content/application~1json/example");
    if let Some(given) = given {
        if row.name == "contract" {
            *given = contract.clone();
        }
        if let Some(one) = given.pointer_mut("/certificates/0") {
            let asked = contract.pointer("/modes/0/sample/fields");
            let asked = asked.and_then(Value::as_array).into_iter().flatten();
            let asked = asked.filter_map(|key| some_of(answer, key.as_str()?));
            one["fields"] = Value::Object(asked.collect());
            let identifier = contract.pointer("/sample/answer/certificate_identifier");
            one["identifier"] = identifier.cloned().unwrap_or_default();
        }
        if let Some(differs) = given.get_mut("differs") {
            *differs = json!([]);
        }
    }
}

/// What a system sends to a route by a way, made of the query of that way; none where that way
/// has no business there.
fn sent(route: &str, mode: &str, mut sample: Value, answer: &Value) -> Option<Value> {
    let by_consent = ["shown", "online"].contains(&mode);
    let map = sample.as_object_mut()?;
    match route {
        "query" | "make_copy" => Some(sample),
        "verify_values" => {
            let asked = map.remove("fields")?;
            let asked = asked.as_array()?.iter();
            let values: Map<String, Value> = asked
                .filter_map(|key| some_of(answer, key.as_str()?))
                .filter(|(_, value)| !value.is_object())
                .collect();
            map.insert("values".to_owned(), values.into());
            Some(sample)
        }
        "ask_use" if by_consent => {
            map.get_mut("purpose")?.as_object_mut()?.remove("consent");
            if mode == "shown" {
                map.remove("holder");
                let code = "HTTPS://MZ.EXAMPLE/L/0123456789ABCDEFGHJKMNPQRS";
                map.insert("code".to_owned(), code.into());
            }
            Some(sample)
        }
        _ => None,
    }
}

/// A field of the sample answer.
fn some_of(answer: &Value, key: &str) -> Option<(String, Value)> {
    let value = answer.pointer("/examples/0")?.get(key)?;
    Some((key.to_owned(), value.clone()))
}

/// The codes of every problem that an operation may come to.
fn collect_codes(operation: &Value, codes: &mut BTreeSet<String>) {
    let answers = operation["responses"].as_object().into_iter().flatten();
    for (_, answer) in answers {
        let examples = answer.pointer("/content/application~1problem+json/examples");
        let examples = examples.and_then(Value::as_object).into_iter().flatten();
        codes.extend(examples.map(|(code, _)| code.clone()));
    }
}
