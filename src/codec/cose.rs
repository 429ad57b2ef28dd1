//! `COSE_Sign1`, cut down to what our codes need (RFC 9052 §4.2).
//!
//! Untagged; the protected header is exactly `{1: algorithm, 4: key id of 4 bytes}`,
//! the unprotected one is empty, the payload is attached, the signature has 64 bytes.
//! There is no cryptography here: this module says *which bytes* were signed, and the
//! crypto layer says whether they were.

use thiserror::Error;

use crate::codec::cbor;
use crate::codec::cbor::CborError;
use crate::codec::cbor::Value;

/// `EdDSA` with Ed25519, the algorithm of format 1.
pub const EDDSA: i64 = -8;
/// ES256 (ECDSA with P-256 and SHA-256): reserved in format 1.
pub const ES256: i64 = -7;
/// SM2 with SM3: reserved in format 1. IANA has no number for it yet, so this one is
/// from the range for private use (below -65536).
pub const SM2: i64 = -65_537;

const ALG: i64 = 1;
const KID: i64 = 4;

/// The first bytes of the SHA-256 of a public key. Short, so two keys may share one:
/// a verifier tries every trusted key that has it.
pub type ShortKid = [u8; 4];

/// Why bytes are no `COSE_Sign1` of our profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CoseError {
    /// Not strict CBOR; a tag (such as 18) is refused here too.
    #[error("not canonical CBOR: {0}")]
    Cbor(#[from] CborError),
    /// Not an array of protected header, unprotected header, payload and signature.
    #[error("not a COSE_Sign1 message")]
    Shape,
    /// The protected header is not exactly `{1: algorithm, 4: key id}`.
    #[error("the protected header must hold the algorithm and the key id, and nothing else")]
    ProtectedHeader,
    /// The unprotected header is not an empty map.
    #[error("the unprotected header must be empty")]
    UnprotectedHeader,
    /// The key id does not have 4 bytes.
    #[error("the key id must have 4 bytes")]
    KidLength,
    /// The signature does not have 64 bytes.
    #[error("the signature must have 64 bytes")]
    SignatureLength,
}

/// A signed message whose signature nobody has checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedSign1 {
    protected: Vec<u8>,
    algorithm_id: i64,
    kid: ShortKid,
    payload: Vec<u8>,
    signature: [u8; 64],
}

impl UnverifiedSign1 {
    /// Reads a message that fills the whole input.
    ///
    /// Any algorithm id is read, because it decides nothing: the trusted key knows
    /// its own algorithm, and a message that names another is refused there.
    ///
    /// # Errors
    ///
    /// The first [`CoseError`] met; the payload is not looked into.
    pub fn parse(bytes: &[u8]) -> Result<Self, CoseError> {
        let Value::Array(parts) = cbor::decode(bytes)? else {
            return Err(CoseError::Shape);
        };
        let Ok([protected, unprotected, payload, signature]) = <[Value; 4]>::try_from(parts) else {
            return Err(CoseError::Shape);
        };
        let (Value::Bytes(protected), Value::Bytes(payload), Value::Bytes(signature)) =
            (protected, payload, signature)
        else {
            return Err(CoseError::Shape);
        };
        if unprotected != Value::Map(Vec::new()) {
            return Err(CoseError::UnprotectedHeader);
        }
        let Ok(signature) = signature.try_into() else {
            return Err(CoseError::SignatureLength);
        };
        let (algorithm_id, kid) = read_protected(&protected)?;
        Ok(Self {
            protected,
            algorithm_id,
            kid,
            payload,
            signature,
        })
    }

    /// The id of the key that is said to have signed: where to look, not whom to trust.
    #[must_use]
    pub fn kid(&self) -> ShortKid {
        self.kid
    }

    /// The algorithm the message names; must equal that of the trusted key.
    #[must_use]
    pub fn algorithm_id(&self) -> i64 {
        self.algorithm_id
    }

    /// The signature as it stands.
    #[must_use]
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// The payload, which anyone may have written: check the signature before use.
    #[must_use]
    pub fn payload_unverified(&self) -> &[u8] {
        &self.payload
    }

    /// The bytes the signature is over.
    #[must_use]
    pub fn to_be_signed(&self, external_aad: &[u8]) -> Vec<u8> {
        signature_structure(&self.protected, external_aad, &self.payload)
    }
}

/// The bytes that a signer with this key signs.
#[must_use]
pub fn to_be_signed(
    algorithm_id: i64,
    kid: ShortKid,
    external_aad: &[u8],
    payload: &[u8],
) -> Vec<u8> {
    signature_structure(&write_protected(algorithm_id, kid), external_aad, payload)
}

/// Puts a signed message together.
#[must_use]
pub fn encode(algorithm_id: i64, kid: ShortKid, payload: &[u8], signature: &[u8; 64]) -> Vec<u8> {
    cbor::encode(&Value::Array(vec![
        Value::Bytes(write_protected(algorithm_id, kid)),
        Value::Map(Vec::new()),
        Value::Bytes(payload.to_vec()),
        Value::Bytes(signature.to_vec()),
    ]))
}

/// The length of an [`EDDSA`] message around a payload of so many bytes.
#[must_use]
pub fn encoded_len(payload: usize) -> usize {
    // Array head, protected header with its head, empty map, signature with its head.
    const AROUND: usize = 1 + 10 + 1 + 66;
    AROUND + cbor::head_len(u64::try_from(payload).unwrap_or(u64::MAX)) + payload
}

