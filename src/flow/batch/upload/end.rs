//! The end of an upload: a batch that waits for a server or its photos, or nothing at all.

use crate::codec::digest::sha256_parts;
use crate::domain::problem::Reason;
use crate::flow::batch::upload::BatchFile;
use crate::flow::batch::upload::PHOTOS_WAIT_S;
use crate::flow::batch::upload::Upload;
use crate::flow::batch::upload::dropped;
use crate::flow::batch::upload::request_key;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::store::batch_files::Hold;

impl Upload {
    /// Ends the upload. The batch waits for a server now, or for its photos; the answer is the
    /// id its sender knows it by. What other uploads of the same photos put is dropped.
    ///
    /// # Errors
    ///
    /// [`Reason::BadFile`] when nothing came in, [`Reason::BadRequest`] when the digest is not
    /// the one announced, [`Reason::KeyReused`]. Then abandon it.
    pub fn finish(&mut self, announced: Option<[u8; 32]>) -> Result<String, Failure> {
        if self.received == 0 {
            return Err(Failure::because(Reason::BadFile, "sheet_empty"));
        }
        let digest = std::mem::take(&mut self.digest).finish();
        if announced.is_some_and(|announced| announced != digest) {
            return Err(Failure::because(
                Reason::BadRequest,
                "the body's SHA-256 is not the one announced",
            ));
        }
        // What was chosen belongs to the request as much as its body.
        let chosen = match self.file {
            BatchFile::Photos(_) => self.row.public_id.clone(),
            _ => format!("{} {}", self.row.type_number, self.options.words()),
        };
        let digest = sha256_parts(&[chosen.as_bytes(), &digest]);
        let caller = self.by.clone();
        let key = self.key.clone();
        let once = key
            .as_ref()
            .map(|key| Once::of_digest(request_key(&caller, key), digest));
        let last = std::mem::take(&mut self.held);
        if !last.is_empty() {
            self.put(&last)?;
        }
        if self.repeated {
            let before = once.map(|once| self.office.store.read(|rx| once.before(rx)));
            let before = before.transpose()?.flatten();
            return before.ok_or_else(|| Failure::Broken("a key was forgotten".to_owned()));
        }
        match self.file {
            BatchFile::Photos(_) => self.options.photos_bytes = self.received,
            _ => self.options.sheet_bytes = self.received,
        }
        self.commit(once)
    }

    fn commit(&self, once: Option<Once<'_>>) -> Result<String, Failure> {
        let (id, public_id) = (self.row.id, self.row.public_id.clone());
        let options = self.options.text()?;
        let now = self.office.clock.now();
        let waits = self.options.photos && self.file == BatchFile::Sheet;
        let kept = [
            BatchFile::Sheet.stored(),
            BatchFile::Photos(self.options.photos_file).stored(),
        ];
        self.office.store.write(|tx| {
            if let Some(before) = idempotency::claim(tx, once, Some(&public_id), now)?.before() {
                // The same request at the same moment: the other one is kept. Of photos, it has
                // dropped what we put.
                if before != public_id {
                    tx.drop_upload(id)?;
                }
                return Ok(before);
            }
            let kept = tx.set_batch_options(id, &options)?
                && tx.drop_files_but(Hold::ComingIn(id), &kept)?
                && if waits {
                    tx.wait_for_batch(id, now.plus_secs(PHOTOS_WAIT_S))?
                } else {
                    tx.queue_batch(id, 0)?
                };
            if kept { Ok(public_id) } else { Err(dropped()) }
        })
    }

    /// Drops what came in, as if it had never been sent; a sheet before its photos stays, and
    /// so does what has come in whole.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the register fails; the sweep will drop it then.
    pub fn abandon(&self) -> Result<(), Failure> {
        if self.repeated {
            return Ok(());
        }
        let (id, file) = (self.row.id, self.file);
        self.office.store.write(|tx| {
            match file {
                BatchFile::Photos(_) => {
                    tx.drop_file(Hold::ComingIn(id), file.stored())?;
                }
                // With other options it is in, though whoever sent it was not told so.
                _ if tx
                    .batch_coming_in(id)?
                    .is_some_and(|row| row.options == self.row.options) =>
                {
                    tx.drop_upload(id)?;
                }
                _ => {}
            }
            Ok(())
        })
    }
}
