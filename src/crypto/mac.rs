//! HMAC-SHA-256 under a key that never leaves the service.

use std::fmt;

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::crypto::secret::Secret;

/// A key for HMAC-SHA-256 with its two pads already hashed, so that each call starts from a copy.
#[derive(Clone)]
pub struct MacKey(Hmac<Sha256>);

impl MacKey {
    /// Prepares a key.
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        // RFC 2104 fills a short key up with zeros; done here, no length is left to refuse.
        let mut block = Zeroizing::new([0; 64]);
        for (to, from) in block.iter_mut().zip(secret.expose()) {
            *to = *from;
        }
        Self(Hmac::new((&*block).into()))
    }

    /// The MAC of the parts, one after the other.
    ///
    /// Nothing marks where one part ends: all but one of them must have a fixed length.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.over(parts).finalize().into_bytes().into()
    }

    /// Whether `mac` is the MAC of the parts, found out in constant time.
    #[must_use]
    pub fn is_mac_of(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        self.over(parts).verify_slice(mac).is_ok()
    }

    fn over(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut state = self.0.clone();
        for part in parts {
            state.update(part);
        }
        state
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_is_hmac_sha_256() {
        // Python: hmac.new(bytes(range(32)), b"Hi There", "sha256").hexdigest()
        let mut key = [0; 32];
        for (n, byte) in (0..).zip(&mut key) {
            *byte = n;
        }
        let key = MacKey::new(&Secret::new(key));
        let mac = key.mac(&[b"Hi ", b"There"]);
        assert_eq!(mac[..8], MAC_START);
        assert!(key.is_mac_of(&[b"Hi There"], &mac));
        assert!(!key.is_mac_of(&[b"Hi there"], &mac));
        assert!(!key.is_mac_of(&[b"Hi There"], &mac[..16]));
        assert!(!key.is_mac_of(&[b"Hi There"], &[]));
        assert_eq!(format!("{key:?}"), "MacKey(..)");
    }

    const MAC_START: [u8; 8] = [0x27, 0x86, 0x39, 0xec, 0x02, 0x30, 0x9d, 0x3a];
}
