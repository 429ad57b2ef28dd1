//! Re-makes `tests/vectors/compact-code.json` and compares.
//!
//! The keys come from published seeds and sign nothing but these examples. When the
//! file has to change, `make vectors` writes it anew.

mod hostile;
mod samples;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::Signature;
use ed25519_dalek::Signer;
use ed25519_dalek::SigningKey;
use ed25519_dalek::VerifyingKey;
use serde_json::Value as Json;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use crate::codec::cbor;
use crate::codec::cbor::Value;
use crate::codec::compact::CompactClaims;
use crate::codec::compact::FieldValue;
use crate::codec::compact::Kind;
use crate::codec::compact::code::UnsignedCode;
use crate::codec::compact::code::UnverifiedCode;
use crate::codec::cose;
use crate::codec::cose::ShortKid;
use crate::codec::digits;
use crate::codec::golden::samples::birth;
use crate::codec::golden::samples::good;
use crate::codec::golden::samples::health;
use crate::codec::qr::Code;

const FILE: &str = "tests/vectors/compact-code.json";
/// The printed codes below stand behind this address.
const ADDRESS: &str = "HTTPS://ZM.EXAMPLE.CN/V/040J7T5A2M6XQ8E1W93CGKR0SZ";

fn signer() -> SigningKey {
    SigningKey::from_bytes(b"mianzheng test seed, never trust")
}

/// Another key that happens to have the same id.
fn namesake() -> SigningKey {
    SigningKey::from_bytes(b"mianzheng namesake, never trust!")
}

fn kid_of(key: &VerifyingKey) -> ShortKid {
    let public = crate::codec::base64url::encode(key.as_bytes());
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#);
    let [a, b, c, d, ..] = Sha256::digest(members)[..] else {
        panic!("a digest has 32 bytes");
    };
    [a, b, c, d]
}

fn kid() -> ShortKid {
    kid_of(&signer().verifying_key())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The claims as the JavaScript reader gives them.
fn in_json(claims: &CompactClaims) -> Json {
    let fields: BTreeMap<u8, Json> = claims
        .fields
        .iter()
        .map(|(number, value)| {
            let value = match value {
                FieldValue::Text(text) => json!({ "text": text }),
                // Above 2^53 a JavaScript number is not exact; a text is.
                FieldValue::Int(int) if int.unsigned_abs() > 9_007_199_254_740_991 => {
                    json!({ "int": int.to_string() })
                }
                FieldValue::Int(int) => json!({ "int": int }),
                FieldValue::Bool(yes) => json!({ "bool": yes }),
                FieldValue::Digest(digest) => json!({ "digest": hex(digest) }),
            };
            (*number, value)
        })
        .collect();
    json!({
        "kind": match claims.kind { Kind::Offline => "offline", Kind::Printed => "printed", Kind::Copy => "copy" },
        "type": claims.type_number,
        "definition": claims.definition_version,
        "issuer": claims.issuer_number,
        "serial": claims.serial.as_str(),
        "version": claims.version,
        "iat": claims.issued_at,
        "exp": claims.expires_at,
        "status": claims.status.map(|place| json!({ "list": place.list, "index": place.index })),
        "id": hex(&claims.id),
        "fields": fields,
    })
}

fn sign(claims: &CompactClaims) -> (Vec<u8>, [u8; 64], String) {
    let unsigned = UnsignedCode::new(claims, cose::EDDSA, kid()).unwrap();
    let to_be_signed = unsigned.to_be_signed();
    let signature = signer().sign(&to_be_signed).to_bytes();
    (to_be_signed, signature, unsigned.into_digits(&signature))
}

/// Signs whatever payload, so that only the reader's strictness can refuse it.
fn sign_payload(payload: &[u8], aad: &[u8]) -> Vec<u8> {
    let signature = signer().sign(&cose::to_be_signed(cose::EDDSA, kid(), aad, payload));
    cose::encode(cose::EDDSA, kid(), payload, &signature.to_bytes())
}

fn payload_with(change: impl FnOnce(&mut Vec<Value>)) -> Vec<u8> {
    let Ok(Value::Array(mut claims)) = cbor::decode(&health().encode().unwrap()) else {
        panic!("claims are an array");
    };
    change(&mut claims);
    cbor::encode(&Value::Array(claims))
}

/// The message around the good payload, in parts, signed over the header as given.
fn message_with(protected: &[u8], change: impl FnOnce(&mut Vec<Value>)) -> Vec<u8> {
    let payload = health().encode().unwrap();
    let structure = cbor::encode(&Value::Array(vec![
        Value::Text("Signature1".to_owned()),
        Value::Bytes(protected.to_vec()),
        Value::Bytes(Kind::Offline.external_aad().to_vec()),
        Value::Bytes(payload.clone()),
    ]));
    let mut parts = vec![
        Value::Bytes(protected.to_vec()),
        Value::Map(vec![]),
        Value::Bytes(payload),
        Value::Bytes(signer().sign(&structure).to_bytes().to_vec()),
    ];
    change(&mut parts);
    cbor::encode(&Value::Array(parts))
}

fn header(alg: i64, kid: &[u8]) -> Vec<u8> {
    cbor::encode(&Value::Map(vec![
        (Value::Int(1), Value::Int(alg)),
        (Value::Int(4), Value::Bytes(kid.to_vec())),
    ]))
}

/// Puts other bytes in the place of some that occur once.
fn replace(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = bytes
        .windows(old.len())
        .position(|window| window == old)
        .unwrap();
    [&bytes[..at], new, &bytes[at + old.len()..]].concat()
}

/// The digits of a number of any format.
fn digits_of_format(format: u8, bytes: &[u8]) -> String {
    let mut digits = vec![0_u32];
    for byte in std::iter::once(&format).chain(bytes) {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += *digit * 256;
            *digit = carry % 10;
            carry /= 10;
        }
        while carry > 0 {
            digits.push(carry % 10);
            carry /= 10;
        }
    }
    digits
        .iter()
        .rev()
        .map(|digit| char::from_digit(*digit, 10).unwrap())
        .collect()
}

