//! The page about the interface: the interface document, as people read it. Chinese first.
//!
//! It is made on the server and whole without a script; the script adds a search box and
//! buttons to copy, and asks nobody for anything.

mod begin;
mod curl;
mod operation;
mod problems;
mod shape;
mod tell;
mod types;

use serde_json::Value;

use crate::domain::settings::Mode;
use crate::domain::settings::Settings;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::contracts;
use crate::flow::office::Office;
use crate::http::docs::operation::operation;
use crate::http::docs::tell::both;
use crate::http::docs::tell::in_short;
use crate::http::openapi;
use crate::http::pages::plain;
use crate::http::pages::plain::Look;
use crate::http::pages::plain::escaped;
use crate::http::routes::TABLE;
use crate::http::row::Row;
use crate::http::subject::Subject;

/// How the page looks, and what its script does.
const LOOK: Look = Look {
    style: "docs.css",
    script: Some("docs.js"),
};

/// Sky, grassland, and the bends of the Xilin river.
const MARK: &str = include_str!("../web/mark.svg");

/// The sections that stand beside the chapters: their places and the words of their titles.
const AFTER: [(&str, &str); 3] = [
    ("on-problems", "docs.problems"),
    ("on-shapes", "docs.shapes"),
    ("on-types", "docs.types"),
];

/// The page, for what the office knows now.
pub(crate) fn html(office: &Office) -> String {
    let document = openapi::build(office);
    let authority = &office.settings.authority;
    let types = contracts::list(office);
    let mut main = begin::section(authority);
    for subject in Subject::ALL {
        main.push_str(&chapter(subject, &document, &office.settings));
    }
    main.push_str(&problems::section());
    main.push_str(&shape::section(&document));
    main.push_str(&types::section(&types));
    let test = match office.settings.mode {
        Mode::Demo => format!("<p class=\"band\">{}</p>", both("docs.demo")),
        Mode::Production => String::new(),
    };
    let body = format!(
        "<header class=\"mast\"><div class=\"in\">{MARK}<div class=\"t\"><b>{}</b><span>{}</span>\
         </div>{}</div></header>{test}\
         <input type=\"checkbox\" id=\"toc\" class=\"vh\"><label for=\"toc\" class=\"tocs\">{}</label>\
         <div class=\"house\">{}<main>{main}</main></div>\
         <template id=\"copy\">{}</template><template id=\"copied\">{}</template>",
        both("docs.title"),
        escaped(authority),
        languages(),
        both("docs.contents"),
        contents(&office.settings),
        both("docs.copy"),
        both("docs.copied"),
    );
    let title = format!("{} {authority}", say(Lang::Zh, "docs.title", &[]));
    plain::html(&title, &body, &LOOK)
}

/// Which languages are shown: chosen without a script.
fn languages() -> String {
    let choice = |id: &str, label: &str, checked: &str| {
        format!(
            "<label><input type=\"radio\" name=\"lang\" id=\"lang-{id}\"{checked}>\
             <span>{label}</span></label>"
        )
    };
    let both_words = escaped(&say(Lang::Zh, "docs.both", &[]));
    format!(
        "<fieldset class=\"lang\"><legend class=\"vh\">{}</legend>{}{}{}</fieldset>",
        both("docs.language"),
        choice("zh", "中文", ""),
        choice("both", &both_words, " checked"),
        choice("en", "English", ""),
    )
}

fn contents(settings: &Settings) -> String {
    let find = escaped(&say(Lang::Zh, "docs.search", &[]));
    let mut text = format!(
        "<nav class=\"side\" aria-label=\"{}\"><div class=\"find\" hidden>\
         <input type=\"search\" id=\"find\" placeholder=\"{find}\" aria-label=\"{find}\">\
         <p id=\"nothing\" hidden>{}</p></div><ul><li><a href=\"#on-begin\">{}</a></li></ul>",
        escaped(&say(Lang::Zh, "docs.contents", &[])),
        both("docs.nothing_found"),
        both("docs.begin"),
    );
    for subject in Subject::ALL {
        let title = both(&format!("subject.{}", subject.name()));
        let line = format!(
            "<h2><a href=\"#on-{}\">{title}</a></h2><ul>",
            subject.name()
        );
        text.push_str(&line);
        for row in of(subject, settings) {
            let verb = row.verb.name();
            let line = format!(
                "<li data-of=\"{0}\"><a href=\"#{0}\"><span class=\"verb {1}\">{verb}</span>{2}</a></li>",
                row.name,
                verb.to_lowercase(),
                in_short(&format!("route.{}", row.name)),
            );
            text.push_str(&line);
        }
        text.push_str("</ul>");
    }
    text.push_str("<h2></h2><ul>");
    for (place, title) in AFTER {
        let line = format!("<li><a href=\"#{place}\">{}</a></li>", both(title));
        text.push_str(&line);
    }
    text.push_str("</ul></nav>");
    text
}

fn chapter(subject: Subject, document: &Value, settings: &Settings) -> String {
    let name = subject.name();
    let mut text = format!(
        "<section id=\"on-{name}\" class=\"chapter\"><header><h2>{}</h2><p class=\"lead\">{}</p></header>",
        both(&format!("subject.{name}")),
        both(&format!("subject_text.{name}")),
    );
    for row in of(subject, settings) {
        text.push_str(&operation(row, document, &settings.authority));
    }
    text.push_str("</section>");
    text
}

fn of(subject: Subject, settings: &Settings) -> impl Iterator<Item = &'static Row> {
    let here = move |row: &&Row| row.subject == subject && !row.page && row.is_on(settings);
    TABLE.iter().filter(here)
}
