//! A sample of what a system sends, by its way: everything that way needs, and nothing else.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::interface::Needed;
use super::interface::keys;
use super::sample;
use crate::domain::definition::CertificateType;
use crate::domain::usage::UseMode;

/// The item of a sample of a type that no published item needs.
const NO_ITEM: (&str, &str) = ("11152502MY0000143N400013100100001", "示例事项");

/// The most fields that a sample asks for.
const SOME: usize = 4;

/// A query by one way, of somebody whom nobody is. Numbers of cases, slips and consents in it are
/// to be replaced by real ones.
#[must_use]
pub fn sample_request(of: &CertificateType, mode: UseMode, item: Option<&Needed>) -> Value {
    let answer = sample::answer(of);
    let text = |key: &str| answer.get(key).and_then(Value::as_str);
    let code = text("holder_code").map(str::to_owned);
    let code = code.or_else(|| {
        let first = answer.pointer("/holders/0/code")?;
        first.as_str().map(str::to_owned)
    });
    let kind = text("holder_code_type").or_else(|| {
        let first = answer.pointer("/holders/0/code_type")?;
        first.as_str()
    });
    let holder = json!({"type": kind.unwrap_or("111"), "code": code});
    let published = item.and_then(|item| item.items.first());
    let published = published.map(|(code, name)| (code.as_str(), name.as_str()));
    let (item_code, item_name) = published.unwrap_or(NO_ITEM);
    let mut purpose: Map<String, Value> = [
        ("mode", json!(mode.name())),
        ("item", json!(item_code)),
        ("item_name", json!(item_name)),
        ("cause", json!(format!("核对{}", of.definition.name))),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    for piece in mode.evidence() {
        let value = match piece.member {
            "operator" => json!({
                "account": "wang.m", "name": "王敏",
                "organisation": "锡林郭勒盟住房公积金中心", "window": "3号窗口",
            }),
            "case" => json!("GJJ-2026-000017"),
            "legal_basis" => json!("示例依据 第一条"),
            "consent" => json!(9),
            "slip" => json!("现授〔2026〕1号"),
            "present" => json!({
                "name": "巴特尔", "holder": {"type": "111", "code": "152502199003070019"},
                "face_checked": true,
            }),
            _ => continue,
        };
        purpose.insert(piece.member.to_owned(), value);
    }
    json!({"holder": holder, "fields": some_fields(of, item), "purpose": purpose})
}

/// The fields that a sample asks for: what the first item needs, or the first of the face.
#[must_use]
pub fn some_fields(of: &CertificateType, item: Option<&Needed>) -> Vec<String> {
    let known = keys(of);
    let materials = item.iter().flat_map(|item| &item.materials);
    let needed = materials.flat_map(|(_, fields)| fields).cloned();
    let mut some: Vec<String> = Vec::new();
    for key in needed.filter(|key| known.contains(&key.as_str())) {
        if !some.contains(&key) {
            some.push(key);
        }
    }
    if some.is_empty() {
        let face = of.definition.fields.iter().map(|field| field.key.clone());
        some.extend(face.take(SOME));
    }
    some.truncate(SOME);
    some
}
