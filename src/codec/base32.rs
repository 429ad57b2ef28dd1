//! Base32 (RFC 4648 §6) without padding, as people copy secrets into their authenticators.

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Writes bytes in capitals and digits.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    let mut put = |five: u32| {
        let at = usize::try_from(five & 31).unwrap_or_default();
        text.extend(ALPHABET.get(at).copied().map(char::from));
    };
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            put(held >> bits);
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        put(held << (5 - bits));
    }
    text
}

/// Reads what [`encode`] wrote; none for a text that it never writes.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for digit in text.bytes() {
        let five = ALPHABET.iter().position(|letter| *letter == digit)?;
        held = (held << 5) | u32::try_from(five).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    // One value has one spelling.
    (encode(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::decode;
    use super::encode;

    #[test]
    fn the_vectors_of_rfc_4648_come_out() {
        for (text, coded) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(encode(text.as_bytes()), coded);
            assert_eq!(decode(coded).unwrap(), text.as_bytes());
        }
        for bad in ["M", "MZ", "mzxq", "MZXQ====", "MZXR", "M1XQ"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
