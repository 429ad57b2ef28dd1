//! What was a claim and is now a fact.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::codec::compact::Kind;
use crate::codec::compact::StatusRef;
use crate::crypto::trust::KeyFinding;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;

/// A value whose signature was checked with a key trusted for it. Only this layer makes one.
#[derive(Clone, Debug)]
#[must_use]
pub struct Genuine<T>(T);

impl<T> Genuine<T> {
    pub(in crate::crypto) const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// The value, taken out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// Why a claim is not taken for a fact: the step that failed and what that comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused {
    /// The step, as verdicts name it.
    pub step: &'static str,
    /// What it comes to.
    pub outcome: Outcome,
    /// The reason within the step.
    pub detail: Option<&'static str>,
}

impl Refused {
    pub(in crate::crypto) const fn at(
        step: &'static str,
        outcome: Outcome,
        detail: &'static str,
    ) -> Self {
        Self {
            step,
            outcome,
            detail: Some(detail),
        }
    }
}

/// What a certificate says, or the part of it that was disclosed or carried by a code.
#[derive(Clone, Debug, PartialEq)]
pub struct Certified {
    /// Its identifier.
    pub identifier: CertificateIdentifier,
    /// The number of its type.
    pub type_number: u32,
    /// The version of the definition it was issued under.
    pub type_version: u32,
    /// The number of the agency that issued it.
    pub issuer: u32,
    /// When what was signed was signed.
    pub signed_at: Timestamp,
    /// The first day it is good for.
    pub valid_from: Option<Day>,
    /// The last day it is good for.
    pub valid_to: Option<Day>,
    /// Where its status stands.
    pub status: Option<StatusRef>,
    /// The disclosed fields and plain facts, by key.
    pub fields: BTreeMap<String, Value>,
    /// Keys of fields that a code was too small for.
    pub not_in_code: Vec<String>,
    /// Whether it is an old record that was digitised.
    pub stock: bool,
    /// What the key that signed it was found to be.
    pub key: KeyFinding,
    /// SHA-256 of what was signed: the issuer-signed JWT, or the code's bytes.
    pub digest: [u8; 32],
    /// What a code adds; none for the record itself.
    pub code: Option<CodeFacts>,
}

/// What an offline or printed code says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFacts {
    /// Offline or printed.
    pub kind: Kind,
    /// The `jti`, or the beginning of the printed reference.
    pub id: [u8; 8],
    /// When the code runs out.
    pub expires_at: Option<Timestamp>,
}
