//! What has had its term, as numbers and days.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::time::Day;
use crate::flow::retention::Deleted;
use crate::flow::retention::Due;
use crate::http::row::Shown;
use crate::http::shapes::MOMENT;

/// What has had its term at a moment.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RetentionAnswer {
    /// The moment.
    pub(crate) until: String,
    /// The digest of what is shown.
    pub(crate) shown: String,
    /// By kind of record.
    pub(crate) due: Vec<DueAnswer>,
}

/// What of one kind has had its term.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DueAnswer {
    /// The kind, by its stable name.
    pub(crate) kind: &'static str,
    /// The first day that is kept.
    pub(crate) kept_from: String,
    /// How many records have had their term.
    pub(crate) records: usize,
    /// The day of the oldest.
    pub(crate) oldest: Option<String>,
    /// The day of the newest.
    pub(crate) newest: Option<String>,
    /// How many stay because they are open or in dispute.
    pub(crate) held: usize,
}

/// What was shown, and is to be deleted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionRequest {
    /// The moment that was shown.
    pub(crate) until: String,
    /// The digest that was shown.
    pub(crate) shown: String,
}

/// What was deleted.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DeletedAnswer {
    /// By kind of record.
    pub(crate) deleted: Vec<DeletedLine>,
}

/// How many records of one kind were deleted.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DeletedLine {
    /// The kind, by its stable name.
    pub(crate) kind: &'static str,
    /// How many.
    pub(crate) records: usize,
}

impl From<Due> for RetentionAnswer {
    fn from(due: Due) -> Self {
        let text = |day: Option<Day>| day.map(|day| day.to_string());
        let lines = due.lines.into_iter().map(|line| DueAnswer {
            kind: line.kind.name(),
            kept_from: line.kept_from.to_string(),
            records: line.records,
            oldest: text(line.oldest),
            newest: text(line.newest),
            held: line.held,
        });
        Self {
            until: due.until.to_string(),
            shown: due.shown,
            due: lines.collect(),
        }
    }
}

impl From<Vec<Deleted>> for DeletedAnswer {
    fn from(deleted: Vec<Deleted>) -> Self {
        let line = |one: Deleted| DeletedLine {
            kind: one.kind.name(),
            records: one.records,
        };
        Self {
            deleted: deleted.into_iter().map(line).collect(),
        }
    }
}

impl Shown for RetentionAnswer {
    fn example() -> Value {
        json!({"until": MOMENT, "shown": "5f2c9d0a71be4438", "due": [{
            "kind": "cases", "kept_from": "2023-11-23", "records": 214,
            "oldest": "2023-10-09", "newest": "2023-11-22", "held": 1,
        }]})
    }
}

impl Shown for RetentionRequest {
    fn example() -> Value {
        json!({"until": MOMENT, "shown": "5f2c9d0a71be4438"})
    }
}

impl Shown for DeletedAnswer {
    fn example() -> Value {
        json!({"deleted": [{"kind": "cases", "records": 214}]})
    }
}
