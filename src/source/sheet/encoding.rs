//! Which encoding a CSV file is in: UTF-8 if all of it is, else GB18030.

use std::io;
use std::io::Read;

use super::bytes::Bytes;

/// The mark that some programs put before UTF-8.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How much is read at a time.
pub(super) const CHUNK: usize = 64 * 1024;

/// GB18030 does not pass for this many three-byte UTF-8 characters by chance.
const SURELY_UTF8: usize = 12;

/// The encoding of a CSV file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Encoding {
    /// UTF-8.
    Utf8 {
        /// With a byte order mark in front.
        bom: bool,
    },
    /// GB18030, and so also GBK and GB2312.
    Gb18030,
}

impl Encoding {
    /// Reads until the first byte that is not UTF-8, or to the end.
    ///
    /// Damaged UTF-8 stays UTF-8, so that the damaged row is named instead of a whole file
    /// of nonsense characters being read.
    pub(super) fn of(bytes: &dyn Bytes) -> io::Result<Self> {
        let mut reader = bytes.open()?;
        let mut chunk = vec![0; CHUNK];
        let mut pending: Vec<u8> = Vec::with_capacity(CHUNK + 4);
        let mut wide = 0_usize;
        loop {
            let got = read_some(reader.as_mut(), &mut chunk)?;
            pending.extend_from_slice(chunk.get(..got).unwrap_or_default());
            if wide == 0 && pending.starts_with(BOM) {
                return Ok(Self::Utf8 { bom: true });
            }
            let (valid, broken) = match std::str::from_utf8(&pending) {
                Ok(_) => (pending.len(), false),
                // A character cut by the end of the chunk is no fault unless nothing follows.
                Err(fault) => (fault.valid_up_to(), fault.error_len().is_some() || got == 0),
            };
            wide += pending
                .iter()
                .take(valid)
                .filter(|byte| **byte >= 0xE0)
                .count();
            if broken && wide < SURELY_UTF8 {
                return Ok(Self::Gb18030);
            }
            if broken || got == 0 {
                return Ok(Self::Utf8 { bom: false });
            }
            pending.drain(..valid);
        }
    }

    /// Bytes to write before everything else.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 { bom: true } => BOM,
            Self::Utf8 { bom: false } | Self::Gb18030 => b"",
        }
    }

    pub(super) fn coder(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 { .. } => encoding_rs::UTF_8,
            Self::Gb18030 => encoding_rs::GB18030,
        }
    }
}

/// One read that is not bothered by an interruption.
pub(super) fn read_some(reader: &mut dyn Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(into) {
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Encoding {
        Encoding::of(&bytes).unwrap()
    }

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(of(b""), Encoding::Utf8 { bom: false });
        assert_eq!(of("姓名,性别".as_bytes()), Encoding::Utf8 { bom: false });
        assert_eq!(of(b"\xEF\xBB\xBFa"), Encoding::Utf8 { bom: true });
        let (gb, ..) = encoding_rs::GB18030.encode("姓名,性别");
        assert_eq!(of(&gb), Encoding::Gb18030);
        let (famous, ..) = encoding_rs::GB18030.encode("联通,姓名");
        assert_eq!(of(&famous), Encoding::Gb18030);
    }

    #[test]
    fn a_character_cut_by_a_chunk_is_whole_again() {
        for shift in 0..4 {
            let text = format!("{}{}", "a".repeat(CHUNK - 3 + shift), "额尔敦𠮷".repeat(9));
            assert_eq!(of(text.as_bytes()), Encoding::Utf8 { bom: false });
        }
    }

    #[test]
    fn damaged_utf8_is_not_taken_for_gb18030() {
        let mut bytes = "锡林浩特市疾病预防控制中心健康证明".as_bytes().to_vec();
        bytes.push(0xFF);
        bytes.extend_from_slice("合格".as_bytes());
        assert_eq!(of(&bytes), Encoding::Utf8 { bom: false });
    }
}
