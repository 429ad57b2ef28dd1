//! How long certificates of a type are good for.

use serde::Deserialize;
use serde::Serialize;

/// How long certificates of a type are good for.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(untagged)]
pub enum Validity {
    /// `long_term`, or `per_field`: each certificate says its own end.
    Named(NamedValidity),
    /// A span from a day.
    Span(Span),
}

/// The validities that have a name.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum NamedValidity {
    /// No end.
    LongTerm,
    /// Printed on each certificate.
    PerField,
}

/// A validity counted from the day of issue or from a face field.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Span {
    /// Years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub years: Option<i32>,
    /// Months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<i32>,
    /// Days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// The date field it counts from; without it, the day of issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// `day_before`: the last day is the day before the anniversary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<LastDay>,
}

/// Which day of a span is the last.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LastDay {
    /// The day before the anniversary.
    DayBefore,
}
