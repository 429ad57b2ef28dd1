//! SD-JWT (RFC 9901): disclosures made, left out, and put back.

mod process;

use std::collections::HashMap;

use serde_json::Value;

use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::codec::strict_json;

pub use process::Processed;
pub use process::process;

/// The longest SD-JWT read, in bytes.
pub const LONGEST: usize = 64 * 1024;

/// A disclosure as the issuer makes it.
#[derive(Clone, Debug)]
pub struct Disclosure {
    /// base64url of `[salt, key, value]`.
    pub encoded: String,
    /// base64url of the SHA-256 of `encoded`, as it stands in `_sd`.
    pub digest: String,
}

/// Makes the disclosure of an object's member (RFC 9901 §4.2.1).
#[must_use]
pub fn disclose(salt: &[u8; 16], key: &str, value: &Value) -> Disclosure {
    let salt = base64url::encode(salt);
    let json = serde_json::json!([salt, key, value]).to_string();
    let encoded = base64url::encode(json.as_bytes());
    let digest = digest_of(&encoded);
    Disclosure { encoded, digest }
}

fn digest_of(encoded: &str) -> String {
    base64url::encode(&sha256(encoded.as_bytes()))
}

/// An SD-JWT taken apart at its tildes; nothing is verified.
#[derive(Clone, Debug)]
pub struct SdJwtParts<'a> {
    /// The issuer-signed JWT.
    pub jwt: &'a str,
    /// The disclosures, in the order they came.
    pub disclosures: Vec<&'a str>,
}

/// Why a text is no SD-JWT, or its disclosures do not fit its digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSdJwt {
    /// Not `JWT~disclosure~…~`.
    #[error("not an issuer-signed JWT and disclosures, each followed by a tilde")]
    Shape,
    /// Longer than [`LONGEST`].
    #[error("longer than 64 KiB")]
    TooLong,
    /// It ends in a key-binding JWT, but our certificates bind no key.
    #[error("it carries a key-binding JWT, which this certificate does not allow")]
    KeyBinding,
    /// `_sd_alg` is not sha-256.
    #[error("its digests are not made with sha-256")]
    Algorithm,
    /// A disclosure is not base64url of a JSON array of the right form.
    #[error("a disclosure is malformed")]
    Disclosure,
    /// A disclosure is given twice, or a digest stands twice.
    #[error("a digest or disclosure stands twice")]
    Doubled,
    /// No digest in the signed part refers to a disclosure.
    #[error("a disclosure that nothing refers to")]
    Unreferenced,
    /// A disclosed name is reserved, or stands already beside it.
    #[error("a disclosed name is not allowed where it stands")]
    Name,
    /// `_sd` or `...` does not have the form of the RFC.
    #[error("the digests are malformed")]
    Digests,
    /// With its disclosures put back it is nested more than 16 deep.
    #[error("nested too deep once its disclosures are put back")]
    TooDeep,
}

impl<'a> SdJwtParts<'a> {
    /// Takes an SD-JWT apart.
    ///
    /// # Errors
    ///
    /// [`BadSdJwt::Shape`], [`BadSdJwt::TooLong`], or [`BadSdJwt::KeyBinding`] when the text
    /// does not end with a tilde.
    pub fn parse(text: &'a str) -> Result<Self, BadSdJwt> {
        if text.len() > LONGEST {
            return Err(BadSdJwt::TooLong);
        }
        let (jwt, rest) = text.split_once('~').ok_or(BadSdJwt::Shape)?;
        let mut disclosures: Vec<&str> = rest.split('~').collect();
        match disclosures.pop() {
            Some("") => {}
            _ => return Err(BadSdJwt::KeyBinding),
        }
        if disclosures.iter().any(|d| d.is_empty()) {
            return Err(BadSdJwt::Shape);
        }
        Ok(Self { jwt, disclosures })
    }

    /// The same SD-JWT with only the disclosures that `keep` names; the issuer's signature
    /// holds for it still.
    #[must_use]
    pub fn with_only(&self, keep: impl Fn(&str) -> bool) -> String {
        let mut text = format!("{}~", self.jwt);
        for encoded in &self.disclosures {
            let named = read_disclosure(encoded);
            if let Ok(Disclosed::Member(key, _)) = named
                && keep(&key)
            {
                text.push_str(encoded);
                text.push('~');
            }
        }
        text
    }

    /// The salts of the member disclosures, by key.
    #[must_use]
    pub fn salts(&self) -> HashMap<String, String> {
        let salted = |encoded: &&str| -> Option<(String, String)> {
            let json = base64url::decode(encoded).ok()?;
            let Ok(Value::Array(list)) = strict_json::read(&json) else {
                return None;
            };
            match list.as_slice() {
                [Value::String(salt), Value::String(key), _] => Some((key.clone(), salt.clone())),
                _ => None,
            }
        };
        self.disclosures.iter().filter_map(salted).collect()
    }
}

enum Disclosed {
    Member(String, Value),
    Element(Value),
}

fn read_disclosure(encoded: &str) -> Result<Disclosed, BadSdJwt> {
    let Ok(json) = base64url::decode(encoded) else {
        return Err(BadSdJwt::Disclosure);
    };
    let Ok(Value::Array(list)) = strict_json::read(&json) else {
        return Err(BadSdJwt::Disclosure);
    };
    let mut list = list.into_iter();
    match (list.next(), list.next(), list.next(), list.next()) {
        (Some(Value::String(_)), Some(Value::String(key)), Some(value), None) => {
            Ok(Disclosed::Member(key, value))
        }
        (Some(Value::String(_)), Some(value), None, None) => Ok(Disclosed::Element(value)),
        _ => Err(BadSdJwt::Disclosure),
    }
}

#[cfg(test)]
mod tests;
