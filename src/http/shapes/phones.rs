//! A phone that was lost.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::flow::lost_phone::Ended;
use crate::http::shapes::examples;
use crate::http::shapes::requests::HolderNamed;

/// Somebody who stands at the window with her identity card and without her phone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LostPhoneRequest {
    /// The number on her card.
    pub(crate) holder: HolderNamed,
    /// Whether the officer compared face and card.
    pub(crate) face_checked: bool,
}

/// What ended.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LostPhoneAnswer {
    /// Credentials that were taken back.
    pub(crate) credentials: usize,
    /// Sessions of browsers that ended.
    pub(crate) sessions: usize,
    /// Showings that were open, with their live codes.
    pub(crate) showings: usize,
    /// Offline codes that had not run out: refused online, and by the next bundle.
    pub(crate) codes: usize,
}

impl From<Ended> for LostPhoneAnswer {
    fn from(ended: Ended) -> Self {
        Self {
            credentials: ended.credentials,
            sessions: ended.sessions,
            showings: ended.showings,
            codes: ended.codes,
        }
    }
}

examples! {
    LostPhoneRequest => json!({"holder": {"type": "111", "code": "152502194501010024"}, "face_checked": true});
    LostPhoneAnswer => json!({"credentials": 1, "sessions": 1, "showings": 1, "codes": 2});
}
