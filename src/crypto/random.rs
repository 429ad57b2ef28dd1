//! Chance, handed in like the hour, so that golden vectors can be made again.

use std::sync::Mutex;
use std::sync::PoisonError;

use sha2::Digest;
use sha2::Sha256;

/// A source of random bytes.
///
/// It cannot fail: see [`SystemRandomness`] for why that is the safe choice.
pub trait Randomness: Send + Sync {
    /// Overwrites all of `out` with random bytes.
    fn fill(&self, out: &mut [u8]);
}

/// Takes `N` random bytes.
///
/// If they are a secret, the caller moves them into something that wipes itself.
#[must_use]
pub fn array<const N: usize>(randomness: &dyn Randomness) -> [u8; N] {
    let mut out = [0; N];
    randomness.fill(&mut out);
    out
}

/// The operating system's randomness: the only source fit for production.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    /// Asks the operating system.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give. No caller could do anything better
    /// than stop, and an error that a caller might pass over is how nonces come to be zeros.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the system's randomness enters"
    )]
    fn fill(&self, out: &mut [u8]) {
        if let Err(error) = getrandom::fill(out) {
            panic!("the operating system gives no randomness: {error}");
        }
    }
}

/// Bytes that look random and are the same in every run. **Never for production.**
///
/// For golden vectors and tests: who knows the seed knows every key. The n-th block of 32 bytes
/// is SHA-256(seed ‖ n as 8 bytes, big-endian); each call starts a new block, so what one call
/// gets depends on how many calls came before it, not on how much they took of their last block.
#[derive(Debug)]
pub struct SeededRandomness {
    seed: Vec<u8>,
    next_block: Mutex<u64>,
}

impl SeededRandomness {
    /// Starts at block 0 of what `seed` unfolds to.
    #[must_use]
    pub fn new(seed: &[u8]) -> Self {
        Self {
            seed: seed.to_vec(),
            next_block: Mutex::new(0),
        }
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, out: &mut [u8]) {
        // Held for the whole call, so that two threads never share out one answer's blocks.
        let mut next_block = self
            .next_block
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for chunk in out.chunks_mut(32) {
            let block = Sha256::new()
                .chain_update(&self.seed)
                .chain_update(next_block.to_be_bytes())
                .finalize();
            *next_block += 1;
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_does_not_repeat_itself() {
        let one: [u8; 32] = array(&SystemRandomness);
        let two: [u8; 32] = array(&SystemRandomness);
        assert_ne!(one, two);
    }

    #[test]
    fn a_seed_unfolds_the_same_way_in_every_run() {
        let one = SeededRandomness::new(b"seed");
        let two = SeededRandomness::new(b"seed");
        let first: [u8; 80] = array(&one);
        assert_eq!(first, array(&two));
        assert_ne!(first, array(&one));
        assert_ne!(first, array(&SeededRandomness::new(b"other")));
    }

    #[test]
    fn the_blocks_are_what_the_documentation_says() {
        let block = |n: u64| Sha256::digest([&b"seed"[..], &n.to_be_bytes()].concat());
        let seeded = SeededRandomness::new(b"seed");
        let first: [u8; 40] = array(&seeded);
        assert_eq!(first[..32], block(0)[..]);
        assert_eq!(first[32..], block(1)[..8]);
        assert_eq!(array::<32>(&seeded)[..], block(2)[..]);
    }
}
