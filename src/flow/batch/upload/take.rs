//! Bytes of an upload as they come in: counted, held, sealed piece by piece.

use crate::domain::problem::Reason;
use crate::flow::batch::pieces;
use crate::flow::batch::pieces::PIECE_BYTES;
use crate::flow::batch::upload::BatchFile;
use crate::flow::batch::upload::PHOTOS_BYTES;
use crate::flow::batch::upload::PHOTOS_WAIT_S;
use crate::flow::batch::upload::TOGETHER_PHOTOS;
use crate::flow::batch::upload::TOGETHER_SHEET;
use crate::flow::batch::upload::UPLOAD_WAIT_S;
use crate::flow::batch::upload::Upload;
use crate::flow::batch::upload::dropped;
use crate::flow::batch::upload::seen;
use crate::flow::batch::upload::waits_for_none;
use crate::flow::failure::Failure;
use crate::source::sheet::CSV_BYTES;
use crate::source::sheet::XLSX_BYTES;
use crate::store::batch_files::Hold;

impl Upload {
    /// Takes some more bytes; whole pieces are sealed and written.
    ///
    /// # Errors
    ///
    /// [`Reason::TooLarge`], [`Reason::TooManyTogether`], or [`Failure`] if the register fails.
    /// Then abandon it.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.received == 0 {
            self.zipped = bytes.starts_with(b"PK");
        }
        self.received += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let (most, reason) = self.most();
        if self.received > most {
            return Err(Failure::refused(reason));
        }
        self.digest.update(bytes);
        if self.repeated {
            return Ok(());
        }
        self.held.extend_from_slice(bytes);
        while self.held.len() >= PIECE_BYTES {
            let rest = self.held.split_off(PIECE_BYTES);
            let piece = std::mem::replace(&mut self.held, rest);
            self.put(&piece)?;
        }
        Ok(())
    }

    /// The most bytes it may have, and what is said of more.
    fn most(&self) -> (u64, Reason) {
        let together = self.options.all_or_nothing;
        match (self.file, self.zipped) {
            (BatchFile::Photos(_), _) if together => (TOGETHER_PHOTOS, Reason::TooManyTogether),
            (BatchFile::Photos(_), _) => (PHOTOS_BYTES, Reason::TooLarge),
            (_, true) => (XLSX_BYTES, Reason::TooLarge),
            (_, false) if together => (TOGETHER_SHEET, Reason::TooManyTogether),
            (_, false) => (CSV_BYTES, Reason::TooLarge),
        }
    }

    pub(super) fn put(&mut self, piece: &[u8]) -> Result<(), Failure> {
        if self.repeated {
            return Ok(());
        }
        let (id, place) = (self.row.id, (self.file.stored(), self.next));
        let sealed = pieces::seal(&self.office, id, (self.file, self.next), piece);
        // A batch that waits for photos waits on, though they were cut off.
        let wait_s = match self.file {
            BatchFile::Photos(_) => PHOTOS_WAIT_S,
            _ => UPLOAD_WAIT_S,
        };
        let until = self.office.clock.now().plus_secs(wait_s);
        let put = self.office.store.write(|tx| {
            Ok::<_, Failure>(
                tx.wait_for_batch(id, until)?
                    && tx.put_piece(Hold::ComingIn(id), place, &sealed)?,
            )
        })?;
        if put {
            self.next += 1;
            return Ok(());
        }
        // The same request, sent twice at once: the other one was done, and is the answer.
        if seen(&self.office, &self.by, self.key.as_ref())? {
            self.repeated = true;
            return Ok(());
        }
        Err(match self.file {
            BatchFile::Photos(_) => waits_for_none(),
            _ => dropped(),
        })
    }
}
