//! The answers of an operation.

use std::collections::BTreeSet;

use schemars::SchemaGenerator;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::http::manner::Repeat;
use crate::http::manner::Verb;
use crate::http::manner::Who;
use crate::http::problem;
use crate::http::reply::PDF;
use crate::http::row::Gives;
use crate::http::row::Row;
use crate::http::row::Takes;
use crate::http::shapes::documents::finding;
use crate::http::shapes::national::answers::NationalRefusal;
use crate::http::shapes::national::answers::refusal_example;

/// What a route answers: its success, and a problem for every way it may be refused.
pub(super) fn responses(row: &Row, generator: &mut SchemaGenerator) -> Value {
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
        Gives::Paper(shape) => {
            let mut content = json_content((shape.schema)(generator).to_value(), (shape.example)());
            if let Some(map) = content.as_object_mut() {
                map.insert(PDF.to_owned(), json!({}));
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
        let (media, example) = if row.national {
            ("application/json", refusal_example(reason))
        } else {
            let example = problem_example("mz.example", reason);
            (problem::MEDIA_TYPE, example)
        };
        let entry = responses.entry(status).or_insert_with(|| {
            let schema = if row.national {
                generator.subschema_for::<NationalRefusal>().to_value()
            } else {
                json!({"$ref": "#/components/schemas/Problem"})
            };
            json!({
                "description": reason.title(Lang::En),
                "content": {media: {"schema": schema, "examples": {}}},
            })
        });
        let examples = entry
            .get_mut("content")
            .and_then(|content| content.get_mut(media))
            .and_then(|content| content.get_mut("examples"))
            .and_then(Value::as_object_mut);
        if let Some(examples) = examples {
            examples.insert(reason.code().to_owned(), json!({"value": example}));
        }
    }
    Value::Object(responses)
}

/// What the row says, and what the door and the extractors refuse for it.
pub(crate) fn refusals(row: &Row) -> Vec<Reason> {
    let mut all = [row.refusals, row.also].concat();
    all.push(Reason::TooMany);
    if row.name != "ready" {
        all.push(Reason::Unavailable);
    }
    if row.who != Who::Anybody {
        all.extend([
            Reason::Unauthenticated,
            Reason::ClockOff,
            Reason::NonceReplayed,
            Reason::Forbidden,
        ]);
    }
    if row.who != Who::Anybody && row.verb != Verb::Get {
        all.push(Reason::CrossOrigin);
    }
    if row.repeat == Repeat::Key {
        all.push(Reason::KeyMissing);
    }
    match row.takes {
        Takes::Nothing => {}
        Takes::Json(..) => all.extend([
            Reason::BadRequest,
            Reason::WrongMedia,
            Reason::TooLarge,
            Reason::TooSlow,
        ]),
        Takes::Bytes(..) => {
            all.extend([Reason::BadRequest, Reason::TooLarge, Reason::TooSlow]);
        }
    }
    if row.verb == Verb::Get && !row.query.is_empty() {
        all.push(Reason::BadRequest);
    }
    all
}

/// A problem with this reason, as it is told.
pub(crate) fn problem_example(authority: &str, reason: Reason) -> Value {
    let findings = match reason {
        Reason::BadDraft => vec![finding()],
        _ => Vec::new(),
    };
    json!({
        "type": problem::type_url(authority, reason),
        "status": problem::status(reason).as_u16(),
        "code": reason.code(),
        "title": reason.title(Lang::Zh),
        "title_zh": reason.title(Lang::Zh),
        "title_en": reason.title(Lang::En),
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "findings": findings,
    })
}

/// The schema of a problem with one of these codes.
pub(super) fn problem_schema(codes: &BTreeSet<String>) -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": codes},
            "title": text, "title_zh": text, "title_en": text, "detail": text,
            "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}},
        },
        "required": ["type", "status", "code", "title", "title_zh", "title_en", "trace_id", "findings"],
    })
}
