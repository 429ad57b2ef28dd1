//! Objects: their members in a table, and a section with all of them.

use serde_json::Map;
use serde_json::Value;

use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::http::docs::tell::both;
use crate::http::docs::tell::both_with;
use crate::http::docs::tell::pair;
use crate::http::pages::plain::escaped;

/// Where types' own objects are told instead: their contracts.
const BY_TYPE: [&str; 2] = ["CertificateDraft", "CertificateAnswer"];

/// Objects whose values have words of their own, and the group these stand under.
const WORDED: [(&str, &str); 6] = [
    ("Outcome", "verdict"),
    ("ShownBy", "shown"),
    ("StepOutcome", "mark"),
    ("StatusChange", "change"),
    ("Task", "task"),
    ("Word", "word"),
];

/// Which way an object goes: what must be sent is not what may be missing in an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Into the service.
    In,
    /// Out of it.
    Out,
}

/// Every object that requests and answers are made of.
pub(super) fn section(document: &Value) -> String {
    let mut text = format!(
        "<section id=\"on-shapes\" class=\"chapter\"><header><h2>{}</h2><p class=\"lead\">{}</p></header>",
        both("docs.shapes"),
        both("docs.shapes_text"),
    );
    let schemas = document.pointer("/components/schemas");
    let told = schemas.and_then(Value::as_object).into_iter().flatten();
    for (name, schema) in told.filter(|(name, _)| !name.starts_with("Certificate")) {
        let way = match name.as_str() {
            name if name.ends_with("Request") || name.ends_with("Named") => Way::In,
            _ => Way::Out,
        };
        let told = match values(name, schema) {
            values if values.is_empty() => members(schema, way),
            values => values,
        };
        let part = format!(
            "<article id=\"shape-{0}\" class=\"panel\" data-find><h3><code>{0}</code>\
             <a class=\"self\" href=\"#shape-{0}\">#</a></h3>{told}</article>",
            escaped(name)
        );
        text.push_str(&part);
    }
    text.push_str("</section>");
    text
}

/// The members of an object that a place of the document refers to.
pub(super) fn table(document: &Value, schema: &Value, way: Way) -> String {
    let name = referred(schema);
    let Some(name) = name.filter(|name| !BY_TYPE.contains(name)) else {
        return format!("<p>{}</p>", both("docs.by_type"));
    };
    let schemas = document.pointer("/components/schemas");
    match schemas.and_then(|schemas| schemas.get(name)) {
        Some(schema) => members(schema, way),
        None => String::new(),
    }
}

fn referred(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

fn members(schema: &Value, way: Way) -> String {
    let Some(members) = schema["properties"].as_object() else {
        return format!("<p>{}</p>", both("docs.any"));
    };
    let required = |name: &str| {
        let required = schema["required"].as_array().into_iter().flatten();
        required
            .filter_map(Value::as_str)
            .any(|known| known == name)
    };
    // What must be sent comes first.
    let (must, may): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| required(name));
    let lines = must.into_iter().chain(may);
    let lines = lines.map(|(name, schema)| line(name, schema, required(name), way));
    format!(
        "<table class=\"tbl\"><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>{}</tbody></table>",
        both("docs.field"),
        both("docs.type"),
        both("docs.meaning"),
        lines.collect::<String>()
    )
}

fn line(name: &str, schema: &Value, required: bool, way: Way) -> String {
    let (class, word) = match (way, required) {
        (Way::In, true) => ("must", "docs.required"),
        (Way::In, false) => ("may", "docs.optional"),
        (Way::Out, true) => ("may", "docs.always"),
        (Way::Out, false) => ("may", "docs.sometimes"),
    };
    let (zh, en) = (&schema["x-description-zh"], &schema["description"]);
    let meaning = pair(
        zh.as_str().unwrap_or_default(),
        en.as_str().unwrap_or_default(),
    );
    format!(
        "<tr><td><code>{}</code> <span class=\"{class}\">{}</span></td><td>{}</td>\
         <td>{meaning}{}</td></tr>",
        escaped(name),
        both(word),
        kind(schema),
        bounds(schema)
    )
}

