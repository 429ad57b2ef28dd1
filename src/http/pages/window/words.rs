//! What an officer reads of certificates: labels for keys, words for values, hours for moments.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::item::PREDICATES;
use crate::domain::type_facts::TypeFacts;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::office::Office;
use crate::flow::verify::describe;

/// The facts of the newest version of a type.
pub(super) fn facts(office: &Office, type_code: Option<&str>) -> Option<TypeFacts> {
    let known = office.known();
    let of = known.newest.get(type_code?)?;
    Some(TypeFacts::of(of))
}

/// What people call a field, or a question that is asked in its stead.
pub(super) fn label(facts: Option<&TypeFacts>, key: &str, lang: Lang) -> String {
    if PREDICATES.contains(&key) {
        return say(lang, &format!("predicate.{key}"), &[]);
    }
    describe::label(facts, key, lang)
}

/// Fields as label and text, in the order of the type's face.
pub(super) fn fields(
    facts: Option<&TypeFacts>,
    fields: &BTreeMap<String, Value>,
    lang: Lang,
) -> Vec<(String, String)> {
    let face = facts.map(|facts| facts.fields.as_slice());
    let place = |key: &str| {
        let at = face.and_then(|face| face.iter().position(|field| field.key == key));
        // Who it is stands before the face, and days behind it.
        match at {
            Some(at) => at + 1,
            None if key.starts_with("holder") => 0,
            None => usize::MAX,
        }
    };
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(key, _)| place(key));
    let told = fields.into_iter();
    told.map(|(key, value)| {
        let text = describe::text(facts, key, value, lang);
        (label(facts, key, lang), text)
    })
    .collect()
}

/// The time of day of a moment as our texts write it.
pub(super) fn hour(at: &str) -> String {
    at.get(11..19).unwrap_or(at).to_owned()
}

/// The same without seconds.
pub(super) fn minute(at: &str) -> String {
    at.get(11..16).unwrap_or(at).to_owned()
}
