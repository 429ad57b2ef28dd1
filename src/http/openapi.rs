//! The `OpenAPI` 3.1 document, made from the table of routes and the catalogue.

mod described;
mod examples;
pub mod of_type;
pub(crate) mod responses;

use actix_web::HttpRequest;
use actix_web::web::Data;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::account::logs_in;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::contracts;
use crate::flow::contracts::TypeSchemas;
use crate::flow::office::Office;
use crate::http::cookie;
use crate::http::desk::Desk;
use crate::http::kept::Keep;
use crate::http::kept::bytes;
use crate::http::kept::shelved;
use crate::http::manner::Repeat;
use crate::http::manner::Who;
use crate::http::openapi::responses::problem_schema;
use crate::http::openapi::responses::responses;
use crate::http::reply::Reply;
use crate::http::routes::TABLE;
use crate::http::row::Row;
use crate::http::row::Takes;
use crate::http::subject::Subject;

/// The document, made once for every state of the catalogue.
pub(crate) async fn document(desk: Data<Desk>, request: HttpRequest) -> Reply {
    let version = desk.office.known().generation.clone();
    let place = (request.path(), version.as_str());
    shelved(&desk, &request, Keep::json(60), place, |office| {
        bytes(&build(office))
    })
    .await
}

/// Builds the document for what the office knows now.
#[must_use]
pub fn build(office: &Office) -> Value {
    let types = contracts::schemas(office);
    let mut generator = settings().into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for row in TABLE
        .iter()
        .filter(|row| !row.page && row.is_on(&office.settings))
    {
        let mut operation = operation(row, &mut generator, &types);
        let answer = operation.pointer_mut("/responses/200/content/application~1json");
        if let Some(Value::Object(answer)) = answer {
            if let Some(own) = examples::of(row, office, &types) {
                answer.insert("example".to_owned(), own);
            }
            if let Some((name, other)) = examples::beside(row) {
                let usual = answer.remove("example");
                let both = json!({"usual": {"value": usual}, name: {"value": other}});
                answer.insert("examples".to_owned(), both);
            }
        }
        let path = paths.entry(row.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(row.verb.name().to_lowercase(), operation);
        }
    }
    let mut schemas = generator.take_definitions(true);
    let codes = Reason::all().map(|reason| reason.code().to_owned());
    schemas.insert("Problem".to_owned(), problem_schema(&codes.collect()));
    described::all(&mut schemas);
    schemas.insert("CertificateDraft".to_owned(), one_of(&types.drafts));
    schemas.insert("CertificateAnswer".to_owned(), one_of(&types.answers));
    schemas.extend(types.components);
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": say(Lang::Zh, "docs.title", &[]),
            "description": say(Lang::En, "docs.text", &[]),
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": format!("https://{}", office.settings.authority)}],
        "tags": Subject::ALL.map(described::chapter),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": security_schemes(),
        },
    })
}

/// The ways in which a caller says who it is.
fn security_schemes() -> Value {
    json!({
        "token": {"type": "http", "scheme": "bearer"},
        "tls": {"type": "mutualTLS"},
        "session": {"type": "apiKey", "in": "cookie", "name": cookie::NAME},
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Signature",
            "description": say(Lang::En, "docs.signature_text", &[]),
        },
    })
}

fn one_of(names: &[String]) -> Value {
    let refs = names
        .iter()
        .map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    match names {
        [] => json!({"type": "object"}),
        _ => json!({"anyOf": refs.collect::<Vec<_>>()}),
    }
}

