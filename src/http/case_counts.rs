//! What happened in cases, and alarms, counted and logged as it was written: every act once,
//! nobody named.

use std::sync::atomic::AtomicI64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use serde_json::Value;

use crate::domain::case::PaperReason;
use crate::domain::event::EventKind;
use crate::domain::event::Happened;
use crate::http::metrics::Named;

/// The steps that are told apart; there is no label for any other.
const DECIDED: &[&str] = &[
    "waive",
    "paper",
    "promise",
    "tolerate",
    "check",
    "dispute",
    "identify",
    "named",
    "confirmed",
];
const CONSENTS: &[&str] = &[
    "asked",
    "given",
    "refused",
    "expired",
    "withdrawn",
    "over_asking",
];
const ALARMS: &[&str] = &["raised", "settled"];
const TASKS: &[&str] = &["opened", "confirmed", "denied", "withdrawn"];

/// Counts of what happened in cases since the server began.
#[derive(Clone, Default)]
pub(crate) struct CaseCounts {
    acts: Family<Named, Counter>,
    materials: Family<Named, Counter>,
    consents: Family<Named, Counter>,
    receipts: Family<Named, Counter>,
    tasks: Family<Named, Counter>,
    phones: Counter,
    alarms: Family<Named, Counter>,
    /// Tasks that no issuer has answered, when somebody last looked.
    pub(crate) tasks_open: Gauge<i64, AtomicI64>,
}

impl CaseCounts {
    /// Enters them among what is told.
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("case_acts", "Acts in cases, by act", self.acts.clone());
        registry.register(
            "case_materials",
            "Materials of closed cases: waived, or why not though they could have been",
            self.materials.clone(),
        );
        registry.register("consents", "Consents by step", self.consents.clone());
        registry.register("receipts", "Receipts by step", self.receipts.clone());
        registry.register(
            "phones_lost",
            "Holders' phones that were reported lost",
            self.phones.clone(),
        );
        registry.register("tasks", "Tasks for issuers by step", self.tasks.clone());
        registry.register(
            "alarms",
            "Alarms about odd uses by step",
            self.alarms.clone(),
        );
        registry.register(
            "tasks_open",
            "Tasks that no issuer has answered",
            self.tasks_open.clone(),
        );
    }

    /// Counts what happened, and leaves a line in the log: what, at which agency, under which
    /// number of the ledger; never whose, and never which case.
    pub(crate) fn tell(&self, happened: &Happened) {
        if happened.kind == EventKind::PhoneLost {
            self.phones.inc();
            let (record, agency) = (happened.record, happened.agency);
            tracing::info!(record, agency, "a phone was reported lost");
            return;
        }
        let details = &happened.details;
        let what = details.get("what").unwrap_or(details);
        let step = what.get("step").and_then(Value::as_str).unwrap_or_default();
        if happened.kind == EventKind::AlarmChanged {
            self.alarm(happened, known(ALARMS, step));
            return;
        }
        let (of, act) = match happened.kind {
            EventKind::CaseOpened => ("case", count(&self.acts, "opened")),
            EventKind::CaseChanged => ("case", count(&self.acts, known(DECIDED, step))),
            EventKind::Used => {
                let serves = what.get("outcome").and_then(Value::as_str) == Some("serves");
                let act = if serves { "served" } else { "not_served" };
                ("case", count(&self.acts, act))
            }
            EventKind::CaseWithdrawn => ("case", count(&self.acts, "withdrawn")),
            EventKind::Objected => ("use", count(&self.acts, "objected")),
            EventKind::ConsentChanged => ("consent", count(&self.consents, known(CONSENTS, step))),
            EventKind::TaskChanged => ("task", count(&self.tasks, known(TASKS, step))),
            EventKind::ReceiptChanged if step == "voided" => {
                count(&self.acts, "reopened");
                ("receipt", count(&self.receipts, "voided"))
            }
            EventKind::ReceiptChanged => {
                count(&self.acts, "closed");
                self.materials(what);
                ("receipt", count(&self.receipts, "signed"))
            }
            _ => return,
        };
        let materials = what.get("materials").and_then(Value::as_array);
        let materials = materials.map(Vec::len);
        let waived = what.get("waived").and_then(Value::as_u64);
        let (record, agency) = (happened.record, happened.agency);
        tracing::info!(
            record,
            agency,
            of,
            act,
            materials,
            waived,
            "done at a window"
        );
    }

    /// Counts a step of an alarm, and calls for whoever watches the log when one is raised.
    fn alarm(&self, happened: &Happened, act: &'static str) {
        count(&self.alarms, act);
        let (record, agency) = (happened.record, happened.agency);
        if act == "raised" {
            tracing::warn!(record, agency, act, "odd uses");
        } else {
            tracing::info!(record, agency, act, "odd uses");
        }
    }

    /// Counts the materials of a case, once, when its first receipt is signed: as figures do.
    fn materials(&self, what: &Value) {
        if what.get("receipt").and_then(Value::as_u64) != Some(1) {
            return;
        }
        let waived = what.get("waived").and_then(Value::as_u64);
        let named = |name| self.materials.get_or_create(&Named { name });
        named("waived").inc_by(waived.unwrap_or_default());
        let reasons = what.get("not_waived").and_then(Value::as_object);
        for (reason, times) in reasons.into_iter().flatten() {
            let name = match PaperReason::from_name(reason) {
                Some(reason) => reason.name(),
                None => known(&["disputed"], reason),
            };
            named(name).inc_by(times.as_u64().unwrap_or_default());
        }
    }
}

fn count(family: &Family<Named, Counter>, name: &'static str) -> &'static str {
    family.get_or_create(&Named { name }).inc();
    name
}

/// The step by its own name, or `other`: labels are as many as these, whatever is written.
fn known(names: &[&'static str], step: &str) -> &'static str {
    let found = names.iter().find(|name| **name == step);
    found.copied().unwrap_or("other")
}
