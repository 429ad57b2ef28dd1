//! Offline and printed codes, sealed here and opened here.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::codec::compact::CompactClaims;
use crate::codec::compact::FieldValue;
use crate::codec::compact::code::UnsignedCode;
use crate::codec::compact::code::UnverifiedCode;
use crate::codec::digest::sha256;
use crate::codec::trust_list::KeyUse;
use crate::crypto::genuine::Certified;
use crate::crypto::genuine::CodeFacts;
use crate::crypto::genuine::Genuine;
use crate::crypto::genuine::Refused;
use crate::crypto::signer::SignError;
use crate::crypto::signer::Signer;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::crypto::trust::TrustedKey;
use crate::crypto::types::Types;
use crate::domain::certificate::COMMON_CODE_FIELDS;
use crate::domain::definition::FieldKind;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::IssuerCode;
use crate::domain::identifier::Version;
use crate::domain::time::Day;
use crate::domain::time::Minute;
use crate::domain::time::Timestamp;
use crate::domain::type_facts::TypeFacts;
use crate::domain::verdict::Outcome;

const TOLERANCE_S: i64 = 120;

/// Signs claims as a code: the digits of its QR code.
///
/// # Errors
///
/// [`SignError`] if the key store cannot sign now; claims out of bounds count as that, too.
pub fn seal(claims: &CompactClaims, signer: &dyn Signer) -> Result<String, SignError> {
    let algorithm = signer.public_key().algorithm().cose_id();
    let unsigned = UnsignedCode::new(claims, algorithm, signer.kid().short())
        .map_err(|why| SignError(Box::new(why)))?;
    let signature = signer.sign(&unsigned.to_be_signed())?;
    Ok(unsigned.into_digits(&signature))
}

/// The digest under which a code's making is recorded: of its digits.
#[must_use]
pub fn digest(digits: &str) -> [u8; 32] {
    sha256(digits.as_bytes())
}

/// Opens the digits of a code.
///
/// Whether it has run out, is in date or was spent is the verdict's to say.
///
/// # Errors
///
/// [`Refused`] with the first step that failed.
pub fn open(
    digits: &str,
    trust: &Trust,
    types: &Types,
    now: Timestamp,
) -> Result<Genuine<Certified>, Refused> {
    let code = UnverifiedCode::parse(digits).map_err(|why| {
        let outcome = if why.is_unsupported() {
            Outcome::Unsupported
        } else {
            Outcome::Unreadable
        };
        Refused::at("read", outcome, "code")
    })?;
    let key = signed_by(&code, trust)?;
    let claims = code.into_claims_unverified();
    let party = trust.party(claims.issuer_number).ok_or(Refused::at(
        "issuer",
        Outcome::UntrustedIssuer,
        "unknown_agency",
    ))?;
    let facts = types
        .get(claims.type_number, claims.definition_version)
        .ok_or(Refused::at("type", Outcome::Unsupported, "unknown_type"))?;
    // The service signs for every agency, an agency for itself.
    let own = key.party.number == 0 || key.party.number == party.number;
    if !own || !facts.departments.contains(&party.department) {
        return Err(Refused::at(
            "issuer",
            Outcome::UntrustedIssuer,
            "type_not_allowed",
        ));
    }
    let signed_at = Timestamp::from_secs(claims.issued_at);
    let key_finding = key.at(signed_at);
    if key_finding == KeyFinding::OutOfTime {
        return Err(Refused::at(
            "issuer",
            Outcome::UntrustedIssuer,
            "key_out_of_time",
        ));
    }
    if signed_at.secs_since(now) > TOLERANCE_S {
        return Err(Refused::at(
            "in_date",
            Outcome::NotYetValid,
            "signed_in_the_future",
        ));
    }
    let unsupported = Refused::at("read", Outcome::Unsupported, "claims");
    let (Ok(type_code), Ok(issuer), Some(version)) = (
        facts.code.parse(),
        party.code.parse(),
        Version::new(claims.version),
    ) else {
        return Err(unsupported);
    };
    let identifier = CertificateIdentifier {
        type_code,
        issuer: IssuerCode::Uscc(issuer),
        serial: claims.serial.clone(),
        version,
    };
    let (fields, not_in_code) = named_fields(&claims.fields, facts).ok_or(unsupported)?;
    let day = |key: &str| {
        fields
            .get(key)
            .and_then(Value::as_str)
            .and_then(|t| t.parse::<Day>().ok())
    };
    Ok(Genuine::new(Certified {
        identifier,
        type_number: facts.number,
        type_version: facts.version,
        issuer: party.number,
        signed_at,
        valid_from: day("valid_from"),
        valid_to: day("valid_to"),
        status: claims.status,
        not_in_code,
        stock: false,
        key: key_finding,
        digest: digest(digits),
        code: Some(CodeFacts {
            kind: claims.kind,
            id: claims.id,
            expires_at: claims.expires_at.map(Timestamp::from_secs),
        }),
        fields,
    }))
}

