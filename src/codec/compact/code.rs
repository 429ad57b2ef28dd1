//! A whole code: claims, signed, in digits.
//!
//! Reading is cheap and comes before any signature work: digits, then the signed
//! message, then the claims, each refused as soon as it leaves the format.

use thiserror::Error;

use crate::codec::compact::CompactClaims;
use crate::codec::compact::CompactError;
use crate::codec::cose;
use crate::codec::cose::CoseError;
use crate::codec::cose::ShortKid;
use crate::codec::cose::UnverifiedSign1;
use crate::codec::digits;
use crate::codec::digits::DigitsError;

/// A code that could be read, signed by nobody knows whom yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedCode {
    message: UnverifiedSign1,
    claims: CompactClaims,
}

/// Why a text is no code of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodeError {
    /// The digits are no digits, too few, too many, or of another format.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// The bytes are no signed message.
    #[error(transparent)]
    Message(#[from] CoseError),
    /// The payload holds no claims.
    #[error(transparent)]
    Claims(#[from] CompactError),
}

impl CodeError {
    /// Whether a later program may be able to read the code (`unsupported`), rather
    /// than nobody (`unreadable`).
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        matches!(
            self,
            Self::Digits(DigitsError::UnknownFormat(_))
                | Self::Claims(CompactError::UnknownKind(_))
        )
    }
}

impl UnverifiedCode {
    /// Reads a code from its digits.
    ///
    /// # Errors
    ///
    /// The first [`CodeError`] met; no signature was looked at.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let message = UnverifiedSign1::parse(&digits::from_digits(text)?)?;
        let claims = CompactClaims::decode(message.payload_unverified())?;
        Ok(Self { message, claims })
    }

    /// The id of the key that is said to have signed: where to look, not whom to trust.
    #[must_use]
    pub fn kid(&self) -> ShortKid {
        self.message.kid()
    }

    /// The algorithm the code names; must equal that of the trusted key.
    #[must_use]
    pub fn algorithm_id(&self) -> i64 {
        self.message.algorithm_id()
    }

    /// The signature as it stands.
    #[must_use]
    pub fn signature(&self) -> &[u8; 64] {
        self.message.signature()
    }

    /// The bytes the signature is over, those of the code's own kind included.
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        self.message.to_be_signed(self.claims.kind.external_aad())
    }

    /// The claims, which anyone may have written: check the signature before use.
    #[must_use]
    pub fn claims_unverified(&self) -> &CompactClaims {
        &self.claims
    }

    /// The claims by value, for the one who has just checked the signature.
    #[must_use]
    pub fn into_claims_unverified(self) -> CompactClaims {
        self.claims
    }
}

/// Claims on their way to a signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedCode {
    algorithm_id: i64,
    kid: ShortKid,
    external_aad: &'static [u8],
    payload: Vec<u8>,
}

impl UnsignedCode {
    /// Prepares claims for the key that will sign them.
    ///
    /// # Errors
    ///
    /// [`CompactError`] if the claims are out of the format's bounds.
    pub fn new(
        claims: &CompactClaims,
        algorithm_id: i64,
        kid: ShortKid,
    ) -> Result<Self, CompactError> {
        Ok(Self {
            algorithm_id,
            kid,
            external_aad: claims.kind.external_aad(),
            payload: claims.encode()?,
        })
    }

    /// The bytes to sign.
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        cose::to_be_signed(
            self.algorithm_id,
            self.kid,
            self.external_aad,
            &self.payload,
        )
    }

    /// The digits of the signed code. Not checked here: that the signature is right,
    /// and that the code is not too long (see [`fit`](crate::codec::compact::fit::fit)).
    #[must_use]
    pub fn into_digits(self, signature: &[u8; 64]) -> String {
        digits::to_digits(&cose::encode(
            self.algorithm_id,
            self.kid,
            &self.payload,
            signature,
        ))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::compact::tests::claims;
    use crate::codec::compact::tests::sample;

    proptest! {
        #[test]
        fn a_code_is_read_as_it_was_made(claims in claims(), kid: [u8; 4], last: u8) {
            let unsigned = UnsignedCode::new(&claims, cose::EDDSA, kid).unwrap();
            let signed = unsigned.to_be_signed();
            let digits = unsigned.into_digits(&[last; 64]);
            prop_assume!(digits.len() <= digits::MAX_DIGITS);
            let code = UnverifiedCode::parse(&digits).unwrap();
            prop_assert_eq!(code.claims_unverified(), &claims);
            prop_assert_eq!(code.to_be_signed(), signed);
            prop_assert_eq!(code.kid(), kid);
            prop_assert_eq!(code.signature(), &[last; 64]);
            prop_assert_eq!(code.algorithm_id(), cose::EDDSA);
        }

        #[test]
        fn a_mistyped_digit_never_panics(at in any::<prop::sample::Index>(), new in "[0-9]") {
            let unsigned = UnsignedCode::new(&sample(), cose::EDDSA, [1; 4]).unwrap();
            let mut digits = unsigned.into_digits(&[7; 64]);
            let at = at.index(digits.len());
            digits.replace_range(at..=at, &new);
            let _ = UnverifiedCode::parse(&digits);
        }

        #[test]
        fn any_text_is_refused_in_peace(text in ".{0,200}|[0-9]{60,991}") {
            prop_assert!(UnverifiedCode::parse(&text).is_err());
        }
    }
}
