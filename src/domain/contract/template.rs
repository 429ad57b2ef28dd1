//! The columns of a type's file template, in the order an office reads a certificate.

use crate::domain::contract::rules::choices;
use crate::domain::contract::rules::end_is_written;
use crate::domain::contract::rules::is_required;
use crate::domain::contract::rules::meaning;
use crate::domain::definition::Definition;
use crate::domain::words::Lang;

/// A column of a file template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateColumn {
    /// The key of the column.
    pub key: String,
    /// The heading as it is printed; [`Definition::column_of`] reads it back as the key.
    pub heading: String,
    /// What may be filled in.
    pub note: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What may be filled in where there is a list; the labels, not the codes.
    pub choices: Vec<String>,
}

/// The columns of a type's template: holder, number, face, days.
///
/// Columns that follow from others are left out, though files may have them: the number where
/// another column gives it, and the validity where a rule or a face field does.
#[must_use]
pub fn template(of: &Definition) -> Vec<TemplateColumn> {
    let kept = |key: &&str| match *key {
        "certificate_number" => of.number_from.is_none(),
        "valid_from" | "valid_to" => end_is_written(of),
        "original_issuer" => false,
        _ => true,
    };
    let column = |key: &str| TemplateColumn {
        key: key.to_owned(),
        heading: of.label(key).to_owned(),
        note: meaning(Lang::Zh, of, key),
        required: is_required(of, key),
        choices: choices(of, key),
    };
    of.columns().into_iter().filter(kept).map(column).collect()
}
