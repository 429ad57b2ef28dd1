//! Just the fields of a certificate that are granted, plain and as the issuer signed them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::codec::sd_jwt::SdJwtParts;
use crate::crypto::trust::Trust;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::register::facts_of;
use crate::flow::verify::judge_own;
use crate::store::certificates::CertificateRow;

/// One certificate's granted fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// Its identifier; none of a record that a source gave and that is no certificate of ours.
    pub identifier: Option<String>,
    /// How it stands now.
    pub verdict: Outcome,
    /// The fields, plain.
    pub fields: BTreeMap<String, Value>,
    /// The same fields as the issuer signed them: an SD-JWT with only these disclosures; none of
    /// a record that a source gave, which stands in the envelope instead.
    pub evidence: Option<String>,
}

/// The fields of a certificate that are granted, with how it stands.
///
/// # Errors
///
/// [`Failure`] if its record cannot be opened.
pub(super) fn subset(
    office: &Office,
    (register, trust): (&Register<'_>, &Trust),
    row: &CertificateRow,
    granted: &[String],
) -> Result<Fetched, Failure> {
    let record = register.record(row)?;
    let broken = || Failure::Broken(format!("certificate {} cannot be read", row.id));
    let parts = SdJwtParts::parse(&record).map_err(|_why| broken())?;
    let evidence = parts.with_only(|key| granted.iter().any(|g| g == key));
    let verdict = judge_own(office, trust, row, &evidence, ShownBy::Fetch)?.verdict;
    let fields = facts_of(&evidence).ok_or_else(broken)?;
    let fields = fields.into_iter().filter(|(key, _)| granted.contains(key));
    Ok(Fetched {
        identifier: Some(register.identifier(row)?.to_string()),
        verdict,
        fields: fields.collect(),
        evidence: Some(evidence),
    })
}
