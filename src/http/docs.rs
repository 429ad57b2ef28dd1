//! The page of routes, from the same rows as everything else. Chinese first.

use schemars::generate::SchemaSettings;

use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::http::page;
use crate::http::page::escaped;
use crate::http::problem;
use crate::http::routes::TABLE;
use crate::http::row::Gives;
use crate::http::row::Repeat;
use crate::http::row::Row;
use crate::http::row::Takes;
use crate::http::row::Who;

/// The page.
pub(crate) fn html(authority: &str) -> String {
    let zh = |key: &str| escaped(&say(Lang::Zh, key, &[]));
    let mut body = format!(
        "<h1>{}</h1><p>{} <a href=\"/openapi.json\">openapi.json</a></p>",
        zh("docs.title"),
        zh("docs.text"),
    );
    for row in TABLE.iter() {
        body.push_str(&route(row));
    }
    let line = format!("<h2>{}</h2><table>", zh("docs.problems"));
    body.push_str(&line);
    for reason in Reason::all() {
        let line = format!(
            "<tr id=\"problem-{0}\"><td>{1}</td><td><code>{0}</code></td><td>{2}<br>\
             <span lang=\"en\">{3}</span></td></tr>",
            reason.code(),
            problem::status(reason).as_u16(),
            escaped(&reason.title(Lang::Zh)),
            escaped(&reason.title(Lang::En)),
        );
        body.push_str(&line);
    }
    body.push_str("</table>");
    let title = format!("{} {authority}", say(Lang::Zh, "docs.title", &[]));
    page::html(&title, &body)
}

/// The roles that may call a route, in words.
pub(crate) fn roles(who: Who) -> String {
    let names = |roles: &[Role]| {
        roles
            .iter()
            .map(|r| r.name())
            .collect::<Vec<_>>()
            .join(", ")
    };
    match who {
        Who::Anybody => Role::Public.name().to_owned(),
        Who::Roles(roles) => names(roles),
        Who::AtTheMachineOr(roles) => format!("127.0.0.1, {}", names(roles)),
    }
}

fn route(row: &Row) -> String {
    let zh = |key: &str| escaped(&say(Lang::Zh, key, &[]));
    let summary = |lang| escaped(&say(lang, &format!("route.{}", row.name), &[]));
    let mut text = format!(
        "<h2 id=\"{}\"><code>{} {}</code></h2><p>{}<br><span lang=\"en\">{}</span></p>\
         <p>{}: <code>{}</code></p>",
        row.name,
        row.verb.name(),
        escaped(row.path),
        summary(Lang::Zh),
        summary(Lang::En),
        zh("docs.who"),
        roles(row.who),
    );
    if row.repeat == Repeat::Key {
        text.push_str("<p><code>Idempotency-Key</code></p>");
    }
    if !row.query.is_empty() {
        let query = row.query.iter().map(|p| {
            let values = p.values.join("|");
            let optional = if p.required { "" } else { "?" };
            format!("{}{optional}={values}", p.name)
        });
        let query = query.collect::<Vec<_>>().join("&");
        let line = format!("<p><code>?{}</code></p>", escaped(&query));
        text.push_str(&line);
    }
    match row.takes {
        Takes::Nothing => {}
        Takes::Json(shape, _) => text.push_str(&example(&zh("docs.takes"), &(shape.example)())),
        Takes::Bytes(media, most) => {
            let mb = most / 1024 / 1024;
            let line = format!(
                "<p>{}: {} ≤ {mb} MB</p>",
                zh("docs.takes"),
                media.join(", ")
            );
            text.push_str(&line);
        }
    }
    match row.gives {
        Gives::Json(shape) | Gives::Picture(shape) => {
            text.push_str(&example(&zh("docs.gives"), &(shape.example)()));
        }
        Gives::Media(media) => {
            let line = format!("<p>{}: {}</p>", zh("docs.gives"), escaped(media));
            text.push_str(&line);
        }
    }
    text
}

fn example(label: &str, value: &serde_json::Value) -> String {
    let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
    format!("<p>{label}</p><pre><code>{}</code></pre>", escaped(&pretty))
}

/// The settings of schemas in documents of ours.
pub(crate) fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into())
}
