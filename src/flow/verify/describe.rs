//! What a certificate said, in words: labels for keys, labels for codes, days as people write
//! them.

use std::sync::Arc;

use serde_json::Value;

use crate::domain::definition::FieldKind;
use crate::domain::holder::HolderCodeType;
use crate::domain::time::Day;
use crate::domain::type_facts::FieldFacts;
use crate::domain::type_facts::TypeFacts;
use crate::domain::value::plain_text;
use crate::domain::verdict::Shown;
use crate::domain::words::Lang;
use crate::domain::words::say;

pub use crate::crypto::types::Types;

/// Common claims in the order a clerk reads them; face fields come between number and days.
const FIRST: &[&str] = &[
    "holder_name",
    "holder_name_masked",
    "holder_code",
    "holder_code_last4",
    "holder_code_type",
    "holders",
    "certificate_number",
];

/// Common claims that are days.
const DAYS: &[&str] = &["issue_date", "valid_from", "valid_to"];

/// The facts of a shown certificate's type, of the very version it was issued under.
#[must_use]
pub fn facts_of<'t>(shown: &Shown, types: &'t Types) -> Option<&'t TypeFacts> {
    let same = |facts: &&Arc<TypeFacts>| {
        facts.code == shown.type_code && facts.version == shown.type_version
    };
    types.iter().find(same).map(|facts| &**facts)
}

/// The name of a shown certificate's type.
#[must_use]
pub fn type_name(shown: &Shown, facts: Option<&TypeFacts>, lang: Lang) -> String {
    match (facts, lang) {
        (Some(facts), Lang::En) => facts.name_en.clone(),
        _ => shown.type_name.clone(),
    }
}

/// Every field a verdict shows, as label and text: holder and number first, the face in the
/// type's order, then days and the rest. Fields a code was too small for come last, and say so.
///
/// Without the facts of the type, face fields keep their keys and codes; nothing is guessed.
#[must_use]
pub fn describe(shown: &Shown, facts: Option<&TypeFacts>, lang: Lang) -> Vec<(String, String)> {
    let face = facts
        .map(|facts| facts.fields.as_slice())
        .unwrap_or_default();
    let face = face.iter().map(|field| field.key.as_str());
    let order: Vec<&str> = FIRST
        .iter()
        .copied()
        .chain(face)
        .chain(DAYS.iter().copied())
        .collect();
    let place = |key: &str| order.iter().position(|k| *k == key).unwrap_or(order.len());
    let mut fields: Vec<(&String, &Value)> = shown.fields.iter().collect();
    fields.sort_by_key(|(key, _)| place(key));
    let mut told: Vec<(String, String)> = fields
        .into_iter()
        .map(|(key, value)| (label(facts, key, lang), text(facts, key, value, lang)))
        .collect();
    for key in &shown.not_in_code {
        told.push((label(facts, key, lang), say(lang, "cli.not_in_code", &[])));
    }
    told
}

/// What people call a field or claim; its key where nothing is known of it.
#[must_use]
pub fn label(facts: Option<&TypeFacts>, key: &str, lang: Lang) -> String {
    if let Some(field) = facts.and_then(|facts| facts.field(key)) {
        return match lang {
            Lang::Zh => field.label.clone(),
            Lang::En => field.label_en.clone(),
        };
    }
    let message = format!("claim.{key}");
    let said = say(lang, &message, &[]);
    if said == message {
        key.to_owned()
    } else {
        said
    }
}

/// What people call a value of a field or claim; the value itself where nothing is known of it.
#[must_use]
pub fn text(facts: Option<&TypeFacts>, key: &str, value: &Value, lang: Lang) -> String {
    if let Some(field) = facts.and_then(|facts| facts.field(key)) {
        return face_text(field, value, lang);
    }
    match (key, value) {
        (key, Value::String(day)) if DAYS.contains(&key) => day_text(day, lang),
        ("holder_code_type", Value::String(code)) => kind_text(code),
        ("holders", Value::Array(holders)) => {
            let each = holders.iter().map(|holder| {
                let part = |member: &str| holder.get(member).map(plain_text);
                let parts = [part("name"), part("code")];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            });
            each.collect::<Vec<_>>().join("、")
        }
        ("incomplete", Value::Array(columns)) => {
            let each = columns.iter().map(|c| label(facts, &plain_text(c), lang));
            each.collect::<Vec<_>>().join("、")
        }
        (_, Value::Bool(true)) => say(lang, "cli.yes", &[]),
        (_, Value::Bool(false)) => say(lang, "cli.no", &[]),
        _ => plain_text(value),
    }
}

