//! The trust list, verified: who may have signed what.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::codec::trust_list::KeyState;
use crate::codec::trust_list::KeyUse;
use crate::codec::trust_list::RevocationList;
use crate::codec::trust_list::TrustList;
use crate::crypto::public_key::PublicKey;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::signed_json::NotGenuine;
use crate::domain::time::Timestamp;

/// The roots a verifier has pinned: the one that signs now and the one that will sign next.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchors {
    /// The authority whose lists these roots sign.
    pub authority: String,
    /// The roots; one of them must have signed the trust list.
    pub roots: Vec<PublicKey>,
}

/// An agency, as the trust list names it. The service itself has number 0 and no code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedParty {
    /// Its short number.
    pub number: u32,
    /// Its unified social credit code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The kind of department.
    pub department: String,
}

/// A key somebody we trust may have signed with.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    /// The key.
    pub public: PublicKey,
    /// Whose it is.
    pub party: Arc<TrustedParty>,
    /// What it is for.
    pub key_use: KeyUse,
    /// From when it may sign.
    pub not_before: Timestamp,
    /// Until when it may sign.
    pub not_after: Timestamp,
    /// Its state, with what the fast revocation list takes away.
    pub state: KeyState,
}

/// What a key's validity and state say about a signature it made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyFinding {
    /// It was in use at that time.
    Good,
    /// It was not in use at that time.
    OutOfTime,
    /// Somebody else may have made the signature: only a record from before `since` helps.
    Compromised {
        /// Since when.
        since: Timestamp,
    },
}

impl TrustedKey {
    /// Judges a signature that says it was made at `iat`.
    #[must_use]
    pub fn at(&self, iat: Timestamp) -> KeyFinding {
        if iat < self.not_before || iat >= self.not_after {
            return KeyFinding::OutOfTime;
        }
        match self.state {
            KeyState::Active => KeyFinding::Good,
            KeyState::Retired { since } if iat < Timestamp::from_secs(since) => KeyFinding::Good,
            KeyState::Retired { .. } => KeyFinding::OutOfTime,
            // Whoever has the key can write any `iat`.
            KeyState::Compromised { since } => KeyFinding::Compromised {
                since: Timestamp::from_secs(since),
            },
        }
    }
}

/// A verified trust list, ready to be asked.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The authority whose list it is.
    pub authority: String,
    /// Its sequence number.
    pub sequence: u64,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// When the next is due: after it, verdicts are undetermined.
    pub next_update: Timestamp,
    /// Whether its keys are for demonstration only.
    pub test: bool,
    /// The sequence number of the revocation list that was applied.
    pub revocations: Option<u64>,
    /// Whether a later list is missing or could not be opened: a key that looks good here may
    /// have been taken away since, so verdicts are undetermined.
    pub in_doubt: bool,
    parties: HashMap<u32, Arc<TrustedParty>>,
    keys: HashMap<String, Arc<TrustedKey>>,
    by_short_kid: HashMap<[u8; 4], Vec<Arc<TrustedKey>>>,
}

/// Why a trust list is not used; the one in use stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTrust {
    /// Not signed by a pinned root.
    #[error("the trust list: {0}")]
    NotGenuine(#[from] NotGenuine),
    /// Signed, but not of the form.
    #[error("the trust list is signed but malformed: {0}")]
    Malformed(String),
    /// Of another authority than the pinned one.
    #[error("the list belongs to another authority")]
    OtherAuthority,
    /// Older than one already seen.
    #[error("the list has sequence {offered}, but {seen} was seen before")]
    RolledBack {
        /// The sequence offered.
        offered: u64,
        /// The sequence seen.
        seen: u64,
    },
}

impl Trust {
    /// Opens a trust list with the pinned roots, refusing one older than `seen`.
    ///
    /// # Errors
    ///
    /// [`BadTrust`].
    pub fn open(token: &str, anchors: &Anchors, seen: u64) -> Result<Self, BadTrust> {
        let map = signed_json::open(token, Message::TrustList, &anchors.roots)?;
        let list: TrustList = serde_json::from_value(Value::Object(map))
            .map_err(|why| BadTrust::Malformed(why.to_string()))?;
        if list.authority != anchors.authority {
            return Err(BadTrust::OtherAuthority);
        }
        if list.sequence < seen {
            return Err(BadTrust::RolledBack {
                offered: list.sequence,
                seen,
            });
        }
        Self::of(&list)
    }

