//! Receipts, and the codes printed on them: sealed here and opened here.

use serde_json::Value;

use crate::codec::compact::CompactError;
use crate::codec::compact::receipt;
use crate::codec::compact::receipt::ReceiptClaims;
use crate::codec::compact::receipt::ReceiptCodeError;
use crate::codec::digest::sha256;
use crate::codec::digits::DigitsError;
use crate::codec::jws::UnverifiedJws;
use crate::codec::trust_list::KeyUse;
use crate::crypto::genuine::Genuine;
use crate::crypto::genuine::Refused;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::signed_json::NotGenuine;
use crate::crypto::signer::SignError;
use crate::crypto::signer::Signer;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::crypto::trust::TrustedKey;
use crate::domain::receipt::Receipt;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;

const TOLERANCE_S: i64 = 120;

/// A receipt, or what the code on one says of it, whose signature was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipted {
    /// What it says.
    pub says: Says,
    /// The digest of the signed receipt.
    pub digest: [u8; 32],
    /// When this was signed: the receipt when the case was closed, a code when it was printed.
    pub signed_at: Timestamp,
    /// What the key that signed it was found to be.
    pub key: KeyFinding,
}

/// What was signed.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    /// All of the receipt.
    Whole(Box<Receipt>),
    /// What had room in the code on its paper.
    Code(Box<ReceiptClaims>),
}

/// Signs a receipt.
///
/// # Errors
///
/// [`SignError`] if the key store cannot sign now.
pub fn seal(receipt: &Receipt, signer: &dyn Signer) -> Result<String, SignError> {
    signed_json::seal(signer, Message::Receipt, receipt)
}

/// Signs the code of a receipt: the digits of its QR code.
///
/// # Errors
///
/// [`SignError`] if the key store cannot sign now.
pub fn seal_code(claims: &ReceiptClaims, signer: &dyn Signer) -> Result<String, SignError> {
    let algorithm = signer.public_key().algorithm().cose_id();
    let kid = signer.kid().short();
    let payload = claims.encode();
    let signature = signer.sign(&receipt::to_be_signed(algorithm, kid, &payload))?;
    Ok(receipt::into_digits(algorithm, kid, &payload, &signature))
}

/// Opens a signed receipt. Whether it stands is the verdict's to say.
///
/// # Errors
///
/// [`Refused`] with the first step that failed.
pub fn open(token: &str, trust: &Trust, now: Timestamp) -> Result<Genuine<Receipted>, Refused> {
    let unreadable = Refused::at("read", Outcome::Unreadable, "receipt");
    // A bad character of the text is a changed receipt, not another kind of thing.
    let shape = token.split('.').count() == 3;
    let kid = UnverifiedJws::parse(token).map(|jws| jws.kid);
    let kid = kid.map_err(|_why| {
        if shape {
            Refused::at("read", Outcome::Tampered, "receipt")
        } else {
            unreadable
        }
    })?;
    let key = trust.key(&kid, KeyUse::Receipt);
    let map = signed_json::open_with(token, Message::Receipt, |_kid| key.map(|key| &key.public))
        .map_err(|why| match why {
            NotGenuine::UnknownKey => unknown_key(),
            NotGenuine::BadSignature | NotGenuine::Unreadable => forged(),
            NotGenuine::OtherKind => Refused::at("read", Outcome::Unsupported, "other_kind"),
            NotGenuine::OutOfTime => out_of_time(),
        })?;
    let unsupported = Refused::at("read", Outcome::Unsupported, "claims");
    let receipt: Receipt =
        serde_json::from_value(Value::Object(map)).map_err(|_why| unsupported)?;
    let key = key.filter(|_| receipt.is_known()).ok_or(unsupported)?;
    let signed_at = Timestamp::from_secs(receipt.iat);
    Ok(Genuine::new(Receipted {
        digest: sha256(token.as_bytes()),
        key: finding(key, signed_at, now)?,
        signed_at,
        says: Says::Whole(Box::new(receipt)),
    }))
}

/// Opens the digits of the code on a receipt.
///
/// # Errors
///
/// [`Refused`] with the first step that failed.
pub fn open_code(
    digits: &str,
    trust: &Trust,
    now: Timestamp,
) -> Result<Genuine<Receipted>, Refused> {
    let (message, claims) = receipt::parse(digits).map_err(|why| {
        let newer = matches!(
            why,
            ReceiptCodeError::Digits(DigitsError::UnknownFormat(_))
                | ReceiptCodeError::Claims(CompactError::UnknownKind(_))
        );
        let outcome = if newer {
            Outcome::Unsupported
        } else {
            Outcome::Unreadable
        };
        Refused::at("read", outcome, "code")
    })?;
    let to_be_signed = message.to_be_signed(receipt::EXTERNAL_AAD);
    let mut keys = trust
        .keys_by_short_kid(message.kid(), KeyUse::Receipt)
        .peekable();
    if keys.peek().is_none() {
        return Err(unknown_key());
    }
    let signed = |key: &&TrustedKey| {
        key.public.algorithm().cose_id() == message.algorithm_id()
            && key
                .public
                .verify(&to_be_signed, message.signature())
                .is_ok()
    };
    let key = keys.find(signed).ok_or(forged())?;
    let signed_at = Timestamp::from_secs(claims.printed_at);
    Ok(Genuine::new(Receipted {
        digest: claims.digest,
        key: finding(key, signed_at, now)?,
        signed_at,
        says: Says::Code(Box::new(claims)),
    }))
}

/// Whether the key was in use, the way certificates ask.
fn finding(key: &TrustedKey, at: Timestamp, now: Timestamp) -> Result<KeyFinding, Refused> {
    let finding = key.at(at);
    // The service alone signs receipts.
    if key.party.number != 0 {
        return Err(unknown_key());
    }
    if finding == KeyFinding::OutOfTime {
        return Err(out_of_time());
    }
    if at.secs_since(now) > TOLERANCE_S {
        return Err(Refused::at(
            "in_date",
            Outcome::NotYetValid,
            "signed_in_the_future",
        ));
    }
    Ok(finding)
}

const fn unknown_key() -> Refused {
    Refused::at("issuer", Outcome::UntrustedIssuer, "unknown_key")
}

const fn out_of_time() -> Refused {
    Refused::at("issuer", Outcome::UntrustedIssuer, "key_out_of_time")
}

const fn forged() -> Refused {
    Refused::at("signature", Outcome::Tampered, "signature")
}
