//! The schema components of a type for an `OpenAPI` 3.1 document, whose schemas are of the same
//! dialect as ours.

use serde_json::Map;
use serde_json::Value;

use crate::domain::contract::json_schema::answer_schema;
use crate::domain::contract::json_schema::draft_schema;
use crate::domain::definition::CertificateType;

/// The name of the component with a type's answer.
#[must_use]
pub fn answer_name(of: &CertificateType) -> String {
    format!("Certificate_{}", of.code.as_str())
}

/// The name of the component with a type's draft.
#[must_use]
pub fn draft_name(of: &CertificateType) -> String {
    format!("CertificateDraft_{}", of.code.as_str())
}

/// The components of a type: its answer and its draft.
#[must_use]
pub fn components(authority: &str, of: &CertificateType) -> Map<String, Value> {
    let answer = (answer_name(of), embedded(answer_schema(authority, of)));
    let draft = (draft_name(of), embedded(draft_schema(authority, of)));
    [answer, draft].into_iter().collect()
}

/// A schema as part of a document: with an `$id` of its own, references within the document
/// would be looked for in the wrong place.
#[must_use]
pub fn embedded(mut schema: Value) -> Value {
    if let Some(map) = schema.as_object_mut() {
        map.remove("$schema");
        map.remove("$id");
    }
    schema
}
