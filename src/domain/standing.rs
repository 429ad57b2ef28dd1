//! The life of a certificate after issue, and the legal word for each end of it.

/// What a certificate's status is.
///
/// Steps: in force → suspended → in force, and from both to one of the two ends, which are
/// final.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// In force.
    InForce,
    /// Suspended 暂扣.
    Suspended,
    /// Ended for good, with its legal word.
    Ended(EndWord),
    /// Replaced by a newer version 换发.
    Superseded,
}

/// Why a certificate ended: one word per legal reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndWord {
    /// 吊销: as a penalty.
    Revoked,
    /// 撤销: it should not have been granted.
    Withdrawn,
    /// 注销: given up or run out.
    Cancelled,
    /// 作废: issued in error.
    IssuedInError,
}

/// A step in the life of a certificate that somebody asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Suspend it.
    Suspend,
    /// Put it back in force.
    Resume,
    /// End it, with the legal word.
    End(EndWord),
    /// A newer version replaces it.
    Supersede,
}

/// A change that a standing does not allow; nothing was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a certificate that is {} cannot take the step {}", from.name(), change.name())]
pub struct WrongStep {
    /// Where it stands.
    pub from: Standing,
    /// What was asked.
    pub change: Change,
}

impl Standing {
    /// Takes a step.
    ///
    /// # Errors
    ///
    /// [`WrongStep`] when the step does not lead on from here.
    pub const fn after(self, change: Change) -> Result<Self, WrongStep> {
        match (self, change) {
            (Self::InForce, Change::Suspend) => Ok(Self::Suspended),
            (Self::Suspended, Change::Resume) => Ok(Self::InForce),
            (Self::InForce | Self::Suspended, Change::End(word)) => Ok(Self::Ended(word)),
            (Self::InForce | Self::Suspended, Change::Supersede) => Ok(Self::Superseded),
            (from, change) => Err(WrongStep { from, change }),
        }
    }

    /// The two bits of the status list: 0 valid, 1 ended, 2 suspended, 3 superseded.
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::InForce => 0,
            Self::Ended(_) => 1,
            Self::Suspended => 2,
            Self::Superseded => 3,
        }
    }

    /// The number under which the register keeps it: the bits, and the word for an end.
    #[must_use]
    pub const fn stored(self) -> i16 {
        match self {
            Self::InForce => 0,
            Self::Suspended => 2,
            Self::Superseded => 3,
            Self::Ended(EndWord::Revoked) => 10,
            Self::Ended(EndWord::Withdrawn) => 11,
            Self::Ended(EndWord::Cancelled) => 12,
            Self::Ended(EndWord::IssuedInError) => 13,
        }
    }

    /// The standing of a stored number; `None` for a number that is none.
    #[must_use]
    pub const fn from_stored(number: i16) -> Option<Self> {
        Some(match number {
            0 => Self::InForce,
            2 => Self::Suspended,
            3 => Self::Superseded,
            10 => Self::Ended(EndWord::Revoked),
            11 => Self::Ended(EndWord::Withdrawn),
            12 => Self::Ended(EndWord::Cancelled),
            13 => Self::Ended(EndWord::IssuedInError),
            _ => return None,
        })
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Suspended => "suspended",
            Self::Superseded => "superseded",
            Self::Ended(word) => word.name(),
        }
    }
}

impl Change {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Supersede => "supersede",
            Self::End(word) => word.name(),
        }
    }
}

impl EndWord {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Withdrawn => "withdrawn",
            Self::Cancelled => "cancelled",
            Self::IssuedInError => "issued_in_error",
        }
    }

    /// The word of a name; `None` for a name that is none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Revoked,
            Self::Withdrawn,
            Self::Cancelled,
            Self::IssuedInError,
        ]
        .into_iter()
        .find(|word| word.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Change;
    use super::EndWord;
    use super::Standing;

    #[test]
    fn the_two_ends_are_final_and_suspension_is_not() {
        let ends = [Standing::Superseded, Standing::Ended(EndWord::Cancelled)];
        let steps = [
            Change::Suspend,
            Change::Resume,
            Change::Supersede,
            Change::End(EndWord::Revoked),
        ];
        for end in ends {
            for step in steps {
                assert!(end.after(step).is_err());
            }
        }
        let suspended = Standing::InForce.after(Change::Suspend).unwrap();
        assert_eq!(suspended.after(Change::Resume), Ok(Standing::InForce));
        assert!(suspended.after(Change::Suspend).is_err());
        assert!(Standing::InForce.after(Change::Resume).is_err());
    }

    #[test]
    fn stored_numbers_read_back() {
        for number in 0..20 {
            if let Some(standing) = Standing::from_stored(number) {
                assert_eq!(standing.stored(), number);
            }
        }
    }
}
