//! Verifies the answers of an interface 一证一接口 with nothing of ours: a signature library, a hash,
//! base64, deflate and JSON. Written from RFC 9901 (SD-JWT), RFC 7515 and the Token Status List,
//! so that whoever keeps an answer in a file can prove years later what it said.
//!
//! ```text
//! curl -s $URL/.well-known/mianzheng/trust-list >trust-list.jwt
//! cargo run --example evidence_verifier -- --request request.json \
//!     anchors.json trust-list.jwt revocation-list.jwt <answers.txt
//! ```
//!
//! Reads one answer a line, as `/query` gave it; all of them to the one request. Proves that the
//! envelope is the service's and fits the request and the answer, that each evidence is signed by
//! the agency that it names, and that the plain fields are those that were signed, all of them
//! and no others; of what a department's system told, that the service signed whose words it are. Prints `proven` and what it proved, or why not. `--status FILE`, as often as
//! there are lists, says how a certificate stands by its status list; `--at SECONDS` asks as of
//! another moment. Ends with 0 if all are proven, 2 if one is not, 1 if the lists cannot be used.
//!
//! Whether that kind of agency may issue that type stands in the type's metadata, which
//! `fetching_client.rs` asks for.

mod stranger;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io::BufRead;
use std::io::Read;
use std::process::ExitCode;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use anyhow::Context;
use anyhow::bail;
use anyhow::ensure;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use flate2::read::ZlibDecoder;
use serde_json::Map;
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

/// The most bytes that a status list has once it is inflated.
const LONGEST_LIST: u64 = 1 << 20;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(why) => {
            eprintln!("evidence_verifier: {why:#}");
            ExitCode::FAILURE
        }
    }
}

/// What an answer is held against.
struct Known {
    authority: String,
    keys: Vec<Key>,
    /// The SHA-256 of the request that was sent.
    request: String,
    /// The payloads of status lists, by their addresses.
    lists: BTreeMap<String, Value>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "it leans on nothing of ours, the clock included"
)]
fn run() -> anyhow::Result<bool> {
    let mut now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let (mut files, mut statuses, mut request) = (Vec::new(), Vec::new(), None);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().with_context(|| format!("{arg} VALUE"));
        match arg.as_str() {
            "--at" => now = value()?.parse()?,
            "--request" => request = Some(value()?),
            "--status" => statuses.push(value()?),
            _ => files.push(arg),
        }
    }
    let (anchors, list, revocations) = match files.as_slice() {
        [anchors, list] => (anchors, list, None),
        [anchors, list, revocations] => (anchors, list, Some(revocations)),
        _ => bail!("usage: evidence_verifier --request FILE ANCHORS TRUST_LIST [REVOCATIONS]"),
    };
    let pinned = fs::read_to_string(anchors)?;
    let mut known = Known {
        keys: trusted(&pinned, &fs::read_to_string(list)?, now)?,
        authority: text_of(member(&serde_json::from_str(&pinned)?, "authority")).to_owned(),
        request: hash(&fs::read(request.context("--request FILE")?)?),
        lists: BTreeMap::new(),
    };
    if let Some(path) = revocations {
        revoke(&mut known.keys, fs::read_to_string(path)?.trim())?;
    }
    for path in statuses {
        let (address, list) = status_list(&known, fs::read_to_string(&path)?.trim(), now)?;
        known.lists.insert(address, list);
    }
    let mut all_proven = true;
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line?;
        if line.is_empty() {
            continue;
        }
        let proven = proven(&known, &line);
        all_proven &= proven.is_ok();
        match proven {
            Ok(says) => println!("proven  {says}"),
            Err(why) => println!("{why}"),
        }
    }
    Ok(all_proven)
}

const UNREADABLE: Refused = "unreadable  读不出答复";
const UNTRUSTED: Refused = "untrusted_issuer  签名的密钥不受信任";
const TAMPERED: Refused = "tampered  签名与内容不符";

