//! What a code says: the claims of a certificate as one short CBOR array.
//!
//! The order of the array is fixed, so no key takes a byte; fields are numbered once
//! and for ever per certificate type. `docs/compact-code.md` is the specification,
//! `tests/vectors/compact-code.json` holds examples that every implementation must
//! read alike. From the outside in: [`code`] is the text in the QR code, this module
//! is what it says, [`fit`] chooses what goes in.

pub mod code;
pub mod fit;
pub mod receipt;
pub mod receipt_part;
pub mod receipt_reference;
mod serial;

use std::collections::BTreeMap;

use thiserror::Error;

use crate::codec::cbor;
use crate::codec::cbor::CborError;
use crate::codec::cbor::Value;
use crate::domain::identifier::Serial;

/// The last second of the year 9999: times are in `0..=LAST_SECOND`.
pub const LAST_SECOND: i64 = 253_402_300_799;
/// The highest version a certificate may reach.
pub const LAST_VERSION: u16 = 999;

/// Where a code is shown, and so how it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Made by a phone for some minutes (离线码); `id` is a random `jti`.
    Offline,
    /// Printed on paper (纸质码); `id` begins the reference it is printed with.
    Printed,
    /// Printed on an annotated copy (加注件), which is no original; `id` as of a printed one.
    Copy,
}

impl Kind {
    /// The bytes that are signed with a code of this kind but do not stand in it, so
    /// that one kind can never pass for the other.
    #[must_use]
    pub const fn external_aad(self) -> &'static [u8] {
        match self {
            Self::Offline => b"mianzheng/code/1/offline",
            Self::Printed => b"mianzheng/code/1/printed",
            Self::Copy => b"mianzheng/code/1/copy",
        }
    }

    const fn number(self) -> i64 {
        match self {
            Self::Offline => 1,
            Self::Printed => 2,
            // 3 is a receipt's, which holds other claims.
            Self::Copy => 4,
        }
    }
}

/// Where the status of the certificate stands in the issuer's status lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRef {
    /// The number of the list.
    pub list: u32,
    /// The place in it.
    pub index: u32,
}

/// The value of one field, or its digest where the value did not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A text, a decimal number or a code, as written.
    Text(String),
    /// A whole number, a date in days or a time in minutes.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// The first 8 bytes of SHA-256(salt ‖ value): 未载入此码.
    Digest([u8; 8]),
}

impl FieldValue {
    fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text.clone()),
            Self::Int(number) => Value::Int(*number),
            Self::Bool(yes) => Value::Bool(*yes),
            Self::Digest(digest) => Value::Bytes(digest.to_vec()),
        }
    }
}

/// The claims of a code.
///
/// The fields are public because a value proves nothing: what was decoded is a claim
/// until the signature around it has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactClaims {
    /// Offline, printed, or on a copy.
    pub kind: Kind,
    /// The number of the certificate type in the trust list.
    pub type_number: u32,
    /// The version of the type's definition that numbers the fields.
    pub definition_version: u32,
    /// The number of the issuer in the trust list.
    pub issuer_number: u32,
    /// The serial of the certificate.
    pub serial: Serial,
    /// The version of the certificate, `1..=999`.
    pub version: u16,
    /// When the code was made, in seconds since 1970.
    pub issued_at: i64,
    /// From when on it is worth nothing; later than `issued_at`. `None`: long-term.
    pub expires_at: Option<i64>,
    /// Where to look for suspension and revocation.
    pub status: Option<StatusRef>,
    /// A random `jti` (offline), or the first bytes of the reference (printed, copy).
    pub id: [u8; 8],
    /// The fields shown, by their number in the type.
    pub fields: BTreeMap<u8, FieldValue>,
}

