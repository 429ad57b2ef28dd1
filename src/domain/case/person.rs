//! The people of a case: who applies, and whom else it concerns.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::holder::HolderCode;
use crate::domain::holder::masked_name;
use crate::domain::item::Whose;

/// By what somebody is taken to be what she is said to be in a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proof {
    /// She applies herself.
    Applicant,
    /// Nothing yet: nothing of hers can be asked for.
    None,
    /// The register knows her as the guardian of the child, or the child as hers.
    Guardian,
    /// A certificate of this case names both.
    Certificate {
        /// Its identifier.
        identifier: String,
    },
    /// A mandate that the register has.
    Mandate {
        /// Its number.
        mandate: i64,
    },
    /// A second officer confirmed it; such confirmations are counted.
    SecondOfficer {
        /// The credential of that officer.
        officer: String,
    },
}

/// What somebody is in a case. Each part is proven by itself: who is an agent by her mandate is
/// not therefore anybody's spouse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What she is.
    pub role: Whose,
    /// The officer who named her as that.
    pub named_by: String,
    /// By what she is that.
    pub proof: Proof,
}

/// Somebody whom a case concerns.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What she is in the case; a mother who applies for her child is applicant and parent.
    pub parts: Vec<Part>,
    /// Her name, as the officer read it.
    pub name: String,
    /// Her code.
    #[serde(with = "crate::domain::holder::written")]
    pub code: HolderCode,
}

impl Person {
    /// Whoever a case is opened for.
    #[must_use]
    pub fn applicant(name: &str, code: HolderCode, named_by: &str) -> Self {
        Self {
            parts: vec![Part {
                role: Whose::Applicant,
                named_by: named_by.to_owned(),
                proof: Proof::Applicant,
            }],
            name: name.to_owned(),
            code,
        }
    }

    /// Whether she is said to be that in the case.
    #[must_use]
    pub fn is(&self, whose: Whose) -> bool {
        self.parts.iter().any(|part| part.role == whose)
    }

    /// Her name as any paper that lies about has it: an organisation's whole, a person's masked.
    #[must_use]
    pub fn shown_name(&self) -> String {
        if self.code.kind().is_organisation() {
            self.name.clone()
        } else {
            masked_name(&self.name)
        }
    }

    /// Whether something may be asked of her as that; for what is nobody's in particular, as
    /// whatever she is.
    #[must_use]
    pub fn is_proven(&self, whose: Option<Whose>) -> bool {
        self.parts
            .iter()
            .filter(|part| whose.is_none_or(|whose| part.role == whose))
            .any(|part| part.proof != Proof::None)
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({:?}, {})", self.parts, self.code)
    }
}
