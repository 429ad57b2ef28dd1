//! Drafts as the issuing interface takes them: one JSON object, a member a column.

use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

use crate::domain::definition::Definition;
use crate::domain::definition::FieldKind;
use crate::domain::draft::Draft;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::value::Picture;
use crate::domain::value::Raw;
use crate::domain::value::hex;
use crate::domain::value::read_integer;
use crate::domain::value::read_picture;

/// Reads a draft. `null` and blank text are the same as no member.
///
/// It is more patient than the schema: numbers may be text and text numbers, a picture may be
/// its SHA-256 alone. What the values mean is judged later.
///
/// # Errors
///
/// A [`Finding`] for each member that no column could mean: lists, objects that are no
/// picture, `true` and `false`.
pub fn read(fields: &Map<String, Json>) -> Result<Draft, Vec<Finding>> {
    let mut draft = Draft::default();
    let mut findings = Vec::new();
    for (key, value) in fields {
        match raw(value) {
            Ok(None) => {}
            Ok(Some(raw)) => {
                draft.0.insert(key.clone(), raw);
            }
            Err(fault) => findings.push(Finding::error(key, fault)),
        }
    }
    if findings.is_empty() {
        Ok(draft)
    } else {
        Err(findings)
    }
}

/// A draft as JSON, whole numbers as numbers and pictures as digest and media type.
#[must_use]
pub fn write(draft: &Draft, of: &Definition) -> Map<String, Json> {
    let member = |(key, raw): (&String, &Raw)| {
        let value = match (of.field(key).map(|f| f.kind), raw) {
            (Some(FieldKind::Integer), raw) if read_integer(raw).is_ok() => {
                read_integer(raw).unwrap_or_default().into()
            }
            (Some(FieldKind::Image), raw) => match read_picture(raw) {
                Ok(picture) => picture_json(&picture),
                Err(_) => Json::Null,
            },
            (_, Raw::Text(text)) => text.as_str().into(),
            (_, Raw::Number(n)) => format!("{n}").into(),
            (_, Raw::DateTime(at)) => at.to_string().into(),
            (_, Raw::Picture(picture)) => picture_json(picture),
        };
        (key.clone(), value)
    };
    draft.0.iter().map(member).collect()
}

fn raw(value: &Json) -> Result<Option<Raw>, Fault> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) if text.trim().is_empty() => Ok(None),
        Json::String(text) => Ok(Some(Raw::Text(text.clone()))),
        // As text, so that eighteen digits stay eighteen digits.
        Json::Number(n) if n.is_i64() || n.is_u64() => Ok(Some(Raw::Text(n.to_string()))),
        Json::Number(n) => Ok(n.as_f64().map(Raw::Number)),
        Json::Object(members) => picture(members).map(|p| Some(Raw::Picture(p))),
        Json::Bool(_) | Json::Array(_) => Err(Fault::NotAValue),
    }
}

fn picture(members: &Map<String, Json>) -> Result<Picture, Fault> {
    let text = |key: &str| members.get(key).and_then(Json::as_str);
    let (Some(digest), Some(media_type), 2) = (text("sha256"), text("media_type"), members.len())
    else {
        return Err(Fault::NotAPicture);
    };
    let Ok(picture) = read_picture(&Raw::Text(digest.to_owned())) else {
        return Err(Fault::NotAPicture);
    };
    if !["image/jpeg", "image/png"].contains(&media_type) {
        return Err(Fault::NotAPicture);
    }
    Ok(Picture {
        media_type: media_type.to_owned(),
        ..picture
    })
}

fn picture_json(picture: &Picture) -> Json {
    json!({"sha256": hex(&picture.sha256), "media_type": picture.media_type})
}
