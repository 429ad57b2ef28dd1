//! The definition of a certificate type: one text, from which everything about it follows.

mod check;

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use serde::Serialize;

use crate::domain::heading::COMMON;
use crate::domain::heading::heading_key;
use crate::domain::heading::headings_of;
use crate::domain::holder::HolderCodeType;
use crate::domain::identifier::TypeCode;

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
    pub issued_by: Register,
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

impl HolderKind {
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
pub enum Register {
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

/// How long certificates of a type are good for.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(untagged)]
pub enum Validity {
    /// `long_term`, or `per_field`: each certificate says its own end.
    Named(NamedValidity),
    /// A span from a day.
    Span(Span),
}

/// The validities that have a name.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum NamedValidity {
    /// No end.
    LongTerm,
    /// Printed on each certificate.
    PerField,
}

/// A validity counted from the day of issue or from a face field.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Span {
    /// Years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub years: Option<i32>,
    /// Months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<i32>,
    /// Days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// The date field it counts from; without it, the day of issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// `day_before`: the last day is the day before the anniversary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<LastDay>,
}

/// Which day of a span is the last.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LastDay {
    /// The day before the anniversary.
    DayBefore,
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

/// A field on the face of a certificate.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its key, `[a-z][a-z0-9_]*`.
    pub key: String,
    /// Its Chinese label, as printed.
    pub label: String,
    /// Its English label.
    pub label_en: String,
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Code → label, for a field of kind `code` only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// Whether a new certificate must have it.
    pub required: bool,
    /// The most characters; bytes for a picture.
    pub max_length: u32,
    /// When it is disclosed.
    pub disclosure: Disclosure,
    /// Other headings accepted in files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Whether a day after today is an error.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub past: bool,
    /// What kind of number a text field holds, if it is checked as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<NumberFormat>,
}

/// What kind of value a field takes.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Text.
    Text,
    /// A day.
    Date,
    /// A day and a time of day.
    Datetime,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// One of a list of codes.
    Code,
    /// A picture.
    Image,
}

/// When a field is disclosed (data law: no more than the matter needs).
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// With every showing.
    Always,
    /// When the matter needs it.
    ByNeed,
    /// When the matter needs it, and named as sensitive to whoever consents.
    Sensitive,
}

/// A number that a text field holds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// A person's document number: one of 18 characters is checked as a citizen number.
    IdentityNumber,
    /// A unified social credit code.
    Uscc,
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

    /// The key of the column that a heading means: by label, alias or key.
    ///
    /// A type's own labels win over the common headings, so that 名称 can be a face field.
    #[must_use]
    pub fn column_of(&self, heading: &str) -> Option<&str> {
        let wanted = heading_key(heading);
        if wanted.is_empty() {
            return None;
        }
        let is = |text: &str| heading_key(text) == wanted;
        let own = self
            .fields
            .iter()
            .find(|f| is(&f.label) || is(&f.key) || f.aliases.iter().any(|alias| is(alias)));
        let by_alias = || {
            let found = self
                .column_aliases
                .iter()
                .find(|(_, list)| list.iter().any(|a| is(a)));
            found.map(|(key, _)| key.as_str())
        };
        let common = || {
            let meant = |key: &str| headings_of(key).iter().any(|h| is(h)) || is(key);
            self.common_columns().find(|key| meant(key))
        };
        own.map(|f| f.key.as_str())
            .or_else(by_alias)
            .or_else(common)
    }

    /// The Chinese label of a column, common ones included; the key itself if unknown.
    #[must_use]
    pub fn label<'a>(&'a self, key: &'a str) -> &'a str {
        let own = self.field(key).map(|f| f.label.as_str());
        let alias = || self.column_aliases.get(key)?.first().map(String::as_str);
        let common = || headings_of(key).first().copied();
        own.or_else(alias).or_else(common).unwrap_or(key)
    }

    /// Whether the holders stand in the common columns rather than in face fields.
    #[must_use]
    pub fn holder_columns(&self) -> bool {
        self.holders.is_empty()
    }

    /// The common columns that drafts of this type may fill: no holder columns where its face
    /// names the holders.
    pub fn common_columns(&self) -> impl Iterator<Item = &'static str> {
        let holders = self.holder_columns();
        let all = COMMON.iter().map(|(key, _)| *key);
        all.filter(move |key| holders || !key.starts_with("holder_"))
    }

    /// All columns of its drafts in office order: holder, number, face fields, days.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let common = self.common_columns();
        let (mut columns, last): (Vec<&str>, Vec<&str>) =
            common.partition(|key| key.starts_with("holder_") || *key == "certificate_number");
        columns.extend(self.fields.iter().map(|field| field.key.as_str()));
        columns.extend(last);
        columns
    }

    /// The face field that says an organisation's name, where the holder's column is blank:
    /// 单位名称 and its like are headings of both.
    #[must_use]
    pub fn name_on_face(&self) -> Option<&Field> {
        if self.holder == HolderKind::Person || !self.holder_columns() {
            return None;
        }
        let names: Vec<String> = headings_of("holder_name")
            .iter()
            .map(|h| heading_key(h))
            .collect();
        self.fields.iter().find(|field| {
            let mut headings = [&field.label].into_iter().chain(&field.aliases);
            field.kind == FieldKind::Text && headings.any(|h| names.contains(&heading_key(h)))
        })
    }
}

