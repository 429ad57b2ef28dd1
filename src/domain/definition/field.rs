//! A field on the face of a certificate.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

/// A field on the face of a certificate.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its key, `[a-z][a-z0-9_]*`.
    pub key: String,
    /// Its Chinese label, as printed.
    pub label: String,
    /// Its English label.
    pub label_en: String,
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Code → label, for a field of kind `code` only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// Whether a new certificate must have it.
    pub required: bool,
    /// The most characters; bytes for a picture.
    pub max_length: u32,
    /// When it is disclosed.
    pub disclosure: Disclosure,
    /// Other headings accepted in files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Whether a day after today is an error.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub past: bool,
    /// What kind of number a text field holds, if it is checked as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<NumberFormat>,
}

/// What kind of value a field takes.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Text.
    Text,
    /// A day.
    Date,
    /// A day and a time of day.
    Datetime,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// One of a list of codes.
    Code,
    /// A picture.
    Image,
}

/// When a field is disclosed (data law: no more than the matter needs).
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// With every showing.
    Always,
    /// When the matter needs it.
    ByNeed,
    /// When the matter needs it, and named as sensitive to whoever consents.
    Sensitive,
}

/// A number that a text field holds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// A person's document number: one of 18 characters is checked as a citizen number.
    IdentityNumber,
    /// A unified social credit code.
    Uscc,
}
