//! One certificate, one interface: the directory, and a page for the contract of each.

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::contract::Contract;
use super::contract::Directory;
use super::contract::Line;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::contracts;
use crate::flow::contracts::WhichSchema;
use crate::flow::interface::directory;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// What somebody looks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "dev/interfaces.html")]
struct DirectoryPage {
    frame: Frame,
    q: String,
    all: usize,
    found: Vec<Line>,
}

/// The directory, or what of it has a name or code with something in it.
pub(crate) async fn all(desk: Data<Desk>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let document = off_the_loop(&desk, directory::directory).await?;
    let read: Directory = serde_json::from_value(document).map_err(Refusal::broken)?;
    let q = wanted.q.trim().to_lowercase();
    let all = read.interfaces.len();
    let found = read.interfaces.into_iter().filter(|line| line.fits(&q));
    page(&DirectoryPage {
        q: wanted.q,
        all,
        found: found.collect(),
        frame,
    })
}

#[derive(Template)]
#[template(path = "dev/contract.html")]
struct ContractPage {
    frame: Frame,
    of: Contract,
    base: String,
    answer: String,
    schema: String,
}

impl ContractPage {
    fn name<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.frame.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// A query that can be copied: in `$TOKEN` stands the caller's token.
    fn curl(&self, body: &Value) -> String {
        command(&format!("{}/query", self.base), body, false)
    }

    /// The words of a class of fields.
    fn class(&self, name: &str) -> String {
        self.frame.say(&format!("dev_class.{name}"))
    }

    /// The words of a kind of fields.
    fn kind(&self, name: &str) -> String {
        self.frame.say(&format!("dev_kind.{name}"))
    }

    /// How much one request may ask for.
    fn limits(&self) -> String {
        let limits = &self.of.limits;
        let numbers = [limits.certificates, limits.values, limits.cause_characters];
        let [certificates, values, cause] = numbers.map(|n| n.to_string());
        let with: &[(&str, &str)] = &[
            ("certificates", &certificates),
            ("values", &values),
            ("cause", &cause),
        ];
        say(self.frame.lang, "dev.limits_are", with)
    }
}

/// A call that can be copied; what is done once needs a key of its own.
pub(super) fn command(address: &str, body: &Value, once: bool) -> String {
    let body = pretty(body).replace('\'', "'\\''");
    let key = if once {
        " \\\n  -H \"Idempotency-Key: $(uuidgen)\""
    } else {
        ""
    };
    format!(
        "curl {address} \\\n  -H \"Authorization: Bearer $TOKEN\"{key} \\\n  --json '{}'",
        body.replace('\n', "\n  ")
    )
}

/// JSON as people read it.
pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The contract of one.
pub(crate) async fn one(desk: Data<Desk>, frame: Frame, of: Path<String>) -> Reply {
    let (document, schema) = off_the_loop(&desk, move |office| {
        let known = office.known().type_named(&of)?;
        let code = known.definition.code.as_str();
        let schema = contracts::schema(office, code, known.version, WhichSchema::Answer)?;
        Ok((directory::contract(office, code)?, schema))
    })
    .await?;
    let of: Contract = serde_json::from_value(document).map_err(Refusal::broken)?;
    let authority = &desk.office.settings.authority;
    page(&ContractPage {
        base: format!("https://{authority}/api/v1/interfaces/{}", of.code),
        answer: pretty(&of.sample.answer),
        schema: pretty(&schema),
        of,
        frame,
    })
}
