//! What is published for everybody: the signed lists as they were signed, byte for byte.

use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

/// The trust list in force.
///
/// # Errors
///
/// [`Reason::NotFound`] before the first.
pub fn trust_list(office: &Office) -> Result<String, Failure> {
    let found = office.store.read(|rx| rx.latest_trust_list())?;
    let token = found.map(|(_, token)| token);
    token.ok_or(Failure::refused(Reason::NotFound))
}

/// The fast revocation list in force.
///
/// # Errors
///
/// [`Reason::NotFound`] before the first: then nothing was taken away.
pub fn revocation_list(office: &Office) -> Result<String, Failure> {
    let found = office.store.read(|rx| rx.latest_revocation_list())?;
    let token = found.map(|(_, token)| token);
    token.ok_or(Failure::refused(Reason::NotFound))
}