/// The small number each field has in compact codes, given once and kept for ever.
///
/// 0–9 are the common ones ([`crate::domain::certificate::COMMON_CODE_FIELDS`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeFields(pub BTreeMap<String, u8>);

impl CodeFields {
    /// Numbers a definition's fields: those that `self` numbers keep theirs, new ones take
    /// the next; a field that a definition dropped keeps its number reserved. Pictures have
    /// none. `None` when the 246 numbers are used up.
    #[must_use]
    pub fn extended(&self, definition: &Definition) -> Option<Self> {
        let mut numbers = self.0.clone();
        for field in definition
            .fields
            .iter()
            .filter(|f| f.kind != FieldKind::Image)
        {
            if !numbers.contains_key(&field.key) {
                let next = numbers
                    .values()
                    .max()
                    .map_or(Some(10), |n| n.checked_add(1))?;
                numbers.insert(field.key.clone(), next);
            }
        }
        Some(Self(numbers))
    }
}

/// A certificate type as the register knows it: a definition with its numbers.
#[derive(Clone, Debug)]
pub struct CertificateType {
    /// Its short number in compact codes.
    pub number: u32,
    /// The version of this definition, from 1.
    pub version: u32,
    /// The definition.
    pub definition: Definition,
    /// The numbers of its fields in compact codes.
    pub code_fields: CodeFields,
    /// The compiled number pattern.
    pub number_regex: Regex,
    /// The type code, parsed.
    pub code: TypeCode,
}

impl CertificateType {
    /// Puts a checked definition and its numbers together.
    ///
    /// # Errors
    ///
    /// [`BadDefinition`] if the definition does not pass [`Definition::check`].
    pub fn new(
        number: u32,
        version: u32,
        definition: Definition,
        code_fields: CodeFields,
    ) -> Result<Self, BadDefinition> {
        definition.check()?;
        let bad = |what: &str| BadDefinition {
            code: definition.code.clone(),
            what: what.to_owned(),
        };
        let Ok(number_regex) = Regex::new(&definition.number_pattern.regex) else {
            return Err(bad("number_pattern.regex is no regular expression"));
        };
        let Ok(code) = definition.code.parse() else {
            return Err(bad("bad code"));
        };
        Ok(Self {
            number,
            version,
            definition,
            code_fields,
            number_regex,
            code,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::CodeFields;
    use super::Definition;

    fn catalogue() -> Vec<Definition> {
        serde_json::from_str(include_str!(
            "../../examples/catalogue/certificate-types.json"
        ))
        .unwrap()
    }

    #[test]
    fn all_211_definitions_are_sound() {
        let all = catalogue();
        assert_eq!(all.len(), 211);
        for definition in &all {
            definition.check().unwrap();
        }
    }

    #[test]
    fn field_numbers_are_never_given_twice() {
        let mut one = catalogue().swap_remove(1);
        let first = CodeFields::default().extended(&one).unwrap();
        let dropped = one.fields.remove(0);
        let mut added = one.fields[0].clone();
        added.key = "added".to_owned();
        one.fields.insert(0, added);
        let second = first.extended(&one).unwrap();
        assert_eq!(second.0[&dropped.key], first.0[&dropped.key]);
        assert!(second.0["added"] > *first.0.values().max().unwrap());
    }
}