fn face_text(field: &FieldFacts, value: &Value, lang: Lang) -> String {
    match (field.kind, value) {
        (FieldKind::Code, Value::String(code)) => {
            let named = field.codes.get(code);
            named.unwrap_or(code).clone()
        }
        (FieldKind::Date, Value::String(day)) => day_text(day, lang),
        (FieldKind::Datetime, Value::String(at)) => match at.split_once('T') {
            Some((day, time)) => format!("{} {time}", day_text(day, lang)),
            None => at.clone(),
        },
        (FieldKind::Image, Value::Object(_)) => say(lang, "cli.a_picture", &[]),
        _ => plain_text(value),
    }
}

/// A day as people write it; what is no day stays as it is.
fn day_text(text: &str, lang: Lang) -> String {
    match (text.parse::<Day>(), lang) {
        (Ok(day), Lang::Zh) => {
            let date = day.date();
            format!("{}年{}月{}日", date.year(), date.month(), date.day())
        }
        _ => text.to_owned(),
    }
}

fn kind_text(code: &str) -> String {
    match code.parse::<HolderCodeType>() {
        Ok(kind) => kind.label().to_owned(),
        Err(_) => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::describe;
    use crate::domain::definition::Disclosure;
    use crate::domain::definition::FieldKind;
    use crate::domain::type_facts::FieldFacts;
    use crate::domain::type_facts::TypeFacts;
    use crate::domain::verdict::Shown;
    use crate::domain::words::Lang;

    fn field(key: &str, label: (&str, &str), kind: FieldKind) -> FieldFacts {
        FieldFacts {
            key: key.to_owned(),
            label: label.0.to_owned(),
            label_en: label.1.to_owned(),
            kind,
            disclosure: Disclosure::Always,
            codes: [("03".to_owned(), "餐饮服务".to_owned())].into(),
            code_field: None,
        }
    }

    fn facts() -> TypeFacts {
        TypeFacts {
            number: 1,
            version: 1,
            code: "x".to_owned(),
            name: "健康证明".to_owned(),
            name_en: "Health certificate".to_owned(),
            departments: Vec::new(),
            fields: vec![
                field("trade_class", ("从业类别", "Trade"), FieldKind::Code),
                field("exam_date", ("体检日期", "Examined on"), FieldKind::Date),
                field("born_at", ("出生时间", "Born at"), FieldKind::Datetime),
                field("photo", ("照片", "Photo"), FieldKind::Image),
            ],
        }
    }

    fn shown() -> Shown {
        let fields = json!({
            "exam_date": "2026-09-28", "trade_class": "03", "born_at": "2026-09-01T09:30",
            "photo": {"sha256": "00", "media_type": "image/png"},
            "holder_name": "杨敏", "holder_code_type": "111", "valid_to": "2027-09-29",
            "age_over_18": true, "stock": true, "incomplete": ["exam_date"], "strange": 7,
            "holders": [{"name": "苏和", "code": "1", "code_type": "111"},
                {"name": "娜仁", "code": "2", "code_type": "111"}],
        });
        Shown {
            fields: serde_json::from_value(fields).unwrap(),
            not_in_code: vec!["exam_date".to_owned()],
            ..Shown::default()
        }
    }

    fn lines(facts: Option<&TypeFacts>, lang: Lang) -> Vec<String> {
        let told = describe(&shown(), facts, lang).into_iter();
        told.map(|(label, text)| format!("{label}={text}"))
            .collect()
    }

    #[test]
    fn a_clerk_reads_words() {
        let told = lines(Some(&facts()), Lang::Zh);
        let wanted = [
            "持证主体=杨敏",
            "持证主体代码类型=居民身份证",
            "全部持证主体=苏和 1、娜仁 2",
            "从业类别=餐饮服务",
            "体检日期=2026年9月28日",
            "出生时间=2026年9月1日 09:30",
            "照片=（有照片）",
            "有效期止=2027年9月29日",
            "颁发时已满 18 周岁=是",
            "存量证照缺少的栏目=体检日期",
            "存量证照补录=是",
            "strange=7",
            "体检日期=未载入此码",
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn english_has_its_own_labels() {
        let told = lines(Some(&facts()), Lang::En);
        assert!(told.contains(&"Trade=餐饮服务".to_owned()), "{told:?}");
        assert!(told.contains(&"Examined on=2026-09-28".to_owned()));
    }

    #[test]
    fn without_facts_nothing_is_guessed() {
        let told = lines(None, Lang::Zh);
        assert!(told.contains(&"trade_class=03".to_owned()), "{told:?}");
        assert!(told.contains(&"有效期止=2027年9月29日".to_owned()));
    }
}
