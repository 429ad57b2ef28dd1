//! A request signed with a shared secret: `AppKey`, time, nonce and HMAC-SHA-256.
//!
//! What is signed is five lines joined by `\n`, the last without one behind it:
//!
//! ```text
//! METHOD, in upper case
//! the path as it is sent, with `?` and the query if there is one
//! the time, as its header says it
//! the nonce, as its header says it
//! SHA-256 of the body, in lower-case hexadecimal (of no bytes where there is no body)
//! ```
//!
//! The signature is HMAC-SHA-256 of that under the secret's bytes, in lower-case hexadecimal.

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Sha256;

use crate::codec::digest::sha256;
use crate::domain::value::hex;
use crate::domain::value::unhex;

/// The text that is signed.
#[must_use]
pub fn canonical(
    method: &str,
    path_and_query: &str,
    (timestamp, nonce): (&str, &str),
    body: &[u8],
) -> String {
    let method = method.to_uppercase();
    let body = hex(&sha256(body));
    [&method, path_and_query, timestamp, nonce, &body].join("\n")
}

/// The signature of a canonical text.
#[must_use]
pub fn sign(secret: &[u8], canonical: &str) -> String {
    hex(&over(secret, canonical).finalize().into_bytes())
}

/// Whether a signature is that of a canonical text, found out in constant time.
#[must_use]
pub fn is_signed(secret: &[u8], canonical: &str, signature: &str) -> bool {
    let claimed = unhex(signature).unwrap_or_default();
    over(secret, canonical).verify_slice(&claimed).is_ok()
}

fn over(secret: &[u8], canonical: &str) -> Hmac<Sha256> {
    // RFC 2104: a long key is hashed, a short one filled up with zeros; no length is refused.
    let mut block = [0; 64];
    let hashed;
    let key = if secret.len() > block.len() {
        hashed = sha256(secret);
        hashed.as_slice()
    } else {
        secret
    };
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&block).into());
    mac.update(canonical.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use super::is_signed;
    use super::sign;

    #[test]
    fn the_text_and_its_signature_are_what_openssl_makes() {
        let text = canonical("post", "/a?b=%E4%B8%80", ("1795000000000", "n-1"), b"{}");
        assert_eq!(
            text,
            "POST\n/a?b=%E4%B8%80\n1795000000000\nn-1\n\
             44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
        // printf '…' | openssl dgst -sha256 -hmac secret
        let signature = sign(b"secret", &text);
        assert_eq!(
            signature,
            "5e35a83ffb7906775d7c6db7d1c0eeb6f2ddacadc253f508d7628bbde934bb9b"
        );
        assert!(is_signed(b"secret", &text, &signature));
        assert!(!is_signed(b"Secret", &text, &signature));
        assert!(!is_signed(b"secret", &text, &signature[2..]));
    }

    #[test]
    fn a_secret_of_any_length_is_taken_as_rfc_2104_says() {
        // printf 'x' | openssl dgst -sha256 -hmac <100 times "k">
        assert_eq!(
            sign(&[b'k'; 100], "x"),
            "8c1858bff6cf9cb73708b4b54f43bca6e1b8b4c3380760dc009001b265b64c6f"
        );
    }
}
