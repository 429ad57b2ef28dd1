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

/// Somebody whom a case concerns.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What she is in the case; a mother who applies for her child is applicant and parent.
    pub roles: Vec<Whose>,
    /// Her name, as the officer read it.
    pub name: String,
    /// Her code.
    #[serde(with = "written")]
    pub code: HolderCode,
    /// The officer who named her.
    pub named_by: String,
    /// By what she is that.
    pub proof: Proof,
}

impl Person {
    /// Whether she is that in the case.
    #[must_use]
    pub fn is(&self, whose: Whose) -> bool {
        self.roles.contains(&whose)
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

    /// Whether something of hers may be asked for.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.proof != Proof::None
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Person({:?}, {}, {:?})",
            self.roles, self.code, self.proof
        )
    }
}

/// A holder's code as `type:number`.
mod written {
    use serde::Deserialize;
    use serde::Deserializer;
    use serde::Serializer;

    use crate::domain::holder::HolderCode;

    pub(super) fn serialize<S: Serializer>(code: &HolderCode, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&code.written())
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<HolderCode, D::Error> {
        let text = String::deserialize(from)?;
        HolderCode::read(&text).map_err(serde::de::Error::custom)
    }
}
