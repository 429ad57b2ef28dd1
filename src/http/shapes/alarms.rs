//! Alarms about odd uses.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::flow::alarms::AlarmLine;
use crate::flow::alarms::AlarmView;
use crate::http::shapes::MOMENT;
use crate::http::shapes::examples;

/// The alarms that nobody settled.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AlarmsAnswer {
    /// Oldest first.
    pub(crate) alarms: Vec<AlarmLine>,
}

/// What was found about an alarm.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettleAlarmRequest {
    /// What was found; kept sealed.
    #[schemars(length(min = 1, max = 200))]
    pub(crate) note: String,
}

fn alarm() -> Value {
    json!({
        "alarm": 3, "agency_name": "锡林浩特市人力资源和社会保障局", "item": "152014904000",
        "day": "2026-11-23", "raised_at": MOMENT, "uses": 12, "settled_at": null,
    })
}

examples! {
    AlarmsAnswer => json!({"alarms": [alarm()]});
    AlarmView => json!({"alarm": alarm(), "note": null, "list": [{
        "record": 812, "at": MOMENT, "event": "fetch_refused", "reason": "no_grant",
        "cause": "核验", "case": "GJJ-2026-000017", "holder": null,
    }]});
    SettleAlarmRequest => json!({"note": "已与该局核实：测试账号误操作"});
}