fn signature_structure(protected: &[u8], external_aad: &[u8], payload: &[u8]) -> Vec<u8> {
    cbor::encode(&Value::Array(vec![
        Value::Text("Signature1".to_owned()),
        Value::Bytes(protected.to_vec()),
        Value::Bytes(external_aad.to_vec()),
        Value::Bytes(payload.to_vec()),
    ]))
}

fn write_protected(algorithm_id: i64, kid: ShortKid) -> Vec<u8> {
    cbor::encode(&Value::Map(vec![
        (Value::Int(ALG), Value::Int(algorithm_id)),
        (Value::Int(KID), Value::Bytes(kid.to_vec())),
    ]))
}

fn read_protected(bytes: &[u8]) -> Result<(i64, ShortKid), CoseError> {
    let Value::Map(entries) = cbor::decode(bytes)? else {
        return Err(CoseError::ProtectedHeader);
    };
    let [
        (Value::Int(ALG), Value::Int(algorithm_id)),
        (Value::Int(KID), Value::Bytes(kid)),
    ] = entries.as_slice()
    else {
        return Err(CoseError::ProtectedHeader);
    };
    match ShortKid::try_from(kid.as_slice()) {
        Ok(kid) => Ok((*algorithm_id, kid)),
        Err(_) => Err(CoseError::KidLength),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: ShortKid = [1, 2, 3, 4];

    fn message(change: impl FnOnce(&mut Vec<Value>)) -> Result<UnverifiedSign1, CoseError> {
        let mut parts = vec![
            Value::Bytes(write_protected(EDDSA, KEY)),
            Value::Map(Vec::new()),
            Value::Bytes(b"payload".to_vec()),
            Value::Bytes(vec![9; 64]),
        ];
        change(&mut parts);
        UnverifiedSign1::parse(&cbor::encode(&Value::Array(parts)))
    }

    fn header(entries: Vec<(Value, Value)>) -> Value {
        Value::Bytes(cbor::encode(&Value::Map(entries)))
    }

    proptest! {
        #[test]
        fn both_sides_sign_the_same_bytes(
            payload in prop::collection::vec(any::<u8>(), 0..400),
            aad in prop::collection::vec(any::<u8>(), 0..40),
            kid: [u8; 4],
        ) {
            let bytes = encode(EDDSA, kid, &payload, &[7; 64]);
            prop_assert_eq!(bytes.len(), encoded_len(payload.len()));
            let read = UnverifiedSign1::parse(&bytes).unwrap();
            prop_assert_eq!(read.to_be_signed(&aad), to_be_signed(EDDSA, kid, &aad, &payload));
            prop_assert_eq!(read.kid(), kid);
            prop_assert_eq!(read.algorithm_id(), EDDSA);
            prop_assert_eq!(read.signature(), &[7; 64]);
            prop_assert_eq!(read.payload_unverified(), payload.as_slice());
        }

        #[test]
        fn hostile_bytes_are_refused_in_peace(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            at in any::<prop::sample::Index>(),
        ) {
            let mut good = encode(EDDSA, KEY, b"payload", &[7; 64]);
            let at = at.index(good.len());
            good.splice(at.., bytes.iter().copied());
            let _ = UnverifiedSign1::parse(&bytes);
            let _ = UnverifiedSign1::parse(&good);
        }
    }

    #[test]
    fn the_signed_structure_is_that_of_the_standard() {
        let mut expected = vec![0x84, 0x6a];
        expected.extend_from_slice(b"Signature1");
        expected.extend_from_slice(&[0x49, 0xa2, 1, 0x27, 4, 0x44, 1, 2, 3, 4]);
        expected.extend_from_slice(&[0x43, b'a', b'a', b'd', 0x41, b'p']);
        assert_eq!(to_be_signed(EDDSA, KEY, b"aad", b"p"), expected);
    }

    #[test]
    fn reserved_algorithms_can_be_read_and_named() {
        for id in [ES256, SM2] {
            let bytes = encode(id, KEY, b"", &[0; 64]);
            assert_eq!(UnverifiedSign1::parse(&bytes).unwrap().algorithm_id(), id);
        }
    }

    #[test]
    fn whatever_leaves_the_profile_is_refused() {
        assert!(message(|_| ()).is_ok());
        assert_eq!(message(|parts| parts.truncate(3)), Err(CoseError::Shape));
        assert_eq!(
            message(|parts| parts[2] = Value::Null),
            Err(CoseError::Shape)
        );
        let one = (Value::Int(1), Value::Int(1));
        assert_eq!(
            message(|parts| parts[1] = Value::Map(vec![one.clone()])),
            Err(CoseError::UnprotectedHeader)
        );
        assert_eq!(
            message(|parts| parts[3] = Value::Bytes(vec![0; 63])),
            Err(CoseError::SignatureLength)
        );
        let alg = (Value::Int(ALG), Value::Int(EDDSA));
        let kid = |length| (Value::Int(KID), Value::Bytes(vec![0; length]));
        assert_eq!(
            message(|parts| parts[0] = header(vec![alg.clone(), kid(5)])),
            Err(CoseError::KidLength)
        );
        let crit = (Value::Int(2), Value::Array(vec![Value::Int(4)]));
        for entries in [
            vec![alg.clone()],
            vec![kid(4)],
            vec![alg.clone(), crit, kid(4)],
        ] {
            assert_eq!(
                message(|parts| parts[0] = header(entries)),
                Err(CoseError::ProtectedHeader)
            );
        }
        let tagged = [vec![0xd2], encode(EDDSA, KEY, b"", &[0; 64])].concat();
        assert_eq!(
            UnverifiedSign1::parse(&tagged),
            Err(CoseError::Cbor(CborError::Tag))
        );
    }
}
