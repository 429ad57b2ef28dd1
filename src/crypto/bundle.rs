//! The offline bundle: everything a verifier needs without a network, in one signed file.

use std::collections::HashMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::codec::jws::UnverifiedJws;
use crate::codec::trust_list::KeyUse;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::signed_json::NotGenuine;
use crate::crypto::signer::SignError;
use crate::crypto::signer::Signer;
use crate::crypto::status_seal;
use crate::crypto::status_seal::StatusList;
use crate::crypto::trust::Anchors;
use crate::crypto::trust::BadTrust;
use crate::crypto::trust::Trust;
use crate::crypto::types::Types;
use crate::domain::time::Timestamp;
use crate::domain::type_facts::TypeFacts;

/// What a bundle holds. Tokens keep their own signatures.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BundleContent {
    /// The authority whose bundle it is.
    pub authority: String,
    /// Grows with every bundle.
    pub sequence: u64,
    /// When it was made, seconds since 1970.
    pub iat: i64,
    /// When it must not be used any more, seconds since 1970.
    pub exp: i64,
    /// Our own code hosts, in lower case.
    pub hosts: Vec<String>,
    /// The trust list.
    pub trust_list: String,
    /// The fast revocation list, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_list: Option<String>,
    /// The status lists.
    pub status_lists: Vec<String>,
    /// The certificate types.
    pub types: Vec<TypeFacts>,
}

/// A bundle whose signatures were checked, all the way up to a pinned root.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Its sequence number.
    pub sequence: u64,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When it must not be used any more.
    pub expires_at: Timestamp,
    /// Our own code hosts.
    pub hosts: Vec<String>,
    /// Who may have signed what.
    pub trust: Trust,
    /// The certificate types.
    pub types: Types,
    /// The status lists by number.
    pub status: HashMap<u32, StatusList>,
}

/// Why a bundle is not used; the one in use stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBundle {
    /// It is no bundle.
    #[error("not an offline bundle")]
    Unreadable,
    /// Its trust list is not good.
    #[error(transparent)]
    Trust(#[from] BadTrust),
    /// It, or a list in it, is not signed by a key trusted for that.
    #[error("the bundle: {0}")]
    NotGenuine(#[from] NotGenuine),
    /// It is older than one already used.
    #[error("the bundle has sequence {offered}, but {seen} was used before")]
    RolledBack {
        /// The sequence offered.
        offered: u64,
        /// The sequence seen.
        seen: u64,
    },
}

/// Signs a bundle.
///
/// # Errors
///
/// [`SignError`] if the key store cannot sign now.
pub fn seal(content: &BundleContent, signer: &dyn Signer) -> Result<String, SignError> {
    signed_json::seal(signer, Message::Bundle, content)
}

impl Bundle {
    /// Opens a bundle with nothing but the pinned roots, refusing one older than `seen`.
    ///
    /// The trust list inside must be signed by a root, and names the key that signed the
    /// bundle and the keys that signed the status lists.
    ///
    /// # Errors
    ///
    /// [`BadBundle`].
    pub fn open(token: &str, anchors: &Anchors, seen: u64) -> Result<Self, BadBundle> {
        let token = token.trim();
        let claimed = UnverifiedJws::parse(token).map_err(|_why| BadBundle::Unreadable)?;
        let claimed = claimed
            .claims_unverified()
            .map_err(|_why| BadBundle::Unreadable)?;
        let trust_list = claimed
            .get("trust_list")
            .and_then(Value::as_str)
            .ok_or(BadBundle::Unreadable)?;
        let mut trust = Trust::open(trust_list, anchors, 0)?;
        if let Some(revocations) = claimed.get("revocation_list").and_then(Value::as_str) {
            trust.revoke(revocations, 0)?;
        }
        // Only now is it known whose signature on the whole counts.
        let map = trust.open_message(token, Message::Bundle, KeyUse::Bundle)?;
        let Ok(content) = serde_json::from_value::<BundleContent>(Value::Object(map)) else {
            return Err(BadBundle::Unreadable);
        };
        if content.authority != anchors.authority {
            return Err(BadBundle::Trust(BadTrust::OtherAuthority));
        }
        if content.sequence < seen {
            return Err(BadBundle::RolledBack {
                offered: content.sequence,
                seen,
            });
        }
        let mut status = HashMap::with_capacity(content.status_lists.len());
        for list in &content.status_lists {
            let list = status_seal::open(list, &trust)?;
            status.insert(list.number, list);
        }
        Ok(Self {
            sequence: content.sequence,
            issued_at: Timestamp::from_secs(content.iat),
            expires_at: Timestamp::from_secs(content.exp),
            hosts: content.hosts,
            trust,
            types: Types::new(content.types),
            status,
        })
    }
}
