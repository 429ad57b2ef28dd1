//! The items, materials and certificates of the code on a receipt.

use super::CompactError;
use super::integer;
use super::receipt::list;
use super::receipt::text;
use super::serial;
use crate::codec::cbor::Value;
use crate::domain::identifier::Serial;

/// An item of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeItem {
    /// Its code.
    pub code: String,
    /// The version of what it asked for.
    pub rule_version: u32,
}

/// What became of a material.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeMaterial {
    /// Its name, where there was room.
    pub name: Option<String>,
    /// The number of how it stood, as the register stores it.
    pub state: u8,
    /// The number of the way by which it was waived, or of the reason for paper, or of the day
    /// until which it may follow.
    pub why: Option<i64>,
    /// The certificates that served.
    pub certificates: Vec<CodeCertificate>,
}

/// A certificate that served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeCertificate {
    /// The number of its type.
    pub type_number: u32,
    /// The number of the agency that issued it.
    pub issuer_number: u32,
    /// Its serial.
    pub serial: Serial,
    /// Its version.
    pub version: u16,
    /// The beginning of the digest of its signed bytes.
    pub digest: [u8; 8],
    /// What verifying it came to then, as the national result 0 to 5.
    pub result: u8,
}

impl CodeItem {
    pub(super) fn to_value(&self) -> Value {
        Value::Array(vec![
            Value::Text(self.code.clone()),
            Value::Int(self.rule_version.into()),
        ])
    }

    pub(super) fn from_value(value: Value) -> Result<Self, CompactError> {
        let [code, version] = parts(value)?;
        Ok(Self {
            code: text(code, "an item")?,
            rule_version: integer(&version, "an item's version")?,
        })
    }
}

impl CodeMaterial {
    pub(super) fn unnamed(&self) -> Self {
        Self {
            name: None,
            ..self.clone()
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let certificates = self.certificates.iter().map(CodeCertificate::to_value);
        Value::Array(vec![
            self.name.clone().map_or(Value::Null, Value::Text),
            Value::Int(self.state.into()),
            self.why.map_or(Value::Null, Value::Int),
            Value::Array(certificates.collect()),
        ])
    }

    pub(super) fn from_value(value: Value) -> Result<Self, CompactError> {
        let [name, state, why, certificates] = parts(value)?;
        Ok(Self {
            name: match name {
                Value::Null => None,
                other => Some(text(other, "a material's name")?),
            },
            state: integer(&state, "a material's state")?,
            why: match why {
                Value::Null => None,
                other => Some(integer(&other, "a material's reason")?),
            },
            certificates: list(certificates, CodeCertificate::from_value)?,
        })
    }
}

impl CodeCertificate {
    fn to_value(&self) -> Value {
        Value::Array(vec![
            Value::Int(self.type_number.into()),
            Value::Int(self.issuer_number.into()),
            serial::to_value(&self.serial),
            Value::Int(self.version.into()),
            Value::Bytes(self.digest.to_vec()),
            Value::Int(self.result.into()),
        ])
    }

    fn from_value(value: Value) -> Result<Self, CompactError> {
        let [type_number, issuer_number, serial, version, digest, result] = parts(value)?;
        let digest = match digest {
            Value::Bytes(digest) => <[u8; 8]>::try_from(digest).ok(),
            _ => None,
        };
        Ok(Self {
            type_number: integer(&type_number, "a certificate's type")?,
            issuer_number: integer(&issuer_number, "a certificate's issuer")?,
            serial: serial::from_value(serial)?,
            version: integer(&version, "a certificate's version")?,
            digest: digest.ok_or(CompactError::Claim("a certificate's digest"))?,
            result: integer(&result, "a certificate's result")?,
        })
    }
}

fn parts<const N: usize>(value: Value) -> Result<[Value; N], CompactError> {
    match value {
        Value::Array(parts) => parts.try_into().map_err(|_other| CompactError::Shape),
        _ => Err(CompactError::Shape),
    }
}
