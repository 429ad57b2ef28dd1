//! What an agency may use 用证授权: which fields of which type for which item, and how.

use std::collections::BTreeSet;

use crate::domain::time::Timestamp;
use crate::domain::usage::UseMode;

/// The most uses a day that a grant can allow.
pub const MOST_A_DAY: u32 = 1_000_000;

/// What an agency may use of a type for an item. Nothing is granted by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The number of the agency that uses.
    pub agency: u32,
    /// The number of the type.
    pub type_number: u32,
    /// The item's code, or its base item's.
    pub item: String,
    /// The fields' keys.
    pub fields: Vec<String>,
    /// By which ways.
    pub modes: Vec<UseMode>,
    /// How many uses a day, 1 to [`MOST_A_DAY`].
    pub quota_per_day: u32,
    /// The first moment it is no longer good.
    pub until: Timestamp,
}

/// A grant that says too little to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadGrant {
    /// No item, or something that is no code of one.
    #[error("a grant names an item by its code")]
    Item,
    /// No field.
    #[error("a grant names at least one field")]
    Fields,
    /// No mode.
    #[error("a grant names at least one way of use")]
    Modes,
    /// None a day, or more than can be.
    #[error("a grant allows 1 to 1000000 uses a day")]
    Quota,
    /// It would have ended already.
    #[error("the grant would have ended already")]
    Ended,
}

impl Grant {
    /// The same with every field and mode once, if it says enough to be a grant at a moment.
    ///
    /// # Errors
    ///
    /// [`BadGrant`]: the first that is missing.
    pub fn checked(&self, now: Timestamp) -> Result<Self, BadGrant> {
        let good_item = (1..=64).contains(&self.item.len())
            && self.item.bytes().all(|c| c.is_ascii_alphanumeric());
        if !good_item {
            return Err(BadGrant::Item);
        }
        let mut grant = self.clone();
        let mut seen = BTreeSet::new();
        grant.fields.retain(|field| seen.insert(field.clone()));
        grant.modes = BTreeSet::from_iter(grant.modes).into_iter().collect();
        if grant.fields.is_empty() {
            return Err(BadGrant::Fields);
        }
        if grant.modes.is_empty() {
            return Err(BadGrant::Modes);
        }
        if !(1..=MOST_A_DAY).contains(&grant.quota_per_day) {
            return Err(BadGrant::Quota);
        }
        if grant.until <= now {
            return Err(BadGrant::Ended);
        }
        Ok(grant)
    }

    /// Whether it lets an agency do anything that it may not do by the one in force for the same
    /// agency, type and item: another field, another mode, more a day, for longer; anything at
    /// all where none is in force. One that ran out is not in force.
    #[must_use]
    pub fn widens(&self, in_force: Option<&Self>) -> bool {
        let Some(now) = in_force else {
            return true;
        };
        let same =
            (now.agency, now.type_number, &now.item) == (self.agency, self.type_number, &self.item);
        !same
            || self.fields.iter().any(|field| !now.fields.contains(field))
            || self.modes.iter().any(|mode| !now.modes.contains(mode))
            || self.quota_per_day > now.quota_per_day
            || self.until > now.until
    }
}

#[cfg(test)]
mod tests {
    use super::BadGrant;
    use super::Grant;
    use super::MOST_A_DAY;
    use crate::domain::time::Timestamp;
    use crate::domain::usage::UseMode;

    fn grant() -> Grant {
        Grant {
            agency: 7,
            type_number: 3,
            item: "152014904000".to_owned(),
            fields: ["holder_name", "valid_to"].map(str::to_owned).to_vec(),
            modes: vec![UseMode::Online, UseMode::Duty],
            quota_per_day: 100,
            until: Timestamp::from_secs(2000),
        }
    }

    fn other(change: impl FnOnce(&mut Grant)) -> Grant {
        let mut grant = grant();
        change(&mut grant);
        grant
    }

    #[test]
    fn whatever_lets_more_be_done_widens() {
        let now = grant();
        assert!(now.widens(None));
        assert!(!now.widens(Some(&now)));
        for wider in [
            other(|g| g.fields.push("sex".to_owned())),
            other(|g| g.fields = vec!["sex".to_owned()]),
            other(|g| g.modes.push(UseMode::Shown)),
            other(|g| g.modes = vec![UseMode::InPerson]),
            other(|g| g.quota_per_day = 101),
            other(|g| g.until = Timestamp::from_millis(2_000_001)),
            // For somebody or something else it is not the one in force.
            other(|g| g.agency = 8),
            other(|g| g.type_number = 4),
            other(|g| g.item = "150709902000".to_owned()),
            // Fewer fields do not make up for one more a day.
            other(|g| {
                g.fields.pop();
                g.quota_per_day = 101;
            }),
        ] {
            assert!(wider.widens(Some(&now)), "{wider:?}");
        }
        for narrower in [
            other(|g| g.fields.reverse()),
            other(|g| drop(g.fields.pop())),
            other(|g| g.modes = vec![UseMode::Online]),
            other(|g| g.quota_per_day = 1),
            other(|g| g.until = Timestamp::from_secs(1999)),
        ] {
            assert!(!narrower.widens(Some(&now)), "{narrower:?}");
        }
    }

    #[test]
    fn a_grant_says_everything_once() {
        let now = Timestamp::from_secs(1999);
        let twice = other(|g| {
            g.fields.push("holder_name".to_owned());
            g.modes = vec![UseMode::Duty, UseMode::Online, UseMode::Duty];
        });
        assert_eq!(twice.checked(now), Ok(grant()));
        for (bad, why) in [
            (other(|g| g.item.clear()), BadGrant::Item),
            (other(|g| g.item = "A 1".to_owned()), BadGrant::Item),
            (other(|g| g.fields.clear()), BadGrant::Fields),
            (other(|g| g.modes.clear()), BadGrant::Modes),
            (other(|g| g.quota_per_day = 0), BadGrant::Quota),
            (other(|g| g.quota_per_day = MOST_A_DAY + 1), BadGrant::Quota),
            (other(|g| g.until = now), BadGrant::Ended),
        ] {
            assert_eq!(bad.checked(now), Err(why));
        }
    }
}
