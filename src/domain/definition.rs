//! The definition of a certificate type: one text, from which everything about it follows.

mod certificate_type;
mod check;
mod columns;
mod field;
mod validity;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::holder::HolderCodeType;

pub use certificate_type::CertificateType;
pub use certificate_type::CodeFields;
pub use field::Disclosure;
pub use field::Field;
pub use field::FieldKind;
pub use field::NumberFormat;
pub use validity::LastDay;
pub use validity::NamedValidity;
pub use validity::Span;
pub use validity::Validity;

/// A definition as a catalogue file writes it. Unknown members are refused.
///
/// The members from `holders` on are optional and say what a plain list of fields cannot.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// 21 characters: the code of the body that defines the type and three digits.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// 证照执照, 证明文件, 批文批复, 鉴定报告 or 办事结果.
    pub category: String,
    /// Who can hold it.
    pub holder: HolderKind,
    /// The kind of department that runs it.
    pub department: String,
    /// The body that defines it.
    pub defining_body: DefiningBody,
    /// Whether the code is our own rather than a national one.
    pub provisional: bool,
    /// How long it is good for.
    pub validity: Validity,
    /// What its numbers look like.
    pub number_pattern: NumberPattern,
    /// Whether the certificate as a whole is special-category personal data.
    pub sensitive: bool,
    /// Whose register holds it.
    pub issued_by: RegisterKeeper,
    /// Whether its number is or contains a citizen identity number; then it is always masked.
    pub number_embeds_id: bool,
    /// Base item codes for which one certificate serves once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub single_use_for: Vec<String>,
    /// Kinds of department whose agencies issue it; without it, `department`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issuer_departments: Vec<String>,
    /// The fields on its face.
    pub fields: Vec<Field>,
    /// Where its holders stand among the face fields; without it, in the common columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<PersonAt>,
    /// Face fields that name the guardians of a child who holds it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guardians: Vec<PersonAt>,
    /// The face field in which a registrar says who represents the organisation that holds it.
    /// Permits name a representative, too, but nobody registered them there: they have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
    /// The column whose value is the certificate's number where no column of its own gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_from: Option<String>,
    /// The face field that writes the validity out: `长期`, or `2015-07-11至2035-07-11`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// Headings of the common columns that only this type's files use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub column_aliases: BTreeMap<String, Vec<String>>,
}

/// Who can hold a type of certificate.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// A person.
    Person,
    /// An organisation.
    Organisation,
    /// Either.
    Either,
}

/// A text that names no kind of holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not person, organisation or either")]
pub struct BadHolderKind;

impl std::str::FromStr for HolderKind {
    type Err = BadHolderKind;

    fn from_str(text: &str) -> Result<Self, BadHolderKind> {
        let all = [Self::Person, Self::Organisation, Self::Either];
        let found = all.into_iter().find(|kind| kind.name() == text);
        found.ok_or(BadHolderKind)
    }
}

impl HolderKind {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Either => "either",
        }
    }

    /// Whether a code of this type can name such a holder.
    #[must_use]
    pub const fn allows(self, kind: HolderCodeType) -> bool {
        match self {
            Self::Person => !kind.is_organisation(),
            Self::Organisation => kind.is_organisation(),
            Self::Either => true,
        }
    }
}

/// Whose register holds certificates of a type.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RegisterKeeper {
    /// The nation's.
    Nation,
    /// The region's.
    Region,
    /// The league's or its counties'.
    Local,
}

/// The body that defines a type.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DefiningBody {
    /// Its unified social credit code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// What a type's certificate numbers look like.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct NumberPattern {
    /// An anchored regular expression.
    pub regex: String,
    /// A number that matches it.
    pub example: String,
    /// Whether it is a permissive one, for want of a known pattern.
    pub generic: bool,
}

/// Where a person stands among a type's columns: keys of face fields or common columns.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct PersonAt {
    /// The column with the name.
    pub name: String,
    /// The column with the number.
    pub code: String,
    /// Three digits of a holder code type, or the column with it (blank there means 111).
    #[serde(default = "citizen")]
    pub code_type: String,
}

impl PersonAt {
    /// The columns that say who it is. A newborn's code is the certificate's number, which says
    /// nothing of the child.
    pub fn says(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), self.code.as_str()]
            .into_iter()
            .filter(|key| *key != "certificate_number")
    }
}

fn citizen() -> String {
    "111".to_owned()
}

/// Why a definition cannot be used; nothing of the file it stands in is loaded then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("certificate type {code}: {what}")]
pub struct BadDefinition {
    /// The type's code as written.
    pub code: String,
    /// What is wrong with it.
    pub what: String,
}

impl Definition {
    /// The face field of a key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.key == key)
    }

    /// The kinds of department whose agencies may issue it.
    #[must_use]
    pub fn issuing_departments(&self) -> Vec<&str> {
        if self.issuer_departments.is_empty() {
            vec![&self.department]
        } else {
            self.issuer_departments.iter().map(String::as_str).collect()
        }
    }
}

#[cfg(test)]
mod tests;
