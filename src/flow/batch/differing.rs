//! What a row says otherwise than the register, with the headings of its own sheet.

use crate::domain::definition::CertificateType;
use crate::flow::batch::columns::Columns;
use crate::flow::batch::report::HeadedChange;
use crate::flow::batch::report::RowDiffers;
use crate::flow::issue::decide::FieldChange;
use crate::source::sheet::Row;

/// A row and what it says otherwise, with the headings of this very sheet.
pub(super) fn differing(
    (columns, of): (&Columns, &CertificateType),
    row: &Row,
    outcome: &'static str,
    identifier: String,
    changes: Vec<FieldChange>,
) -> RowDiffers {
    let own = changes
        .into_iter()
        .filter(|c| !DERIVED.contains(&c.key.as_str()));
    let headed = own.map(|c| HeadedChange {
        heading: columns.heading(&c.key, of).to_owned(),
        key: c.key,
        old: c.old,
        new: c.new,
    });
    RowDiffers {
        row: row.number,
        outcome,
        identifier,
        changes: headed.collect(),
    }
}

/// Changes in one line of Chinese.
pub(super) fn changes_in_words(changes: &[HeadedChange]) -> String {
    let text = |value: &Option<serde_json::Value>| match value {
        None => "（无）".to_owned(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let lines = changes
        .iter()
        .map(|c| format!("{} {} → {}", c.heading, text(&c.old), text(&c.new)));
    lines.collect::<Vec<_>>().join("，")
}

/// Claims that follow from others and would only repeat a change.
const DERIVED: &[&str] = &[
    "holder_name_masked",
    "holder_code_last4",
    "age_over_14",
    "age_over_18",
    "age_over_60",
];
