//! Cases at the window: what an officer sends and reads.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::flow::case::CaseView;
use crate::flow::case::CodeOutcome;
use crate::flow::case::ReceiptView;
use crate::flow::case::StoodLine;
use crate::http::shapes::IDENTIFIER;
use crate::http::shapes::MOMENT;
use crate::http::shapes::examples;
use crate::http::shapes::requests::HolderNamed;

/// What somebody came for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenCaseRequest {
    /// The codes of the items; several make one matter.
    pub(crate) items: Vec<String>,
    /// The applicant's name, as the officer read it.
    pub(crate) name: String,
    /// The applicant's code.
    pub(crate) holder: HolderNamed,
    /// The number that the agency's own system has for the case.
    #[serde(default)]
    pub(crate) foreign_number: Option<String>,
}

/// Somebody whom a case concerns.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonRequest {
    /// What she is in the case: `legal_representative`, `spouse`, `parent`, `child`, `staff`,
    /// `agent`, `deceased` or `third_party`.
    pub(crate) role: String,
    /// Her name.
    pub(crate) name: String,
    /// Her code.
    pub(crate) holder: HolderNamed,
}

/// A code that is put before a case.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutCodeRequest {
    /// The text of the code as it was scanned or typed.
    #[schemars(length(max = 65536))]
    pub(crate) code: String,
}

/// What an officer decides about materials, all of them or none.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionRequest {
    /// The materials, by place.
    pub(crate) materials: Vec<usize>,
    /// What is decided.
    pub(crate) decision: DecisionWord,
    /// For `waive`: whether the officer compared face and card.
    #[serde(default)]
    pub(crate) matched: bool,
    /// For `paper`: `not_found`, `no_phone`, `refused`, `mismatch`, `expired`, `source_down`,
    /// `preferred_paper` or `used_up`; `required` or `returned` for what nothing can stand for.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// What was promised, disputed or is to be known; kept sealed.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    pub(crate) note: Option<String>,
    /// For `tolerate`: the last day.
    #[serde(default)]
    pub(crate) until: Option<String>,
}

/// A decision about a material.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Decision")]
pub(crate) enum DecisionWord {
    /// It need not be handed in.
    Waive,
    /// It is handed in on paper.
    Paper,
    /// A signed promise stands for it.
    Promise,
    /// It may follow.
    Tolerate,
    /// Its issuer is asked.
    Check,
    /// The applicant disputes what the certificate says.
    Dispute,
    /// The identity card was read.
    Identify,
}

/// Why a receipt is voided.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VoidRequest {
    /// Why; kept sealed.
    #[schemars(length(min = 1, max = 200))]
    pub(crate) reason: String,
}

/// Why a case is withdrawn.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawCaseRequest {
    /// Why; kept sealed.
    #[schemars(length(min = 1, max = 200))]
    pub(crate) reason: String,
}

/// The cases of today.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CasesAnswer {
    /// Newest first.
    pub(crate) cases: Vec<CaseView>,
}

/// The receipts of a case.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ReceiptsAnswer {
    /// In their order; the last is the one that counts.
    pub(crate) receipts: Vec<ReceiptView>,
    /// How the certificates that served stood, where a time was asked about.
    pub(crate) stood: Option<Vec<StoodLine>>,
}

const ITEM: &str = "11152502MY0000426E415070990200001";
pub(crate) const NUMBER: &str = "15250220261123000017";
pub(crate) const TYPE: &str = "11152500MY0000012D033";

fn case() -> Value {
    json!({
        "number": NUMBER, "scan": format!("HTTPS://MZ.EXAMPLE/C/{NUMBER}"),
        "foreign_number": null, "opened_at": MOMENT, "closed_at": null, "withdrawn": null,
        "items": [{
            "code": ITEM, "name": "出生登记（户口登记）（婚内出生登记）",
            "scenario": "婚内出生登记", "rule_version": 1,
        }],
        "people": [{
            "parts": [
                {"role": "applicant", "proof": "applicant"},
                {"role": "parent", "proof": "guardian"},
            ],
            "name_masked": "其*格", "code_type": "111", "code_last4": "0020",
        }],
        "materials": [{
            "name": "父亲或母亲居民户口簿", "necessity": "required", "type_code": TYPE,
            "type_name": "居民户口簿", "route": "certificate", "whose": "parent",
            "fields": ["holder_name", "household_no"], "items": [0], "return_paper": false,
            "identity": false, "state": "verified", "reason": null, "until": null,
            "decided_at": MOMENT, "consent": null, "can": ["waive", "paper", "dispute"], "wanted": 1,
            "uses": [{
                "identifier": IDENTIFIER, "person": 0, "shown_by": "live", "needs_match": false,
                "record": 108,
            }],
        }],
        "unsettled": [0], "waived": 0,
    })
}

/// An example of what a certificate did for a material.
pub(crate) fn served() -> Value {
    json!({
        "material": 0, "outcome": "serves", "told_zh": "可以代替这份材料",
        "told_en": "It stands for the material", "suggests": null, "missing": [],
        "fields": {"holder_name": "其其格", "household_no": "152502000123"},
    })
}

examples! {
    OpenCaseRequest => json!({
        "items": [ITEM], "name": "其其格",
        "holder": {"type": "111", "code": "152502199206120020"},
    });
    PersonRequest => json!({
        "role": "child", "name": "萨仁", "holder": {"type": "999", "code": "A157000001"},
    });
    PutCodeRequest => json!({"code": "HTTPS://MZ.EXAMPLE/L/0123456789ABCDEFGHJKMNPQRS"});
    DecisionRequest => json!({"materials": [0, 1], "decision": "waive"});
    WithdrawCaseRequest => json!({"reason": "申请人离开，不再办理"});
    VoidRequest => json!({"reason": "材料原因选错"});
    CaseView => case();
    CodeOutcome => json!({
        "verdict": "valid",
        "steps": [{"code": "read", "outcome": "passed"}], "not_checked": ["bearer"], "at": MOMENT,
        "offered": [{
            "identifier": IDENTIFIER, "type_code": TYPE, "type_name": "居民户口簿",
            "issuer_name": "锡林浩特市公安局", "end_word": null, "shown_by": "live",
            "served": [served()],
        }],
        "case": case(),
    });
    CasesAnswer => json!({"cases": [case()]});
    ReceiptsAnswer => json!({"receipts": [{
        "version": 1, "issued_at": MOMENT, "voided_at": null,
        "signed": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    }], "stood": [{"identifier": IDENTIFIER, "standing": "suspended", "verdict": "suspended"}]});
}
