//! A code that is answered.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::flow::show::DrawnCode;
use crate::flow::show::compact::CompactShown;
use crate::flow::show::live::LiveShown;
use crate::flow::wallet::ShowStanding;
use crate::http::shapes::MOMENT;
use crate::http::shapes::examples;

/// A code to be drawn, or printed.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CodeAnswer {
    /// The show session, for a live code: to draw the next.
    session: Option<i64>,
    /// The text in the picture.
    text: String,
    /// The eight digits that may be spoken instead, for a live code.
    spoken: Option<String>,
    /// When the next must be drawn, for a live code.
    renew_at: Option<String>,
    /// When it runs out; none for a printed code of a long-term certificate.
    expires_at: Option<String>,
    /// Fields that did not fit.
    not_in_code: Vec<String>,
    /// The version of the QR code.
    version: i16,
    /// The picture.
    svg: String,
}

impl CodeAnswer {
    /// A live code, and its picture.
    pub(crate) fn of_live(shown: LiveShown) -> (Self, DrawnCode) {
        let answer = Self {
            session: Some(shown.session),
            text: shown.text,
            spoken: Some(shown.spoken),
            renew_at: Some(shown.renew_at.to_string()),
            expires_at: None,
            not_in_code: Vec::new(),
            version: shown.picture.version(),
            svg: shown.picture.svg(),
        };
        (answer, shown.picture)
    }

    /// An offline or printed code, and its picture.
    pub(crate) fn of_compact(shown: CompactShown) -> (Self, DrawnCode) {
        let answer = Self {
            session: None,
            text: shown.text,
            spoken: None,
            renew_at: None,
            expires_at: shown.expires_at.map(|at| at.to_string()),
            not_in_code: shown.not_in_code,
            version: shown.picture.version(),
            svg: shown.picture.svg(),
        };
        (answer, shown.picture)
    }
}

/// An example of an answer to a code.
pub(crate) fn code_example() -> Value {
    json!({
        "session": 7,
        "text": "HTTPS://MZ.EXAMPLE/L/0123456789ABCDEFGHJKMNPQRS",
        "spoken": "48210375",
        "renew_at": MOMENT,
        "expires_at": null,
        "not_in_code": [],
        "version": 4,
        "svg": "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    })
}

examples! {
    ShowStanding => json!({
        "state": "read", "at": MOMENT, "reader": "锡林浩特市政务服务与数据管理局",
    });
}
