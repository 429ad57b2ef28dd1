//! The code on a copy: of a kind of its own, with an end of its own.

use super::Kept;
use crate::codec::compact::CompactClaims;
use crate::codec::compact::Kind;
use crate::codec::qr::Code;
use crate::codec::qr::printed_digit_budget;
use crate::crypto::code_seal;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::show::Card;
use crate::flow::show::compact;

/// A code, and where what stands on its copy did not fit.
pub(super) struct CopyCode {
    /// The digest under which its making is recorded.
    pub(super) digest: [u8; 32],
    /// The beginning of its reference, which is its id.
    pub(super) id: [u8; 8],
    /// The picture.
    pub(super) picture: Code,
}

/// The code of a copy, the same as often as it is made under the same key.
///
/// # Errors
///
/// [`Reason::CodeTooLarge`], or [`Reason::Setup`] without a key to sign with.
pub(super) fn code(
    office: &Office,
    card: &Card,
    fields: &[String],
    kept: &Kept,
) -> Result<CopyCode, Failure> {
    let host = office.settings.code_host.to_uppercase();
    let address = format!("HTTPS://{host}/V/{}", kept.reference);
    let id = compact::first_eight(&kept.reference);
    let times = (
        Timestamp::from_secs(kept.made_at),
        Some(Timestamp::from_secs(kept.expires_at)),
    );
    let base: CompactClaims = compact::claims(card, Kind::Copy, id, times);
    let budget = printed_digit_budget(&address);
    let (digits, _left_out) = compact::seal(office, card, &base, fields, budget)?;
    let picture = Code::printed(&address, &digits);
    let picture = picture.map_err(|why| Failure::because(Reason::CodeTooLarge, why.to_string()))?;
    Ok(CopyCode {
        digest: code_seal::digest(&digits),
        id,
        picture,
    })
}
