//! One call: what it is for, who may, what goes in, what comes out, and how to try it.

use serde_json::Value;

use crate::domain::caller::Role;
use crate::domain::words::Lang;
use crate::http::docs::curl;
use crate::http::docs::problems;
use crate::http::docs::shape;
use crate::http::docs::shape::Way;
use crate::http::docs::tell::block;
use crate::http::docs::tell::both;
use crate::http::docs::tell::both_with;
use crate::http::docs::tell::json;
use crate::http::docs::tell::pair;
use crate::http::manner::Repeat;
use crate::http::manner::Who;
use crate::http::openapi::responses::refusals;
use crate::http::pages::plain::escaped;
use crate::http::problem;
use crate::http::row::Gives;
use crate::http::row::Row;
use crate::http::row::Takes;

/// A call, as an article.
pub(super) fn operation(row: &Row, document: &Value, authority: &str) -> String {
    let verb = row.verb.name();
    let operation = part(document, &["paths", row.path, &verb.to_lowercase()]);
    let status = problem::success(row.success).as_u16();
    let code = status.to_string();
    let answer = part(
        operation,
        &["responses", &code, "content", "application/json"],
    );
    let parameters = operation["parameters"].as_array();
    let mut left = shape::parameters(parameters.map(Vec::as_slice).unwrap_or_default());
    left.push_str(&takes(row, operation, document));
    left.push_str(&gives(row, status, answer, document));
    left.push_str(&problems::of(&refusals(row)));
    let command = curl::command(row, operation, authority);
    let mut right = block("curl", &escaped(&command));
    let several = answer.get("examples").and_then(Value::as_object);
    let several = several.into_iter().flatten();
    let several = several.filter_map(|(_, example)| example.get("value"));
    for example in answer.get("example").into_iter().chain(several) {
        let title = format!("{} {status}", both("docs.gives"));
        right.push_str(&block(&title, &json(example)));
    }
    format!(
        "<article id=\"{0}\" class=\"panel op\" data-find><header><h3><span class=\"verb {1}\">{verb}</span>\
         <code>{2}</code><a class=\"self\" href=\"#{0}\">#</a></h3><p>{3}</p></header>\
         {4}<div class=\"cols\"><div class=\"left\">{left}</div><div class=\"right\">{right}</div></div></article>",
        row.name,
        verb.to_lowercase(),
        broken(row.path),
        both(&format!("route.{}", row.name)),
        facts(row),
    )
}

/// A part of a document; nothing where there is none.
fn part<'d>(document: &'d Value, names: &[&str]) -> &'d Value {
    let found = names.iter().try_fold(document, |part, name| part.get(name));
    found.unwrap_or(&Value::Null)
}

/// A path that may be broken into lines behind each of its parts.
fn broken(path: &str) -> String {
    escaped(path).replace('/', "/<wbr>")
}

fn facts(row: &Row) -> String {
    let tag = |name: &str| {
        let words = both(&format!("role.{name}"));
        format!("<span class=\"tag\">{words}</span>")
    };
    let who = match row.who {
        // Whoever may do it without a credential may do it with any.
        Who::Roles(roles) if roles.contains(&Role::Public) => format!(
            "{} <span class=\"muted\">{}</span>",
            tag(Role::Public.name()),
            both("docs.with_or_without")
        ),
        who => who.names().into_iter().map(tag).collect(),
    };
    let mut facts = format!(
        "<dl class=\"facts\"><div><dt>{}</dt><dd>{}</dd></div>",
        both("docs.who"),
        who
    );
    let once = match (
        row.repeat,
        row.why_repeatable(Lang::Zh),
        row.why_repeatable(Lang::En),
    ) {
        (Repeat::Key, ..) => "<a href=\"#about-once\"><code>Idempotency-Key</code></a>".to_owned(),
        (_, Some(zh), Some(en)) => {
            format!("<b>{}</b> {}", both("docs.no_key_needed"), pair(&zh, &en))
        }
        _ => String::new(),
    };
    if !once.is_empty() {
        let line = format!("<div><dt>{}</dt><dd>{once}</dd></div>", both("docs.once"));
        facts.push_str(&line);
    }
    facts.push_str("</dl>");
    facts
}

fn takes(row: &Row, operation: &Value, document: &Value) -> String {
    let title = both("docs.takes");
    let most = size(row.most_bytes());
    let with = [("most", most.as_str())];
    match row.takes {
        Takes::Nothing => String::new(),
        Takes::Json(..) => {
            let schema = operation.pointer("/requestBody/content/application~1json/schema");
            let table = schema.map(|schema| shape::table(document, schema, Way::In));
            format!(
                "<h4>{title} <span class=\"muted\">{}</span></h4>{}",
                both_with("docs.takes_json", &with),
                table.unwrap_or_default()
            )
        }
        Takes::Bytes(media, _) => {
            let media = media
                .iter()
                .map(|media| format!("<code>{}</code> ", escaped(media)));
            format!(
                "<h4>{title}</h4><p>{}</p><p>{}</p>",
                both_with("docs.takes_bytes", &with),
                media.collect::<String>()
            )
        }
    }
}

fn gives(row: &Row, status: u16, answer: &Value, document: &Value) -> String {
    let title = format!(
        "<h4>{} <span class=\"st\">{status}</span></h4>",
        both("docs.gives")
    );
    let told = match row.gives {
        Gives::Media(media) => {
            return format!("{title}<p><code>{}</code></p>", escaped(media));
        }
        Gives::Json(_) => String::new(),
        Gives::Paper(_) => format!("<p>{}</p>", both("docs.gives_paper")),
        Gives::Picture(_) => format!("<p>{}</p>", both("docs.gives_picture")),
    };
    let table = if is_document(&answer["schema"]) {
        format!("<p>{}</p>", both(&format!("document.{}", row.name)))
    } else {
        shape::table(document, &answer["schema"], Way::Out)
    };
    format!("{title}{told}{table}")
}

/// Whether an answer is a document whose members another page fixes.
fn is_document(schema: &Value) -> bool {
    let name = schema["$ref"].as_str().unwrap_or_default();
    name.ends_with("/Document")
}

/// Bytes, as people write them.
fn size(bytes: usize) -> String {
    const KB: usize = 1024;
    let (mut size, mut left) = (bytes, ["B", "KB", "MB", "GB"].into_iter());
    let mut unit = left.next().unwrap_or_default();
    for next in left {
        if size < KB || !size.is_multiple_of(KB) {
            break;
        }
        (size, unit) = (size / KB, next);
    }
    format!("{size} {unit}")
}