/// The trusted key that made a code's signature: key ids of four bytes may be shared, so
/// every key that has it is tried, each with its own algorithm.
fn signed_by<'t>(code: &UnverifiedCode, trust: &'t Trust) -> Result<&'t TrustedKey, Refused> {
    let mut known = false;
    let to_be_signed = code.to_be_signed();
    for key in trust.keys_by_short_kid(code.kid(), KeyUse::Show) {
        known = true;
        if key.public.algorithm().cose_id() == code.algorithm_id()
            && key.public.verify(&to_be_signed, code.signature()).is_ok()
        {
            return Ok(key);
        }
    }
    Err(if known {
        Refused::at("signature", Outcome::Tampered, "signature")
    } else {
        Refused::at("issuer", Outcome::UntrustedIssuer, "unknown_key")
    })
}

type Named = (BTreeMap<String, Value>, Vec<String>);

fn named_fields(fields: &BTreeMap<u8, FieldValue>, facts: &TypeFacts) -> Option<Named> {
    let mut named = BTreeMap::new();
    let mut not_in_code = Vec::new();
    for (number, value) in fields {
        let common = COMMON_CODE_FIELDS.iter().find(|(_, n)| n == number);
        let (key, kind) = match common {
            Some((key, 5..=7)) => (*key, FieldKind::Date),
            Some((key, _)) => (*key, FieldKind::Text),
            None => facts.code_field(*number)?,
        };
        let json: Value = match (value, kind) {
            (FieldValue::Digest(_), _) => {
                not_in_code.push(key.to_owned());
                continue;
            }
            (FieldValue::Int(n), FieldKind::Date) => Day::from_number(*n).to_string().into(),
            (FieldValue::Int(n), FieldKind::Datetime) => Minute::from_number(*n).to_string().into(),
            (FieldValue::Int(n), _) => (*n).into(),
            (FieldValue::Text(text), _) => text.as_str().into(),
            (FieldValue::Bool(b), _) => (*b).into(),
        };
        named.insert(key.to_owned(), json);
    }
    Some((named, not_in_code))
}

/// A claim's value as a code carries it; `None` for what codes do not carry.
#[must_use]
pub fn code_value(value: &Value, kind: FieldKind) -> Option<FieldValue> {
    match (value, kind) {
        (_, FieldKind::Image) => None,
        (Value::String(text), FieldKind::Date) => text
            .parse::<Day>()
            .ok()
            .map(|day| FieldValue::Int(day.number())),
        (Value::String(text), FieldKind::Datetime) => minute_of(text).map(FieldValue::Int),
        (Value::String(text), _) => Some(FieldValue::Text(text.clone())),
        (Value::Number(n), _) => n.as_i64().map(FieldValue::Int),
        (Value::Bool(b), _) => Some(FieldValue::Bool(*b)),
        _ => None,
    }
}

fn minute_of(text: &str) -> Option<i64> {
    let (day, time) = text.split_once('T')?;
    let (hour, minute) = time.split_once(':')?;
    let day: Day = day.parse().ok()?;
    Some(day.number() * 1440 + hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?)
}
