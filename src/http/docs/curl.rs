//! A call as a command that can be copied: in `$TOKEN` stands the caller's token.

use serde_json::Value;

use crate::domain::caller::Role;
use crate::http::manner::Repeat;
use crate::http::manner::Verb;
use crate::http::manner::Who;
use crate::http::row::Gives;
use crate::http::row::Row;
use crate::http::row::Takes;

/// The command; `operation` is the call in the interface document.
pub(super) fn command(row: &Row, operation: &Value, authority: &str) -> String {
    let mut parts = Vec::new();
    if row.verb != Verb::Get {
        parts.push(format!("-X {}", row.verb.name()));
    }
    parts.push(quoted(&format!(
        "https://{authority}{}",
        path(row, operation)
    )));
    if row.who != Who::Anybody && !row.who.allows(Role::Public) {
        parts.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    if row.repeat == Repeat::Key {
        parts.push("-H \"Idempotency-Key: $(uuidgen)\"".to_owned());
    }
    match row.takes {
        Takes::Nothing => {}
        Takes::Json(..) => {
            parts.push("-H 'Content-Type: application/json'".to_owned());
            let example = operation.pointer("/requestBody/content/application~1json/example");
            let body = example.map(serde_json::to_string_pretty);
            let body = body.and_then(Result::ok).unwrap_or_default();
            let body = body.replace('\n', "\n  ");
            parts.push(format!("-d {}", quoted(&body)));
        }
        Takes::Bytes(media, _) => {
            let media = media.first().copied().unwrap_or_default();
            let file = match media {
                "image/png" => "photo.png",
                "application/zip" => "photos.zip",
                _ => "sheet.csv",
            };
            parts.push(format!("-H 'Content-Type: {media}'"));
            parts.push(format!("--data-binary @{file}"));
        }
    }
    if let Gives::Media(_) = row.gives
        && let Some((_, ending)) = row.path.rsplit_once('.').filter(|(_, e)| e.len() < 5)
    {
        parts.push(format!("-o template.{ending}"));
    }
    format!("curl {}", parts.join(" \\\n  "))
}

/// The path with its examples, and the query that must be there.
fn path(row: &Row, operation: &Value) -> String {
    let mut path = row.path.to_owned();
    let parameters = operation["parameters"].as_array();
    for parameter in parameters.into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let example = parameter["example"].as_str().unwrap_or_default();
        path = path.replace(&format!("{{{name}}}"), example);
    }
    let asked = row.query.iter().filter(|asked| asked.required);
    let asked = asked.map(|asked| {
        let value = asked.values.first().copied();
        format!("{}={}", asked.name, value.unwrap_or("$TYPE"))
    });
    let asked = asked.collect::<Vec<_>>().join("&");
    if asked.is_empty() {
        path
    } else {
        format!("{path}?{asked}")
    }
}

/// A text as a shell takes it whole; one with a variable in it lets the shell fill it in.
fn quoted(text: &str) -> String {
    if text.contains("$TYPE") {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
