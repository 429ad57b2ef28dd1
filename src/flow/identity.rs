//! Who we are, for those who look keys up by address: DID documents, JWKS, issuer metadata.
//!
//! Our own verifiers use the trust list; these say the same in the forms that others read. A
//! key called compromised is left out.

use serde_json::Value;
use serde_json::json;

use crate::codec::trust_list::KeyUse;
use crate::crypto::certificate_seal::issuer_did;
use crate::crypto::public_key::PublicKey;
use crate::crypto::status_seal::service_did;
use crate::domain::problem::Reason;
use crate::domain::uscc::Uscc;
use crate::flow::failure::Failure;
use crate::flow::key_list::public_key;
use crate::flow::keys::StoredKeyState;
use crate::flow::office::Office;
use crate::store::stored::read_number;

/// The DID document of the service.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn service_document(office: &Office) -> Result<Value, Failure> {
    let did = service_did(&office.settings.authority);
    Ok(document(&did, &keys(office, 0, None)?))
}

/// The DID document of an agency.
///
/// # Errors
///
/// [`Reason::NotFound`] when no agency with that code has a key.
pub fn agency_document(office: &Office, code: &Uscc) -> Result<Value, Failure> {
    let keys = agency_keys(office, code)?;
    let did = issuer_did(&office.settings.authority, code.as_str());
    Ok(document(&did, &keys))
}

/// The service's keys as a JWK set.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn service_jwks(office: &Office) -> Result<Value, Failure> {
    Ok(jwks(&keys(office, 0, None)?))
}

/// The issuer metadata of SD-JWT VC: of an agency, or of the service without one.
///
/// # Errors
///
/// [`Reason::NotFound`] when no agency with that code has a key.
pub fn issuer_metadata(office: &Office, code: Option<&Uscc>) -> Result<Value, Failure> {
    let authority = &office.settings.authority;
    Ok(match code {
        Some(code) => json!({
            "issuer": format!("https://{authority}/a/{code}"),
            "jwks": jwks(&agency_keys(office, code)?),
        }),
        None => json!({
            "issuer": format!("https://{authority}"),
            "jwks": jwks(&keys(office, 0, None)?),
        }),
    })
}

fn agency_keys(office: &Office, code: &Uscc) -> Result<Vec<PublicKey>, Failure> {
    let none = || Failure::refused(Reason::NotFound);
    let number = *office.known().agency_numbers.get(code).ok_or_else(none)?;
    let keys = keys(office, number, Some(KeyUse::Issue))?;
    if keys.is_empty() {
        return Err(none());
    }
    Ok(keys)
}

fn keys(office: &Office, agency: u32, only: Option<KeyUse>) -> Result<Vec<PublicKey>, Failure> {
    let compromised = StoredKeyState::Compromised.number();
    let mut keys = office.store.read(|rx| rx.keys())?;
    keys.retain(|key| {
        let of_use = only.is_none_or(|only| key.key_use == only.name());
        read_number(key.agency) == agency && key.state != compromised && of_use
    });
    keys.iter().map(public_key).collect()
}

fn jwks(keys: &[PublicKey]) -> Value {
    json!({"keys": keys.iter().map(PublicKey::jwk).collect::<Vec<_>>()})
}

fn document(did: &str, keys: &[PublicKey]) -> Value {
    let id = |key: &PublicKey| format!("{did}#{}", key.kid());
    let methods = keys.iter().map(|key| {
        json!({
            "id": id(key),
            "type": "JsonWebKey2020",
            "controller": did,
            "publicKeyJwk": key.jwk(),
        })
    });
    json!({
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/suites/jws-2020/v1",
        ],
        "id": did,
        "verificationMethod": methods.collect::<Vec<_>>(),
        "assertionMethod": keys.iter().map(id).collect::<Vec<_>>(),
    })
}
