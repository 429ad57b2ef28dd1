//! SD-JWT (RFC 9901): disclosures made, left out, and put back.

use std::collections::HashMap;
use std::collections::HashSet;

use serde_json::Map;
use serde_json::Value;

use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::codec::strict_json;

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

/// What an SD-JWT says once its disclosures are put back.
#[derive(Clone, Debug, PartialEq)]
pub struct Processed {
    /// The claims, without `_sd` and `_sd_alg`.
    pub claims: Map<String, Value>,
    /// The top-level names that came from disclosures, in the order of the signed digests.
    pub disclosed: Vec<String>,
}

/// Puts disclosures back into a payload whose signature was verified (RFC 9901 §7.1, step 3).
///
/// Digests without a disclosure (left out, or decoys) are removed. Everything the RFC tells a
/// verifier to reject is rejected: a digest that stands twice anywhere, a disclosure that
/// nothing refers to or that is given twice, reserved names, names that stand already.
///
/// # Errors
///
/// [`BadSdJwt`]; nothing of the payload may be used then.
pub fn process(payload: Map<String, Value>, disclosures: &[&str]) -> Result<Processed, BadSdJwt> {
    match payload.get("_sd_alg") {
        None => {}
        Some(Value::String(alg)) if alg == "sha-256" => {}
        Some(_) => return Err(BadSdJwt::Algorithm),
    }
    let mut given = HashMap::with_capacity(disclosures.len());
    for encoded in disclosures {
        if given
            .insert(digest_of(encoded), read_disclosure(encoded)?)
            .is_some()
        {
            return Err(BadSdJwt::Doubled);
        }
    }
    let mut work = Work {
        given,
        seen: HashSet::new(),
        disclosed: Vec::new(),
    };
    let mut claims = work.object(payload, true)?;
    claims.remove("_sd_alg");
    if work.given.is_empty() {
        Ok(Processed {
            claims,
            disclosed: work.disclosed,
        })
    } else {
        Err(BadSdJwt::Unreferenced)
    }
}

struct Work {
    given: HashMap<String, Disclosed>,
    seen: HashSet<String>,
    disclosed: Vec<String>,
}

impl Work {
    /// The disclosure of a digest, taken out of those given; a digest may stand only once.
    fn take(&mut self, digest: Value) -> Result<Option<Disclosed>, BadSdJwt> {
        let Value::String(digest) = digest else {
            return Err(BadSdJwt::Digests);
        };
        let found = self.given.remove(&digest);
        if self.seen.insert(digest) {
            Ok(found)
        } else {
            Err(BadSdJwt::Doubled)
        }
    }

    fn value(&mut self, value: Value) -> Result<Value, BadSdJwt> {
        match value {
            Value::Object(map) => Ok(Value::Object(self.object(map, false)?)),
            Value::Array(list) => Ok(Value::Array(self.array(list)?)),
            other => Ok(other),
        }
    }

    fn object(
        &mut self,
        map: Map<String, Value>,
        top: bool,
    ) -> Result<Map<String, Value>, BadSdJwt> {
        let mut out = Map::new();
        let mut digests = Vec::new();
        for (key, value) in map {
            match (key.as_str(), value) {
                ("_sd", Value::Array(list)) => digests = list,
                ("_sd" | "...", _) => return Err(BadSdJwt::Digests),
                (_, value) => {
                    let value = self.value(value)?;
                    out.insert(key, value);
                }
            }
        }
        for digest in digests {
            match self.take(digest)? {
                None => {}
                Some(Disclosed::Element(_)) => return Err(BadSdJwt::Disclosure),
                Some(Disclosed::Member(key, value)) => {
                    if key == "_sd" || key == "..." || out.contains_key(&key) {
                        return Err(BadSdJwt::Name);
                    }
                    let value = self.value(value)?;
                    if top {
                        self.disclosed.push(key.clone());
                    }
                    out.insert(key, value);
                }
            }
        }
        Ok(out)
    }

