//! Who acts for her, and for whom she acts: mandates and orders about guardians.

use serde_json::Value;
use serde_json::json;

use super::Whose;
use super::cards::moment;
use crate::domain::guardian::OrderKind;
use crate::domain::mandate::MandateKind;
use crate::flow::failure::Failure;
use crate::flow::guardians::orders;
use crate::flow::mandates;
use crate::store::Rx;

impl Whose<'_> {
    /// The mandates in which she is acted for or acts; people's names masked.
    pub(super) fn mandates(&self, rx: &mut Rx<'_>) -> Result<Vec<Value>, Failure> {
        let rows = rx.mandates_of(&self.index, i64::MAX)?;
        let now = self.office.clock.now();
        let told = rows.iter().map(|row| {
            let (principal, agent) = mandates::displayed(self.office, row)?;
            let standing = mandates::standing(row, now)?;
            Ok(json!({
                "mandate": row.id,
                "kind": MandateKind::from_stored(row.kind).map_or("", MandateKind::name),
                "standing": standing.name(),
                "she_acts": row.agent_index == self.index,
                "principal": principal,
                "agent": agent,
                "items": row.items,
                "types": row.types,
                "from": moment(row.valid_from),
                "until": moment(row.until),
                "proposed_at": moment(row.proposed_at),
                "confirmed_at": row.confirmed_at.map(moment),
                "ended_at": row.ended_at.map(moment),
            }))
        });
        told.collect()
    }

    /// The orders about her as a child or as a guardian.
    pub(super) fn orders(&self, rx: &mut Rx<'_>) -> Result<Vec<Value>, Failure> {
        let rows = rx.orders_about(&self.index)?;
        let told = rows.iter().map(|row| {
            Ok(json!({
                "order": row.id,
                "kind": OrderKind::from_stored(row.what).map_or("", OrderKind::name),
                "as": if row.child_index == self.index { "child" } else { "guardian" },
                "from": moment(row.at),
                "reference": orders::reference(self.office, row)?,
                "agency": row.agency.and_then(|number| self.agency(number)),
                "proposed_at": moment(row.proposed_at),
                "confirmed_at": row.confirmed_at.map(moment),
            }))
        });
        told.collect()
    }
}
