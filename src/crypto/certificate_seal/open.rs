//! A record opened: the only door from an SD-JWT to a certified fact (RFC 9901 §7.1).

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;

use super::issuer_did;
use crate::codec::compact::StatusRef;
use crate::codec::digest::sha256;
use crate::codec::jws::BadJws;
use crate::codec::jws::UnverifiedJws;
use crate::codec::sd_jwt;
use crate::codec::sd_jwt::BadSdJwt;
use crate::codec::sd_jwt::SdJwtParts;
use crate::codec::trust_list::KeyUse;
use crate::crypto::genuine::Certified;
use crate::crypto::genuine::Genuine;
use crate::crypto::genuine::Refused;
use crate::crypto::signed_json;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::crypto::types::Types;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::CheckFinding;
use crate::domain::identifier::IssuerCode;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;

/// Seconds that a signature may seem to come from the future.
const TOLERANCE_S: i64 = 120;

/// Names that may not have come from a disclosure: a verdict follows from them.
const NEVER_HIDDEN: &[&str] = &[
    "iss",
    "nbf",
    "exp",
    "iat",
    "cnf",
    "vct",
    "status",
    "certificate_identifier",
    "valid_from",
    "valid_to",
    "stock",
];

/// Opens a record, or the part of one that is presented (RFC 9901 §7.1).
///
/// What it does not look at is whether the certificate is in date, and its status: that is
/// the verdict's. A key that is called compromised is reported, not refused.
///
/// # Errors
///
/// [`Refused`] with the first step that failed: it cannot be read, nobody trusted signed it,
/// the signature or a disclosure does not fit, or it is of a type we do not know.
pub fn open(
    text: &str,
    trust: &Trust,
    types: &Types,
    now: Timestamp,
) -> Result<Genuine<Certified>, Refused> {
    // Step 1: take it apart.
    let (parts, jws) = taken_apart(text)?;
    // Step 2: the issuer-signed part, with the algorithm of a key we already trust.
    let Some(key) = trust.key(&jws.kid, KeyUse::Issue) else {
        return Err(unknown_key(&jws, &trust.authority));
    };
    if signed_json::verify(&jws, &key.public).is_err() {
        return Err(Refused::at("signature", Outcome::Tampered, "signature"));
    }
    let Ok(payload) = jws.claims_unverified() else {
        return Err(Refused::at("read", Outcome::Unsupported, "payload"));
    };
    if payload.get("iss").and_then(Value::as_str)
        != Some(&issuer_did(&trust.authority, &key.party.code))
    {
        return Err(Refused::at("issuer", Outcome::UntrustedIssuer, "issuer"));
    }
    let plain = plain_claims(&payload, &trust.authority).ok_or(Refused::at(
        "read",
        Outcome::Unsupported,
        "claims",
    ))?;
    // Step 3: put the disclosures back.
    let processed = sd_jwt::process(payload, &parts.disclosures).map_err(|why| match why {
        // The issuer signed it so: nobody tampered, but it is none of ours.
        BadSdJwt::TooDeep => Refused::at("disclosures", Outcome::Unsupported, "too_deep"),
        _ => Refused::at("disclosures", Outcome::Tampered, "disclosures"),
    })?;
    if processed
        .disclosed
        .iter()
        .any(|name| NEVER_HIDDEN.contains(&name.as_str()))
    {
        return Err(Refused::at(
            "disclosures",
            Outcome::Tampered,
            "reserved_name",
        ));
    }
    // Step 4: may this issuer issue this type?
    let facts = types
        .of_vct(&plain.vct, &trust.authority)
        .ok_or(Refused::at("type", Outcome::Unsupported, "unknown_type"))?;
    let fits = plain.identifier.type_code.as_str() == facts.code
        && matches!(plain.identifier.issuer, IssuerCode::Uscc(code) if code.as_str() == key.party.code);
    if !fits || !facts.departments.contains(&key.party.department) {
        return Err(Refused::at(
            "issuer",
            Outcome::UntrustedIssuer,
            "type_not_allowed",
        ));
    }
    let key_finding = key.at(plain.iat);
    if key_finding == KeyFinding::OutOfTime {
        return Err(Refused::at(
            "issuer",
            Outcome::UntrustedIssuer,
            "key_out_of_time",
        ));
    }
    if plain.iat.secs_since(now) > TOLERANCE_S {
        return Err(Refused::at(
            "in_date",
            Outcome::NotYetValid,
            "signed_in_the_future",
        ));
    }
    let fields = shown_fields(processed.claims, &processed.disclosed);
    Ok(Genuine::new(Certified {
        identifier: plain.identifier,
        type_number: facts.number,
        type_version: facts.version,
        issuer: key.party.number,
        signed_at: plain.iat,
        valid_from: plain.valid_from,
        valid_to: plain.valid_to,
        status: Some(plain.status),
        fields,
        not_in_code: Vec::new(),
        stock: plain.stock,
        key: key_finding,
        digest: sha256(parts.jwt.as_bytes()),
        code: None,
    }))
}

