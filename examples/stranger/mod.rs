//! What a stranger needs who believes nobody but the pinned roots: signed texts taken apart, the
//! keys of the trust list, what the revocation list takes away. Nothing of ours is in it.

use anyhow::Context;
use anyhow::ensure;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::Signature;
use ed25519_dalek::VerifyingKey;
use serde_json::Value;

/// Why something is not accepted.
pub(crate) type Refused = &'static str;

/// A key of the trust list.
pub(crate) struct Key {
    pub(crate) kid: String,
    pub(crate) usage: String,
    pub(crate) public: VerifyingKey,
    /// Whose it is, as the trust list names it; the service itself is number 0.
    pub(crate) agency: Value,
    not_before: i64,
    not_after: i64,
    /// Since when it was retired, or called compromised.
    retired: Option<i64>,
    compromised: bool,
}

/// The keys of a trust list that a pinned root signed.
pub(crate) fn trusted(anchors: &str, list: &str, now: i64) -> anyhow::Result<Vec<Key>> {
    let anchors: Value = serde_json::from_str(anchors)?;
    let jws = Jws::read(list.trim()).context("信任列表不可读")?;
    let roots = member(&anchors, "roots")
        .as_array()
        .context("信任根不可读")?;
    let by_root = |root: &Value| {
        let key = public(text_of(root));
        key.is_some_and(|key| jws.fits(&key, "mianzheng-trust-list+jwt"))
    };
    ensure!(roots.iter().any(by_root), "信任列表不是信任根签名的");
    let list = &jws.payload;
    ensure!(
        member(list, "authority") == member(&anchors, "authority"),
        "信任列表是别的机构的"
    );
    ensure!(
        member(list, "next_update").as_i64() > Some(now),
        "信任列表已过期"
    );
    let mut keys = Vec::new();
    for agency in member(list, "agencies").as_array().into_iter().flatten() {
        let mut whose = agency.clone();
        if let Some(whose) = whose.as_object_mut() {
            whose.remove("keys");
        }
        for key in member(agency, "keys").as_array().into_iter().flatten() {
            let state = member(key, "state");
            let public =
                public(text_of(member(key, "x"))).filter(|_| member(key, "alg") == "EdDSA");
            let Some(public) = public else { continue };
            keys.push(Key {
                kid: text_of(member(key, "kid")).to_owned(),
                usage: text_of(member(key, "use")).to_owned(),
                public,
                agency: whose.clone(),
                not_before: member(key, "not_before").as_i64().unwrap_or(i64::MAX),
                not_after: member(key, "not_after").as_i64().unwrap_or(i64::MIN),
                retired: member(state, "since")
                    .as_i64()
                    .filter(|_| member(state, "state") == "retired"),
                compromised: !["active", "retired"].contains(&text_of(member(state, "state"))),
            });
        }
    }
    Ok(keys)
}

/// Takes away the keys that the revocation list names. Nothing is trusted because of it.
pub(crate) fn revoke(keys: &mut [Key], list: &str) -> anyhow::Result<()> {
    let jws = Jws::read(list).context("密钥撤销列表不可读")?;
    let may = |key: &&Key| {
        let service = member(&key.agency, "number") == 0;
        service && key.kid == jws.kid && key.usage == "revocation" && !key.compromised
    };
    let signed = keys.iter().find(may);
    let signed = signed.is_some_and(|key| jws.fits(&key.public, "mianzheng-revocation-list+jwt"));
    ensure!(signed, "密钥撤销列表不是平台签名的");
    for revoked in member(&jws.payload, "keys")
        .as_array()
        .into_iter()
        .flatten()
    {
        for key in keys
            .iter_mut()
            .filter(|key| key.kid == text_of(member(revoked, "kid")))
        {
            key.compromised = true;
        }
    }
    Ok(())
}

/// Whether what a key signed at a moment is accepted. Whoever has a stolen key writes any moment,
/// so a compromised one proves nothing without the register.
pub(crate) fn accepted(key: &Key, at: Option<i64>) -> Result<(), Refused> {
    let at = at.ok_or("unreadable  没有签名时间")?;
    if key.compromised {
        return Err("undetermined  密钥已失守，离线不能采信");
    }
    let retired = key.retired.is_some_and(|since| at >= since);
    if at < key.not_before || at >= key.not_after || retired {
        return Err("untrusted_issuer  签名时密钥不在有效期内");
    }
    Ok(())
}

/// A compact JWS (RFC 7515), taken apart; nothing in it is believed yet.
pub(crate) struct Jws<'a> {
    typ: String,
    pub(crate) kid: String,
    input: &'a str,
    signature: Signature,
    pub(crate) payload: Value,
}

impl<'a> Jws<'a> {
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (input, signature) = text.rsplit_once('.')?;
        let (header, payload) = input.split_once('.')?;
        // No padding, no other alphabet, no stray bits: one value has one spelling.
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        let header: Value = serde_json::from_slice(&bytes(header)?).ok()?;
        Some(Self {
            typ: text_of(member(&header, "typ")).to_owned(),
            kid: text_of(member(&header, "kid")).to_owned(),
            input,
            signature: Signature::from_slice(&bytes(signature)?).ok()?,
            payload: serde_json::from_slice(&bytes(payload)?).ok()?,
        })
    }

    /// Whether a key made the signature, of a message of this kind. The algorithm is the key's.
    pub(crate) fn fits(&self, key: &VerifyingKey, typ: &str) -> bool {
        let input = self.input.as_bytes();
        self.typ == typ && key.verify_strict(input, &self.signature).is_ok()
    }
}

fn public(x: &str) -> Option<VerifyingKey> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(x).ok()?;
    let key = VerifyingKey::from_bytes(&bytes.try_into().ok()?).ok()?;
    (!key.is_weak()).then_some(key)
}

/// A member of an object; null where it has none.
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&Value::Null)
}

pub(crate) fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
