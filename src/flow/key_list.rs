//! Which keys there are, how they stand, and what the trust list in force says of them.

use crate::codec::trust_list::KeyState;
use crate::codec::trust_list::KeyUse;
use crate::crypto::public_key::PublicKey;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::keys::StoredKeyState;
use crate::flow::office::Office;
use crate::store::stored::read_number;
use crate::store::trust::KeyRow;

/// A key of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// Its id.
    pub kid: String,
    /// The agency whose it is; empty for the service itself.
    pub agency: String,
    /// What it signs.
    pub key_use: String,
    /// How it stands in the register.
    pub state: &'static str,
    /// Since when it stands so, where that matters.
    pub since: Option<Timestamp>,
    /// From when it may sign.
    pub not_before: Timestamp,
    /// Until when it may sign.
    pub not_after: Timestamp,
    /// How the trust list in force has it; none if it is not on it.
    pub listed: Option<&'static str>,
}

/// Every key of the register, by agency and use.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn list(office: &Office) -> Result<Vec<KeyEntry>, Failure> {
    let known = office.known();
    let rows = office.store.read(|rx| Ok::<_, Failure>(rx.keys()?))?;
    let entries = rows.into_iter().map(|row| {
        let state = StoredKeyState::from_number(row.state);
        let state =
            state.ok_or_else(|| Failure::Broken(format!("the key {} has no state", row.kid)))?;
        let agency = known.agencies.get(&read_number(row.agency));
        let trust = known.trust.as_ref();
        let listed = trust.and_then(|t| t.key(&row.kid, KeyUse::from_name(&row.key_use)?));
        Ok(KeyEntry {
            agency: agency.map(|a| a.name.clone()).unwrap_or_default(),
            state: state.name(),
            since: row.since.map(Timestamp::from_millis),
            not_before: Timestamp::from_millis(row.not_before),
            not_after: Timestamp::from_millis(row.not_after),
            listed: listed.map(|key| match key.state {
                KeyState::Active => StoredKeyState::Active.name(),
                KeyState::Retired { .. } => StoredKeyState::Retired.name(),
                KeyState::Compromised { .. } => StoredKeyState::Compromised.name(),
            }),
            key_use: row.key_use,
            kid: row.kid,
        })
    });
    entries.collect()
}

/// The public half of a key as PEM. No private key is opened for it.
///
/// # Errors
///
/// [`Reason::NotFound`], or [`Failure`] if the register cannot be read.
pub fn public_pem(office: &Office, kid: &str) -> Result<String, Failure> {
    let row = office.store.read(|rx| rx.key(kid))?;
    let row = row.ok_or_else(|| Failure::because(Reason::NotFound, kid))?;
    Ok(public_key(&row)?.pem())
}

/// The public half of a key of the register.
pub(super) fn public_key(row: &KeyRow) -> Result<PublicKey, Failure> {
    PublicKey::listed(&row.alg, &row.x)
        .map_err(|why| Failure::Broken(format!("the key {}: {why}", row.kid)))
}
