//! Token Status Lists: two bits a certificate, index 0 in the lowest bits of the first byte.

use std::collections::BTreeMap;
use std::io::Read;
use std::io::Write;

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use crate::codec::base64url;

/// The largest inflated list read, in bytes.
const LARGEST: u64 = 1 << 20;

/// A status list, inflated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusBits {
    bits: u8,
    bytes: Vec<u8>,
}

/// Why a list cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStatusList {
    /// `bits` is not 1, 2, 4 or 8.
    #[error("bits is not 1, 2, 4 or 8")]
    Bits,
    /// `lst` is not base64url of zlib data.
    #[error("lst is not base64url of zlib data")]
    Data,
    /// It inflates to more than 1 MiB.
    #[error("the list inflates to more than 1 MiB")]
    TooLarge,
}

impl StatusBits {
    /// A list of `size` entries of two bits: zero but for those named.
    ///
    /// Entries beyond the size are left out.
    #[must_use]
    pub fn of_two(size: u32, entries: &BTreeMap<u32, u8>) -> Self {
        let length = usize::try_from(size.div_ceil(4)).unwrap_or(0);
        let mut bytes = vec![0_u8; length];
        for (index, status) in entries {
            let at = usize::try_from(index / 4).unwrap_or(usize::MAX);
            if let Some(byte) = bytes.get_mut(at) {
                *byte |= (status & 3) << ((index % 4) * 2);
            }
        }
        Self { bits: 2, bytes }
    }

    /// Reads `bits` and `lst` of a list.
    ///
    /// # Errors
    ///
    /// [`BadStatusList`]; inflating stops at 1 MiB.
    pub fn read(bits: u8, lst: &str) -> Result<Self, BadStatusList> {
        if !matches!(bits, 1 | 2 | 4 | 8) {
            return Err(BadStatusList::Bits);
        }
        let deflated = base64url::decode(lst).map_err(|_why| BadStatusList::Data)?;
        let mut bytes = Vec::new();
        let mut inflater = ZlibDecoder::new(deflated.as_slice()).take(LARGEST + 1);
        if inflater.read_to_end(&mut bytes).is_err() {
            return Err(BadStatusList::Data);
        }
        if u64::try_from(bytes.len()).is_ok_and(|n| n <= LARGEST) {
            Ok(Self { bits, bytes })
        } else {
            Err(BadStatusList::TooLarge)
        }
    }

    /// The text of `lst`.
    #[must_use]
    pub fn lst(&self) -> String {
        let mut deflater = ZlibEncoder::new(Vec::new(), Compression::best());
        // Writing to memory does not fail.
        let deflated = match deflater.write_all(&self.bytes) {
            Ok(()) => deflater.finish().unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        base64url::encode(&deflated)
    }

    /// The bits of each entry.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.bits
    }

    /// The status at an index; `None` beyond the list, which a verifier must refuse.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<u8> {
        let per_byte = 8 / u32::from(self.bits);
        let byte = self.bytes.get(usize::try_from(index / per_byte).ok()?)?;
        let shift = (index % per_byte) * u32::from(self.bits);
        let mask = u8::MAX >> (8 - self.bits);
        Some((byte >> shift) & mask)
    }
}

#[cfg(test)]
mod tests {
    use super::BadStatusList;
    use super::StatusBits;
    use std::collections::BTreeMap;

    #[test]
    fn the_small_examples_of_the_draft_read_right() {
        let one = StatusBits::read(1, "eNrbuRgAAhcBXQ").unwrap();
        let bits: Vec<u8> = (0..16).map(|i| one.get(i).unwrap()).collect();
        assert_eq!(bits, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
        assert_eq!(one.get(16), None);
        let two = StatusBits::read(2, "eNo76fITAAPfAgc").unwrap();
        let all: Vec<u8> = (0..12).map(|i| two.get(i).unwrap()).collect();
        assert_eq!(all, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
    }

    #[test]
    fn the_large_vectors_of_the_draft_read_right() {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/token-status-list.json"))
                .unwrap();
        for vector in file["vectors"].as_array().unwrap() {
            let bits = u8::try_from(vector["bits"].as_u64().unwrap()).unwrap();
            let list = StatusBits::read(bits, vector["lst"].as_str().unwrap()).unwrap();
            let named: BTreeMap<u32, u8> = vector["statuses"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(i, s)| {
                    (
                        i.parse().unwrap(),
                        u8::try_from(s.as_u64().unwrap()).unwrap(),
                    )
                })
                .collect();
            for index in 0..1_048_576 {
                assert_eq!(
                    list.get(index),
                    Some(named.get(&index).copied().unwrap_or(0))
                );
            }
            if bits == 2 {
                let ours = StatusBits::of_two(1_048_576, &named);
                assert_eq!(StatusBits::read(2, &ours.lst()).unwrap(), list);
            }
        }
    }

    #[test]
    fn bombs_and_nonsense_are_refused() {
        let zeros = StatusBits {
            bits: 1,
            bytes: vec![0; (1 << 20) + 1],
        };
        assert_eq!(
            StatusBits::read(1, &zeros.lst()),
            Err(BadStatusList::TooLarge)
        );
        assert_eq!(
            StatusBits::read(3, "eNo76fITAAPfAgc"),
            Err(BadStatusList::Bits)
        );
        assert_eq!(StatusBits::read(2, "AAAA"), Err(BadStatusList::Data));
    }
}
