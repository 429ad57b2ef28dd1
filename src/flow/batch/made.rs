//! Files that a server makes of a batch, written piece by piece as long as it holds the batch.
//!
//! A server that stalled and lost its batch finds so at its next piece, in the transaction that
//! would have put it: the pieces of two servers never stand in one file.

use std::cell::Cell;
use std::io;
use std::io::Write;

use crate::domain::problem::Reason;
use crate::flow::batch::pieces::BatchFile;
use crate::flow::batch::pieces::PIECE_BYTES;
use crate::flow::batch::pieces::seal;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::batch_files::Hold;
use crate::store::batches::Lease;

/// A server's hold on a batch. Whoever writes shares it, and it is lost for all at once.
pub(crate) struct Holding<'o> {
    office: &'o Office,
    lease: Cell<Lease>,
    lost: Cell<bool>,
}

impl<'o> Holding<'o> {
    pub(crate) const fn new(office: &'o Office, lease: Lease) -> Self {
        Self {
            office,
            lease: Cell::new(lease),
            lost: Cell::new(false),
        }
    }

    pub(crate) fn lease(&self) -> Lease {
        self.lease.get()
    }

    /// Takes the next lease; without one the hold is lost.
    pub(crate) fn keep(&self, next: Option<Lease>) -> Result<(), Failure> {
        if let Some(lease) = next {
            self.lease.set(lease);
            Ok(())
        } else {
            Err(self.lose())
        }
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.get()
    }

    fn lose(&self) -> Failure {
        self.lost.set(true);
        Failure::because(Reason::Unavailable, "the batch went to another server")
    }
}

/// Writes a file of a batch piece by piece, as long as the batch is held.
pub(crate) struct PieceWriter<'h> {
    holding: &'h Holding<'h>,
    file: BatchFile,
    next: i32,
    held: Vec<u8>,
    written: u64,
}

impl<'h> PieceWriter<'h> {
    /// Begins a file, dropping what was there of it.
    pub(crate) fn begin(holding: &'h Holding<'h>, file: BatchFile) -> Result<Self, Failure> {
        let hold = Hold::Working(holding.lease());
        let store = &holding.office.store;
        if !store.write(|tx| tx.drop_file(hold, file.stored()))? {
            return Err(holding.lose());
        }
        Ok(Self {
            holding,
            file,
            next: 0,
            held: Vec::new(),
            written: 0,
        })
    }

    fn put_held(&mut self) -> Result<(), Failure> {
        let (lease, office) = (self.holding.lease(), self.holding.office);
        let sealed = seal(office, lease.batch, (self.file, self.next), &self.held);
        let place = (self.file.stored(), self.next);
        let put = office
            .store
            .write(|tx| tx.put_piece(Hold::Working(lease), place, &sealed))?;
        if !put {
            return Err(self.holding.lose());
        }
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
