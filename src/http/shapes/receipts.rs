//! Receipts: what is put before a verifier, and what comes of it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::flow::case::ReceiptView;
use crate::flow::receipt::ReceiptVerdict;
use crate::http::row::Shown;
use crate::http::shapes::IDENTIFIER;
use crate::http::shapes::MOMENT;

/// A receipt that somebody has before him.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptRequest {
    /// The receipt as it was signed, or the text of the code on its paper.
    #[schemars(length(max = 262_144))]
    pub(crate) receipt: String,
}

impl Shown for ReceiptRequest {
    fn example() -> Value {
        json!({"receipt": "eyJhbGciOiJFZERTQSJ9.e30.c2ln"})
    }
}

impl Shown for ReceiptView {
    fn example() -> Value {
        json!({
            "version": 1, "issued_at": MOMENT, "voided_at": null,
            "signed": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
        })
    }
}

impl Shown for ReceiptVerdict {
    fn example() -> Value {
        json!({
            "verdict": "valid",
            "steps": [{"code": "read", "outcome": "passed"}],
            "not_checked": [],
            "receipt": {
                "case": "15250220261123000017", "receipt": 1,
                "digest": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
                "agency_code": "11152502MY0000143N",
                "agency_name": "锡林浩特市政务服务与数据管理局", "officer": "c7",
                "closed_at": MOMENT,
                "items": [{
                    "item": "11152502MY0000426E415070990200001",
                    "name": "出生登记（户口登记）（婚内出生登记）", "rule_version": 1,
                }],
                "materials": [{
                    "name": "父亲或母亲居民户口簿", "state": "waived", "why": "certificate",
                    "certificates": [{
                        "identifier": IDENTIFIER, "type_name": "居民户口簿",
                        "issuer_name": "锡林浩特市公安局",
                        "digest": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
                        "verdict": "valid", "national_result": 0,
                    }],
                }],
                "left_out": 0,
            },
            "replaced_by": null, "at": MOMENT,
        })
    }
}
