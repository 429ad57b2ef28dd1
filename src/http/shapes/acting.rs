//! Who acts for whom: mandates, guardians, and the notices about both.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::words::Lang;
use crate::flow::guardians::Guarded;
use crate::flow::guardians::OrderLine;
use crate::flow::mandates::MandateLine;
use crate::flow::notices::Notice;
use crate::http::shapes::MOMENT;
use crate::http::shapes::examples;
use crate::http::shapes::requests::HolderNamed;

/// One of the two sides of a mandate.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyNamed {
    /// The holder code type of GB/T 36903, such as 111.
    pub(crate) r#type: String,
    /// The code.
    pub(crate) code: String,
    /// The name.
    #[schemars(length(min = 1, max = 100))]
    pub(crate) name: String,
}

/// What somebody is to be to the one they act for.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActsAs {
    /// 法定代表人.
    Representative,
    /// 经办人.
    Clerk,
    /// 代办人.
    Agent,
}

/// A mandate that is proposed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MandateRequest {
    /// What whoever acts will be.
    pub(crate) kind: ActsAs,
    /// Who is acted for: for a clerk and an agent of hers, the organisation.
    pub(crate) principal: PartyNamed,
    /// Who will act: a person.
    pub(crate) agent: PartyNamed,
    /// The mandate it hangs on; found by itself where the caller acts by one that fits.
    #[serde(default)]
    pub(crate) under: Option<i64>,
    /// Items or base items, by code; none means all.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub(crate) items: Vec<String>,
    /// Certificate types, by code or Chinese name; none means all.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub(crate) types: Vec<String>,
    /// From which day or moment; at once when left out.
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// Until when: the last day, or the moment it ends.
    pub(crate) until: String,
    /// For an officer: what was checked in person.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub(crate) basis: Option<String>,
}

/// What waits for the other side, or for a second officer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProposedAnswer {
    /// Its number, by which it is confirmed.
    pub(crate) id: i64,
}

/// A mandate as one of its sides reads it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MandateAnswer {
    /// Its number.
    id: i64,
    /// `representative`, `clerk` or `agent`.
    kind: &'static str,
    /// Who is acted for: an organisation's name, a person's masked.
    principal: String,
    /// Who acts, masked.
    agent: String,
    /// The mandate it hangs on.
    under: Option<i64>,
    /// Items; none means all.
    items: Vec<String>,
    /// Types; none means all.
    types: Vec<String>,
    /// From when.
    from: String,
    /// The first moment it is no longer good.
    until: String,
    /// `proposed`, `not_begun`, `in_force`, `revoked` or `expired`, by itself.
    standing: &'static str,
    /// Whether all it hangs on is in force.
    chain_stands: bool,
    /// Whether the caller acts by it.
    received: bool,
    /// Whether it waits for the caller's yes.
    waits_for_you: bool,
}

impl From<MandateLine> for MandateAnswer {
    fn from(line: MandateLine) -> Self {
        let listed = |codes: &mut dyn Iterator<Item = &str>| codes.map(str::to_owned).collect();
        let scope = &line.mandate.scope;
        Self {
            id: line.mandate.id,
            kind: line.mandate.kind.name(),
            principal: line.principal,
            agent: line.agent,
            under: line.mandate.parent,
            items: listed(&mut scope.items.codes()),
            types: listed(&mut scope.types.codes()),
            from: line.mandate.from.to_string(),
            until: line.mandate.until.to_string(),
            standing: line.standing.name(),
            chain_stands: line.chain_stands,
            received: line.received,
            waits_for_you: line.waits,
        }
    }
}

/// The mandates of a caller.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MandatesAnswer {
    /// Newest first.
    pub(crate) mandates: Vec<MandateAnswer>,
}

/// A child.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChildRequest {
    /// The child, by its number or that at birth.
    pub(crate) child: HolderNamed,
}

/// A guardian of a child.
#[derive(Serialize, JsonSchema)]
pub(crate) struct GuardianAnswer {
    /// Their name, masked.
    name: String,
    /// `in_force`, `revocation`, `custody`, `grown_up` or `no_birth`.
    standing: String,
    /// Whether they may act now.
    may_act: bool,
}

/// A child and its guardians.
#[derive(Serialize, JsonSchema)]
pub(crate) struct GuardiansAnswer {
    /// The child's name, masked.
    child: String,
    /// The 18th birthday, on which the guardians' right ends.
    ends_on: Option<String>,
    /// Those whom a birth certificate names.
    guardians: Vec<GuardianAnswer>,
}

