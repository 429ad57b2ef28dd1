//! One-time codes (TOTP, RFC 6238): six digits that change every thirty seconds, over
//! HMAC-SHA-1, which is what every authenticator knows. SHA-1's collisions do not touch HMAC.

use std::fmt;

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha1::Sha1;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::codec::base32;
use crate::crypto::random;
use crate::crypto::random::Randomness;
use crate::domain::time::Timestamp;

/// Bytes of a secret: as many as SHA-1 gives.
const SECRET: usize = 20;

/// Seconds for which a code is good.
const STEP: i64 = 30;

/// Steps before and behind the hour's that are taken: a phone's clock may be off.
const SLACK: i64 = 1;

const DIGITS: u32 = 6;

/// What an authenticator and the service share. It is never printed but where it is handed over.
pub struct CodeSecret(Zeroizing<[u8; SECRET]>);

impl fmt::Debug for CodeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeSecret(..)")
    }
}

impl CodeSecret {
    /// A new secret.
    #[must_use]
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self(Zeroizing::new(random::array(randomness)))
    }

    /// The secret of these bytes; none if they are not as many as one has.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// Its bytes, to be sealed.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &*self.0
    }

    /// What an authenticator takes in: as text to be typed.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(base32::encode(&*self.0))
    }

    /// The same as an address that authenticators read from a picture. Name and issuer are what
    /// it shows; both are escaped.
    #[must_use]
    pub fn address(&self, issuer: &str, name: &str) -> Zeroizing<String> {
        let (issuer, name) = (escaped(issuer), escaped(name));
        let secret = self.text();
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}",
            *secret
        ))
    }

    /// The code of a moment.
    #[must_use]
    pub fn code_at(&self, at: Timestamp) -> String {
        written(self.number(step_of(at)), DIGITS)
    }

    /// The step whose code this is, of those about a moment and later than `after`, where each is
    /// good once.
    #[must_use]
    pub fn step(&self, code: &str, at: Timestamp, after: i64) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let now = step_of(at);
        // Every step is looked at, so that none is told by the time it takes.
        let fits = |step: &i64| {
            let own = written(self.number(*step), DIGITS);
            bool::from(own.as_bytes().ct_eq(code.as_bytes()))
        };
        let fitting: Vec<i64> = (now - SLACK..=now + SLACK).filter(fits).collect();
        fitting.into_iter().find(|step| *step > after)
    }

    fn number(&self, step: i64) -> u32 {
        // RFC 2104 fills a short key up with zeros; done here, no length is left to refuse.
        let mut block = Zeroizing::new([0; 64]);
        for (to, from) in block.iter_mut().zip(self.0.iter()) {
            *to = *from;
        }
        let mut mac = Hmac::<Sha1>::new((&*block).into());
        mac.update(&step.to_be_bytes());
        truncated(&mac.finalize().into_bytes())
    }
}

fn step_of(at: Timestamp) -> i64 {
    at.secs().div_euclid(STEP)
}

/// RFC 4226 §5.3: four bytes from where the last half byte says, without their first bit.
fn truncated(mac: &[u8]) -> u32 {
    let at = mac.last().map_or(0, |last| usize::from(last & 15));
    let four = mac.get(at..).and_then(<[u8]>::first_chunk::<4>);
    four.map_or(0, |four| u32::from_be_bytes(*four) & 0x7fff_ffff)
}

fn written(number: u32, digits: u32) -> String {
    let width = usize::try_from(digits).unwrap_or_default();
    format!("{:0width$}", number % 10_u32.pow(digits))
}

/// Everything but letters and digits of ASCII as its bytes in hexadecimal.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend([byte >> 4, byte & 15].map(|half| {
                let digit = char::from_digit(u32::from(half), 16);
                digit.map_or('0', |digit| digit.to_ascii_uppercase())
            }));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> CodeSecret {
        CodeSecret::of(b"12345678901234567890").unwrap()
    }

    #[test]
    fn the_vectors_of_rfc_6238_come_out() {
        for (secs, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let at = Timestamp::from_secs(secs);
            assert_eq!(written(secret().number(step_of(at)), 8), code);
            assert_eq!(secret().code_at(at), code[2..]);
        }
    }

    #[test]
    fn a_code_is_good_about_its_time_and_once() {
        let secret = secret();
        let at = Timestamp::from_secs(1_234_567_890);
        let code = secret.code_at(at);
        let step = step_of(at);
        for (off, found) in [(-60, None), (-30, Some(step)), (30, Some(step)), (60, None)] {
            assert_eq!(secret.step(&code, at.plus_secs(off), 0), found, "{off}");
        }
        let (first, last) = code.split_at(3);
        let spaced = format!(" {first} {last}");
        assert_eq!(secret.step(&spaced, at, step - 1), Some(step));
        assert_eq!(secret.step(&code, at, step), None);
        for wrong in ["", "0", "000000", "9900592", "８９００５９"] {
            assert_eq!(secret.step(wrong, at, 0), None, "{wrong}");
        }
    }

    #[test]
    fn an_authenticator_can_read_the_address() {
        assert_eq!(
            *secret().address("mz.example", "zhang@san"),
            "otpauth://totp/mz.example:zhang%40san?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=mz.example"
        );
        assert_eq!(format!("{:?}", secret()), "CodeSecret(..)");
        assert!(CodeSecret::of(b"short").is_none());
    }
}
