//! The documents about interfaces, as a page takes them apart.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::domain::words::Lang;
use crate::http::pages::frame::Frame;

/// Words in both languages.
#[derive(Deserialize)]
pub(super) struct Both {
    zh: String,
    en: String,
}

impl Both {
    /// Those of a page's language.
    pub(super) fn of(&self, frame: &Frame) -> &str {
        match frame.lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// A line of the directory.
#[derive(Deserialize)]
pub(super) struct Line {
    pub(super) code: String,
    pub(super) version: u32,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) sensitive: bool,
    pub(super) needed_by: usize,
    pub(super) base_items: usize,
}

impl Line {
    /// Whether it is what somebody looks for; `wanted` is in lower case.
    pub(super) fn fits(&self, wanted: &str) -> bool {
        let texts = [&self.code, &self.name, &self.name_en];
        texts.iter().any(|t| t.to_lowercase().contains(wanted))
    }

    /// The name in a page's language.
    pub(super) fn name(&self, frame: &Frame) -> &str {
        match frame.lang {
            Lang::Zh => &self.name,
            Lang::En => &self.name_en,
        }
    }
}

/// The directory.
#[derive(Deserialize)]
pub(super) struct Directory {
    pub(super) interfaces: Vec<Line>,
}

/// The contract of an interface.
#[derive(Deserialize)]
pub(super) struct Contract {
    pub(super) code: String,
    pub(super) version: u32,
    pub(super) vct: String,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) provisional: bool,
    pub(super) sensitive: bool,
    pub(super) validity: Both,
    pub(super) fields: Vec<FieldLine>,
    pub(super) in_every_evidence: Vec<OpenClaim>,
    pub(super) who_may: Both,
    pub(super) needed_by: Vec<Needed>,
    pub(super) modes: Vec<Mode>,
    pub(super) limits: Limits,
    pub(super) sample: Sample,
}

/// A field that can be granted.
#[derive(Deserialize)]
pub(super) struct FieldLine {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) label_en: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) disclosure: String,
    pub(super) meaning: Both,
    pub(super) on_face: bool,
    #[serde(default)]
    pub(super) max_length: Option<u32>,
    #[serde(default)]
    pub(super) codes: BTreeMap<String, String>,
}

/// What stands in the open in every evidence.
#[derive(Deserialize)]
pub(super) struct OpenClaim {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) label_en: String,
}

/// An item that needs such certificates.
#[derive(Deserialize)]
pub(super) struct Needed {
    pub(super) base_item: String,
    pub(super) name: String,
    pub(super) items: Vec<NamedItem>,
    pub(super) materials: Vec<Material>,
}

/// A published item.
#[derive(Deserialize)]
pub(super) struct NamedItem {
    pub(super) item: String,
    pub(super) name: String,
}

/// A material that such a certificate stands for.
#[derive(Deserialize)]
pub(super) struct Material {
    pub(super) material: String,
    pub(super) fields: Vec<String>,
}

/// A way of use.
#[derive(Deserialize)]
pub(super) struct Mode {
    #[serde(rename = "mode")]
    pub(super) code: String,
    pub(super) name: Both,
    pub(super) meaning: Both,
    pub(super) evidence: Vec<Evidence>,
    pub(super) sample: Value,
}

/// A piece of evidence that a way of use needs.
#[derive(Deserialize)]
pub(super) struct Evidence {
    pub(super) member: String,
    pub(super) meaning: Both,
    pub(super) without: String,
}

/// How much one request may ask for.
#[derive(Deserialize)]
pub(super) struct Limits {
    pub(super) certificates: u32,
    pub(super) values: u32,
    pub(super) cause_characters: u32,
}

/// What an answer looks like.
#[derive(Deserialize)]
pub(super) struct Sample {
    pub(super) answer: Value,
}
