//! Print a receipt: a PDF that says what was signed, with a code that proves it.

use super::code::address;
use super::code::claims;
use super::paper::paper;
use crate::codec::paper;
use crate::codec::qr::Code;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::receipt_seal;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::case;
use crate::flow::case::KeptReceipt;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::reading::Reading;

/// A receipt on paper.
#[derive(Clone, Debug)]
pub struct PrintedReceipt {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// The text of the code on it.
    pub code: String,
}

/// Prints a receipt of a case of one's own agency. One that was voided says so across the page.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is no such case or receipt or it is another agency's;
/// [`Reason::Setup`] when no key is left to sign the code with.
pub fn print(
    office: &Office,
    number: &str,
    version: i16,
    by: &Caller,
) -> Result<PrintedReceipt, Failure> {
    let kept: KeptReceipt = case::kept_receipt(office, number, version, by)?;
    Reading::of("receipt", 1)
        .about("case", number)
        .record(office, by)?;
    let claims = claims(office, &kept.receipt, kept.digest, office.clock.now())?;
    let signer = office.service_key(ServicePurpose::Receipt)?;
    let digits = receipt_seal::seal_code(&claims, &*signer)?;
    let address = address(office, &kept.digest);
    let picture = Code::printed(&address, &digits);
    let picture = picture.map_err(|why| Failure::because(Reason::CodeTooLarge, why.to_string()))?;
    let text = format!("{address}#{digits}");
    let said = paper(office, &kept, picture);
    let printed = paper::pdf(&said, office.fonts()?, kept.issued_at);
    let printed = printed.map_err(|why| Failure::Broken(format!("a receipt on paper: {why}")))?;
    Ok(PrintedReceipt {
        pdf: printed.bytes,
        code: text,
    })
}
