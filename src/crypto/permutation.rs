//! Where a certificate's status stands in its list: a keyed permutation of a counter.
//!
//! A place must not tell how many certificates were issued before it, and two must never
//! meet. Shuffling with a cipher on the list's own domain gives both without a table.

use crate::crypto::vault::Index;
use crate::crypto::vault::Vault;

/// Rounds of the Feistel network.
const ROUNDS: u8 = 6;

/// The place of the `counter`-th entry of a list of `2^bits` entries.
///
/// For one list it is a bijection of `0..2^bits`. `bits` must be even and at most 20.
#[must_use]
pub fn place(vault: &Vault, list: u32, bits: u32, counter: u32) -> u32 {
    let half = bits / 2;
    let mask = (1_u32 << half) - 1;
    let (mut left, mut right) = ((counter >> half) & mask, counter & mask);
    for round in 0..ROUNDS {
        let mut seed = [0_u8; 9];
        let (head, tail) = seed.split_at_mut(4);
        head.copy_from_slice(&list.to_be_bytes());
        if let [r, value @ ..] = tail {
            *r = round;
            value.copy_from_slice(&right.to_be_bytes());
        }
        let [a, b, c, d, ..] = vault.index(Index::PermutationSeed, &seed);
        let mixed = u32::from_be_bytes([a, b, c, d]) & mask;
        (left, right) = (right, left ^ mixed);
    }
    (left << half) | right
}

#[cfg(test)]
mod tests {
    use super::place;
    use crate::crypto::keyring::Keyring;
    use crate::crypto::random::SeededRandomness;

    #[test]
    fn every_place_is_taken_exactly_once() {
        let vault = Keyring::create(&SeededRandomness::new(b"places"), 2026)
            .unwrap()
            .vault();
        let mut taken = vec![false; 1 << 10];
        for counter in 0..1 << 10 {
            let at = usize::try_from(place(&vault, 7, 10, counter)).unwrap();
            assert!(!taken[at], "{at}");
            taken[at] = true;
        }
        let first: Vec<u32> = (0..8).map(|c| place(&vault, 7, 10, c)).collect();
        let other: Vec<u32> = (0..8).map(|c| place(&vault, 8, 10, c)).collect();
        assert_ne!(first, other);
        assert_ne!(first, (0..8).collect::<Vec<u32>>());
    }
}