/// Why claims cannot be written, or bytes are no claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CompactError {
    /// Not strict CBOR.
    #[error("not canonical CBOR: {0}")]
    Cbor(#[from] CborError),
    /// Not an array of eleven claims.
    #[error("not an array of eleven claims")]
    Shape,
    /// A kind of code that this format does not know.
    #[error("a code of kind {0}, which this program does not know")]
    UnknownKind(i64),
    /// The named claim is of the wrong type, or out of its bounds.
    #[error("{0} is missing or out of bounds")]
    Claim(&'static str),
    /// The code expires before it was made, or in that second.
    #[error("the code expires before it was made")]
    ExpiresTooEarly,
    /// The serial is not `[0-9A-Z]{1,32}`, or not in its canonical form.
    #[error("the serial is not in its canonical form")]
    Serial,
    /// A field number above 255, or a value of the wrong type or length.
    #[error("a field is not in a form of this format")]
    Field,
}

impl CompactClaims {
    /// Writes the claims as the payload to sign.
    ///
    /// # Errors
    ///
    /// [`CompactError::Claim`] or [`CompactError::ExpiresTooEarly`] if [`Self::decode`]
    /// would refuse the result.
    pub fn encode(&self) -> Result<Vec<u8>, CompactError> {
        self.check()?;
        let fields = self
            .fields
            .iter()
            .map(|(number, value)| (Value::Int(i64::from(*number)), value.to_value()))
            .collect();
        Ok(cbor::encode(&Value::Array(vec![
            Value::Int(self.kind.number()),
            Value::Int(self.type_number.into()),
            Value::Int(self.definition_version.into()),
            Value::Int(self.issuer_number.into()),
            serial::to_value(&self.serial),
            Value::Int(self.version.into()),
            Value::Int(self.issued_at),
            self.expires_at.map_or(Value::Null, Value::Int),
            self.status.map_or(Value::Null, |status| {
                Value::Array(vec![
                    Value::Int(status.list.into()),
                    Value::Int(status.index.into()),
                ])
            }),
            Value::Bytes(self.id.to_vec()),
            Value::Map(fields),
        ])))
    }

    /// Reads a payload that fills the whole input.
    ///
    /// # Errors
    ///
    /// The first [`CompactError`] met, in the order of the claims.
    pub fn decode(bytes: &[u8]) -> Result<Self, CompactError> {
        let Value::Array(claims) = cbor::decode(bytes)? else {
            return Err(CompactError::Shape);
        };
        let Ok(claims) = <[Value; 11]>::try_from(claims) else {
            return Err(CompactError::Shape);
        };
        let [
            kind,
            type_number,
            definition_version,
            issuer_number,
            serial,
            version,
            issued_at,
            expires_at,
            status,
            id,
            fields,
        ] = claims;
        let claims = Self {
            kind: read_kind(&kind)?,
            type_number: integer(&type_number, "the type number")?,
            definition_version: integer(&definition_version, "the definition version")?,
            issuer_number: integer(&issuer_number, "the issuer number")?,
            serial: serial::from_value(serial)?,
            version: integer(&version, VERSION)?,
            issued_at: integer(&issued_at, ISSUED_AT)?,
            expires_at: match expires_at {
                Value::Null => None,
                time => Some(integer(&time, EXPIRES_AT)?),
            },
            status: read_status(&status)?,
            id: read_id(&id)?,
            fields: read_fields(fields)?,
        };
        claims.check()?;
        Ok(claims)
    }

    fn check(&self) -> Result<(), CompactError> {
        if !(1..=LAST_VERSION).contains(&self.version) {
            return Err(CompactError::Claim(VERSION));
        }
        if !(0..=LAST_SECOND).contains(&self.issued_at) {
            return Err(CompactError::Claim(ISSUED_AT));
        }
        match self.expires_at {
            Some(time) if time > LAST_SECOND => Err(CompactError::Claim(EXPIRES_AT)),
            Some(time) if time <= self.issued_at => Err(CompactError::ExpiresTooEarly),
            _ => Ok(()),
        }
    }
}

const VERSION: &str = "the version";
const ISSUED_AT: &str = "the time of issue";
const EXPIRES_AT: &str = "the time of expiry";
const STATUS: &str = "the place in the status list";

fn integer<T: TryFrom<i64>>(value: &Value, name: &'static str) -> Result<T, CompactError> {
    if let Value::Int(number) = value {
        T::try_from(*number).or(Err(CompactError::Claim(name)))
    } else {
        Err(CompactError::Claim(name))
    }
}

fn read_kind(value: &Value) -> Result<Kind, CompactError> {
    match integer(value, "the kind")? {
        1 => Ok(Kind::Offline),
        2 => Ok(Kind::Printed),
        4 => Ok(Kind::Copy),
        other => Err(CompactError::UnknownKind(other)),
    }
}

fn read_status(value: &Value) -> Result<Option<StatusRef>, CompactError> {
    match value {
        Value::Null => Ok(None),
        Value::Array(place) => match place.as_slice() {
            [list, index] => Ok(Some(StatusRef {
                list: integer(list, STATUS)?,
                index: integer(index, STATUS)?,
            })),
            _ => Err(CompactError::Claim(STATUS)),
        },
        _ => Err(CompactError::Claim(STATUS)),
    }
}

fn read_id(value: &Value) -> Result<[u8; 8], CompactError> {
    match value {
        Value::Bytes(id) => {
            <[u8; 8]>::try_from(id.as_slice()).or(Err(CompactError::Claim("the id")))
        }
        _ => Err(CompactError::Claim("the id")),
    }
}

fn read_fields(value: Value) -> Result<BTreeMap<u8, FieldValue>, CompactError> {
    let Value::Map(entries) = value else {
        return Err(CompactError::Field);
    };
    let mut fields = BTreeMap::new();
    for (number, value) in entries {
        let Value::Int(number) = number else {
            return Err(CompactError::Field);
        };
        let number = u8::try_from(number).or(Err(CompactError::Field))?;
        let value = match value {
            Value::Text(text) => FieldValue::Text(text),
            Value::Int(number) => FieldValue::Int(number),
            Value::Bool(yes) => FieldValue::Bool(yes),
            Value::Bytes(digest) => {
                FieldValue::Digest(digest.try_into().or(Err(CompactError::Field))?)
            }
            _ => return Err(CompactError::Field),
        };
        fields.insert(number, value);
    }
    Ok(fields)
}

#[cfg(test)]
pub(crate) mod tests;
