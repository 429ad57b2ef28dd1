//! The `OpenAPI` 3.1 document, made from the table of routes and the catalogue.

use actix_web::web;
use actix_web::web::Bytes;
use actix_web::web::Data;
use schemars::SchemaGenerator;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::contracts;
use crate::flow::contracts::TypeSchemas;
use crate::flow::office::Office;
use crate::http::desk::Desk;
use crate::http::docs;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::kept;
use crate::http::routes::TABLE;
use crate::http::row::Gives;
use crate::http::row::Row;
use crate::http::row::Takes;
use crate::http::row::Verb;
use crate::http::row::Who;

/// The document, made once for every state of the catalogue.
pub(crate) async fn document(desk: Data<Desk>) -> Reply {
    let generation = desk.office.known().generation.clone();
    let made = web::block(move || {
        Desk::kept(
            &desk.document,
            |of| *of == generation,
            || {
                let text = serde_json::to_vec(&build(&desk.office))?;
                Ok::<_, serde_json::Error>((generation.clone(), Bytes::from(text)))
            },
        )
    });
    let made = made.await.map_err(Refusal::broken)?;
    kept("application/json", made.map_err(Refusal::broken)?, 60)
}

/// Builds the document for what the office knows now.
#[must_use]
pub fn build(office: &Office) -> Value {
    let types = contracts::schemas(office);
    let mut generator = docs::settings().into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for row in TABLE.iter() {
        let operation = operation(row, &mut generator, &types);
        let path = paths.entry(row.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(row.verb.name().to_lowercase(), operation);
        }
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Problem".to_owned(), problem_schema());
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
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "tls": {"type": "mutualTLS"},
            },
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
        "x-roles": docs::roles(row.who),
        "parameters": parameters(row),
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
        if let Some(content) = body {
            let body = json!({"required": true, "content": content});
            map.insert("requestBody".to_owned(), body);
        }
        map.insert("security".to_owned(), security(row.who));
    }
    operation
}

/// An example with a draft, of a type that the catalogue really has.
fn sampled(mut example: Value, types: &TypeSchemas) -> Value {
    let (Some((code, draft, _)), Some(map)) = (&types.sample, example.as_object_mut()) else {
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
    match who {
        Who::Anybody => json!([]),
        _ if who.allows(crate::domain::caller::Role::Public) => {
            json!([{}, {"token": []}, {"tls": []}])
        }
        Who::Roles(_) | Who::AtTheMachineOr(_) => json!([{"token": []}, {"tls": []}]),
    }
}

fn parameters(row: &Row) -> Vec<Value> {
    let text = json!({"type": "string"});
    let in_path = row.path_parameters().map(|name| {
        json!({"name": name, "in": "path", "required": true, "schema": text, "example": example_of(name)})
    });
    let in_query = row.query.iter().map(|parameter| {
        let schema = match parameter.values {
            [] => text.clone(),
            values => json!({"type": "string", "enum": values}),
        };
        json!({"name": parameter.name, "in": "query", "required": parameter.required, "schema": schema})
    });
    let key = row.key.then(|| {
        json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
            "example": "2f6c0a4e-7d1b-4f0e-9b7e-3d6a5c1e8f20",
        })
    });
    in_path.chain(in_query).chain(key).collect()
}

fn example_of(parameter: &str) -> &'static str {
    match parameter {
        "type" => "11100000000013338W001",
        "version" | "list" => "1",
        "identifier" => crate::http::shapes::IDENTIFIER,
        "agency" => "11152502000000001R",
        "code" => "0123456789ABCDEFGHJKMNPQRS",
        "reference" => "0123456789ABCDEFGHJK",
        "field" => "photo",
        "batch" => "0k3v9x7q2m5n8p1r4t6w0y3z5b",
        "session" | "grant" => "7",
        _ => "c7",
    }
}

fn responses(row: &Row, generator: &mut SchemaGenerator) -> Value {
    let json_content = |schema: Value, example: Value| json!({"application/json": {"schema": schema, "example": example}});
    let content = match row.gives {
        Gives::Json(shape) => json_content((shape.schema)(generator).to_value(), (shape.example)()),
        Gives::Picture(shape) => {
            let mut content = json_content((shape.schema)(generator).to_value(), (shape.example)());
            if let Some(map) = content.as_object_mut() {
                for media in ["image/svg+xml", "image/png"] {
                    map.insert(media.to_owned(), json!({}));
                }
            }
            content
        }
        Gives::Media(media) => json!({media: {"schema": {"type": "string"}}}),
    };
    let status = problem::success(row.success).as_u16();
    let mut responses = Map::new();
    let good = json!({"description": "OK", "content": content});
    responses.insert(status.to_string(), good);
    if row.name == "ready" {
        let status = problem::status(Reason::Unavailable).as_u16().to_string();
        responses.insert(
            status,
            json!({"description": "not ready", "content": content}),
        );
    }
    for reason in refusals(row) {
        let status = problem::status(reason).as_u16().to_string();
        let entry = responses.entry(status).or_insert_with(|| {
            json!({
                "description": reason.title(Lang::En),
                "content": {problem::MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {},
                }},
            })
        });
        let examples = entry
            .pointer_mut("/content/application~1problem+json/examples")
            .and_then(Value::as_object_mut);
        if let Some(examples) = examples {
            examples.insert(
                reason.code().to_owned(),
                json!({"value": problem_example(reason)}),
            );
        }
    }
    Value::Object(responses)
}

/// What the row says, and what the door and the extractors refuse for it.
fn refusals(row: &Row) -> Vec<Reason> {
    let mut all = row.refusals.to_vec();
    all.push(Reason::TooMany);
    if row.name != "ready" {
        all.push(Reason::Unavailable);
    }
    if row.who != Who::Anybody {
        all.extend([Reason::Unauthenticated, Reason::Forbidden]);
    }
    if row.key {
        all.push(Reason::KeyMissing);
    }
    match row.takes {
        Takes::Nothing => {}
        Takes::Json(..) => all.extend([Reason::BadRequest, Reason::WrongMedia, Reason::TooLarge]),
        Takes::Bytes(..) => all.extend([Reason::BadRequest, Reason::TooLarge]),
    }
    if row.verb == Verb::Get && !row.query.is_empty() {
        all.push(Reason::BadRequest);
    }
    all
}

fn problem_example(reason: Reason) -> Value {
    json!({
        "type": problem::type_url("mz.example", reason),
        "status": problem::status(reason).as_u16(),
        "code": reason.code(),
        "title": reason.title(Lang::Zh),
        "title_zh": reason.title(Lang::Zh),
        "title_en": reason.title(Lang::En),
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "findings": [],
    })
}

fn problem_schema() -> Value {
    let text = json!({"type": "string"});
    let codes: Vec<&str> = Reason::all().map(Reason::code).collect();
    json!({
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": codes},
            "title": text, "title_zh": text, "title_en": text, "detail": text,
            "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "findings": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "column": text, "label": text, "code": text,
                    "warning": {"type": "boolean"}, "zh": text, "en": text,
                },
                "required": ["column", "label", "code", "warning", "zh", "en"],
            }},
        },
        "required": ["type", "status", "code", "title", "title_zh", "title_en", "trace_id", "findings"],
    })
}
