//! What a verifier must know of a certificate type; offline bundles carry it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::definition::CertificateType;
use crate::domain::definition::Disclosure;
use crate::domain::definition::FieldKind;

/// The facts of one version of a type. Members that a later version adds are ignored.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub struct TypeFacts {
    /// Its number in compact codes.
    pub number: u32,
    /// The version of its definition.
    pub version: u32,
    /// Its code.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// The kinds of department whose agencies may issue it.
    pub departments: Vec<String>,
    /// Its face fields.
    pub fields: Vec<FieldFacts>,
}

/// The facts of a face field.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub struct FieldFacts {
    /// Its key.
    pub key: String,
    /// Its Chinese label.
    pub label: String,
    /// Its English label.
    pub label_en: String,
    /// What kind of value it takes.
    pub kind: FieldKind,
    /// When it is disclosed.
    pub disclosure: Disclosure,
    /// Code → label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// Its number in compact codes; none for pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_field: Option<u8>,
}

impl TypeFacts {
    /// The facts of a type.
    #[must_use]
    pub fn of(of: &CertificateType) -> Self {
        let definition = &of.definition;
        let fields = definition.fields.iter().map(|f| FieldFacts {
            key: f.key.clone(),
            label: f.label.clone(),
            label_en: f.label_en.clone(),
            kind: f.kind,
            disclosure: f.disclosure,
            codes: f.codes.clone(),
            code_field: of.code_fields.0.get(&f.key).copied(),
        });
        Self {
            number: of.number,
            version: of.version,
            code: definition.code.clone(),
            name: definition.name.clone(),
            name_en: definition.name_en.clone(),
            departments: definition
                .issuing_departments()
                .iter()
                .map(|d| (*d).to_owned())
                .collect(),
            fields: fields.collect(),
        }
    }

    /// The key and kind of the field with a number in compact codes.
    #[must_use]
    pub fn code_field(&self, number: u8) -> Option<(&str, FieldKind)> {
        let field = self.fields.iter().find(|f| f.code_field == Some(number))?;
        Some((&field.key, field.kind))
    }

    /// The face field of a key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&FieldFacts> {
        self.fields.iter().find(|f| f.key == key)
    }
}
