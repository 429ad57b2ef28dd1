//! A receipt as the register keeps it: opened, with how it stands.

use super::kept::Kept;
use crate::codec::digest::sha256;
use crate::codec::jws::UnverifiedJws;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::receipt::Receipt;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::receipts::RECEIPT;
use crate::store::receipts::ReceiptRow;

/// A receipt of the register.
#[derive(Clone, Debug)]
pub struct KeptReceipt {
    /// What it says.
    pub receipt: Receipt,
    /// It as it was signed.
    pub signed: String,
    /// The digest of its signed bytes.
    pub digest: [u8; 32],
    /// When it was signed.
    pub issued_at: Timestamp,
    /// Whether it was voided.
    pub voided: bool,
    /// The receipt of the case that stands in its place, if it was voided.
    pub replaced_by: Option<i16>,
    /// When the ledger recorded its digest.
    pub recorded_at: Option<Timestamp>,
}

impl KeptReceipt {
    /// The receipt with a digest between these two, if there is just one: whoever asks has the
    /// digest or the beginning of it from the receipt itself.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the register fails.
    pub fn find(
        office: &Office,
        least: &[u8; 32],
        greatest: &[u8; 32],
    ) -> Result<Option<Self>, Failure> {
        office.store.read(|rx| {
            let mut rows = rx.receipts_between(least, greatest)?;
            let (Some(row), None) = (rows.pop(), rows.pop()) else {
                return Ok(None);
            };
            let case = rx.case_by_id(row.case_id)?;
            let none = || Failure::Broken(format!("receipt {} has no case", row.id));
            let kept = Kept::opened(office, case.ok_or_else(none)?)?;
            Self::of(office, rx, &kept, &row).map(Some)
        })
    }

    fn of(
        office: &Office,
        rx: &mut Rx<'_>,
        kept: &Kept,
        row: &ReceiptRow,
    ) -> Result<Self, Failure> {
        let broken = |why: &str| Failure::Broken(format!("receipt {}: {why}", row.id));
        let signed = signed(office, row)?;
        let says = says(&signed).ok_or_else(|| broken("says nothing"))?;
        let digest: [u8; 32] = row.digest.as_slice().try_into().unwrap_or_default();
        if sha256(signed.as_bytes()) != digest {
            return Err(broken("another digest"));
        }
        let all = rx.receipts_of(row.case_id)?;
        let last = all.last().filter(|last| last.version > row.version);
        let applicant = kept.indexes(office).first().copied();
        let subject = applicant.map(|index| rx.subject_of(&index)).transpose()?;
        let recorded_at = match subject.flatten() {
            Some(subject) => rx.receipt_recorded_at(&subject, &digest)?,
            None => None,
        };
        Ok(Self {
            receipt: says,
            digest,
            issued_at: Timestamp::from_millis(row.issued_at),
            voided: row.voided_at.is_some(),
            replaced_by: last.map(|last| last.version),
            recorded_at,
            signed,
        })
    }
}

/// A receipt of a case of one's own agency.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is no such case or receipt or it is another agency's.
pub fn kept_receipt(
    office: &Office,
    number: &str,
    version: i16,
    by: &Caller,
) -> Result<KeptReceipt, Failure> {
    office.store.read(|rx| {
        let kept = Kept::read(office, rx, number, by)?;
        let all = rx.receipts_of(kept.row.id)?;
        let row = all.into_iter().find(|row| row.version == version);
        let row = row.ok_or(Failure::refused(Reason::NotFound))?;
        KeptReceipt::of(office, rx, &kept, &row)
    })
}

/// The signed text of a row.
///
/// # Errors
///
/// [`Failure`] if it cannot be read.
pub(super) fn signed(office: &Office, row: &ReceiptRow) -> Result<String, Failure> {
    let opened = office.store.vault().open(&RECEIPT, row.id, &row.sealed())?;
    String::from_utf8(opened.to_vec())
        .map_err(|_why| Failure::Broken(format!("receipt {} is no text", row.id)))
}

/// What a receipt that we signed ourselves says.
fn says(signed: &str) -> Option<Receipt> {
    let jws = UnverifiedJws::parse(signed).ok()?;
    serde_json::from_slice(jws.payload_unverified()).ok()
}
