//! Verifies receipts 回执 with nothing of ours: a signature library, a hash, base64, JSON and CBOR.
//! Written from the formats (`docs/compact-code.md`, RFC 7515, RFC 9052), so that whoever does not
//! believe the program that signs can read here what there is to believe.
//!
//! ```text
//! cargo run --example receipt_verifier -- anchors.json trust-list.jwt revocation-list.jwt < receipts.txt
//! ```
//!
//! Reads one receipt a line: the signed text, or the text of the code on the paper. Prints one
//! verdict a line, for a good one followed by what it says: `valid  <case>-<receipt>  {…}`. The
//! lists stand under `/.well-known/mianzheng/`; the revocation list may be left out before there
//! is one. `--at SECONDS` asks as of another moment. Ends with 0 if all are valid, 2 if one is not,
//! 1 if the lists cannot be used.
//!
//! Whether a receipt was voided since only the register knows: ask it for `/P/…`.

use std::fs;
use std::io::BufRead;
use std::process::ExitCode;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use anyhow::Context;
use anyhow::bail;
use anyhow::ensure;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ciborium::Value as Cbor;
use ed25519_dalek::Signature;
use ed25519_dalek::VerifyingKey;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(why) => {
            eprintln!("receipt_verifier: {why:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it leans on nothing of ours, the clock included"
)]
fn run() -> anyhow::Result<bool> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mut now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    if let Some(at) = args.iter().position(|arg| arg == "--at") {
        now = args.get(at + 1).context("--at SECONDS")?.parse()?;
        args.drain(at..at + 2);
    }
    let (anchors, list, revocations) = match args.as_slice() {
        [anchors, list] => (anchors, list, None),
        [anchors, list, revocations] => (anchors, list, Some(revocations)),
        _ => bail!("usage: receipt_verifier ANCHORS TRUST_LIST [REVOCATIONS] < RECEIPTS"),
    };
    let mut keys = trusted(
        &fs::read_to_string(anchors)?,
        &fs::read_to_string(list)?,
        now,
    )?;
    if let Some(path) = revocations {
        revoke(&mut keys, fs::read_to_string(path)?.trim())?;
    }
    let mut all_valid = true;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let text = line.trim();
        if text.is_empty() {
            continue;
        }
        let verdict = if text.matches('.').count() == 2 && !text.contains("://") {
            signed(text, &keys)
        } else {
            code(text, &keys)
        };
        all_valid &= verdict.is_ok();
        match verdict {
            Ok(says) => println!(
                "valid  {}-{}  {says}",
                text_of(member(&says, "case")),
                member(&says, "receipt")
            ),
            Err(why) => println!("{why}"),
        }
    }
    Ok(all_valid)
}

/// A key of the trust list.
struct Key {
    kid: String,
    usage: String,
    public: VerifyingKey,
    not_before: i64,
    not_after: i64,
    /// Since when it was retired, or called compromised.
    retired: Option<i64>,
    compromised: bool,
}

