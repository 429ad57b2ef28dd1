//! Texts in both languages, and JSON with its parts told apart.

use serde_json::Value;

use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::http::pages::plain::escaped;

/// A message in both languages; the reader chooses which of them to see.
pub(super) fn both(key: &str) -> String {
    both_with(key, &[])
}

/// The same with its placeholders filled in.
pub(super) fn both_with(key: &str, with: &[(&str, &str)]) -> String {
    pair(&say(Lang::Zh, key, with), &say(Lang::En, key, with))
}

/// A text in Chinese and in English.
pub(super) fn pair(zh: &str, en: &str) -> String {
    if zh == en {
        return escaped(zh);
    }
    format!(
        "<span class=\"b\"><span lang=\"zh-CN\">{}</span> <span lang=\"en\">{}</span></span>",
        escaped(zh),
        escaped(en)
    )
}

/// The first clause of a message, for lists.
pub(super) fn in_short(key: &str) -> String {
    let first = |text: String| {
        let end = text.find(['：', '；', '，', ':', ';']);
        text.get(..end.unwrap_or(text.len()))
            .map(|text| text.trim_end().to_owned())
            .unwrap_or_default()
    };
    pair(
        &first(say(Lang::Zh, key, &[])),
        &first(say(Lang::En, key, &[])),
    )
}

/// A block of code with a title.
pub(super) fn block(title: &str, code: &str) -> String {
    format!(
        "<figure class=\"code\"><figcaption><span>{title}</span></figcaption>\
         <pre tabindex=\"0\"><code>{code}</code></pre></figure>"
    )
}

/// JSON over several lines, its names and values told apart.
pub(super) fn json(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

fn write(text: &mut String, value: &Value, depth: usize) {
    let line = |depth: usize| format!("\n{}", "  ".repeat(depth));
    let part =
        |class: &str, part: &str| format!("<span class=\"{class}\">{}</span>", escaped(part));
    match value {
        Value::Object(members) if !members.is_empty() => {
            text.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                text.push_str(&line(depth + 1));
                text.push_str(&part("k", &Value::from(name.as_str()).to_string()));
                text.push_str(": ");
                write(text, value, depth + 1);
            }
            text.push_str(&line(depth));
            text.push('}');
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                text.push_str(&line(depth + 1));
                write(text, item, depth + 1);
            }
            text.push_str(&line(depth));
            text.push(']');
        }
        Value::String(_) => text.push_str(&part("s", &value.to_string())),
        Value::Number(_) | Value::Bool(_) | Value::Null => {
            text.push_str(&part("n", &value.to_string()));
        }
        Value::Object(_) | Value::Array(_) => text.push_str(&value.to_string()),
    }
}
