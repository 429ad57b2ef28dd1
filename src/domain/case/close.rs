//! Closing a case: what must be settled before its receipt can be written.

use super::Case;
use super::CaseMaterial;
use super::State;
use super::WrongAct;
use crate::domain::item::Necessity;
use crate::domain::time::Timestamp;

/// A material that keeps a case open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// Its place in the case.
    pub material: usize,
}

impl Case {
    /// The materials that keep it open: asked for, or required, and not settled; one of which an
    /// alternative is settled keeps nothing open, nor does any of a case that was withdrawn.
    #[must_use]
    pub fn unsettled(&self) -> Vec<Unsettled> {
        if self.is_withdrawn() {
            return Vec::new();
        }
        let places = self.materials.iter().enumerate();
        let open = places.filter(|(_, material)| self.keeps_open(material));
        open.map(|(material, _)| Unsettled { material }).collect()
    }

    /// Closes it.
    ///
    /// # Errors
    ///
    /// [`WrongAct::Closed`] when it is closed; [`WrongAct::NotFromHere`] when something is
    /// [unsettled](Case::unsettled). Nothing was changed then.
    pub fn close(&mut self, at: Timestamp) -> Result<(), WrongAct> {
        if self.is_closed() {
            return Err(WrongAct::Closed);
        }
        if !self.unsettled().is_empty() {
            return Err(WrongAct::NotFromHere);
        }
        self.closed_at = Some(at.millis());
        Ok(())
    }

    /// Opens it again, because its receipt was voided.
    ///
    /// # Errors
    ///
    /// [`WrongAct::Closed`] when it was withdrawn, which nothing undoes;
    /// [`WrongAct::NotFromHere`] when it is open.
    pub fn reopen(&mut self) -> Result<(), WrongAct> {
        if self.is_withdrawn() {
            return Err(WrongAct::Closed);
        }
        if !self.is_closed() {
            return Err(WrongAct::NotFromHere);
        }
        self.closed_at = None;
        Ok(())
    }

    fn keeps_open(&self, material: &CaseMaterial) -> bool {
        if material.state.is_settled() {
            return false;
        }
        // An identity card that nobody read, or a condition that does not apply, is no lack.
        let untouched = material.state == State::NotAsked;
        if untouched && (material.identity || material.necessity != Necessity::Required) {
            return false;
        }
        !(untouched && self.has_alternative(material))
    }

    /// Whether in every item that asks for it an alternative is settled.
    fn has_alternative(&self, material: &CaseMaterial) -> bool {
        material.wants.iter().all(|want| {
            let letter = want.alternatives.as_ref();
            letter.is_some()
                && self.materials.iter().any(|other| {
                    let shares = |w: &super::Want| {
                        w.item == want.item
                            && w.seq != want.seq
                            && w.alternatives.as_ref() == letter
                    };
                    other.wants.iter().any(shares) && stands(&other.state)
                })
        })
    }
}

/// Whether a material is really there, or something stands for it.
const fn stands(state: &State) -> bool {
    state.is_settled() && !matches!(state, State::Cancelled)
}
