//! The trust list: which key of which agency is trusted, for what, and since when.

use serde::Deserialize;
use serde::Serialize;

/// A trust list as it is signed by the offline root.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TrustList {
    /// The authority whose list it is.
    pub authority: String,
    /// Grows with every list; a lower one than already seen is refused.
    pub sequence: u64,
    /// When it was signed, seconds since 1970.
    pub iat: i64,
    /// When the next is due, seconds since 1970; after it, verdicts are undetermined.
    pub next_update: i64,
    /// Whether it names keys that are for demonstration only.
    #[serde(default)]
    pub test: bool,
    /// The public key of the root that will sign after this one (base64url).
    pub next_root: String,
    /// The agencies and their keys. The service itself is the one numbered 0.
    pub agencies: Vec<TrustedAgency>,
}

/// An agency and its keys.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TrustedAgency {
    /// Its unified social credit code; empty for the service itself.
    pub code: String,
    /// Its short number in compact codes.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// The kind of department, which says what types it may issue.
    pub department: String,
    /// Its keys.
    pub keys: Vec<ListedKey>,
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "snake_case")]
pub enum KeyUse {
    /// Certificates.
    Issue,
    /// Offline and printed codes.
    Show,
    /// Status lists.
    Status,
    /// Offline bundles.
    Bundle,
    /// Receipts and fetch envelopes.
    Receipt,
    /// The fast revocation list, which can only take away.
    Revocation,
}

impl KeyUse {
    /// Every use.
    pub const ALL: [Self; 6] = [
        Self::Issue,
        Self::Show,
        Self::Status,
        Self::Bundle,
        Self::Receipt,
        Self::Revocation,
    ];

    /// The name, as lists and the register write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Show => "show",
            Self::Status => "status",
            Self::Bundle => "bundle",
            Self::Receipt => "receipt",
            Self::Revocation => "revocation",
        }
    }

    /// The use of a name; `None` for a name that is none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key_use| key_use.name() == name)
    }
}

/// A key of an agency.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ListedKey {
    /// Its id: base64url of the RFC 7638 thumbprint.
    pub kid: String,
    /// Its algorithm, as JOSE names it.
    pub alg: String,
    /// The public key in base64url.
    pub x: String,
    /// What it is for.
    #[serde(rename = "use")]
    pub key_use: KeyUse,
    /// From when, seconds since 1970, it may sign.
    pub not_before: i64,
    /// Until when, seconds since 1970, it may sign.
    pub not_after: i64,
    /// Its state.
    pub state: KeyState,
}

/// The state of a key.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum KeyState {
    /// In use.
    Active,
    /// No longer in use; what it signed inside its validity stays good.
    Retired {
        /// Since when, seconds since 1970.
        since: i64,
    },
    /// Somebody else may have signed with it since then.
    Compromised {
        /// Since when, seconds since 1970.
        since: i64,
    },
}

/// The fast revocation list: keys that a trust list still names and nobody should trust.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RevocationList {
    /// The authority whose list it is.
    pub authority: String,
    /// Grows with every list.
    pub sequence: u64,
    /// When it was signed, seconds since 1970.
    pub iat: i64,
    /// The keys, and since when not to trust them.
    pub keys: Vec<RevokedKey>,
}

/// A key that is taken away before the next trust list.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RevokedKey {
    /// The key's id.
    pub kid: String,
    /// Since when somebody else may have signed with it, seconds since 1970.
    pub since: i64,
}
