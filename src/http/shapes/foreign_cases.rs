//! Cases of other systems: registered, closed, and what they owe a result for.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::usage::CaseResult;
use crate::domain::usage::Operator;
use crate::flow::foreign_cases::ForeignCaseView;
use crate::flow::foreign_cases::report::OwedReport;
use crate::http::shapes::MOMENT;
use crate::http::shapes::acting::PartyNamed;
use crate::http::shapes::examples;

/// A case of the caller's own system.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForeignCaseRequest {
    /// The number it has there, once for each agency.
    #[schemars(length(min = 1, max = 64))]
    pub(crate) number: String,
    /// The item's code, or its base item's.
    pub(crate) item: String,
    /// What the agency calls the item.
    #[schemars(length(min = 1, max = 200))]
    pub(crate) item_name: String,
    /// The situation.
    #[schemars(length(min = 1, max = 64))]
    pub(crate) scenario: String,
    /// Who applies.
    pub(crate) applicant: PartyNamed,
    /// When it was opened there, RFC 3339.
    pub(crate) opened: String,
    /// Whose case it is there.
    pub(crate) operator: Operator,
}

/// What a case came to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseForeignCaseRequest {
    /// What it came to.
    pub(crate) result: CaseResult,
    /// What else there is to say.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub(crate) note: String,
}

/// Cases of other systems.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ForeignCasesAnswer {
    /// Oldest first.
    pub(crate) cases: Vec<ForeignCaseView>,
}

fn case() -> Value {
    json!({
        "id": 5, "agency": 71, "number": "GJJ-2026-000017", "item": "152014904000",
        "item_name": "失业保险待遇申领", "scenario": "失业保险金申领", "applicant": "巴*尔",
        "opened": MOMENT, "until": "2026-12-23T09:30:00+08:00", "registered_at": MOMENT,
        "standing": "open", "closed_at": null, "result": null, "note": null,
        "registration": "eyJhbGciOiJFZERTQSIsInR5cCI6Im1pYW56aGVuZy1mb3JlaWduLWNhc2Urand0In0.e30.c2ln",
    })
}

examples! {
    ForeignCaseRequest => json!({
        "number": "GJJ-2026-000017", "item": "152014904000",
        "item_name": "失业保险待遇申领", "scenario": "失业保险金申领",
        "applicant": {"name": "巴特尔", "type": "111", "code": "152502199003070019"},
        "opened": MOMENT,
        "operator": {
            "account": "wang.m", "name": "王敏", "organisation": "锡林郭勒盟住房公积金中心",
            "window": "3号窗口",
        },
    });
    CloseForeignCaseRequest => json!({"result": "done", "note": "已办结"});
    ForeignCaseView => case();
    ForeignCasesAnswer => json!({"cases": [case()]});
    OwedReport => json!({"at": MOMENT, "agencies": [{
        "agency": 71, "agency_name": "锡林浩特市人力资源和社会保障局", "unclosed": 1,
        "uses_without_result": 2,
        "cases": [{
            "number": "GJJ-2026-000017", "item": "152014904000", "opened": MOMENT,
            "until": "2026-12-23T09:30:00+08:00", "standing": "overdue", "uses": [812, 813],
        }],
    }]});
}
