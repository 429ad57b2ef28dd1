//! The offline bundle: everything a verifier needs without a network, in one signed file.

use std::collections::HashMap;
use std::collections::HashSet;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::codec::base64url;
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

/// The format that is written. The first had neither a number nor a list of denied codes; a
/// verifier that knows only it refuses this one, and so accepts no code that was taken back.
pub const FORMAT: u8 = 2;

/// What a bundle holds. Tokens keep their own signatures.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BundleContent {
    /// The format of what follows.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub format: u8,
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
    /// The numbers of offline codes that their holders took back, in base64url; from format 2 on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<String>,
}

const fn first() -> u8 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference over"
)]
const fn is_first(format: &u8) -> bool {
    *format == first()
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
    denied: HashSet<Vec<u8>>,
}

/// Why a bundle is not used; the one in use stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBundle {
    /// It is no bundle.
    #[error("not an offline bundle")]
    Unreadable,
    /// It is of a format that came after this program.
    #[error("the bundle is of format {0}, which this program does not know; use a newer one")]
    TooNew(u8),
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
        let format = map.get("format").map_or(Some(1), Value::as_u64);
        match format.and_then(|format| u8::try_from(format).ok()) {
            Some(1..=FORMAT) => {}
            Some(format) => return Err(BadBundle::TooNew(format)),
            None => return Err(BadBundle::Unreadable),
        }
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
        let denied = content.denied.iter().map(|id| base64url::decode(id));
        let Ok(denied) = denied.collect::<Result<HashSet<_>, _>>() else {
            return Err(BadBundle::Unreadable);
        };
        Ok(Self {
            sequence: content.sequence,
            issued_at: Timestamp::from_secs(content.iat),
            expires_at: Timestamp::from_secs(content.exp),
            hosts: content.hosts,
            trust,
            types: Types::new(content.types),
            status,
            denied,
        })
    }

    /// Whether the holder took an offline code back, by the number in it, before this was made.
    #[must_use]
    pub fn denies(&self, code: &[u8]) -> bool {
        self.denied.contains(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What bundles of each format say, as it is signed.
    const VECTORS: &str = include_str!("../../tests/vectors/bundle.json");

    fn content(format: u8, denied: &[&str]) -> BundleContent {
        BundleContent {
            format,
            authority: "mz.example".to_owned(),
            sequence: 7,
            iat: 1_795_392_000,
            exp: 1_795_478_400,
            hosts: vec!["mz.example".to_owned()],
            trust_list: "a.b.c".to_owned(),
            revocation_list: None,
            status_lists: vec!["d.e.f".to_owned()],
            types: Vec::new(),
            denied: denied.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn what_was_signed_keeps_its_bytes() {
        let known: serde_json::Map<String, Value> = serde_json::from_str(VECTORS).unwrap();
        let made = [
            ("format 1", content(1, &[])),
            ("format 2", content(FORMAT, &["AAECAwQFBgc", "_____wAAAAA"])),
        ];
        assert_eq!(known.len(), made.len());
        for (name, content) in made {
            let text = known[name].as_str().unwrap();
            assert_eq!(serde_json::to_string(&content).unwrap(), text, "{name}");
            let read: BundleContent = serde_json::from_str(text).unwrap();
            assert_eq!((read.format, read.denied), (content.format, content.denied));
        }
    }
}
