//! Consents: what a holder is asked at a window, in person or by a case, and what she answers.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::flow::case::CaseAsks;
use crate::flow::case::ConsentAsked;
use crate::flow::case::ConsentStanding;
use crate::flow::case::ConsentView;
use crate::flow::case::PendingCase;
use crate::flow::interface::WaitingUse;
use crate::http::shapes::IDENTIFIER;
use crate::http::shapes::MOMENT;
use crate::http::shapes::cases::NUMBER;
use crate::http::shapes::cases::TYPE;
use crate::http::shapes::cases::served;
use crate::http::shapes::examples;
use crate::http::shapes::requests::HolderNamed;

/// Whom to ask for what.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskRequest {
    /// Who of the case, by place.
    pub(crate) person: usize,
    /// The materials, by place.
    pub(crate) materials: Vec<usize>,
}

/// What the officer did and read while somebody stood before her.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlipRequest {
    /// Who of the case, by place.
    pub(crate) person: usize,
    /// The materials, by place.
    pub(crate) materials: Vec<usize>,
    /// The number on the slip that was signed.
    pub(crate) slip: String,
    /// The name on the card.
    pub(crate) name: String,
    /// The number on the card.
    pub(crate) holder: HolderNamed,
    /// The number typed a second time, where no reader read it.
    #[serde(default)]
    pub(crate) typed_again: Option<String>,
    /// Whether a reader read the card.
    #[serde(default)]
    pub(crate) card_was_read: bool,
    /// Whether the officer compared face and card.
    pub(crate) face_checked: bool,
}

/// A holder's answer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerRequest {
    /// Whether she gives what is asked.
    pub(crate) give: bool,
}

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
    /// The cases, newest first.
    pub(crate) cases: Vec<PendingCase>,
    /// What systems ask for a use of their own, newest first.
    pub(crate) uses: Vec<WaitingUse>,
}

fn asked() -> Value {
    json!({
        "case": NUMBER, "agency": "锡林浩特市政务服务与数据管理局",
        "agency_code": "11152502MY0000143N", "officer": "c7",
        "items": ["出生登记（户口登记）（婚内出生登记）"],
        "materials": [{
            "material": 0, "name": "父亲或母亲居民户口簿", "type_code": TYPE,
            "type_name": "居民户口簿",
            "fields": [{
                "key": "household_no", "label": "户号",
                "needed_for": ["出生登记（户口登记）（婚内出生登记）"],
            }],
            "whose": "其*格", "certificate": IDENTIFIER, "required": true,
        }],
        "answer_by": MOMENT, "use_minutes": 30,
    })
}

examples! {
    AskRequest => json!({"person": 0, "materials": [0, 1]});
    SlipRequest => json!({
        "person": 0, "materials": [2], "slip": "现授〔2026〕0017", "name": "敖登",
        "holder": {"type": "111", "code": "152502194501010024"}, "card_was_read": true,
        "face_checked": true,
    });
    AnswerRequest => json!({"give": true});
    OpenAskedRequest => json!({"case": format!("HTTPS://MZ.EXAMPLE/C/{NUMBER}")});
    GiveRequest => json!({"also": [4]});
    ConsentAsked => json!({
        "consent": 9, "code": "0123456789ABCDEFGHJKMNPQRS",
        "text": "HTTPS://MZ.EXAMPLE/R/0123456789ABCDEFGHJKMNPQRS", "answer_by": MOMENT,
    });
    ConsentStanding => json!({
        "consent": 9, "state": "given", "asked": asked(), "text": null, "served": [served()],
    });
    ConsentView => json!({
        "state": "given", "asked_at": MOMENT, "mode": "phone", "asked": asked(),
        "missing": [], "record": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    });
    CaseAsks => json!({
        "code": "0123456789ABCDEFGHJKMNPQRS", "asked": asked(), "missing": ["父母结婚证"],
    });
    PendingAnswer => json!({
        "cases": [{
            "number": NUMBER, "short": "000017", "agency": "锡林浩特市政务服务与数据管理局",
            "items": ["出生登记（户口登记）（婚内出生登记）"], "opened_at": MOMENT,
        }],
        "uses": [{"code": "0123456789ABCDEFGHJKMNPQRS", "asked": asked()}],
    });
}
