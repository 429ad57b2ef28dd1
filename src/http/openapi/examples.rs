//! Examples of documents that other pages fix: this very office's own, so that they are true.

use serde_json::Value;
use serde_json::json;

use crate::flow::contracts;
use crate::flow::contracts::TypeSchemas;
use crate::flow::contracts::WhichSchema;
use crate::flow::identity;
use crate::flow::interface::directory;
use crate::flow::office::Office;
use crate::http::row::Row;
use crate::http::shapes::documents::no_code;

/// What a route answers for the type that examples are made of; none where any will do.
pub(super) fn of(row: &Row, office: &Office, types: &TypeSchemas) -> Option<Value> {
    let code = types.sample.as_ref().map(|(code, _)| code.as_str());
    let (draft, answer) = (WhichSchema::Draft, WhichSchema::Answer);
    match row.name {
        "types" => {
            let all = contracts::list(office);
            Some(json!({"types": [all.pointer("/types/0")?]}))
        }
        "form" => contracts::form(office, code?).ok(),
        "interfaces" => {
            let all = directory::directory(office).ok()?;
            Some(json!({"interfaces": [all.pointer("/interfaces/0")?]}))
        }
        "contract" => directory::contract(office, code?).ok(),
        "type_metadata" => contracts::metadata(office, code?, 1).ok(),
        "draft_schema" => contracts::schema(office, code?, 1, draft).ok(),
        "answer_schema" => contracts::schema(office, code?, 1, answer).ok(),
        "service_did" | "agency_did" => identity::service_document(office).ok(),
        "jwks" => identity::service_jwks(office).ok(),
        "service_issuer" | "agency_issuer" => identity::issuer_metadata(office, None).ok(),
        "openapi" | "interface_openapi" => Some(json!({"openapi": "3.1.0"})),
        "batch_differs" => Some(json!({"differs": [{
            "row": 17, "outcome": "differs", "identifier": crate::http::shapes::IDENTIFIER,
            "changes": [{"field": "employer", "old": "锡林浩特市示例餐厅", "new": "锡林浩特市另一餐厅"}],
        }], "corrected": []})),
        _ => None,
    }
}

/// A second answer of a route that a program must expect as well, and its name.
pub(super) fn beside(row: &Row) -> Option<(&'static str, Value)> {
    match row.name {
        "verify_picture" => Some(("no_code", no_code())),
        _ => None,
    }
}
