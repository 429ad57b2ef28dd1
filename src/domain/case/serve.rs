//! Whether a certificate serves for a material: right type, right person, good, and enough.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Case;
use super::CaseMaterial;
use super::PaperReason;
use super::Use;
use crate::domain::item::HowMany;
use crate::domain::item::PREDICATES;
use crate::domain::verdict::Outcome;

/// Why a certificate does not serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It was not shown, only named or handed over as a text: that never waives.
    Bare,
    /// No material of the case is served by its type.
    NotAsked,
    /// It belongs to nobody of the case who could serve with it.
    OtherHolder,
    /// She is said to be somebody's mother, spouse or worker, and nothing proves it yet.
    Unproven,
    /// It is not good.
    NotGood(Outcome),
    /// It does not show all that the item must see.
    FieldsMissing(Vec<String>),
    /// The answer to a question about it is no.
    Denied,
    /// It serves once, and has served.
    UsedUp,
}

impl Misfit {
    /// The stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::NotAsked => "not_asked",
            Self::OtherHolder => "other_holder",
            Self::Unproven => "unproven",
            Self::NotGood(_) => "not_good",
            Self::FieldsMissing(_) => "fields_missing",
            Self::Denied => "denied",
            Self::UsedUp => "used_up",
        }
    }

    /// The reason for paper that it leaves, where it decides one.
    #[must_use]
    pub const fn paper_reason(&self) -> Option<PaperReason> {
        match self {
            Self::Bare | Self::NotAsked | Self::Unproven | Self::FieldsMissing(_) => None,
            Self::OtherHolder | Self::Denied => Some(PaperReason::Mismatch),
            Self::UsedUp => Some(PaperReason::UsedUp),
            Self::NotGood(outcome) => match outcome {
                Outcome::Expired
                | Outcome::NotYetValid
                | Outcome::Suspended
                | Outcome::Revoked
                | Outcome::Superseded => Some(PaperReason::Expired),
                Outcome::NotFound => Some(PaperReason::NotFound),
                Outcome::Undetermined => Some(PaperReason::SourceDown),
                Outcome::Mismatch => Some(PaperReason::Mismatch),
                _ => None,
            },
        }
    }
}

impl CaseMaterial {
    /// The fields that must be seen and are not.
    #[must_use]
    pub fn lacks(&self, shown: &BTreeMap<String, Value>) -> Vec<String> {
        let needed = self.fields().into_iter();
        let lacking = needed.filter(|key| !PREDICATES.contains(key) && !shown.contains_key(*key));
        lacking.map(str::to_owned).collect()
    }

    /// Whether its item asks a question of the certificate.
    #[must_use]
    pub fn asks(&self, predicate: &str) -> bool {
        self.fields().contains(&predicate)
    }
}

impl Case {
    /// The people who can serve a material.
    #[must_use]
    pub fn people_of(&self, material: &CaseMaterial) -> Vec<usize> {
        let whose = material.whose;
        let places = self.people.iter().enumerate();
        let right = places.filter(|(place, person)| match whose {
            None => *place == 0,
            Some(whose) => person.is(whose),
        });
        right.map(|(place, _)| place).collect()
    }

    /// Adds a use to a material, and says how many of how many serve now. A person serves once:
    /// a later use takes the place of an earlier one.
    pub fn add_use(&mut self, place: usize, used: Use) -> Option<(usize, usize)> {
        let wanted = self.wanted(place)?;
        let material = self.materials.get_mut(place)?;
        material.uses.retain(|other| other.person != used.person);
        material.uses.push(used);
        Some((material.uses.len(), wanted))
    }

    /// How many certificates a material needs: one, or one for each person named.
    #[must_use]
    pub fn wanted(&self, place: usize) -> Option<usize> {
        let material = self.materials.get(place)?;
        Some(match material.how_many {
            HowMany::One => 1,
            HowMany::Each => self.people_of(material).len().max(1),
        })
    }
}