/// What an answer proves. A member more or less than there should be is something that nobody
/// signed.
fn proven(known: &Known, line: &[u8]) -> Result<Value, Refused> {
    let answer: Value = serde_json::from_slice(line).map_err(|_why| UNREADABLE)?;
    let members = [
        "certificates",
        "more",
        "message",
        "source",
        "use_record",
        "envelope",
    ];
    only(&answer, &members)?;
    let envelope = signed(
        known,
        text_of(member(&answer, "envelope")),
        &Message {
            typ: "mianzheng-fetch+jwt",
            usage: "receipt",
            issuer: &did(&known.authority, None),
        },
    )?
    .0;
    if member(&envelope, "request_hash") != &Value::from(known.request.as_str()) {
        return Err("tampered  信封不是对这个请求的");
    }
    let certificates = member(&answer, "certificates").as_array();
    let certificates = certificates.ok_or(UNREADABLE)?;
    let (mut hashes, mut verdicts, mut relayed, mut told) = (vec![], vec![], vec![], vec![]);
    for one in certificates {
        only(one, &["identifier", "verdict", "fields", "evidence"])?;
        verdicts.push(member(one, "verdict").clone());
        let Some(evidence) = member(one, "evidence").as_str() else {
            // Nobody signed it but the service, which vouches for what a department told: fields of
            // no certificate that has an identifier.
            if !(member(one, "evidence").is_null() && member(one, "identifier").is_null()) {
                return Err("tampered  没有证据却指名一张证照");
            }
            relayed.push(member(one, "fields").clone());
            continue;
        };
        hashes.push(Value::from(hash(evidence.as_bytes())));
        told.push(certificate(known, one, evidence)?);
    }
    let nothing = told.is_empty() && relayed.is_empty();
    let fits = member(&envelope, "evidence_hashes") == &Value::from(hashes)
        && member(&envelope, "verdicts") == &Value::from(verdicts)
        && member(&envelope, "relayed")
            .as_array()
            .cloned()
            .unwrap_or_default()
            == relayed
        && member(&envelope, "more") == member(&answer, "more")
        && member(&envelope, "use_record") == member(&answer, "use_record")
        && member(&answer, "message").is_null() != nothing
        && source_fits(&answer, &envelope)?;
    if !fits {
        return Err("tampered  信封与答复不符");
    }
    Ok(json!({
        "at": member(&envelope, "iat"), "to": member(&envelope, "aud"),
        "use_record": member(&envelope, "use_record"), "certificates": told, "relayed": relayed,
        "source": member(&envelope, "source"), "upstream": member(&envelope, "upstream"),
    }))
}

/// Whether the source that an answer names is the one that the service signed: who told it, when,
/// with which outcome, and which answer of a platform it was. Words for people are nobody's proof.
fn source_fits(answer: &Value, envelope: &Value) -> Result<bool, Refused> {
    let (told, signed) = (member(answer, "source"), member(envelope, "source"));
    if told.is_null() {
        return Ok(signed.is_null() && member(envelope, "upstream").is_null());
    }
    let members = ["name", "outcome", "what", "act", "at", "age_s", "upstream"];
    only(told, &members)?;
    let same = ["name", "at", "outcome"]
        .iter()
        .all(|name| member(told, name).is_string() && member(told, name) == member(signed, name));
    Ok(same && member(told, "upstream") == member(envelope, "upstream"))
}

/// What the evidence of a certificate proves of it.
fn certificate(known: &Known, one: &Value, evidence: &str) -> Result<Value, Refused> {
    let mut parts = evidence.split('~');
    let token = parts.next().ok_or(UNREADABLE)?;
    let mut disclosures: Vec<&str> = parts.collect();
    // It ends with a tilde: behind the last one would stand a key-binding token.
    if disclosures.pop() != Some("") {
        return Err(UNREADABLE);
    }
    let issuer = Jws::read(token).ok_or(UNREADABLE)?;
    let issuer = text_of(member(&issuer.payload, "iss")).to_owned();
    let (payload, key) = signed(
        known,
        token,
        &Message {
            typ: "dc+sd-jwt",
            usage: "issue",
            issuer: &issuer,
        },
    )?;
    let agency = text_of(member(&key.agency, "code"));
    if issuer != did(&known.authority, Some(agency)) {
        return Err("untrusted_issuer  签发机构与密钥不符");
    }
    let fields = signed_fields(&payload, &disclosures)?;
    let plain = member(one, "fields").as_object().ok_or(UNREADABLE)?;
    let same = plain
        .iter()
        .all(|(key, value)| fields.get(key) == Some(value));
    let whole = fields
        .iter()
        .all(|(key, _)| plain.contains_key(key) || payload.get(key).is_some());
    if !(same && whole) {
        return Err("tampered  明文与证据不一致");
    }
    if member(&payload, "certificate_identifier") != member(one, "identifier") {
        return Err("tampered  证据属于另一张证照");
    }
    Ok(json!({
        "identifier": member(one, "identifier"), "verdict": member(one, "verdict"),
        "issuer": member(&key.agency, "name"), "fields": plain,
        "status": status(known, &payload)?,
    }))
}

