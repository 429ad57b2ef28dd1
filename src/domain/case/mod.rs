//! Cases 办件: what somebody came for, what it asks of whom, and what became of each material.

mod close;
mod material;
mod open;
mod person;
mod reason;
mod serve;
mod state;
mod step;
mod withdraw;

pub use close::Unsettled;
pub use material::CaseMaterial;
pub use material::Use;
pub use material::Want;
pub use open::BadPackage;
pub use open::MOST_ITEMS;
pub use person::Part;
pub use person::Person;
pub use person::Proof;
pub use reason::PaperReason;
pub use serve::Misfit;
pub use state::State;
pub use step::Act;
pub use step::WrongAct;
pub use withdraw::Withdrawal;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::time::Timestamp;

/// An item as a case keeps it: with the version of what it asked for when the case was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseItem {
    /// The item's code.
    pub code: String,
    /// Its Chinese name, the situation in brackets.
    pub name: String,
    /// The situation.
    pub scenario: String,
    /// The number of the agency that runs it: it sees the fields that this item needs, and no
    /// others.
    pub agency: u32,
    /// The version of the rule that the case began with, and keeps.
    pub rule_version: u32,
}

/// A case, whole: everything that an officer does to it is a step of this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its items; several make a package 一件事.
    pub items: Vec<CaseItem>,
    /// The applicant first, then whoever else it concerns.
    pub people: Vec<Person>,
    /// What the items ask for, each material once.
    pub materials: Vec<CaseMaterial>,
    /// When it ended, in milliseconds: was closed, or withdrawn.
    pub closed_at: Option<i64>,
    /// Why it ended without a receipt, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawal>,
}

impl Case {
    /// Whether it has ended: was closed, or withdrawn.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed_at.is_some()
    }

    /// The applicant.
    #[must_use]
    pub fn applicant(&self) -> Option<&Person> {
        self.people.first()
    }

    /// A material by its place.
    #[must_use]
    pub fn material(&self, place: usize) -> Option<&CaseMaterial> {
        self.materials.get(place)
    }

    /// How many materials were really waived: once each, never what only identifies somebody
    /// or is taken back, and nothing in a case that was withdrawn.
    #[must_use]
    pub fn waived(&self) -> usize {
        if self.is_withdrawn() {
            return 0;
        }
        let really = |material: &&CaseMaterial| {
            matches!(material.state, State::Waived { .. } | State::Promised)
        };
        self.materials.iter().filter(really).count()
    }

    /// How many materials could have been waived and were not, by the stable name of the reason;
    /// `disputed` where the certificate is said to be wrong.
    #[must_use]
    pub fn not_waived(&self) -> BTreeMap<&'static str, usize> {
        let mut reasons = BTreeMap::new();
        for material in &self.materials {
            let reason = match material.state {
                State::NeedsPaper { reason } if reason.is_for_the_officer() => reason.name(),
                State::Disputed { .. } if material.is_waivable() => material.state.name(),
                _ => continue,
            };
            *reasons.entry(reason).or_default() += 1;
        }
        reasons
    }

    /// Whether a step could be taken with a material now.
    #[must_use]
    pub fn can(&self, place: usize, act: &Act) -> bool {
        self.after(place, act).is_ok()
    }

    /// How a material would stand after a step.
    ///
    /// # Errors
    ///
    /// [`WrongAct`] when the case is closed, has no such material, or the material does not
    /// stand where this step could be taken from.
    pub fn after(&self, place: usize, act: &Act) -> Result<State, WrongAct> {
        if self.is_closed() {
            return Err(WrongAct::Closed);
        }
        let material = self.materials.get(place);
        material.ok_or(WrongAct::NoSuchMaterial)?.after(act)
    }

    /// Takes a step with a material.
    ///
    /// # Errors
    ///
    /// Those of [`Case::after`]; nothing was changed then.
    pub fn act(&mut self, place: usize, act: &Act, at: Timestamp) -> Result<(), WrongAct> {
        let state = self.after(place, act)?;
        if let Some(material) = self.materials.get_mut(place) {
            material.state = state;
            material.decided_at = Some(at.millis());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
