//! What an agency that issues a type must know: the columns that go in, and their rules.

use serde_json::Value;
use serde_json::json;

use crate::domain::contract::address;
use crate::domain::contract::facts;
use crate::domain::contract::rules;
use crate::domain::contract::sample;
use crate::domain::definition::CertificateType;

/// The form of a type: its columns in office order, the schema and a sample of a draft, its
/// templates, and where the contract of its interface is.
#[must_use]
pub fn form(authority: &str, of: &CertificateType) -> Value {
    let definition = &of.definition;
    let columns = definition.columns().into_iter().map(|key| {
        let mut column = facts::field(of, key);
        let required = rules::is_required(definition, key);
        column.insert("required".to_owned(), required.into());
        Value::Object(column)
    });
    let here = address::form(authority, of);
    let more = json!({
        "number_pattern": {
            "regex": definition.number_pattern.regex,
            "example": definition.number_pattern.example,
            "generic": definition.number_pattern.generic,
            "embeds_id": definition.number_embeds_id,
        },
        "columns": columns.collect::<Vec<_>>(),
        "schema": {
            "draft": address::draft_schema(authority, of),
            "type_metadata": address::vct(authority, of),
        },
        "templates": {
            "xlsx": format!("{here}/template.xlsx"),
            "csv": format!("{here}/template.csv"),
        },
        "interface": address::interface(authority, of),
        "sample": sample::draft(of),
    });
    facts::with(authority, of, more)
}
