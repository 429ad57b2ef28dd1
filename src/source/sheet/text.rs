//! Bytes to text, a chunk at a time, refusing what the encoding does not allow.

use std::io;
use std::io::Read;

use encoding_rs::Decoder;
use encoding_rs::DecoderResult;

use super::bytes::Bytes;
use super::encoding::CHUNK;
use super::encoding::Encoding;
use super::encoding::read_some;

/// What the next chunk is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Chunk {
    /// Text was put into the buffer.
    More,
    /// There is no more text.
    End,
    /// What follows cannot be read; all text before it has been given out.
    Malformed,
}

/// A decoding reader over an upload; holds one chunk.
pub(super) struct Text<'b> {
    reader: Box<dyn Read + 'b>,
    decoder: Decoder,
    raw: Vec<u8>,
    next: Chunk,
}

impl<'b> Text<'b> {
    pub(super) fn open(bytes: &'b dyn Bytes, encoding: Encoding) -> io::Result<Self> {
        let mark = u64::try_from(encoding.mark().len()).unwrap_or_default();
        Ok(Self {
            reader: bytes.open_at(mark)?,
            decoder: encoding.coder().new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK],
            next: Chunk::More,
        })
    }

    /// Replaces `into` with the next text; it is empty unless the answer is [`Chunk::More`].
    pub(super) fn fill(&mut self, into: &mut String) -> io::Result<Chunk> {
        into.clear();
        while self.next == Chunk::More && into.is_empty() {
            let got = read_some(self.reader.as_mut(), &mut self.raw)?;
            let room = self
                .decoder
                .max_utf8_buffer_length_without_replacement(got)
                .unwrap_or(4 * CHUNK);
            into.reserve(room);
            let raw = self.raw.get(..got).unwrap_or_default();
            let (outcome, _) =
                self.decoder
                    .decode_to_string_without_replacement(raw, into, got == 0);
            match outcome {
                DecoderResult::InputEmpty if got == 0 => self.next = Chunk::End,
                DecoderResult::InputEmpty => {}
                // The room was asked for, so a full buffer would be as odd as a bad byte.
                DecoderResult::OutputFull | DecoderResult::Malformed(..) => {
                    self.next = Chunk::Malformed;
                }
            }
        }
        Ok(if into.is_empty() {
            self.next
        } else {
            Chunk::More
        })
    }
}
