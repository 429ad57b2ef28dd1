//! What would become of contents if they were issued now.

use super::Marks;
use super::Order;
use super::Submission;
use super::decide;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::standing::Standing;
use crate::flow::failure::Failure;
use crate::flow::issue::decide::Before;
use crate::flow::issue::decide::Decision;
use crate::flow::issue::decide::FieldChange;
use crate::flow::office::Office;

/// What would become of a content if it were issued now.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreseen {
    /// The name of the outcome, as [`Issued::name`](super::Issued::name) would have it.
    pub name: &'static str,
    /// The certificate that stands for it already, or against it.
    pub identifier: Option<CertificateIdentifier>,
    /// The certificate that a correction is about.
    pub replaces: Option<CertificateIdentifier>,
    /// What differs, field by field.
    pub changes: Vec<FieldChange>,
    /// How the certificate stands that ended.
    pub standing: Option<Standing>,
}

/// Tells what [`issue`](super::issue) would do, and does nothing.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn foresee(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
) -> Result<Vec<Foreseen>, Failure> {
    let vault = office.store.vault();
    let marks: Vec<Marks> = submissions
        .iter()
        .map(|s| Marks::of(&s.content, order.of, vault))
        .collect();
    let decisions = decide::decide(office, order, submissions, &marks)?;
    Ok(foreseen(decisions))
}

pub(super) fn foreseen(decisions: Vec<Decision>) -> Vec<Foreseen> {
    let foreseen = decisions.into_iter().map(|decision| {
        let mut told = Foreseen {
            name: "issued",
            identifier: None,
            replaces: None,
            changes: Vec::new(),
            standing: None,
        };
        let mut of = |before: Before| {
            told.changes = before.changes;
            told.replaces = Some(before.identifier.clone());
            Some(before.identifier)
        };
        (told.name, told.identifier) = match decision {
            Decision::New => ("issued", None),
            Decision::Correct(before) => ("corrected", of(*before)),
            Decision::Reissue(before) => ("reissued", of(*before)),
            Decision::Same(identifier) => ("same", Some(identifier)),
            Decision::Differs(identifier, changes) => {
                told.changes = changes;
                ("differs", Some(identifier))
            }
            Decision::Suspended(identifier) => ("suspended", Some(identifier)),
            Decision::Ended(identifier, standing) => {
                told.standing = Some(standing);
                ("ended", Some(identifier))
            }
        };
        told
    });
    foreseen.collect()
}
