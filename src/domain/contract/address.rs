//! The addresses under which what follows from a type is found. They are signed for life.

use crate::domain::definition::CertificateType;

/// The `vct` of a type's definition, and the address of its metadata.
#[must_use]
pub fn vct(authority: &str, of: &CertificateType) -> String {
    vct_of(authority, of.code.as_str(), of.version)
}

/// The `vct` of a version of the type with a code.
#[must_use]
pub fn vct_of(authority: &str, code: &str, version: u32) -> String {
    format!("https://{authority}/types/{code}/{version}")
}

/// The address of the schema of its drafts.
#[must_use]
pub fn draft_schema(authority: &str, of: &CertificateType) -> String {
    format!("{}/schema", vct(authority, of))
}

/// The address of the schema of its answers.
#[must_use]
pub fn answer_schema(authority: &str, of: &CertificateType) -> String {
    format!("{}/answer-schema", vct(authority, of))
}

/// The address of the contract of a type's interface; its operations are below it.
#[must_use]
pub fn interface(authority: &str, of: &CertificateType) -> String {
    format!(
        "https://{authority}/api/v1/interfaces/{}",
        of.definition.code
    )
}

/// The address of a type's form: what goes in.
#[must_use]
pub fn form(authority: &str, of: &CertificateType) -> String {
    format!("https://{authority}/api/v1/types/{}", of.definition.code)
}
