//! Disclosures put back into a signed payload (RFC 9901 §7.1).

use std::collections::HashMap;
use std::collections::HashSet;

use serde_json::Map;
use serde_json::Value;

use super::BadSdJwt;
use super::Disclosed;
use super::digest_of;
use super::read_disclosure;
use crate::codec::strict_json::DEEPEST;

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
/// nothing refers to or that is given twice, reserved names, names that stand already. And what
/// comes out is nested no deeper than what goes in may be: a chain of disclosures, each flat by
/// itself, would be JSON that nobody reads.
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
    let mut claims = work.object(payload, 1)?;
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

    /// A value that stands inside `depth` objects and arrays.
    fn value(&mut self, value: Value, depth: u8) -> Result<Value, BadSdJwt> {
        let inner = depth + 1;
        match value {
            Value::Object(_) | Value::Array(_) if depth >= DEEPEST => Err(BadSdJwt::TooDeep),
            Value::Object(map) => Ok(Value::Object(self.object(map, inner)?)),
            Value::Array(list) => Ok(Value::Array(self.array(list, inner)?)),
            other => Ok(other),
        }
    }

    fn object(
        &mut self,
        map: Map<String, Value>,
        depth: u8,
    ) -> Result<Map<String, Value>, BadSdJwt> {
        let mut out = Map::new();
        let mut digests = Vec::new();
        for (key, value) in map {
            match (key.as_str(), value) {
                ("_sd", Value::Array(list)) => digests = list,
                ("_sd" | "...", _) => return Err(BadSdJwt::Digests),
                (_, value) => {
                    let value = self.value(value, depth)?;
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
                    let value = self.value(value, depth)?;
                    if depth == 1 {
                        self.disclosed.push(key.clone());
                    }
                    out.insert(key, value);
                }
            }
        }
        Ok(out)
    }

    fn array(&mut self, list: Vec<Value>, depth: u8) -> Result<Vec<Value>, BadSdJwt> {
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
                        Some(Disclosed::Element(value)) => out.push(self.value(value, depth)?),
                    }
                }
                other => out.push(self.value(other, depth)?),
            }
        }
        Ok(out)
    }
}
