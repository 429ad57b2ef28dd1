//! The receipt 回执 of a case, as it is signed: what was waived by which certificate, what was
//! handed in and why, by whom, under which rules.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::domain::case::Proof;
use crate::domain::item::ExemptClass;
use crate::domain::item::Whose;

/// The version of what a receipt says.
pub const FORMAT: u8 = 2;

/// What a receipt says. People are named as on any paper that lies about: masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`FORMAT`].
    pub format: u8,
    /// Whose service signed it.
    pub iss: String,
    /// When it was signed, seconds since 1970.
    pub iat: i64,
    /// The number of the case.
    pub case: String,
    /// The number that the agency's own system has for it.
    pub foreign_number: Option<String>,
    /// Which receipt of the case, from 1.
    pub receipt: i16,
    /// The digest of the one it replaces, in base64url.
    pub replaces: Option<String>,
    /// The agency at whose window the case was closed.
    pub agency: Option<Named>,
    /// The credential of the officer who closed it.
    pub officer: String,
    /// When the case was opened.
    pub opened_at: String,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// Its items.
    pub items: Vec<ReceiptItem>,
    /// Whom it concerns, the applicant first.
    pub people: Vec<ReceiptPerson>,
    /// What became of each material that anything was done about.
    pub materials: Vec<ReceiptMaterial>,
    /// How many materials were really waived.
    pub waived: usize,
}

/// Something with a code and names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its code.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name, where the catalogue has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
}

/// An item of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptItem {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The situation.
    pub scenario: String,
    /// The agency that runs it.
    pub agency: Option<Named>,
    /// The version of what it asked for.
    pub rule_version: u32,
}

/// Somebody whom the case concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptPerson {
    /// What she is in the case.
    pub parts: Vec<ReceiptPart>,
    /// Her name, all but its ends hidden; an organisation's is public.
    pub name: String,
    /// The type of her code.
    pub code_type: String,
    /// The last four characters of her code.
    pub code_last4: String,
}

/// What somebody was in the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptPart {
    /// What she was.
    pub role: Whose,
    /// By what.
    pub proof: Proof,
}

/// What became of a material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptMaterial {
    /// Its name.
    pub name: String,
    /// The places of the items that asked for it.
    pub items: Vec<usize>,
    /// How it stood: `waived`, `needs_paper`, `promised`, `tolerant`, `disputed`, `identified` or
    /// `cancelled`.
    pub state: String,
    /// The way by which it was waived.
    pub route: Option<String>,
    /// The class of materials that need not be handed in.
    pub exempt: Option<ExemptClass>,
    /// Why it was on paper.
    pub reason: Option<String>,
    /// Until when it may follow.
    pub until: Option<String>,
    /// What was promised, disputed or noted.
    pub note: Option<String>,
    /// The certificates that served.
    pub certificates: Vec<ReceiptCertificate>,
}

/// A certificate that served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptCertificate {
    /// Its identifier.
    pub identifier: String,
    /// Its type.
    #[serde(rename = "type")]
    pub of: Option<Named>,
    /// Who issued it.
    pub issuer: Option<Named>,
    /// The digest of its signed bytes, in base64url.
    pub digest: String,
    /// What verifying it came to then.
    pub verdict: String,
    /// When that was.
    pub at: String,
    /// How it was put before the officer.
    pub shown_by: String,
    /// Of which of the people, by place.
    pub person: usize,
    /// The number of the use record.
    pub use_record: i64,
    /// Who authorised it, in which capacity and by what, where that was not the holder.
    pub authorised: Option<Value>,
}

impl Receipt {
    /// Whether this program knows what it says.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.format == FORMAT
    }
}
