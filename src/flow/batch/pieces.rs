//! Files of batches in sealed pieces: written as they come in, read again from any place.
//!
//! All pieces of a batch are sealed for the same row, so each begins with the numbers of its
//! file and place: two pieces that were exchanged in the database are found out.

use std::io;
use std::io::Read;
use std::io::Write;

use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::source::sheet::Bytes;
use crate::store::batch_files::PIECE;

/// Bytes of a file in one piece.
pub(crate) const PIECE_BYTES: usize = 1 << 20;

/// A file of a batch. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchFile {
    /// The sheet that was sent: 0.
    Sheet,
    /// The photos that were sent: 1.
    Photos,
    /// What became of every row: 2.
    Results,
    /// The rows that somebody must mend: 3.
    Errors,
    /// The rows that differ from the register, and those with findings, as JSON: 4.
    Report,
}

impl BatchFile {
    /// The stored number.
    #[must_use]
    pub const fn stored(self) -> i16 {
        match self {
            Self::Sheet => 0,
            Self::Photos => 1,
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

/// Seals and puts one piece.
pub(crate) fn put(
    office: &Office,
    batch: i64,
    (file, piece): (BatchFile, i32),
    bytes: &[u8],
) -> Result<(), Failure> {
    let plain = [marked(file, piece).as_slice(), bytes].concat();
    let vault = office.store.vault();
    let sealed = vault.seal(&PIECE, batch, &plain, &*office.randomness);
    Ok(office
        .store
        .write(|tx| tx.put_piece(batch, file.stored(), piece, &sealed))?)
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

/// Writes a file of a batch piece by piece.
pub(crate) struct PieceWriter<'o> {
    office: &'o Office,
    batch: i64,
    file: BatchFile,
    next: i32,
    held: Vec<u8>,
    written: u64,
}

impl<'o> PieceWriter<'o> {
    /// Begins a file, dropping what was there of it.
    pub(crate) fn begin(office: &'o Office, batch: i64, file: BatchFile) -> Result<Self, Failure> {
        office
            .store
            .write(|tx| tx.drop_file(batch, file.stored()))?;
        Ok(Self {
            office,
            batch,
            file,
            next: 0,
            held: Vec::new(),
            written: 0,
        })
    }

    fn put_held(&mut self) -> Result<(), Failure> {
        put(self.office, self.batch, (self.file, self.next), &self.held)?;
        self.next += 1;
        self.held.clear();
        Ok(())
    }

    /// Puts the last piece; the answer is the file's size.
    pub(crate) fn finish(mut self) -> Result<u64, Failure> {
        if !self.held.is_empty() {
            self.put_held()?;
        }
        Ok(self.written)
    }
}

impl Write for PieceWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PIECE_BYTES.saturating_sub(self.held.len());
        let (now, _) = bytes.split_at(room.min(bytes.len()));
        self.held.extend_from_slice(now);
        self.written += u64::try_from(now.len()).unwrap_or(u64::MAX);
        if self.held.len() >= PIECE_BYTES {
            self.put_held().map_err(io::Error::other)?;
        }
        Ok(now.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file of a batch, to be read from any place.
pub(crate) struct PieceBytes<'o> {
    office: &'o Office,
    batch: i64,
    file: BatchFile,
    size: u64,
    first: i32,
}

impl<'o> PieceBytes<'o> {
    /// A file that has so many bytes.
    pub(crate) fn new(office: &'o Office, batch: i64, file: BatchFile, size: u64) -> Self {
        Self {
            office,
            batch,
            file,
            size,
            first: 0,
        }
    }

    /// The same with another first piece than that numbered 0.
    pub(crate) const fn from(mut self, first: i32) -> Self {
        self.first = first;
        self
    }
}

impl Bytes for PieceBytes<'_> {
    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + '_>> {
        let length = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
        let beyond = || io::Error::other("the file has no such place");
        let piece = i32::try_from(start / length).map_err(|_why| beyond())?;
        let next = self.first.checked_add(piece).ok_or_else(beyond)?;
        let skip = usize::try_from(start % length).map_err(|_why| beyond())?;
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

impl Read for PieceReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.held.len() {
            let place = (self.of.file, self.next);
            let piece = get(self.of.office, self.of.batch, place).map_err(io::Error::other)?;
            let Some(piece) = piece else {
                return Ok(0);
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