fn verdict(digits: &str, keys: &[(ShortKid, VerifyingKey)]) -> &'static str {
    let code = match UnverifiedCode::parse(digits) {
        Ok(code) => code,
        Err(error) if error.is_unsupported() => return "unsupported",
        Err(_) => return "unreadable",
    };
    if code.algorithm_id() != cose::EDDSA {
        return "unsupported";
    }
    let signature = Signature::from_bytes(code.signature());
    let mut named = keys.iter().filter(|(kid, _)| *kid == code.kid()).peekable();
    if named.peek().is_none() {
        return "untrusted_issuer";
    }
    let signed = code.to_be_signed();
    if named.any(|(_, key)| key.verify_strict(&signed, &signature).is_ok()) {
        "genuine"
    } else {
        "bad_signature"
    }
}

/// The vectors file; every case is checked while it is made.
fn vectors() -> String {
    let signer = signer();
    // The namesake stands first: a verifier must not stop at the first key of the name.
    let keys = [
        (kid(), namesake().verifying_key()),
        (kid(), signer.verifying_key()),
    ];
    let mut good_cases = Vec::new();
    let mut most = 0;
    for (name, claims) in good() {
        let (to_be_signed, signature, digits) = sign(&claims);
        assert_eq!(verdict(&digits, &keys), "genuine", "{name}");
        assert_eq!(
            UnverifiedCode::parse(&digits).unwrap().claims_unverified(),
            &claims
        );
        let cose = digits::from_digits(&digits).unwrap();
        most = most.max(cose.len());
        good_cases.push(json!({
            "name": name,
            "claims": in_json(&claims),
            "payload": hex(&claims.encode().unwrap()),
            "to_be_signed": hex(&to_be_signed),
            "signature": hex(&signature),
            "cose": hex(&cose),
            "digits": digits,
        }));
    }
    assert_eq!(most, digits::most_bytes(digits::MAX_DIGITS));
    let mut hostile_cases = Vec::new();
    for (name, digits, expected) in hostile::cases() {
        assert_eq!(verdict(&digits, &keys), expected, "{name}");
        hostile_cases.push(json!({ "name": name, "digits": digits, "verdict": expected }));
    }
    let mut numbers = Vec::new();
    for bytes in [
        vec![0; 25],
        [vec![0; 7], vec![1; 20]].concat(),
        vec![0xff; 411],
    ] {
        let digits = digits::to_digits(&bytes);
        assert_eq!(digits, digits_of_format(1, &bytes));
        numbers.push(json!({ "bytes": hex(&bytes), "digits": digits }));
    }
    let vectors = json!({
        "about": "Compact codes of docs/compact-code.md, format 1. The seeds are public: never trust these keys.",
        "seed": hex(signer.as_bytes()),
        "public_key": hex(signer.verifying_key().as_bytes()),
        "keys": keys.map(|(kid, key)| json!({
            "kid": hex(&kid),
            "alg": "EdDSA",
            "x": BASE64_URL_SAFE_NO_PAD.encode(key.as_bytes()),
        })),
        "numbers": numbers,
        "good": good_cases,
        "hostile": hostile_cases,
    });
    serde_json::to_string_pretty(&vectors).unwrap() + "\n"
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)
}

#[test]
fn the_golden_vectors_are_what_this_program_makes() {
    assert!(
        fs::read_to_string(file()).ok() == Some(vectors()),
        "{FILE} differs from what this program makes: `make vectors` writes it anew"
    );
}

#[test]
#[ignore = "it writes into the tree: make vectors"]
fn the_golden_vectors_are_written_anew() {
    fs::write(file(), vectors()).unwrap();
}

#[test]
fn a_birth_certificate_is_printed_in_version_12() {
    let (_, _, digits) = sign(&birth());
    assert_eq!(Code::printed(ADDRESS, &digits).unwrap().version(), 12);
}

#[test]
fn a_health_certificate_is_shown_in_version_10() {
    let (_, _, digits) = sign(&health());
    assert_eq!(Code::numeric(&digits).unwrap().version(), 10);
}

#[test]
fn the_example_in_the_specification_is_the_first_vector() {
    let page = include_str!("../../docs/compact-code.md");
    let (to_be_signed, _, digits) = sign(&health());
    let message = digits::from_digits(&digits).unwrap();
    let key = signer().verifying_key();
    for quoted in [
        hex(&to_be_signed),
        hex(&message),
        digits,
        hex(key.as_bytes()),
        hex(&kid()),
    ] {
        assert!(page.contains(&quoted), "{quoted}");
    }
}
