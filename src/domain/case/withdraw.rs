//! Withdrawing a case 撤件: it was opened in error, or its applicant left.

use serde::Deserialize;
use serde::Serialize;

use super::Case;
use super::State;
use super::WrongAct;
use crate::domain::time::Timestamp;

/// Why a case ended without a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Why, in the officer's words.
    pub reason: String,
    /// The credential of the officer.
    pub by: String,
}

impl Case {
    /// Whether it ended without a receipt.
    #[must_use]
    pub const fn is_withdrawn(&self) -> bool {
        self.withdrawn.is_some()
    }

    /// Ends it without a receipt, whatever is settled. Nobody is waited for any more; what was
    /// decided stays to be read, and counts for nothing.
    ///
    /// # Errors
    ///
    /// [`WrongAct::Closed`] when it has ended. Nothing was changed then.
    pub fn withdraw(&mut self, withdrawal: Withdrawal, at: Timestamp) -> Result<(), WrongAct> {
        if self.is_closed() {
            return Err(WrongAct::Closed);
        }
        for material in &mut self.materials {
            if matches!(
                material.state,
                State::Waiting { .. } | State::DepartmentCheck { .. }
            ) {
                material.state = State::NotAsked;
                material.decided_at = Some(at.millis());
            }
        }
        self.withdrawn = Some(withdrawal);
        self.closed_at = Some(at.millis());
        Ok(())
    }
}