    fn of(list: &TrustList) -> Result<Self, BadTrust> {
        let mut trust = Self {
            authority: list.authority.clone(),
            sequence: list.sequence,
            issued_at: Timestamp::from_secs(list.iat),
            next_update: Timestamp::from_secs(list.next_update),
            test: list.test,
            revocations: None,
            in_doubt: false,
            parties: HashMap::new(),
            keys: HashMap::new(),
            by_short_kid: HashMap::new(),
        };
        for agency in &list.agencies {
            let party = Arc::new(TrustedParty {
                number: agency.number,
                code: agency.code.clone(),
                name: agency.name.clone(),
                department: agency.department.clone(),
            });
            trust.parties.insert(agency.number, Arc::clone(&party));
            for key in &agency.keys {
                // An algorithm or key that this program cannot check is not a key for it.
                let Ok(public) = PublicKey::listed(&key.alg, &key.x) else {
                    continue;
                };
                if public.kid().to_string() != key.kid {
                    return Err(BadTrust::Malformed("a key does not fit its id".to_owned()));
                }
                let trusted = TrustedKey {
                    public,
                    party: Arc::clone(&party),
                    key_use: key.key_use,
                    not_before: Timestamp::from_secs(key.not_before),
                    not_after: Timestamp::from_secs(key.not_after),
                    state: key.state,
                };
                trust.keys.insert(key.kid.clone(), Arc::new(trusted));
            }
        }
        trust.sort_by_short_kid();
        Ok(trust)
    }

    /// Applies the fast revocation list: it can only take away. It must be signed by a key
    /// that the trust list names for it.
    ///
    /// # Errors
    ///
    /// [`BadTrust`]; the trust is unchanged then.
    pub fn revoke(&mut self, token: &str, seen: u64) -> Result<(), BadTrust> {
        let map = self.open_message(token, Message::RevocationList, KeyUse::Revocation)?;
        let list: RevocationList = serde_json::from_value(Value::Object(map))
            .map_err(|why| BadTrust::Malformed(why.to_string()))?;
        if list.authority != self.authority {
            return Err(BadTrust::OtherAuthority);
        }
        if list.sequence < seen {
            return Err(BadTrust::RolledBack {
                offered: list.sequence,
                seen,
            });
        }
        for revoked in &list.keys {
            if let Some(key) = self.keys.get_mut(&revoked.kid) {
                let earlier = match key.state {
                    KeyState::Compromised { since } => since.min(revoked.since),
                    KeyState::Active | KeyState::Retired { .. } => revoked.since,
                };
                let mut changed = TrustedKey::clone(key);
                changed.state = KeyState::Compromised { since: earlier };
                *key = Arc::new(changed);
            }
        }
        self.revocations = Some(list.sequence);
        self.sort_by_short_kid();
        Ok(())
    }

    fn sort_by_short_kid(&mut self) {
        self.by_short_kid.clear();
        for key in self.keys.values() {
            self.by_short_kid
                .entry(key.public.kid().short())
                .or_default()
                .push(Arc::clone(key));
        }
    }

    /// The key of an id, if it is for this use.
    #[must_use]
    pub fn key(&self, kid: &str, key_use: KeyUse) -> Option<&TrustedKey> {
        self.keys
            .get(kid)
            .map(|key| &**key)
            .filter(|key| key.key_use == key_use)
    }

    /// Every key whose id begins with these four bytes, if it is for this use.
    pub fn keys_by_short_kid(
        &self,
        kid: [u8; 4],
        key_use: KeyUse,
    ) -> impl Iterator<Item = &TrustedKey> {
        let found = self
            .by_short_kid
            .get(&kid)
            .map(Vec::as_slice)
            .unwrap_or_default();
        found
            .iter()
            .map(|key| &**key)
            .filter(move |key| key.key_use == key_use)
    }

    /// Opens a message with the key it names, which must be trusted for this use, not called
    /// compromised, and have been in use at the message's own `iat`.
    ///
    /// # Errors
    ///
    /// [`NotGenuine`].
    pub fn open_message(
        &self,
        token: &str,
        message: Message,
        key_use: KeyUse,
    ) -> Result<Map<String, Value>, NotGenuine> {
        let mut signed_by = None;
        let map = signed_json::open_with(token, message, |kid| {
            signed_by = self
                .keys_for(key_use)
                .find(|key| key.public.kid().to_string() == kid);
            signed_by.map(|key| &key.public)
        })?;
        let iat = map.get("iat").and_then(Value::as_i64);
        let finding = signed_by
            .zip(iat)
            .map(|(key, iat)| key.at(Timestamp::from_secs(iat)));
        match finding {
            Some(KeyFinding::Good) => Ok(map),
            _ => Err(NotGenuine::OutOfTime),
        }
    }

    /// Every key for a use that is not called compromised; whether it was in use when something
    /// was signed, [`TrustedKey::at`] says.
    pub fn keys_for(&self, key_use: KeyUse) -> impl Iterator<Item = &TrustedKey> {
        self.all_keys_for(key_use)
            .filter(|key| !matches!(key.state, KeyState::Compromised { .. }))
    }

    /// The same with those that are called compromised.
    pub fn all_keys_for(&self, key_use: KeyUse) -> impl Iterator<Item = &TrustedKey> {
        let keys = self.keys.values().map(|key| &**key);
        keys.filter(move |key| key.key_use == key_use)
    }

    /// The agency with a short number.
    #[must_use]
    pub fn party(&self, number: u32) -> Option<&Arc<TrustedParty>> {
        self.parties.get(&number)
    }
}
