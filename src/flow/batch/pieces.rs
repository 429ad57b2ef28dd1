//! Files of batches in sealed pieces, read again from any place.
//!
//! All pieces of a batch are sealed for the same row, so each begins with the numbers of its
//! file and place: two pieces that were exchanged in the database are found out.

use std::io;
use std::io::Read;

use crate::crypto::vault::Sealed;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::source::sheet::Bytes;
use crate::store::batch_files::PIECE;

/// Bytes of a file in one piece.
pub(crate) const PIECE_BYTES: usize = 1 << 20;

/// The same, as a place in a file.
const PIECE_LENGTH: u64 = 1 << 20;

/// A file of a batch. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchFile {
    /// The sheet that was sent: 0.
    Sheet,
    /// The photos of one upload, under its number: 1, or more than [`BatchFile::LAST`].
    Photos(i16),
    /// What became of every row: 2.
    Results,
    /// The rows that somebody must mend: 3.
    Errors,
    /// The rows that differ from the register, and those with findings, as JSON: 4.
    Report,
}

impl BatchFile {
    /// The number of photos that came when a batch had one file of them.
    pub(crate) const FIRST_PHOTOS: i16 = 1;

    /// The last number that is not an upload's.
    pub const LAST: i16 = 4;

    /// The stored number.
    #[must_use]
    pub const fn stored(self) -> i16 {
        match self {
            Self::Sheet => 0,
            Self::Photos(number) => number,
            Self::Results => 2,
            Self::Errors => 3,
            Self::Report => 4,
        }
    }
}

fn marked(file: BatchFile, piece: i32) -> Vec<u8> {
    let (file, piece) = (file.stored().to_be_bytes(), piece.to_be_bytes());
    [file.as_slice(), piece.as_slice()].concat()
}

/// Seals one piece, to be put.
pub(crate) fn seal(
    office: &Office,
    batch: i64,
    (file, piece): (BatchFile, i32),
    bytes: &[u8],
) -> Sealed {
    let plain = [marked(file, piece).as_slice(), bytes].concat();
    let vault = office.store.vault();
    vault.seal(&PIECE, batch, &plain, &*office.randomness)
}

/// Opens one piece; `None` behind the last.
pub(crate) fn get(
    office: &Office,
    batch: i64,
    (file, piece): (BatchFile, i32),
) -> Result<Option<Vec<u8>>, Failure> {
    let sealed = office
        .store
        .read(|rx| rx.piece(batch, file.stored(), piece))?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let plain = office.store.vault().open(&PIECE, batch, &sealed)?;
    match plain.strip_prefix(marked(file, piece).as_slice()) {
        Some(bytes) => Ok(Some(bytes.to_vec())),
        None => Err(Failure::Broken(format!(
            "batch {batch} has a piece exchanged"
        ))),
    }
}

/// A file of a batch, to be read from any place.
pub(crate) struct PieceBytes<'o> {
    office: &'o Office,
    batch: i64,
    file: BatchFile,
    size: u64,
}

impl<'o> PieceBytes<'o> {
    /// A file that has so many bytes.
    pub(crate) fn new(office: &'o Office, batch: i64, file: BatchFile, size: u64) -> Self {
        Self {
            office,
            batch,
            file,
            size,
        }
    }
}

impl Bytes for PieceBytes<'_> {
    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + '_>> {
        let beyond = || io::Error::other("the file has no such place");
        let next = i32::try_from(start / PIECE_LENGTH).map_err(|_why| beyond())?;
        let skip = usize::try_from(start % PIECE_LENGTH).map_err(|_why| beyond())?;
        Ok(Box::new(PieceReader {
            of: self,
            next,
            skip,
            held: Vec::new(),
            at: 0,
        }))
    }

    fn size(&self) -> u64 {
        self.size
    }
}

struct PieceReader<'b> {
    of: &'b PieceBytes<'b>,
    next: i32,
    skip: usize,
    held: Vec<u8>,
    at: usize,
}

impl PieceReader<'_> {
    /// Behind the last piece; a piece that is gone is no end.
    fn end(&self) -> io::Result<usize> {
        let read = u64::try_from(self.next).unwrap_or(u64::MAX);
        if read.saturating_mul(PIECE_LENGTH) >= self.of.size {
            return Ok(0);
        }
        Err(io::Error::other("a piece of the file is gone"))
    }
}

impl Read for PieceReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.held.len() {
            let place = (self.of.file, self.next);
            let piece = get(self.of.office, self.of.batch, place).map_err(io::Error::other)?;
            let Some(piece) = piece else {
                return self.end();
            };
            self.held = piece;
            self.at = std::mem::take(&mut self.skip);
            self.next += 1;
        }
        let mut rest = self.held.get(self.at..).unwrap_or_default();
        let got = rest.read(buffer)?;
        self.at += got;
        Ok(got)
    }
}
