//! Which fields of a certificate go into a code, and in which order.

use serde_json::Value;

use crate::codec::compact::fit::Candidate;
use crate::codec::digest::sha256;
use crate::codec::sd_jwt::SdJwtParts;
use crate::crypto::code_seal;
use crate::domain::certificate::COMMON_CODE_FIELDS;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Disclosure;
use crate::domain::definition::FieldKind;
use crate::domain::definition::PersonAt;
use crate::flow::show::Card;
use crate::flow::show::disclosure;

/// What may stand on paper that anybody may read: of people only the masked name, wherever
/// their type has them stand.
pub(super) fn printable(card: &Card) -> Vec<String> {
    let definition = &card.of.definition;
    let organisation = card.facts.get("holder_code_type").and_then(Value::as_str) == Some("001");
    let holders = definition.holders.iter().flat_map(PersonAt::says);
    let holders: Vec<&str> = ["holder_name", "holder_code", "holder_code_last4", "holders"]
        .into_iter()
        .chain(holders)
        .collect();
    let guardians: Vec<&str> = definition
        .guardians
        .iter()
        .flat_map(PersonAt::says)
        .collect();
    let keys = card.facts.keys().filter(|key| {
        let key = key.as_str();
        let open = organisation || !holders.contains(&key);
        open && !guardians.contains(&key) && disclosure(&card.of, key) == Disclosure::Always
    });
    keys.cloned().collect()
}

/// The fields in the order of their importance: dates that the verdict needs, the number, the
/// name, then the face from the top.
pub(super) fn candidates(card: &Card, fields: &[String]) -> Vec<(String, Candidate)> {
    let salts = SdJwtParts::parse(&card.record)
        .map(|p| p.salts())
        .unwrap_or_default();
    let first = [
        "valid_from",
        "valid_to",
        "certificate_number",
        "holder_name_masked",
        "holder_name",
    ];
    let face = card.of.definition.fields.iter().map(|f| f.key.as_str());
    let common = COMMON_CODE_FIELDS
        .iter()
        .map(|(key, _)| *key)
        .filter(|key| !first.contains(key));
    let order = first.into_iter().chain(common).chain(face);
    let mut all = Vec::new();
    for key in order {
        let wanted = fields.iter().any(|f| f == key) || ["valid_from", "valid_to"].contains(&key);
        let (true, Some(value)) = (wanted, card.facts.get(key)) else {
            continue;
        };
        let Some((number, kind)) = numbered(&card.of, key) else {
            continue;
        };
        let Some(coded) = code_seal::code_value(value, kind) else {
            continue;
        };
        let salt = salts.get(key).map(String::as_str).unwrap_or_default();
        let candidate = Candidate {
            number,
            value: coded,
            digest: field_digest(salt, value),
        };
        all.push((key.to_owned(), candidate));
    }
    all
}

fn numbered(of: &CertificateType, key: &str) -> Option<(u8, FieldKind)> {
    let common = COMMON_CODE_FIELDS.iter().find(|(common, _)| *common == key);
    match common {
        Some((_, number @ 5..=7)) => Some((*number, FieldKind::Date)),
        Some((_, number)) => Some((*number, FieldKind::Text)),
        None => Some((*of.code_fields.0.get(key)?, of.definition.field(key)?.kind)),
    }
}

/// The first eight bytes of SHA-256(salt ‖ value), the salt being the disclosure's.
fn field_digest(salt: &str, value: &Value) -> [u8; 8] {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let digest = sha256(&[salt.as_bytes(), text.as_bytes()].concat());
    digest.first_chunk::<8>().copied().unwrap_or_default()
}