impl From<Guarded> for GuardiansAnswer {
    fn from(child: Guarded) -> Self {
        let guardians = child.guardians.iter().map(|guardian| GuardianAnswer {
            name: guardian.name.clone(),
            standing: guardian.standing.name().to_owned(),
            may_act: guardian.standing.may_act(),
        });
        Self {
            ends_on: child.ends_on().map(|day| day.to_string()),
            guardians: guardians.collect(),
            child: child.name,
        }
    }
}

/// What an order does.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrderDoes {
    /// 撤销监护资格.
    Revocation,
    /// 抚养权归另一方.
    Custody,
    /// 恢复.
    Restoration,
}

/// An order about a guardian.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderRequest {
    /// The child.
    pub(crate) child: HolderNamed,
    /// The guardian whose right it takes or gives back.
    pub(crate) guardian: HolderNamed,
    /// What it does.
    pub(crate) order: OrderDoes,
    /// The first day it counts; today when left out.
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// The number of the judgment or decision; kept sealed.
    #[schemars(length(min = 1, max = 200))]
    pub(crate) reference: String,
}

/// An order that waits for a second officer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OrderAnswer {
    /// Its number.
    id: i64,
    /// `revocation`, `custody` or `restoration`.
    order: &'static str,
    /// The first day it would count.
    from: String,
    /// The child's name, masked.
    child: String,
    /// The guardian's name, masked.
    guardian: String,
    /// Whether the caller may confirm it.
    waits_for_you: bool,
}

impl From<OrderLine> for OrderAnswer {
    fn from(line: OrderLine) -> Self {
        Self {
            id: line.id,
            order: line.kind.name(),
            from: line.from.to_string(),
            child: line.child,
            guardian: line.guardian,
            waits_for_you: line.waits,
        }
    }
}

/// The orders that wait.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OrdersAnswer {
    /// Oldest first.
    pub(crate) orders: Vec<OrderAnswer>,
}

/// Something a holder is told.
#[derive(Serialize, JsonSchema)]
pub(crate) struct NoticeAnswer {
    /// Its number.
    id: i64,
    /// What kind it is.
    kind: &'static str,
    /// The mandate or order it is about.
    about: Option<i64>,
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
    /// When.
    at: String,
    /// When it was read first.
    read_at: Option<String>,
}

impl From<Notice> for NoticeAnswer {
    fn from(notice: Notice) -> Self {
        Self {
            id: notice.id,
            kind: notice.kind.name(),
            about: notice.facts.about,
            zh: notice.text(Lang::Zh),
            en: notice.text(Lang::En),
            at: notice.at.to_string(),
            read_at: notice.read_at.map(|at| at.to_string()),
        }
    }
}

/// What a holder was told.
#[derive(Serialize, JsonSchema)]
pub(crate) struct NoticesAnswer {
    /// Newest first.
    pub(crate) notices: Vec<NoticeAnswer>,
}

examples! {
    MandateRequest => json!({
        "kind": "clerk",
        "principal": {"type": "001", "code": "91152502MA0000001L", "name": "锡林浩特市示例商贸有限公司"},
        "agent": {"type": "111", "code": "152502199003070019", "name": "巴特尔"},
        "items": ["150723903000"], "types": ["营业执照"], "until": "2027-11-22",
    });
    ProposedAnswer => json!({"id": 7});
    MandatesAnswer => json!({"mandates": [{
        "id": 7, "kind": "clerk", "principal": "锡林浩特市示例商贸有限公司", "agent": "巴*尔",
        "under": 3, "items": ["150723903000"], "types": ["11100000MB0143028R001"],
        "from": MOMENT, "until": "2027-11-23T00:00:00+08:00", "standing": "proposed",
        "chain_stands": true, "received": true, "waits_for_you": true,
    }]});
    ChildRequest => json!({"child": {"type": "111", "code": "152502202611200029"}});
    GuardiansAnswer => json!({
        "child": "萨*", "ends_on": "2044-11-20",
        "guardians": [{"name": "其*格", "standing": "in_force", "may_act": true}],
    });
    OrderRequest => json!({
        "child": {"type": "111", "code": "152502202611200029"},
        "guardian": {"type": "111", "code": "152522198804150036"},
        "order": "revocation", "from": "2026-11-23", "reference": "（2026）内2502民初1号",
    });
    OrdersAnswer => json!({"orders": [{
        "id": 7, "order": "revocation", "from": "2026-11-23", "child": "萨*", "guardian": "苏*",
        "waits_for_you": true,
    }]});
    NoticesAnswer => json!({"notices": [{
        "id": 7, "kind": "guardian_acted", "about": null,
        "zh": "其*格作为监护人为萨*办理或出示了：出生医学证明",
        "en": "其*格, as guardian of 萨*, used or showed: 出生医学证明",
        "at": MOMENT, "read_at": null,
    }]});
}