/// Nobody here signs with that key: of another region it is a certificate that cannot be checked
/// yet, of our own a forgery. That is what it says of itself, and no more than a word for it.
fn unknown_key(jws: &UnverifiedJws<'_>, authority: &str) -> Refused {
    let payload = jws.claims_unverified().ok();
    let issuer = payload.as_ref().and_then(|p| p.get("iss")?.as_str());
    let ours = issuer_did(authority, "");
    if issuer.is_some_and(|issuer| !issuer.starts_with(&ours)) {
        return Refused::at("issuer", Outcome::Unsupported, "other_region");
    }
    Refused::at("issuer", Outcome::UntrustedIssuer, "unknown_key")
}

fn taken_apart(text: &str) -> Result<(SdJwtParts<'_>, UnverifiedJws<'_>), Refused> {
    let parts = SdJwtParts::parse(text).map_err(|why| match why {
        BadSdJwt::KeyBinding => Refused::at("read", Outcome::Unsupported, "key_binding"),
        BadSdJwt::TooLong => Refused::at("read", Outcome::Unreadable, "too_long"),
        _ => Refused::at("read", Outcome::Unreadable, "shape"),
    })?;
    let jws = UnverifiedJws::parse(parts.jwt).map_err(|why| match why {
        BadJws::ForbiddenHeader => Refused::at("read", Outcome::Unsupported, "header"),
        _ => Refused::at("read", Outcome::Unreadable, "jws"),
    })?;
    if !["dc+sd-jwt", "vc+sd-jwt"].contains(&jws.typ.as_str()) {
        return Err(Refused::at("read", Outcome::Unsupported, "typ"));
    }
    Ok((parts, jws))
}

struct Plain {
    vct: String,
    iat: Timestamp,
    identifier: CertificateIdentifier,
    valid_from: Option<Day>,
    valid_to: Option<Day>,
    status: StatusRef,
    stock: bool,
}

fn plain_claims(payload: &Map<String, Value>, authority: &str) -> Option<Plain> {
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let day = |name: &str| match payload.get(name) {
        None => Some(None),
        Some(Value::String(text)) => text.parse().ok().map(Some),
        Some(_) => None,
    };
    let read = CertificateIdentifier::read(text("certificate_identifier")?).ok()?;
    if read.check != CheckFinding::Right {
        return None;
    }
    let valid_to: Option<Day> = day("valid_to")?;
    // `exp` is the moment after the last day; two ends that differ are no end at all. So with
    // `nbf` and the first day.
    if payload.get("exp").map(Value::as_i64) != valid_to.map(|d| Some(d.end().secs())) {
        return None;
    }
    let valid_from: Option<Day> = day("valid_from")?;
    if payload.get("nbf").map(Value::as_i64) != valid_from.map(|d| Some(d.start().secs())) {
        return None;
    }
    let entry = payload.get("status")?.get("status_list")?;
    let uri = entry.get("uri")?.as_str()?;
    let list = uri.strip_prefix(&format!("https://{authority}/status/"))?;
    let index = u32::try_from(entry.get("idx")?.as_u64()?).ok()?;
    Some(Plain {
        vct: text("vct")?.to_owned(),
        iat: Timestamp::from_secs(payload.get("iat")?.as_i64()?),
        identifier: read.identifier,
        valid_from,
        valid_to,
        status: StatusRef {
            list: list.parse().ok()?,
            index,
        },
        stock: payload
            .get("stock")
            .is_some_and(|v| v == &Value::Bool(true)),
    })
}

fn shown_fields(claims: Map<String, Value>, disclosed: &[String]) -> BTreeMap<String, Value> {
    let plain = [
        "issue_date",
        "valid_from",
        "valid_to",
        "original_issuer",
        "incomplete",
        "associated_certificate_identifier",
    ];
    claims
        .into_iter()
        .filter(|(key, _)| plain.contains(&key.as_str()) || disclosed.contains(key))
        .collect()
}
