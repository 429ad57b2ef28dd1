//! Paths and bodies with holes, filled so that what is put in can never become syntax.

use serde_json::Value;

use crate::codec::strict_json;
use crate::domain::sourced::SourceCause;
use crate::source::question::Question;

/// The names of the holes of a template, in their order.
#[must_use]
pub fn holes(template: &str) -> Vec<&str> {
    let after = template.split('{').skip(1);
    let named = after.filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    named.filter(|name| is_name(name)).collect()
}

/// A path, with everything that is put in percent-encoded but letters, digits and `-_.~`.
pub(super) fn path(template: &str, question: &Question) -> String {
    filled(template, question, &|text| {
        let mut encoded = String::with_capacity(text.len() * 3);
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                encoded.push('%');
                for half in [byte >> 4, byte & 15] {
                    let digit = char::from_digit(u32::from(half), 16).unwrap_or_default();
                    encoded.push(digit.to_ascii_uppercase());
                }
            }
        }
        encoded
    })
}

/// A body: the template is read as JSON first, and only its texts are filled.
///
/// # Errors
///
/// [`SourceCause::Ours`] if the template is no JSON, which the configuration's check refuses.
pub(super) fn json(template: &str, question: &Question) -> Result<String, SourceCause> {
    let Ok(mut value) = strict_json::read(template.as_bytes()) else {
        return Err(SourceCause::Ours);
    };
    fill(&mut value, question);
    Ok(value.to_string())
}

fn fill(value: &mut Value, question: &Question) {
    match value {
        Value::String(text) => *text = filled(text, question, &str::to_owned),
        Value::Array(list) => list.iter_mut().for_each(|one| fill(one, question)),
        Value::Object(map) => map.values_mut().for_each(|one| fill(one, question)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// One pass: what was put in is not looked at again.
fn filled(template: &str, question: &Question, escape: &dyn Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}') {
            Some((name, behind)) if is_name(name) => {
                text.push_str(&escape(&question.fill(name).unwrap_or_default()));
                rest = behind;
            }
            _ => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')
}
