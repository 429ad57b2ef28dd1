//! A holder's history of uses, and what she says of one.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::flow::uses::UseLine;
use crate::http::row::Shown;
use crate::http::shapes::IDENTIFIER;
use crate::http::shapes::MOMENT;
use crate::http::shapes::requests::HolderNamed;

/// What was done with somebody's certificates.
#[derive(Serialize, JsonSchema)]
pub(crate) struct UsesAnswer {
    /// Newest first; at most 100.
    pub(crate) uses: Vec<UseLine>,
}

/// Somebody who stands at the window with her identity card.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsesRequest {
    /// The number on her card.
    pub(crate) holder: HolderNamed,
    /// Whether the officer compared face and card.
    pub(crate) face_checked: bool,
    /// Only what is older than this record.
    #[serde(default)]
    pub(crate) before: Option<i64>,
}

/// That a use was not hers.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectionRequest {
    /// What she says; kept sealed.
    #[schemars(length(min = 1, max = 1000))]
    pub(crate) note: String,
}

/// What came of an objection.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ObjectionAnswer {
    /// The number of the task at the issuer.
    pub(crate) task: i64,
}

impl Shown for UsesAnswer {
    fn example() -> Value {
        json!({"uses": [{
            "record": 108, "at": MOMENT, "event": "used", "outcome": "serves",
            "agency": "锡林浩特市政务服务与数据管理局", "by": "c7", "type_name": "居民户口簿",
            "identifier": IDENTIFIER, "case": "15250220261123000017",
            "why": ["出生登记（户口登记）（婚内出生登记）"], "fields": ["holder_name"],
            "labels": ["持证主体"],
        }]})
    }
}

impl Shown for UsesRequest {
    fn example() -> Value {
        json!({"holder": {"type": "111", "code": "152502194501010024"}, "face_checked": true})
    }
}

impl Shown for ObjectionRequest {
    fn example() -> Value {
        json!({"note": "那天我没有去过窗口"})
    }
}

impl Shown for ObjectionAnswer {
    fn example() -> Value {
        json!({"task": 5})
    }
}