/// The service's own keys of a trust list that a pinned root signed.
fn trusted(anchors: &str, list: &str, now: i64) -> anyhow::Result<Vec<Key>> {
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
        // The service is number 0: it alone signs receipts.
        if member(agency, "number") != 0 {
            continue;
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
fn revoke(keys: &mut [Key], list: &str) -> anyhow::Result<()> {
    let jws = Jws::read(list).context("密钥撤销列表不可读")?;
    let may = |key: &&Key| key.kid == jws.kid && key.usage == "revocation" && !key.compromised;
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

/// Why a receipt is not accepted.
type Refused = &'static str;

/// A signed receipt.
fn signed(text: &str, keys: &[Key]) -> Result<Value, Refused> {
    let jws = Jws::read(text).ok_or("tampered  读不出回执")?;
    let key = keys
        .iter()
        .find(|key| key.kid == jws.kid && key.usage == "receipt");
    let key = key.ok_or("untrusted_issuer  签名的密钥不受信任")?;
    if !jws.fits(&key.public, "mianzheng-receipt+jwt") {
        return Err("tampered  签名与内容不符");
    }
    accepted(key, member(&jws.payload, "iat").as_i64())?;
    let mut says = jws.payload;
    if let Some(members) = says.as_object_mut() {
        members.insert(
            "digest".to_owned(),
            BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text)).into(),
        );
    }
    Ok(says)
}

/// The code on a receipt: digits, or an address with the digits behind `#`. The address is not
/// opened; it names the receipt by the beginning of its digest.
fn code(text: &str, keys: &[Key]) -> Result<Value, Refused> {
    const UNREADABLE: Refused = "unreadable  读不出回执的码";
    let digits = text.rsplit('#').next().unwrap_or_default();
    let bytes = bytes_of(digits).ok_or(UNREADABLE)?;
    let message: Cbor = ciborium::from_reader(bytes.as_slice()).map_err(|_why| UNREADABLE)?;
    // COSE_Sign1: protected header, unprotected header, payload, signature (RFC 9052 §4.2).
    let message = message.into_array().map_err(|_why| UNREADABLE)?;
    let [
        Cbor::Bytes(protected),
        _,
        Cbor::Bytes(payload),
        Cbor::Bytes(signature),
    ] = message.as_slice()
    else {
        return Err(UNREADABLE);
    };
    let header: Cbor = ciborium::from_reader(protected.as_slice()).map_err(|_why| UNREADABLE)?;
    let header = header.into_map().map_err(|_why| UNREADABLE)?;
    let label = |number: i64| header.iter().find(|(key, _)| *key == Cbor::from(number));
    let short_kid = label(4)
        .and_then(|(_, kid)| kid.as_bytes())
        .ok_or(UNREADABLE)?;
    let structure = Cbor::Array(vec![
        "Signature1".into(),
        Cbor::Bytes(protected.clone()),
        Cbor::Bytes(b"mianzheng/code/1/receipt".to_vec()),
        Cbor::Bytes(payload.clone()),
    ]);
    let mut to_be_signed = Vec::new();
    ciborium::into_writer(&structure, &mut to_be_signed).map_err(|_why| UNREADABLE)?;
    let of_kid = |key: &&Key| {
        let kid = BASE64_URL_SAFE_NO_PAD.decode(&key.kid).unwrap_or_default();
        key.usage == "receipt" && kid.starts_with(short_kid)
    };
    let known: Vec<&Key> = keys.iter().filter(of_kid).collect();
    if known.is_empty() {
        return Err("untrusted_issuer  签名的密钥不受信任");
    }
    let signature = Signature::from_slice(signature).map_err(|_why| UNREADABLE)?;
    let fits = |key: &&&Key| key.public.verify_strict(&to_be_signed, &signature).is_ok();
    let key = known.iter().find(fits).ok_or("tampered  签名与内容不符")?;
    let payload: Cbor = ciborium::from_reader(payload.as_slice()).map_err(|_why| UNREADABLE)?;
    let says = claims(payload).ok_or(UNREADABLE)?;
    accepted(key, member(&says, "printed_at").as_i64())?;
    Ok(says)
}

/// Whether what a key signed at a moment is accepted. Whoever has a stolen key writes any moment,
/// so a compromised one proves nothing without the register.
fn accepted(key: &Key, at: Option<i64>) -> Result<(), Refused> {
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

/// The eleven claims of a receipt's code, by name.
fn claims(payload: Cbor) -> Option<Value> {
    let told = json_of(payload)?;
    let part = |at: usize| told.get(at).cloned().unwrap_or_default();
    if told.as_array()?.len() != 11 || part(0) != 3 {
        return None;
    }
    let material = |one: &Value| json!({"name": one[0], "state": one[1], "why": one[2], "certificates": one[3]});
    let materials: Vec<Value> = part(9).as_array()?.iter().map(material).collect();
    Some(json!({
        "case": part(1), "receipt": part(2), "printed_at": part(3), "closed_at": part(4),
        "agency": part(5), "officer": part(6), "digest": part(7), "items": part(8),
        "materials": materials, "left_out": part(10),
    }))
}

/// CBOR as JSON; bytes in base64url.
fn json_of(cbor: Cbor) -> Option<Value> {
    Some(match cbor {
        Cbor::Integer(number) => i64::try_from(number).ok()?.into(),
        Cbor::Bytes(bytes) => BASE64_URL_SAFE_NO_PAD.encode(bytes).into(),
        Cbor::Text(text) => text.into(),
        Cbor::Null => Value::Null,
        Cbor::Array(all) => all
            .into_iter()
            .map(json_of)
            .collect::<Option<Vec<_>>>()?
            .into(),
        _ => return None,
    })
}

/// The bytes behind the format's leading byte 1 of a number in decimal digits.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    if !(60..=991).contains(&digits.len()) || digits.starts_with('0') {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::new();
    for digit in digits.bytes() {
        let mut carry = u16::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
        for byte in bytes.iter_mut().rev() {
            carry += u16::from(*byte) * 10;
            *byte = u8::try_from(carry & 0xFF).ok()?;
            carry >>= 8;
        }
        if carry > 0 {
            bytes.insert(0, u8::try_from(carry).ok()?);
        }
    }
    (bytes.first() == Some(&1)).then(|| bytes.split_off(1))
}

/// A compact JWS (RFC 7515), taken apart; nothing in it is believed yet.
struct Jws<'a> {
    typ: String,
    kid: String,
    input: &'a str,
    signature: Signature,
    payload: Value,
}

impl<'a> Jws<'a> {
    fn read(text: &'a str) -> Option<Self> {
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
    fn fits(&self, key: &VerifyingKey, typ: &str) -> bool {
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
fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&Value::Null)
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
