//! Whether a document for programs is whole, and whether its examples are true.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use mianzheng::http::row::Row;
use serde_json::Value;
use serde_json::json;

/// Every place in a document that refers to another.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(to)) = map.get("$ref") {
                found.insert(to.clone());
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(all) => all.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// The schemas that one of them needs, itself among them: to compile all for each takes long.
fn needed(schemas: &Value, name: &str) -> Value {
    let mut found = BTreeSet::from([name.to_owned()]);
    let mut looked_at = 0;
    while looked_at < found.len() {
        looked_at = found.len();
        for to in found.clone() {
            let name = to.rsplit('/').next().unwrap();
            references(&schemas[name], &mut found);
        }
    }
    let names = found.iter().map(|to| to.rsplit('/').next().unwrap());
    names
        .map(|name| (name.to_owned(), schemas[name].clone()))
        .collect()
}

/// The operation of a row in a document, under the path that the document has for it.
pub(crate) fn operation_of<'d>(document: &'d Value, path: &str, row: &Row) -> &'d Value {
    let operation = &document["paths"][path][row.verb.name().to_lowercase().as_str()];
    assert_eq!(operation["operationId"], row.name);
    operation
}

/// What was looked at in a document that is whole.
pub(crate) struct Checked {
    pub(crate) references: usize,
    pub(crate) examples: usize,
}

impl Checked {
    /// Every reference leads somewhere, names of operations are there once, every parameter of a
    /// path is described, the ways to authenticate are, and every example fits its schema.
    pub(crate) fn of(document: &Value) -> Self {
        assert_eq!(document["openapi"], "3.1.0");
        let mut found = BTreeSet::new();
        references(document, &mut found);
        for to in &found {
            let pointer = to.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{to} leads nowhere");
        }
        let mut checked = Self {
            references: found.len(),
            examples: 0,
        };
        let (mut names, mut validators) = (BTreeSet::new(), BTreeMap::new());
        for (path, operations) in document["paths"].as_object().unwrap() {
            for operation in operations.as_object().unwrap().values() {
                let name = operation["operationId"].as_str().unwrap();
                assert!(names.insert(name.to_owned()), "{name} twice");
                rules(document, path, operation);
                checked.examples += examples(document, operation, &mut validators);
            }
        }
        checked
    }
}

fn rules(document: &Value, path: &str, operation: &Value) {
    let told = operation["parameters"].as_array().unwrap().iter();
    let told = told.filter(|parameter| parameter["in"] == "path");
    let mut told: Vec<&str> = told.map(|p| p["name"].as_str().unwrap()).collect();
    let parts = path.split('{').skip(1);
    let mut named: Vec<&str> = parts.map(|part| part.split_once('}').unwrap().0).collect();
    told.sort_unstable();
    named.sort_unstable();
    assert_eq!(told, named, "{path}");
    for way in operation["security"].as_array().unwrap() {
        for scheme in way.as_object().unwrap().keys() {
            let known = &document["components"]["securitySchemes"][scheme];
            assert!(known.is_object(), "{scheme}");
        }
    }
}

fn examples(
    document: &Value,
    operation: &Value,
    validators: &mut BTreeMap<String, jsonschema::Validator>,
) -> usize {
    let schemas = &document["components"]["schemas"];
    let takes = operation.pointer("/requestBody/content/application~1json");
    let answers: Vec<&Value> = operation["responses"]
        .as_object()
        .unwrap()
        .values()
        .collect();
    let of = |media: &str| {
        let place = format!("/content/application~1{media}");
        answers
            .iter()
            .filter_map(|answer| answer.pointer(&place))
            .collect::<Vec<_>>()
    };
    let mut count = 0;
    let all = takes
        .into_iter()
        .chain(of("json"))
        .chain(of("problem+json"));
    for content in all {
        let name = content["schema"]["$ref"].as_str().unwrap();
        let validator = validators.entry(name.to_owned()).or_insert_with(|| {
            let schema = json!({
                "$ref": name, "components": {"schemas": needed(schemas, name)},
            });
            jsonschema::validator_for(&schema).unwrap()
        });
        let several = content["examples"].as_object().into_iter().flatten();
        let several = several.map(|(_, example)| &example["value"]);
        for example in content.get("example").into_iter().chain(several) {
            let errors: Vec<String> = validator
                .iter_errors(example)
                .map(|e| e.to_string())
                .collect();
            assert!(
                errors.is_empty(),
                "{}: {errors:?}",
                operation["operationId"]
            );
            count += 1;
        }
    }
    count
}
