//! What chapters, parameters and members of objects mean, in both languages.
//!
//! A member's words stand under `shape` in the message files, by its object and name, or by its
//! name alone where it means the same everywhere.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::http::subject::Subject;

/// A chapter, as a tag.
pub(super) fn chapter(subject: Subject) -> Value {
    let words = |group: &str, lang| say(lang, &format!("{group}.{}", subject.name()), &[]);
    json!({
        "name": subject.name(),
        "description": words("subject_text", Lang::En),
        "x-title-zh": words("subject", Lang::Zh),
        "x-title-en": words("subject", Lang::En),
        "x-description-zh": words("subject_text", Lang::Zh),
    })
}

/// A parameter of this name, with the words under a key of `parameter`.
pub(super) fn parameter(name: &str, key: &str) -> Map<String, Value> {
    let words = |lang| say(lang, &format!("parameter.{key}"), &[]).into();
    [
        ("name".to_owned(), name.into()),
        ("description".to_owned(), words(Lang::En)),
        ("x-description-zh".to_owned(), words(Lang::Zh)),
    ]
    .into_iter()
    .collect()
}

/// Gives every member of every object its words.
pub(super) fn all(schemas: &mut Map<String, Value>) {
    for (of, schema) in schemas {
        let members = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (member, schema) in members.into_iter().flatten() {
            if let Some(schema) = schema.as_object_mut() {
                let words = |lang| meaning(of, member, lang).into();
                schema.insert("description".to_owned(), words(Lang::En));
                schema.insert("x-description-zh".to_owned(), words(Lang::Zh));
            }
        }
    }
}

fn meaning(of: &str, member: &str, lang: Lang) -> String {
    let own = format!("shape.{of}.{member}");
    let found = say(lang, &own, &[]);
    if found == own {
        say(lang, &format!("shape.{member}"), &[])
    } else {
        found
    }
}
