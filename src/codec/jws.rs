//! Compact JWS (RFC 7515), the parts of it that certificates and lists use.
//!
//! Nothing here is verified: [`UnverifiedJws`] is a claim, and `crypto` alone makes a fact
//! of it, with the algorithm of a key it already trusts.

use serde_json::Value;

use crate::codec::base64url;
use crate::codec::strict_json;

/// A compact JWS that nobody has verified.
#[derive(Clone, Debug)]
pub struct UnverifiedJws<'a> {
    /// The name of the algorithm that the header claims. Only compared, never obeyed.
    pub algorithm: String,
    /// The media type that the header claims.
    pub typ: String,
    /// The key id that the header claims, without the issuer in front of `#`.
    pub kid: String,
    /// What was signed: header, dot, payload, as they stand.
    pub signing_input: &'a str,
    /// The signature's bytes.
    pub signature: Vec<u8>,
    payload: Vec<u8>,
}

/// Why a text is no compact JWS of the kind we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadJws {
    /// Not three parts of base64url.
    #[error("not three parts of base64url")]
    Shape,
    /// The header is not the strict JSON object we write.
    #[error("the header is not a JSON object with alg, typ and kid")]
    Header,
    /// The header has a member that could steer verification: `crit`, `b64`, or a key.
    #[error("the header carries a member that is not allowed")]
    ForbiddenHeader,
    /// The payload is not a strict JSON object.
    #[error("the payload is not a JSON object")]
    Payload,
}

impl<'a> UnverifiedJws<'a> {
    /// Takes a compact JWS apart.
    ///
    /// The header must have `alg`, `typ` and `kid` as texts. Members that could make a
    /// verifier look elsewhere for a key or rule (`jwk`, `jku`, `x5c`, `x5u`, `crit`, `b64`,
    /// `zip`) refuse the whole text; others are ignored.
    ///
    /// # Errors
    ///
    /// [`BadJws`].
    pub fn parse(text: &'a str) -> Result<Self, BadJws> {
        let (signing_input, signature) = text.rsplit_once('.').ok_or(BadJws::Shape)?;
        let (header, payload) = signing_input.split_once('.').ok_or(BadJws::Shape)?;
        let part = |text: &str| base64url::decode(text).map_err(|_why| BadJws::Shape);
        let (header, payload, signature) = (part(header)?, part(payload)?, part(signature)?);
        let header = strict_json::read_object(&header).map_err(|_why| BadJws::Header)?;
        let forbidden = [
            "crit", "b64", "zip", "jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256",
        ];
        if forbidden.iter().any(|name| header.contains_key(*name)) {
            return Err(BadJws::ForbiddenHeader);
        }
        let text = |name: &str| match header.get(name) {
            Some(Value::String(text)) => Ok(text.clone()),
            _ => Err(BadJws::Header),
        };
        let kid = text("kid")?;
        let kid = kid
            .rsplit_once('#')
            .map_or(kid.clone(), |(_, fragment)| fragment.to_owned());
        Ok(Self {
            algorithm: text("alg")?,
            typ: text("typ")?,
            kid,
            signing_input,
            signature,
            payload,
        })
    }

    /// The payload's bytes, which anybody may have written.
    #[must_use]
    pub fn payload_unverified(&self) -> &[u8] {
        &self.payload
    }

    /// The payload as an object, which anybody may have written.
    ///
    /// # Errors
    ///
    /// [`BadJws::Payload`].
    pub fn claims_unverified(&self) -> Result<serde_json::Map<String, Value>, BadJws> {
        strict_json::read_object(&self.payload).map_err(|_why| BadJws::Payload)
    }
}

/// The text to sign: header and payload, each in base64url, with a dot between.
#[must_use]
pub fn signing_input(algorithm: &str, typ: &str, kid: &str, payload: &[u8]) -> String {
    // Names and key ids are ours: plain ASCII without quotes.
    let header = format!(r#"{{"alg":"{algorithm}","kid":"{kid}","typ":"{typ}"}}"#);
    let mut text = base64url::encode(header.as_bytes());
    text.push('.');
    text.push_str(&base64url::encode(payload));
    text
}

/// A compact JWS of a signing input and its signature.
#[must_use]
pub fn assemble(mut signing_input: String, signature: &[u8]) -> String {
    signing_input.push('.');
    signing_input.push_str(&base64url::encode(signature));
    signing_input
}

#[cfg(test)]
mod tests {
    use super::BadJws;
    use super::UnverifiedJws;
    use super::assemble;
    use super::signing_input;
    use crate::codec::base64url;

    #[test]
    fn what_is_put_together_comes_apart() {
        let input = signing_input("EdDSA", "dc+sd-jwt", "k1", br#"{"iss":"x"}"#);
        let text = assemble(input.clone(), &[7; 64]);
        let jws = UnverifiedJws::parse(&text).unwrap();
        assert_eq!((jws.algorithm.as_str(), jws.kid.as_str()), ("EdDSA", "k1"));
        assert_eq!(jws.signing_input, input);
        assert_eq!(jws.payload_unverified(), br#"{"iss":"x"}"#);
    }

    #[test]
    fn headers_that_steer_the_verifier_are_refused() {
        for header in [
            r#"{"alg":"EdDSA","typ":"a","kid":"k","jwk":{}}"#,
            r#"{"alg":"EdDSA","typ":"a","kid":"k","crit":["exp"]}"#,
            r#"{"alg":"EdDSA","typ":"a","kid":"k","x5c":[]}"#,
            r#"{"alg":"EdDSA","alg":"none","typ":"a","kid":"k"}"#,
            r#"{"alg":["EdDSA"],"typ":"a","kid":"k"}"#,
            r#"{"alg":"EdDSA","typ":"a"}"#,
        ] {
            let text = format!("{}.e30.AA", base64url::encode(header.as_bytes()));
            assert!(UnverifiedJws::parse(&text).is_err(), "{header}");
        }
        assert_eq!(UnverifiedJws::parse("a.b").unwrap_err(), BadJws::Shape);
    }
}
