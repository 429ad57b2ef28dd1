//! The configuration of a source: one TOML file, without code.
//!
//! ```toml
//! [source]
//! name = "xilinhot-cdc"
//! type = "食品从业人员健康证明"
//! ask_by = ["holder_code"]
//!
//! [source.http]
//! address = "http://127.0.0.1:8020"
//! path = "/records?id={holder_code}"
//! records = "data.list"
//!
//! [source.fields]
//! holder_name = "xm"
//! ```
//!
//! Unknown members are refused, and so is what contradicts itself ([`SourceFile::parse`]) or the
//! type ([`Source::fits`]).

mod against_type;
mod check;
mod choice;
mod file;
mod http;
mod limits;
mod mistake;
mod national;
mod rule;
mod view;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::definition::Definition;
use crate::domain::said::one_line;

pub use choice::AskBy;
pub use choice::IssueRule;
pub use file::FileDrop;
pub use http::AnswerCode;
pub use http::Bearer;
pub use http::ClientCertificate;
pub use http::Http;
pub use http::Signed;
pub use limits::Breaker;
pub use limits::Cache;
pub use mistake::Mistake;
pub use national::National;
pub use national::UsualPurpose;
pub use rule::Clean;
pub use rule::DateFormat;
pub use rule::FieldRule;
pub use view::View;

/// Where the records of a type live, and how they become its fields.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name in answers, logs and metrics: 2 to 40 of `a-z`, `0-9` and `-`.
    pub name: String,
    /// The type, by code or Chinese name.
    #[serde(rename = "type")]
    pub of: String,
    /// What it is asked by; all of them must be known.
    pub ask_by: Vec<AskBy>,
    /// Milliseconds for a question with all its tries, 100 to 60,000.
    #[serde(default = "five_seconds")]
    pub time_limit_ms: u32,
    /// How often a question is sent, 1 to 5; only what broke on the way is sent again.
    #[serde(default = "two")]
    pub tries: u32,
    /// Milliseconds before the second try, at most 10,000; doubled before each further one, of
    /// which a random half is waited.
    #[serde(default = "fifth_of_a_second")]
    pub wait_ms: u32,
    /// Questions at the same time, 1 to 64; who finds no place is told so at once.
    #[serde(default = "four")]
    pub places: usize,
    /// When it is left alone.
    #[serde(default)]
    pub breaker: Breaker,
    /// What is kept for a while.
    #[serde(default)]
    pub cache: Cache,
    /// Whether records become certificates.
    #[serde(default)]
    pub issue: IssueRule,
    /// The agency that issues them, by code or name.
    #[serde(default)]
    pub issuer: Option<String>,
    /// A system that speaks HTTP and JSON.
    #[serde(default)]
    http: Option<Http>,
    /// A view of a database.
    #[serde(default)]
    view: Option<View>,
    /// A file that is put somewhere.
    #[serde(default)]
    file: Option<FileDrop>,
    /// A platform that speaks the nation's interface.
    #[serde(default)]
    national: Option<National>,
    /// What becomes what: our column ← their path, column or heading.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldRule>,
}

/// Where a source's records live.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind<'a> {
    /// A system that speaks HTTP and JSON.
    Http(&'a Http),
    /// A view of a database.
    View(&'a View),
    /// A file that is put somewhere.
    File(&'a FileDrop),
    /// A platform that speaks the nation's interface.
    National(&'a National),
}

impl Kind<'_> {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::View(_) => "view",
            Self::File(_) => "file",
            Self::National(_) => "national",
        }
    }
}

/// What a file holds: a source, and its type where that is to be loaded with it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// The source.
    pub source: Source,
    /// The definition of its type, if the file has one.
    pub definition: Option<Definition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    source: Source,
    #[serde(rename = "type")]
    definition: Option<Definition>,
}

fn five_seconds() -> u32 {
    5_000
}

fn two() -> u32 {
    2
}

fn fifth_of_a_second() -> u32 {
    200
}

fn four() -> usize {
    4
}

/// Longest text of a configuration, in bytes.
const LONGEST: usize = 256 << 10;

impl SourceFile {
    /// Reads a configuration and checks that it does not contradict itself; its type's rules are
    /// asked by [`Source::fits`].
    ///
    /// # Errors
    ///
    /// [`Mistake`]: what is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        if text.len() > LONGEST {
            return Err(Mistake::at("", "too_long").with("given", text.len()));
        }
        let written: Written = toml::from_str(text).map_err(|why| {
            let line = why.span().map_or(0, |span| {
                let above = text.get(..span.start).unwrap_or_default();
                above.matches('\n').count() + 1
            });
            let why = one_line(why.message());
            Mistake::at(&format!("line {line}"), "not_read").with("why", why)
        })?;
        let Written { source, definition } = written;
        source.check()?;
        if let Some(definition) = &definition {
            source.names(definition)?;
        }
        Ok(Self { source, definition })
    }
}

impl Source {
    /// The platform of the region or the nation that it asks, if it asks one: what comes from
    /// there is never signed here.
    #[must_use]
    pub const fn platform(&self) -> Option<&National> {
        self.national.as_ref()
    }

    /// Where the records live.
    #[must_use]
    pub fn kind(&self) -> Option<Kind<'_>> {
        match (&self.http, &self.view, &self.file, &self.national) {
            (Some(http), None, None, None) => Some(Kind::Http(http)),
            (None, Some(view), None, None) => Some(Kind::View(view)),
            (None, None, Some(file), None) => Some(Kind::File(file)),
            (None, None, None, Some(national)) => Some(Kind::National(national)),
            _ => None,
        }
    }

    /// Their paths, columns or headings that the mapping reads, each once.
    #[must_use]
    pub fn reads(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.fields.values().flat_map(FieldRule::reads).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

#[cfg(test)]
mod tests;
