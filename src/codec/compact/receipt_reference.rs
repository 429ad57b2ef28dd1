//! The reference in the address of a receipt's code: the beginning of the receipt's digest, so
//! that nobody finds a receipt by counting, and code and address belong together.

/// Characters of the reference: 100 bits.
pub const LENGTH: usize = 20;

/// Base 32 as of RFC 4648 §6.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The reference of a receipt with this digest.
#[must_use]
pub fn of(digest: &[u8; 32]) -> String {
    let places = (0..LENGTH).map(|place| place * 5);
    places
        .map(|bit| character(five_bits(digest, bit)))
        .collect()
}

/// The least and the greatest digest with this reference; `None` for what is none.
#[must_use]
pub fn range(reference: &str) -> Option<([u8; 32], [u8; 32])> {
    if reference.len() != LENGTH {
        return None;
    }
    let (mut least, mut greatest) = ([0; 32], [0xFF; 32]);
    for (place, character) in reference.bytes().enumerate() {
        let five = ALPHABET
            .iter()
            .position(|c| *c == character.to_ascii_uppercase())?;
        for bit in 0..5 {
            let set = five >> (4 - bit) & 1 == 1;
            let at = place * 5 + bit;
            let mask = 0x80_u8 >> (at % 8);
            if set {
                *least.get_mut(at / 8)? |= mask;
            } else {
                *greatest.get_mut(at / 8)? &= !mask;
            }
        }
    }
    Some((least, greatest))
}

fn five_bits(digest: &[u8; 32], from: usize) -> usize {
    (from..from + 5).fold(0, |five, at| {
        let byte = digest.get(at / 8).copied().unwrap_or_default();
        five << 1 | usize::from(byte >> (7 - at % 8) & 1)
    })
}

fn character(five: usize) -> char {
    char::from(ALPHABET.get(five).copied().unwrap_or(b'A'))
}

#[cfg(test)]
mod tests {
    use super::of;
    use super::range;
    use crate::codec::digest::sha256;

    #[test]
    fn a_reference_leads_back_to_its_digest() {
        for text in ["a", "b", "c", "d"] {
            let digest = sha256(text.as_bytes());
            let reference = of(&digest);
            let (least, greatest) = range(&reference).unwrap();
            assert!(least <= digest && digest <= greatest, "{reference}");
            assert_eq!((of(&least), of(&greatest)), (reference.clone(), reference));
        }
        assert_eq!(of(&[0xFF; 32]), "7".repeat(20));
        assert_eq!(range("7"), None);
        assert_eq!(range(&"1".repeat(20)), None);
    }
}
