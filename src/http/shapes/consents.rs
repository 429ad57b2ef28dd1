//! What a case asks of somebody who opens it on her phone, and her yes.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::flow::case::CaseAsks;
use crate::flow::case::PendingCase;
use crate::http::row::Shown;
use crate::http::shapes::MOMENT;
use crate::http::shapes::cases::NUMBER;
use crate::http::shapes::cases::asked;

/// Which case somebody means.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenAskedRequest {
    /// Its number, the text of the picture on the window's screen, or, where it names the
    /// caller, the last six digits.
    #[schemars(length(max = 200))]
    pub(crate) case: String,
}

/// A yes to all that a case asks.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GiveRequest {
    /// The materials, by place, that may be left out and are given all the same.
    #[serde(default)]
    pub(crate) also: Vec<usize>,
}

/// The open cases that ask something of the caller.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PendingAnswer {
    /// Newest first.
    pub(crate) cases: Vec<PendingCase>,
}

impl Shown for OpenAskedRequest {
    fn example() -> Value {
        json!({"case": format!("HTTPS://MZ.EXAMPLE/C/{NUMBER}")})
    }
}

impl Shown for GiveRequest {
    fn example() -> Value {
        json!({"also": [4]})
    }
}

impl Shown for CaseAsks {
    fn example() -> Value {
        json!({
            "code": "0123456789ABCDEFGHJKMNPQRS", "asked": asked(),
            "missing": ["父母结婚证"],
        })
    }
}

impl Shown for PendingAnswer {
    fn example() -> Value {
        json!({"cases": [{
            "number": NUMBER, "short": "000017", "agency": "锡林浩特市政务服务与数据管理局",
            "items": ["出生登记（户口登记）（婚内出生登记）"], "opened_at": MOMENT,
        }]})
    }
}
