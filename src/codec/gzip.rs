//! Gzip, for what is sent over the network many times.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// The bytes compressed: the same bytes always give the same ones, since no time stands in them.
#[must_use]
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::gzip;

    #[test]
    fn what_was_compressed_is_read_back() {
        let text = "免证办".repeat(1000);
        let small = gzip(text.as_bytes());
        assert!(small.len() < text.len() / 10);
        assert_eq!(small, gzip(text.as_bytes()));
        let mut back = String::new();
        GzDecoder::new(small.as_slice())
            .read_to_string(&mut back)
            .unwrap();
        assert_eq!(back, text);
    }
}
