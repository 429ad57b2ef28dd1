//! Grants: proposed, waiting, and what each agency can see.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::usage::MOST_A_DAY;
use crate::domain::usage::UseMode;
use crate::flow::grants::GrantWaiting;
use crate::flow::grants::Proposed;
use crate::flow::grants::report::GrantReport;
use crate::flow::known::Known;
use crate::http::shapes::MOMENT;
use crate::http::shapes::examples;

/// A grant.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantRequest {
    /// The agency that uses, by code or name.
    pub(crate) agency: String,
    /// The type, by code or Chinese name.
    pub(crate) r#type: String,
    /// The item's code, or its base item's.
    pub(crate) item: String,
    /// The fields.
    #[schemars(length(min = 1))]
    pub(crate) fields: Vec<String>,
    /// By which ways.
    #[schemars(length(min = 1))]
    pub(crate) modes: Vec<UseMode>,
    /// How many uses a day.
    #[schemars(range(min = 1, max = MOST_A_DAY))]
    pub(crate) quota_per_day: u32,
    /// Until when, RFC 3339.
    pub(crate) until: String,
}

/// What became of a grant that was proposed or confirmed.
#[derive(Serialize, JsonSchema)]
pub(crate) struct GrantAnswer {
    /// The number of the grant in force; none while it waits.
    pub(crate) grant: Option<i64>,
    /// The number under which it waits for a second operator.
    pub(crate) proposal: Option<i64>,
}

impl From<Proposed> for GrantAnswer {
    fn from(proposed: Proposed) -> Self {
        let (grant, proposal) = match proposed {
            Proposed::InForce(id) => (Some(id), None),
            Proposed::Waits(id) => (None, Some(id)),
        };
        Self { grant, proposal }
    }
}

/// A grant that waits for a second operator.
#[derive(Serialize, JsonSchema)]
pub(crate) struct GrantProposalAnswer {
    /// Its number, by which it is confirmed or withdrawn.
    proposal: i64,
    /// The agency's name.
    agency_name: String,
    /// The type's name.
    type_name: String,
    /// The item's code, or its base item's.
    item: String,
    /// The fields' keys.
    fields: Vec<String>,
    /// By which ways.
    modes: Vec<UseMode>,
    /// How many uses a day.
    quota_per_day: u32,
    /// Until when.
    until: String,
    /// The id of the credential that proposed it.
    proposed_by: String,
    /// When.
    proposed_at: String,
    /// Whether the caller may confirm it.
    waits_for_you: bool,
}

/// The grants that wait.
#[derive(Serialize, JsonSchema)]
pub(crate) struct GrantProposalsAnswer {
    /// Oldest first.
    proposals: Vec<GrantProposalAnswer>,
}

impl GrantProposalsAnswer {
    pub(crate) fn of(waiting: Vec<GrantWaiting>, known: &Known) -> Self {
        let line = |one: GrantWaiting| {
            let agency = known.agencies.get(&one.grant.agency);
            let of = known.type_numbered(one.grant.type_number);
            GrantProposalAnswer {
                proposal: one.id,
                agency_name: agency.map_or_else(String::new, |agency| agency.name.clone()),
                type_name: of.map_or_else(String::new, |of| of.definition.name.clone()),
                item: one.grant.item,
                fields: one.grant.fields,
                modes: one.grant.modes,
                quota_per_day: one.grant.quota_per_day,
                until: one.grant.until.to_string(),
                proposed_by: one.proposed_by,
                proposed_at: one.proposed_at.to_string(),
                waits_for_you: one.waits_for_you,
            }
        };
        Self {
            proposals: waiting.into_iter().map(line).collect(),
        }
    }
}

examples! {
    GrantRequest => json!({
        "agency": "锡林浩特市政务服务与数据管理局",
        "type": "食品从业人员健康证明",
        "item": "152014904000",
        "fields": ["holder_name", "certificate_number"],
        "modes": ["online", "duty"],
        "quota_per_day": 200,
        "until": "2027-11-23T00:00:00+08:00",
    });
    GrantAnswer => json!({"grant": null, "proposal": 7});
    GrantProposalsAnswer => json!({"proposals": [{
        "proposal": 7, "agency_name": "锡林浩特市政务服务与数据管理局",
        "type_name": "食品从业人员健康证明", "item": "152014904000",
        "fields": ["holder_name", "certificate_number"], "modes": ["online", "duty"],
        "quota_per_day": 200, "until": "2027-11-23T00:00:00+08:00", "proposed_by": "c3",
        "proposed_at": MOMENT, "waits_for_you": true,
    }]});
    GrantReport => json!({"at": MOMENT, "agencies": [{
        "agency": "11152502MB1A2B3C4D", "agency_name": "锡林浩特市政务服务与数据管理局",
        "grants": [{
            "grant": 3, "type_code": "11100000000013338W001",
            "type_name": "食品从业人员健康证明", "type_sensitive": false,
            "item": "152014904000", "item_name": "食品经营许可（新办）",
            "fields": [{"key": "holder_name", "label": "姓名", "class": "by_need"}],
            "modes": ["online", "duty"], "quota_per_day": 200,
            "until": "2027-11-23T00:00:00+08:00", "expired": false,
        }],
    }]});
}