fn operation(row: &Row, generator: &mut SchemaGenerator, types: &TypeSchemas) -> Value {
    let words = |lang| say(lang, &format!("route.{}", row.name), &[]);
    let mut operation = json!({
        "operationId": row.name,
        "summary": words(Lang::Zh),
        "description": words(Lang::En),
        "tags": [row.subject.name()],
        "x-roles": row.who.names(),
        "x-repeat": row.repeat.name(),
        "parameters": parameters(row, types),
        "responses": responses(row, generator),
    });
    let body = match row.takes {
        Takes::Nothing => None,
        Takes::Json(shape, _) => Some(json!({"application/json": {
            "schema": (shape.schema)(generator),
            "example": sampled((shape.example)(), types),
        }})),
        Takes::Bytes(media, most) => {
            let bytes = json!({"schema": {"type": "string", "contentMediaType": "application/octet-stream", "maxLength": most}});
            let each = media
                .iter()
                .map(|media| ((*media).to_owned(), bytes.clone()));
            Some(Value::Object(each.collect()))
        }
    };
    if let Some(map) = operation.as_object_mut() {
        if let (Some(zh), Some(en)) = (row.why_repeatable(Lang::Zh), row.why_repeatable(Lang::En)) {
            map.insert("x-repeat-why".to_owned(), json!({"zh": zh, "en": en}));
        }
        if let Some(content) = body {
            let body = json!({"required": true, "content": content});
            map.insert("requestBody".to_owned(), body);
        }
        map.insert("security".to_owned(), security(row.who));
    }
    operation
}

/// The settings of schemas in documents of ours.
fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into())
}

/// An example with a draft, of a type that the catalogue really has.
fn sampled(mut example: Value, types: &TypeSchemas) -> Value {
    let (Some((code, draft)), Some(map)) = (&types.sample, example.as_object_mut()) else {
        return example;
    };
    if map.get("fields").is_some_and(Value::is_object) {
        map.insert("fields".to_owned(), draft.clone());
        if map.contains_key("type") {
            map.insert("type".to_owned(), code.as_str().into());
        }
    }
    example
}

fn security(who: Who) -> Value {
    if who == Who::Anybody {
        return json!([]);
    }
    let mut all = vec![
        json!({"token": []}),
        json!({"tls": []}),
        json!({"signature": []}),
    ];
    if Role::ALL
        .into_iter()
        .any(|role| logs_in(role) && who.allows(role))
    {
        all.push(json!({"session": []}));
    }
    if who.allows(Role::Public) {
        all.insert(0, json!({}));
    }
    all.into()
}

fn parameters(row: &Row, types: &TypeSchemas) -> Vec<Value> {
    let text = json!({"type": "string"});
    let in_path = row.path_parameters().map(|name| {
        let example = match (&types.sample, name) {
            (Some((code, _)), "type") => code.as_str(),
            _ => example_of(name),
        };
        let mut parameter = described::parameter(name, name);
        parameter.extend([
            ("in".to_owned(), "path".into()),
            ("required".to_owned(), true.into()),
            ("schema".to_owned(), text.clone()),
            ("example".to_owned(), example.into()),
        ]);
        Value::Object(parameter)
    });
    let in_query = row.query.iter().map(|asked| {
        let schema = match asked.values {
            [] => text.clone(),
            values => json!({"type": "string", "enum": values}),
        };
        let mut parameter = described::parameter(asked.name, &format!("query_{}", asked.name));
        parameter.extend([
            ("in".to_owned(), "query".into()),
            ("required".to_owned(), asked.required.into()),
            ("schema".to_owned(), schema),
        ]);
        Value::Object(parameter)
    });
    let key = (row.repeat == Repeat::Key).then(|| {
        let mut parameter = described::parameter("Idempotency-Key", "idempotency_key");
        parameter.extend([
            ("in".to_owned(), "header".into()),
            ("required".to_owned(), true.into()),
            (
                "schema".to_owned(),
                json!({"type": "string", "pattern": "^[!-~]{1,64}$"}),
            ),
            (
                "example".to_owned(),
                "2f6c0a4e-7d1b-4f0e-9b7e-3d6a5c1e8f20".into(),
            ),
        ]);
        Value::Object(parameter)
    });
    in_path.chain(in_query).chain(key).collect()
}

fn example_of(parameter: &str) -> &'static str {
    match parameter {
        "type" => "11100000000013338W001",
        "version" | "list" => "1",
        "identifier" => crate::http::shapes::IDENTIFIER,
        "item" => crate::http::shapes::items::ITEM,
        "agency" => "11152502000000001R",
        "code" | "link" => "0123456789ABCDEFGHJKMNPQRS",
        "reference" => "0123456789ABCDEFGHJK",
        "field" => "photo",
        "batch" => "0k3v9x7q2m5n8p1r4t6w0y3z5b",
        "account" => "account:3",
        "session" | "login" | "grant" | "mandate" | "order" | "notice" => "7",
        _ => "c7",
    }
}
