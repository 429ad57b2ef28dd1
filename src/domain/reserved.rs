//! Names that a signed record uses itself, so that no face field may take one.

/// Claims of tokens, and those of ours that are neither common columns nor face fields.
const NAMES: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "cnf",
    "vct",
    "status",
    "certificate_identifier",
    "issuing_agency",
    "issuing_agency_code",
    "area_code",
    "stock",
    "incomplete",
    "holders",
    "guardians",
    "holder_name_masked",
    "holder_code_last4",
];

/// Whether a name is taken: a disclosure of this name would pass for a fact of the record.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    NAMES.contains(&name) || name.starts_with("age_over_")
}
