//! The claims that certificates of a type carry, and what people call them.

use crate::domain::certificate::common_disclosure;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Definition;
use crate::domain::definition::Disclosure;
use crate::domain::definition::FieldKind;
use crate::domain::definition::HolderKind;
use crate::domain::heading::headings_of;
use crate::domain::words::Lang;
use crate::domain::words::say;

/// A claim that certificates of a type carry, or may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarriedClaim<'a> {
    /// Its key.
    pub key: &'a str,
    /// Whether it can be left out of a presentation; the others always stand in the open.
    pub disclosable: bool,
    /// Whether every certificate of the type has it. A required face field is not among them:
    /// an old record that is digitised may lack it.
    pub mandatory: bool,
}

/// Claims in the open, with whether every certificate has them.
const PLAIN: &[(&str, bool)] = &[
    ("certificate_identifier", true),
    ("issuing_agency", true),
    ("issuing_agency_code", false),
    ("area_code", false),
    ("issue_date", true),
    ("valid_from", true),
    ("valid_to", false),
    ("stock", false),
    ("original_issuer", false),
    ("incomplete", false),
];

/// Everything certificates of a type carry: what stands in the open, the holder, the face.
#[must_use]
pub fn carried(of: &CertificateType) -> Vec<CarriedClaim<'_>> {
    let definition = &of.definition;
    let mut claims: Vec<CarriedClaim<'_>> = PLAIN
        .iter()
        .map(|(key, mandatory)| CarriedClaim {
            key,
            disclosable: false,
            mandatory: *mandatory,
        })
        .collect();
    let mut disclosable = |key, mandatory| {
        claims.push(CarriedClaim {
            key,
            disclosable: true,
            mandatory,
        });
    };
    for key in ["holder_name", "holder_code", "holder_code_type"] {
        disclosable(key, false);
    }
    if definition.holders.len() != 1 {
        disclosable("holders", false);
    }
    disclosable("holder_name_masked", true);
    disclosable("holder_code_last4", false);
    disclosable("certificate_number", true);
    if definition.holder != HolderKind::Organisation {
        for key in ["age_over_14", "age_over_18", "age_over_60"] {
            disclosable(key, false);
        }
    }
    for field in &definition.fields {
        disclosable(&field.key, false);
    }
    claims
}

/// What of a certificate can be granted besides the fields on its face.
const COMMON: [&str; 13] = [
    "holder_name",
    "holder_code",
    "holder_code_type",
    "holder_name_masked",
    "holder_code_last4",
    "certificate_number",
    "age_over_14",
    "age_over_18",
    "age_over_60",
    "holders",
    "issue_date",
    "valid_from",
    "valid_to",
];

/// Whether a key names something of a type that can be granted. Of a picture a query tells the
/// digest; the annotated copy shows it.
#[must_use]
pub fn fetchable(of: &CertificateType, key: &str) -> bool {
    COMMON.contains(&key) || of.definition.field(key).is_some()
}

/// Whether a key names a picture on the face of a type.
#[must_use]
pub fn is_picture(of: &CertificateType, key: &str) -> bool {
    let field = of.definition.field(key);
    field.is_some_and(|field| field.kind == FieldKind::Image)
}

/// When a claim or column is disclosed.
#[must_use]
pub fn disclosure(of: &CertificateType, key: &str) -> Disclosure {
    if PLAIN.iter().any(|(plain, _)| *plain == key) {
        return Disclosure::Always;
    }
    let field = of.definition.field(key);
    field.map_or_else(|| common_disclosure(of, key), |field| field.disclosure)
}

/// What people call a claim or column.
#[must_use]
pub fn label(lang: Lang, of: &Definition, key: &str) -> String {
    match (of.field(key), lang) {
        (Some(field), Lang::Zh) => field.label.clone(),
        (Some(field), Lang::En) => field.label_en.clone(),
        (None, Lang::Zh) if !headings_of(key).is_empty() => of.label(key).to_owned(),
        (None, _) => say(lang, &format!("claim.{key}"), &[]),
    }
}