    fn array(&mut self, list: Vec<Value>) -> Result<Vec<Value>, BadSdJwt> {
        let mut out = Vec::with_capacity(list.len());
        for element in list {
            match element {
                Value::Object(mut map) if map.contains_key("...") => {
                    let digest = map.remove("...").unwrap_or_default();
                    if !map.is_empty() {
                        return Err(BadSdJwt::Digests);
                    }
                    match self.take(digest)? {
                        None => {}
                        Some(Disclosed::Member(..)) => return Err(BadSdJwt::Disclosure),
                        Some(Disclosed::Element(value)) => out.push(self.value(value)?),
                    }
                }
                other => out.push(self.value(other)?),
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::BadSdJwt;
    use super::SdJwtParts;
    use super::digest_of;
    use super::disclose;
    use super::process;
    use crate::codec::base64url;
    use serde_json::Map;
    use serde_json::Value;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            _ => panic!("not an object"),
        }
    }

    fn encoded(value: &Value) -> String {
        base64url::encode(value.to_string().as_bytes())
    }

    #[test]
    fn the_example_digest_of_the_rfc_recomputes() {
        // RFC 9901 §4.2.3, the disclosure of family_name.
        let text = "WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
        assert_eq!(
            digest_of(text),
            "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY"
        );
    }

    #[test]
    fn what_is_disclosed_comes_back_and_the_rest_stays_hidden() {
        let name = disclose(&[1; 16], "holder_name", &json!("杨敏"));
        let sex = disclose(&[2; 16], "sex", &json!("1"));
        let payload = json!({"iss": "did:web:x", "_sd_alg": "sha-256", "_sd": [sex.digest, name.digest, "decoy"]});
        let out = process(object(payload), &[&name.encoded]).unwrap();
        assert_eq!(
            Value::Object(out.claims),
            json!({"iss": "did:web:x", "holder_name": "杨敏"})
        );
        assert_eq!(out.disclosed, ["holder_name"]);
    }

    #[test]
    fn disclosures_inside_disclosures_and_arrays_come_back() {
        let inner = disclose(&[1; 16], "city", &json!("锡林浩特"));
        let outer = disclose(
            &[2; 16],
            "address",
            &json!({"_sd": [inner.digest], "zip": "026000"}),
        );
        let element = encoded(&json!(["salt", "CN"]));
        let payload = json!({"_sd": [outer.digest], "n": ["x", {"...": digest_of(&element)}, {"...": "decoy"}]});
        let out = process(object(payload), &[&outer.encoded, &inner.encoded, &element]).unwrap();
        let wanted = json!({"address": {"zip": "026000", "city": "锡林浩特"}, "n": ["x", "CN"]});
        assert_eq!(Value::Object(out.claims), wanted);
    }

    #[test]
    fn everything_the_rfc_rejects_is_rejected() {
        let a = disclose(&[1; 16], "a", &json!(1));
        let again = disclose(&[3; 16], "a", &json!(2));
        let reserved = disclose(&[4; 16], "_sd", &json!([]));
        let element = encoded(&json!(["salt", 1]));
        let four = encoded(&json!(["salt", "a", 1, 2]));
        let number_name = encoded(&json!(["salt", 5, 1]));
        let cases: Vec<(Value, Vec<&str>, BadSdJwt)> = vec![
            (json!({"_sd": []}), vec![&a.encoded], BadSdJwt::Unreferenced),
            (
                json!({"_sd": [a.digest]}),
                vec![&a.encoded, &a.encoded],
                BadSdJwt::Doubled,
            ),
            (
                json!({"_sd": [a.digest, a.digest]}),
                vec![&a.encoded],
                BadSdJwt::Doubled,
            ),
            (json!({"_sd": ["x", "x"]}), vec![], BadSdJwt::Doubled),
            (
                json!({"_sd": ["x"], "o": {"_sd": ["x"]}}),
                vec![],
                BadSdJwt::Doubled,
            ),
            (
                json!({"_sd": [a.digest], "a": 0}),
                vec![&a.encoded],
                BadSdJwt::Name,
            ),
            (
                json!({"_sd": [a.digest, again.digest]}),
                vec![&a.encoded, &again.encoded],
                BadSdJwt::Name,
            ),
            (
                json!({"_sd": [reserved.digest]}),
                vec![&reserved.encoded],
                BadSdJwt::Name,
            ),
            (
                json!({"_sd": [digest_of(&element)]}),
                vec![&element],
                BadSdJwt::Disclosure,
            ),
            (
                json!({"l": [{"...": a.digest}]}),
                vec![&a.encoded],
                BadSdJwt::Disclosure,
            ),
            (
                json!({"l": [{"...": "x", "y": 1}]}),
                vec![],
                BadSdJwt::Digests,
            ),
            (json!({"_sd": "x"}), vec![], BadSdJwt::Digests),
            (json!({"_sd": [1]}), vec![], BadSdJwt::Digests),
            (json!({"...": "x"}), vec![], BadSdJwt::Digests),
            (json!({"_sd_alg": "md5"}), vec![], BadSdJwt::Algorithm),
            (json!({}), vec![&four], BadSdJwt::Disclosure),
            (json!({}), vec![&number_name], BadSdJwt::Disclosure),
            (json!({}), vec!["!"], BadSdJwt::Disclosure),
        ];
        for (payload, disclosures, why) in cases {
            let text = payload.to_string();
            assert_eq!(
                process(object(payload), &disclosures).unwrap_err(),
                why,
                "{text}"
            );
        }
    }

    #[test]
    fn a_subset_keeps_the_signed_part_and_a_key_binding_is_refused() {
        let (a, b) = (
            disclose(&[1; 16], "a", &json!(1)),
            disclose(&[2; 16], "b", &json!(2)),
        );
        let text = format!("h.p.s~{}~{}~", a.encoded, b.encoded);
        let parts = SdJwtParts::parse(&text).unwrap();
        assert_eq!(
            parts.with_only(|key| key == "b"),
            format!("h.p.s~{}~", b.encoded)
        );
        let bound = format!("{text}x.y.z");
        assert_eq!(SdJwtParts::parse(&bound).unwrap_err(), BadSdJwt::KeyBinding);
        assert_eq!(SdJwtParts::parse("h.p.s").unwrap_err(), BadSdJwt::Shape);
        assert_eq!(SdJwtParts::parse("h.p.s~~").unwrap_err(), BadSdJwt::Shape);
    }
}
