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

mod stranger;

use std::fs;
use std::io::BufRead;
use std::process::ExitCode;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use anyhow::Context;
use anyhow::bail;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ciborium::Value as Cbor;
use ed25519_dalek::Signature;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use crate::stranger::Jws;
use crate::stranger::Key;
use crate::stranger::Refused;
use crate::stranger::accepted;
use crate::stranger::member;
use crate::stranger::revoke;
use crate::stranger::text_of;
use crate::stranger::trusted;

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

/// A signed receipt.
fn signed(text: &str, keys: &[Key]) -> Result<Value, Refused> {
    let jws = Jws::read(text).ok_or("tampered  读不出回执")?;
    let key = keys
        .iter()
        .find(|key| key.kid == jws.kid && signs_receipts(key));
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
        signs_receipts(key) && kid.starts_with(short_kid)
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

/// The service is number 0: it alone signs receipts.
fn signs_receipts(key: &Key) -> bool {
    key.usage == "receipt" && member(&key.agency, "number") == 0
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