/// What kind of value it is; objects lead to their own tables.
fn kind(schema: &Value) -> String {
    if let Some(name) = referred(schema) {
        return if BY_TYPE.contains(&name) {
            "<a href=\"#on-types\">object</a>".to_owned()
        } else {
            format!("<a href=\"#shape-{0}\">{0}</a>", escaped(name))
        };
    }
    let either = schema["anyOf"].as_array().into_iter().flatten();
    if let Some(first) = either.into_iter().next() {
        return kind(first);
    }
    let named = |name: &str| match name {
        "array" if schema["items"].is_object() => format!("{}[]", kind(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("object&lt;{}&gt;", kind(&schema["additionalProperties"]))
        }
        name => escaped(name),
    };
    let names = match &schema["type"] {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let names = names.into_iter().filter(|name| *name != "null").map(named);
    let names = names.collect::<Vec<_>>().join(" | ");
    if names.is_empty() {
        "JSON".to_owned()
    } else {
        names
    }
}

/// How large it may be, and what it is when it is left out.
fn bounds(schema: &Value) -> String {
    let number = |name: &str| schema.get(name).map(ToString::to_string);
    let mut told = Vec::new();
    // Bounds that only say how many bits a number has tell nothing.
    let format = schema["format"].as_str().unwrap_or_default();
    let counted = !(format.starts_with("uint") || format == "int16");
    if let (Some(from), Some(to), true) = (number("minimum"), number("maximum"), counted) {
        told.push(both_with("docs.between", &[("from", &from), ("to", &to)]));
    }
    if let Some(most) = number("maxLength") {
        told.push(both_with("docs.at_most", &[("most", &most)]));
    }
    match schema.get("default") {
        None | Some(Value::Null) => {}
        Some(value) => {
            told.push(both_with("docs.default", &[("value", &value.to_string())]));
        }
    }
    let told = told
        .into_iter()
        .map(|told| format!(" <span class=\"bound\">{told}</span>"));
    told.collect()
}

/// The values of an object that is one of a few words.
fn values(name: &str, schema: &Value) -> String {
    let group = WORDED.iter().find(|(known, _)| *known == name);
    let (Some((_, group)), Some(all)) = (group, schema["oneOf"].as_array()) else {
        return String::new();
    };
    let one = |value: &Value| {
        let code = value["const"].as_str()?;
        let words = |lang| say(lang, &format!("{group}.{code}"), &[]);
        let told = pair(&words(Lang::Zh), &words(Lang::En));
        Some(format!(
            "<div><dt><code>{}</code></dt><dd>{told}</dd></div>",
            escaped(code)
        ))
    };
    let all: String = all.iter().filter_map(one).collect();
    format!(
        "<p class=\"muted\">{}</p><dl class=\"values\">{all}</dl>",
        both("docs.one_of")
    )
}

/// The parameters of a call in a table; nothing where it has none.
pub(super) fn parameters(parameters: &[Value]) -> String {
    let of = |parameter: &Map<String, Value>, name: &str| {
        let text = parameter.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let lines = parameters.iter().filter_map(Value::as_object).map(|parameter| {
        let required = parameter.get("required") == Some(&Value::Bool(true));
        let (class, word) = if required {
            ("must", "docs.required")
        } else {
            ("may", "docs.optional")
        };
        let all = parameter.get("schema").and_then(|schema| schema["enum"].as_array());
        let all = all.into_iter().flatten().filter_map(Value::as_str);
        let all = all.map(|value| format!(" <code>{}</code>", escaped(value)));
        format!(
            "<tr><td><code>{}</code> <span class=\"{class}\">{}</span></td><td>{}</td><td>{}{}</td></tr>",
            escaped(&of(parameter, "name")),
            both(word),
            both(&format!("docs.in_{}", of(parameter, "in"))),
            pair(&of(parameter, "x-description-zh"), &of(parameter, "description")),
            all.collect::<String>()
        )
    });
    let lines: String = lines.collect();
    if lines.is_empty() {
        return lines;
    }
    format!(
        "<h4>{}</h4><table class=\"tbl\"><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead>\
         <tbody>{lines}</tbody></table>",
        both("docs.parameters"),
        both("docs.name"),
        both("docs.where"),
        both("docs.meaning"),
    )
}
