//! Tasks of issuers, and their answers.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::flow::tasks::TaskView;
use crate::http::shapes::MOMENT;
use crate::http::shapes::cases::TYPE;
use crate::http::shapes::examples;

/// An issuer's answer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskAnswerRequest {
    /// Whether it is so, or was mended.
    pub(crate) confirmed: bool,
    /// In words; kept sealed.
    #[schemars(length(min = 1, max = 1000))]
    pub(crate) answer: String,
}

/// The open tasks of an issuer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TasksAnswer {
    /// Oldest first.
    pub(crate) tasks: Vec<TaskView>,
}

examples! {
    TaskAnswerRequest => json!({"confirmed": true, "answer": "经核，信息属实"});
    TasksAnswer => json!({"tasks": [{
        "id": 4, "kind": "check", "state": "open", "material": "父亲或母亲居民户口簿",
        "type_code": TYPE, "identifier": null, "name": "其其格",
        "code": "111:152502199206120020", "note": "系统未查到，请核验", "answer": null,
        "opened_at": MOMENT,
    }]});
}
