//! How one of our columns is made of theirs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde::de::value::MapAccessDeserializer;

/// How a date is written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum DateFormat {
    /// `20261007`.
    #[serde(rename = "yyyyMMdd")]
    Compact,
    /// `2026-10-07`.
    #[serde(rename = "yyyy-MM-dd")]
    Dashed,
    /// Milliseconds since 1970.
    #[serde(rename = "epoch_ms")]
    EpochMillis,
    /// `2026年10月7日` or `二〇二六年十月七日`.
    #[serde(rename = "chinese")]
    Chinese,
    /// Any of the three that travel between platforms: `20261007`, `2026-10-07`, milliseconds.
    #[serde(rename = "national")]
    National,
}

impl DateFormat {
    /// The name in configurations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compact => "yyyyMMdd",
            Self::Dashed => "yyyy-MM-dd",
            Self::EpochMillis => "epoch_ms",
            Self::Chinese => "chinese",
            Self::National => "national",
        }
    }
}

/// What is put right in a text.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Clean {
    /// A person's name: blanks between Chinese characters out, one kind of dot.
    Name,
    /// A holder's code: narrow, no blanks, capitals.
    Code,
    /// A certificate's number: narrow, no blanks.
    Number,
}

/// How one of our columns is made of theirs. As a text alone, it is `from`.
///
/// Blanks at the ends always go. The order is: join → clean → date or codes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldRule {
    /// Their path, column or heading.
    pub from: Option<String>,
    /// Several of theirs, one after the other.
    pub join: Vec<String>,
    /// What stands between joined ones.
    pub with: String,
    /// The same for every record.
    pub constant: Option<String>,
    /// What is put right.
    pub clean: Option<Clean>,
    /// How their date is written.
    pub date: Option<DateFormat>,
    /// Their code to ours.
    pub codes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    from: Option<String>,
    #[serde(default)]
    join: Vec<String>,
    #[serde(default)]
    with: String,
    constant: Option<String>,
    clean: Option<Clean>,
    date: Option<DateFormat>,
    #[serde(default)]
    codes: BTreeMap<String, String>,
}

impl FieldRule {
    /// What it reads of theirs.
    pub fn reads(&self) -> impl Iterator<Item = &str> {
        self.from.iter().chain(&self.join).map(String::as_str)
    }
}

impl<'de> Deserialize<'de> for FieldRule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextOrTable)
    }
}

/// Written out, because serde's untagged enums forget what was wrong and where.
struct TextOrTable;

impl<'de> Visitor<'de> for TextOrTable {
    type Value = FieldRule;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path, or a table with from, join or constant")
    }

    fn visit_str<E>(self, text: &str) -> Result<FieldRule, E> {
        Ok(FieldRule {
            from: Some(text.to_owned()),
            ..FieldRule::default()
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FieldRule, A::Error> {
        let table = Table::deserialize(MapAccessDeserializer::new(map))?;
        Ok(FieldRule {
            from: table.from,
            join: table.join,
            with: table.with,
            constant: table.constant,
            clean: table.clean,
            date: table.date,
            codes: table.codes,
        })
    }
}
