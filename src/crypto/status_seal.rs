//! Token Status Lists, signed and opened.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::codec::status_list::StatusBits;
use crate::codec::trust_list::KeyUse;
use crate::crypto::certificate_seal::status_uri;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::signed_json::NotGenuine;
use crate::crypto::signer::SignError;
use crate::crypto::signer::Signer;
use crate::crypto::trust::Trust;
use crate::domain::time::Timestamp;

/// A status list whose signature was checked.
#[derive(Clone, Debug)]
pub struct StatusList {
    /// Its number.
    pub number: u32,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// When it must not be used any more.
    pub expires_at: Timestamp,
    /// The statuses.
    pub bits: StatusBits,
}

/// Signs a list. `ttl_s` is how long a reader may keep it, `life_s` how long it is good for.
///
/// # Errors
///
/// [`SignError`] if the key store cannot sign now.
pub fn seal(
    authority: &str,
    number: u32,
    bits: &StatusBits,
    (now, ttl_s, life_s): (Timestamp, i64, i64),
    signer: &dyn Signer,
) -> Result<String, SignError> {
    let payload = json!({
        "iss": service_did(authority),
        "sub": status_uri(authority, number),
        "iat": now.secs(),
        "exp": now.secs() + life_s,
        "ttl": ttl_s,
        "status_list": {"bits": bits.bits(), "lst": bits.lst()},
    });
    signed_json::seal(signer, Message::StatusList, &payload)
}

/// The `iss` of the service itself.
#[must_use]
pub fn service_did(authority: &str) -> String {
    format!("did:web:{}", authority.replace(':', "%3A"))
}

/// Opens a list with the keys trusted for it.
///
/// # Errors
///
/// [`NotGenuine`]; a list that is signed but malformed counts as unreadable.
pub fn open(token: &str, trust: &Trust) -> Result<StatusList, NotGenuine> {
    let map = trust.open_message(token, Message::StatusList, KeyUse::Status)?;
    read(&map, &trust.authority).ok_or(NotGenuine::Unreadable)
}

fn read(map: &Map<String, Value>, authority: &str) -> Option<StatusList> {
    let uri = map.get("sub")?.as_str()?;
    let number = uri
        .strip_prefix(&format!("https://{authority}/status/"))?
        .parse()
        .ok()?;
    let moment = |name: &str| Some(Timestamp::from_secs(map.get(name)?.as_i64()?));
    let list = map.get("status_list")?;
    let bits = u8::try_from(list.get("bits")?.as_u64()?).ok()?;
    let bits = StatusBits::read(bits, list.get("lst")?.as_str()?).ok()?;
    Some(StatusList {
        number,
        issued_at: moment("iat")?,
        expires_at: moment("exp")?,
        bits,
    })
}
