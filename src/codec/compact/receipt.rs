//! What the code on a printed receipt says: as much of the receipt as a code has room for, and
//! the digest of all of it.
//!
//! It is a compact code of kind 3: eleven claims in the same order of signing, with an
//! `external_aad` of its own, so that it can never pass for a certificate.

use super::CompactError;
use super::LAST_SECOND;
use super::integer;
use super::receipt_part::CodeItem;
use super::receipt_part::CodeMaterial;
use crate::codec::cbor;
use crate::codec::cbor::Value;
use crate::codec::cose;
use crate::codec::cose::CoseError;
use crate::codec::cose::ShortKid;
use crate::codec::cose::UnverifiedSign1;
use crate::codec::digits;
use crate::codec::digits::DigitsError;

/// The number of this kind of code, beside those of [`Kind`](super::Kind).
pub const KIND: i64 = 3;
/// The bytes that are signed with such a code but do not stand in it.
pub const EXTERNAL_AAD: &[u8] = b"mianzheng/code/1/receipt";

/// The claims of the code on a receipt, which prove nothing until the signature is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptClaims {
    /// The number of the case.
    pub case: String,
    /// Which receipt of the case.
    pub receipt: u16,
    /// When the code was made, in seconds since 1970: it is signed when the receipt is printed.
    pub printed_at: i64,
    /// When the case was closed, in seconds since 1970.
    pub closed_at: i64,
    /// The code of the agency at whose window it was.
    pub agency: String,
    /// The credential of the officer.
    pub officer: String,
    /// The digest of the signed receipt.
    pub digest: [u8; 32],
    /// The items, as many as there is room for.
    pub items: Vec<CodeItem>,
    /// The materials, as many as there is room for.
    pub materials: Vec<CodeMaterial>,
    /// How many items, materials and names of materials there was no room for.
    pub left_out: u16,
}

/// Why a text is no code of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptCodeError {
    /// The digits are no digits, too few, too many, or of another format.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// The bytes are no signed message.
    #[error(transparent)]
    Message(#[from] CoseError),
    /// The payload holds no claims of a receipt.
    #[error(transparent)]
    Claims(#[from] CompactError),
}

impl ReceiptClaims {
    /// Writes the claims as the payload to sign.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let items = self.items.iter().map(CodeItem::to_value);
        let materials = self.materials.iter().map(CodeMaterial::to_value);
        cbor::encode(&Value::Array(vec![
            Value::Int(KIND),
            Value::Text(self.case.clone()),
            Value::Int(self.receipt.into()),
            Value::Int(self.printed_at),
            Value::Int(self.closed_at),
            Value::Text(self.agency.clone()),
            Value::Text(self.officer.clone()),
            Value::Bytes(self.digest.to_vec()),
            Value::Array(items.collect()),
            Value::Array(materials.collect()),
            Value::Int(self.left_out.into()),
        ]))
    }

    /// Reads a payload that fills the whole input.
    ///
    /// # Errors
    ///
    /// [`CompactError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CompactError> {
        let Value::Array(claims) = cbor::decode(bytes)? else {
            return Err(CompactError::Shape);
        };
        let Ok(claims) = <[Value; 11]>::try_from(claims) else {
            return Err(CompactError::Shape);
        };
        let [
            kind,
            case,
            receipt,
            printed_at,
            closed_at,
            agency,
            officer,
            digest,
            items,
            materials,
            left_out,
        ] = claims;
        match integer(&kind, "the kind")? {
            KIND => {}
            other => return Err(CompactError::UnknownKind(other)),
        }
        let digest = match digest {
            Value::Bytes(digest) => <[u8; 32]>::try_from(digest).ok(),
            _ => None,
        };
        Ok(Self {
            case: text(case, "the case")?,
            receipt: integer(&receipt, "the receipt")?,
            printed_at: moment(&printed_at, "the time of printing")?,
            closed_at: moment(&closed_at, "the time of closing")?,
            agency: text(agency, "the agency")?,
            officer: text(officer, "the officer")?,
            digest: digest.ok_or(CompactError::Claim("the digest"))?,
            items: list(items, CodeItem::from_value)?,
            materials: list(materials, CodeMaterial::from_value)?,
            left_out: integer(&left_out, "what was left out")?,
        })
    }

    /// Takes items, materials and names in, in this order, as long as there is room in so many
    /// digits; one that is too long is left out, counted, and the next is tried.
    ///
    /// `None` if there is no room even without them.
    #[must_use]
    pub fn fitted(&self, max_digits: usize) -> Option<Self> {
        let room = digits::most_bytes(max_digits.min(digits::MAX_DIGITS));
        let fits = |claims: &Self| cose::encoded_len(claims.encode().len()) <= room;
        let mut fitted = Self {
            items: Vec::new(),
            materials: Vec::new(),
            // The longest form, so that counting never needs more room.
            left_out: u16::MAX,
            ..self.clone()
        };
        if !fits(&fitted) {
            return None;
        }
        let mut left_out = 0_u16;
        for item in &self.items {
            fitted.items.push(item.clone());
            if !fits(&fitted) {
                fitted.items.pop();
                left_out = left_out.saturating_add(1);
            }
        }
        let mut taken = Vec::new();
        for material in &self.materials {
            fitted.materials.push(material.unnamed());
            if fits(&fitted) {
                taken.push(material);
            } else {
                fitted.materials.pop();
                left_out = left_out.saturating_add(1);
            }
        }
        for (at, material) in taken.into_iter().enumerate() {
            let mut longer = fitted.clone();
            if let Some(place) = longer.materials.get_mut(at) {
                place.name.clone_from(&material.name);
            }
            if fits(&longer) {
                fitted = longer;
            } else {
                left_out = left_out.saturating_add(1);
            }
        }
        fitted.left_out = left_out;
        Some(fitted)
    }
}

/// The bytes that a key signs for a code.
#[must_use]
pub fn to_be_signed(algorithm_id: i64, kid: ShortKid, payload: &[u8]) -> Vec<u8> {
    cose::to_be_signed(algorithm_id, kid, EXTERNAL_AAD, payload)
}

/// The digits of a signed code.
#[must_use]
pub fn into_digits(
    algorithm_id: i64,
    kid: ShortKid,
    payload: &[u8],
    signature: &[u8; 64],
) -> String {
    digits::to_digits(&cose::encode(algorithm_id, kid, payload, signature))
}

/// Reads a code from its digits; no signature was looked at.
///
/// # Errors
///
/// The first [`ReceiptCodeError`] met.
pub fn parse(text: &str) -> Result<(UnverifiedSign1, ReceiptClaims), ReceiptCodeError> {
    let message = UnverifiedSign1::parse(&digits::from_digits(text)?)?;
    let claims = ReceiptClaims::decode(message.payload_unverified())?;
    Ok((message, claims))
}

pub(super) fn text(value: Value, name: &'static str) -> Result<String, CompactError> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err(CompactError::Claim(name)),
    }
}

fn moment(value: &Value, name: &'static str) -> Result<i64, CompactError> {
    let moment = integer(value, name)?;
    let plausible = (0..=LAST_SECOND).contains(&moment);
    plausible.then_some(moment).ok_or(CompactError::Claim(name))
}

pub(super) fn list<T>(
    value: Value,
    read: impl Fn(Value) -> Result<T, CompactError>,
) -> Result<Vec<T>, CompactError> {
    match value {
        Value::Array(all) => all.into_iter().map(read).collect(),
        _ => Err(CompactError::Shape),
    }
}

#[cfg(test)]
mod tests;