/// What an issuer signed: what stands in the open, and each disclosure whose digest stands there
/// (RFC 9901 §7.1).
fn signed_fields(payload: &Value, disclosures: &[&str]) -> Result<Map<String, Value>, Refused> {
    const UNSIGNED: Refused = "tampered  证据里有未经签名的字段";
    let mut fields = payload.as_object().cloned().ok_or(UNREADABLE)?;
    let digests = fields.remove("_sd").unwrap_or_default();
    let digests = digests.as_array().ok_or(UNREADABLE)?.iter().map(text_of);
    if fields.remove("_sd_alg") != Some("sha-256".into()) {
        return Err(UNREADABLE);
    }
    let count = digests.len();
    let mut left: BTreeSet<&str> = digests.collect();
    if left.len() != count {
        return Err(UNREADABLE);
    }
    for disclosure in disclosures {
        if !left.remove(hash(disclosure.as_bytes()).as_str()) {
            return Err(UNSIGNED);
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(disclosure);
        let told = bytes
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let told: (String, String, Value) = told.ok_or(UNREADABLE)?;
        let reserved = ["_sd", "..."].contains(&told.1.as_str());
        if reserved || fields.insert(told.1, told.2).is_some() {
            return Err(UNSIGNED);
        }
    }
    Ok(fields)
}

/// How a certificate stands by its status list; null where that was not brought.
fn status(known: &Known, payload: &Value) -> Result<Value, Refused> {
    let place = member(member(payload, "status"), "status_list");
    let Some(list) = known.lists.get(text_of(member(place, "uri"))) else {
        return Ok(Value::Null);
    };
    let index = member(place, "idx").as_u64().ok_or(UNREADABLE)?;
    let list = member(list, "status_list");
    let bits = member(list, "bits")
        .as_u64()
        .filter(|bits| [1, 2, 4, 8].contains(bits));
    let bits = bits.ok_or(UNREADABLE)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text_of(member(list, "lst")));
    let bytes = bytes.map_err(|_why| UNREADABLE)?;
    let mut inflated = Vec::new();
    let mut inflating = ZlibDecoder::new(bytes.as_slice()).take(LONGEST_LIST);
    inflating
        .read_to_end(&mut inflated)
        .map_err(|_why| UNREADABLE)?;
    let byte = usize::try_from(index * bits / 8)
        .ok()
        .and_then(|at| inflated.get(at));
    let byte = byte.ok_or(UNREADABLE)?;
    let value = (u64::from(*byte) >> (index * bits % 8)) & ((1 << bits) - 1);
    Ok(match value {
        0 => "valid".into(),
        1 => "revoked".into(),
        2 => "suspended".into(),
        3 => "superseded".into(),
        other => other.into(),
    })
}

/// A status list that the service signed, and its address.
fn status_list(known: &Known, text: &str, now: i64) -> anyhow::Result<(String, Value)> {
    let message = Message {
        typ: "statuslist+jwt",
        usage: "status",
        issuer: &did(&known.authority, None),
    };
    let (list, _) =
        signed(known, text, &message).map_err(|why| anyhow::anyhow!("状态列表：{why}"))?;
    ensure!(member(&list, "exp").as_i64() > Some(now), "状态列表已过期");
    Ok((text_of(member(&list, "sub")).to_owned(), list))
}

/// What a signed text must be.
struct Message<'a> {
    typ: &'a str,
    usage: &'a str,
    issuer: &'a str,
}

/// The payload of a signed text, and the key that signed it.
fn signed<'k>(
    known: &'k Known,
    text: &str,
    message: &Message<'_>,
) -> Result<(Value, &'k Key), Refused> {
    let jws = Jws::read(text).ok_or(UNREADABLE)?;
    let fits = |key: &&Key| key.kid == jws.kid && key.usage == message.usage;
    let key = known.keys.iter().find(fits).ok_or(UNTRUSTED)?;
    if !jws.fits(&key.public, message.typ) {
        return Err(TAMPERED);
    }
    let service = member(&key.agency, "number") == 0;
    let of_service = message.issuer == did(&known.authority, None);
    if service != of_service || text_of(member(&jws.payload, "iss")) != message.issuer {
        return Err(UNTRUSTED);
    }
    accepted(key, member(&jws.payload, "iat").as_i64())?;
    Ok((jws.payload, key))
}

/// The name under which the service signs, or an agency of it.
fn did(authority: &str, agency: Option<&str>) -> String {
    let service = format!("did:web:{}", authority.replace(':', "%3A"));
    agency.map_or(service.clone(), |code| format!("{service}:a:{code}"))
}

/// Refuses an object with members that nobody knows.
fn only(object: &Value, known: &[&str]) -> Result<(), Refused> {
    let members = object.as_object().ok_or(UNREADABLE)?;
    let strange = members.keys().any(|key| !known.contains(&key.as_str()));
    if strange { Err(UNREADABLE) } else { Ok(()) }
}

fn hash(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}
