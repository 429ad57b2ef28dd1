//! The record: an SD-JWT VC signed by its issuer, sealed here and opened here.

mod open;

use serde_json::json;

use crate::codec::compact::StatusRef;
use crate::codec::digest::sha256;
use crate::codec::jws;
use crate::codec::sd_jwt;
use crate::crypto::random::Randomness;
use crate::crypto::signed_json::Message;
use crate::crypto::signer::SignError;
use crate::crypto::signer::Signer;
use crate::domain::agency::Agency;
use crate::domain::certificate::Content;
use crate::domain::contract::address::vct_of;
use crate::domain::definition::CertificateType;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::time::Timestamp;

pub use open::open;

/// The `iss` of an agency.
#[must_use]
pub fn issuer_did(authority: &str, code: &str) -> String {
    format!("did:web:{}:a:{code}", authority.replace(':', "%3A"))
}

/// The `vct` of a type's definition.
#[must_use]
pub fn vct(authority: &str, code: &str, version: u32) -> String {
    vct_of(authority, code, version)
}

/// The address of a status list.
#[must_use]
pub fn status_uri(authority: &str, list: u32) -> String {
    format!("https://{authority}/status/{list}")
}

/// Everything that goes into a record beside its content.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// The authority.
    pub authority: &'a str,
    /// Its type.
    pub of: &'a CertificateType,
    /// Its issuer.
    pub issuer: &'a Agency,
    /// Its identifier.
    pub identifier: &'a CertificateIdentifier,
    /// Where its status stands.
    pub status: StatusRef,
    /// The version that this one replaces.
    pub predecessor: Option<&'a CertificateIdentifier>,
    /// Now.
    pub at: Timestamp,
}

/// A sealed record.
#[derive(Clone, Debug)]
pub struct SealedRecord {
    /// The SD-JWT with all its disclosures, as it is kept for ever.
    pub sd_jwt: String,
    /// SHA-256 of its issuer-signed part.
    pub digest: [u8; 32],
}

/// Signs a content as a record: every fact about a person is a disclosure of its own.
///
/// # Errors
///
/// [`SignError`] if the key store cannot sign now.
pub fn seal(
    content: &Content,
    record: Record<'_>,
    signer: &dyn Signer,
    randomness: &dyn Randomness,
) -> Result<SealedRecord, SignError> {
    let Record {
        authority,
        of,
        issuer,
        identifier,
        status,
        predecessor,
        at,
    } = record;
    let claims = content.claims(of);
    let mut salts = vec![0_u8; claims.len() * 16];
    randomness.fill(&mut salts);
    let mut disclosures = Vec::with_capacity(claims.len());
    for (claim, salt) in claims.iter().zip(salts.chunks_exact(16)) {
        let salt: [u8; 16] = salt.try_into().unwrap_or_default();
        disclosures.push(sd_jwt::disclose(&salt, &claim.key, &claim.value));
    }
    let mut digests: Vec<&str> = disclosures.iter().map(|d| d.digest.as_str()).collect();
    // Sorted, so that the order of digests tells nothing about what they hide.
    digests.sort_unstable();
    let mut payload = json!({
        "iss": issuer_did(authority, issuer.code.as_str()),
        "vct": vct(authority, of.code.as_str(), of.version),
        "iat": at.secs(),
        "nbf": content.valid_from.start().secs(),
        "certificate_identifier": identifier.to_string(),
        "issuing_agency": issuer.name,
        "area_code": issuer.division.to_string(),
        "issue_date": content.issue_date.to_string(),
        "valid_from": content.valid_from.to_string(),
        "status": {"status_list": {"idx": status.index, "uri": status_uri(authority, status.list)}},
        "_sd_alg": "sha-256",
        "_sd": digests,
    });
    if let Some(map) = payload.as_object_mut() {
        if let Some(last) = content.valid_to {
            map.insert("exp".to_owned(), last.end().secs().into());
            map.insert("valid_to".to_owned(), last.to_string().into());
        }
        if let Some(before) = predecessor {
            map.insert(
                "associated_certificate_identifier".to_owned(),
                before.to_string().into(),
            );
        }
        if let Some(stock) = &content.stock {
            map.insert("stock".to_owned(), true.into());
            if let Some(original) = &stock.original_issuer {
                map.insert("original_issuer".to_owned(), original.as_str().into());
            }
            if !stock.incomplete.is_empty() {
                map.insert("incomplete".to_owned(), stock.incomplete.clone().into());
            }
        }
    }
    let payload = serde_json::to_vec(&payload).map_err(|why| SignError(Box::new(why)))?;
    let algorithm = signer.public_key().algorithm().jose_name();
    let typ = Message::Certificate.typ();
    let input = jws::signing_input(algorithm, typ, &signer.kid().to_string(), &payload);
    let signature = signer.sign(input.as_bytes())?;
    let mut sd_jwt = jws::assemble(input, &signature);
    let digest = sha256(sd_jwt.as_bytes());
    sd_jwt.push('~');
    for disclosure in &disclosures {
        sd_jwt.push_str(&disclosure.encoded);
        sd_jwt.push('~');
    }
    Ok(SealedRecord { sd_jwt, digest })
}
