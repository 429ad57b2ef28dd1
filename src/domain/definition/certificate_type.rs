//! A certificate type as the register knows it, and the numbers of its fields.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use serde::Serialize;

use super::BadDefinition;
use super::Definition;
use super::FieldKind;
use crate::domain::identifier::TypeCode;

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
