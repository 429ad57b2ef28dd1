//! Receive a file: its bytes become sealed pieces while they come in, and a batch once all of
//! them are there.
//!
//! ```text
//! begin → push, push, … → finish     the batch waits for a server
//!                       ↘ abandon    as if nothing had been sent
//! ```
//!
//! A batch whose photos follow waits for them as long as [`PHOTOS_WAIT_S`]. An upload that a
//! crash cut off is dropped by the hourly sweep once nobody has written to it for
//! [`UPLOAD_WAIT_S`].
//!
//! Photos may be sent by several uploads at once, as a client does that lost patience with its
//! first. Each writes a file of its own; the first that comes in whole is the batch's, in the
//! transaction that drops all others.

use std::sync::Arc;

use crate::codec::digest::RunningDigest;
use crate::codec::digest::sha256_parts;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::flow::batch::choice::Options;
use crate::flow::batch::pieces;
use crate::flow::batch::pieces::PIECE_BYTES;
use crate::flow::batch::read::own;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::idempotency::RequestKey;
use crate::flow::issue::may_issue;
use crate::flow::office::Office;
use crate::flow::show::live::alphanumeric;
use crate::source::sheet::CSV_BYTES;
use crate::source::sheet::XLSX_BYTES;
use crate::store::batch_files::Hold;
use crate::store::batches::BatchRow;
use crate::store::batches::BatchState;
use crate::store::stored::stored_number;

pub use crate::flow::batch::choice::BatchChoice;
pub use crate::flow::batch::choice::OwnedKey;
pub use crate::flow::batch::pieces::BatchFile;
pub use crate::source::sheet::CSV_BYTES as SHEET_BYTES;

/// The largest zip of photos.
pub const PHOTOS_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// The largest zip of photos that are issued all or nothing.
pub const TOGETHER_PHOTOS: u64 = 64 * 1024 * 1024;

/// The largest CSV file whose rows are issued all or nothing.
pub const TOGETHER_SHEET: u64 = 16 * 1024 * 1024;

/// Seconds for which an upload that nobody writes to is kept.
pub const UPLOAD_WAIT_S: i64 = 600;

/// Seconds for which a batch waits for its photos.
pub const PHOTOS_WAIT_S: i64 = 24 * 3600;

/// A file that is coming in.
pub struct Upload {
    office: Arc<Office>,
    row: BatchRow,
    options: Options,
    file: BatchFile,
    by: Caller,
    key: Option<OwnedKey>,
    digest: RunningDigest,
    held: Vec<u8>,
    next: i32,
    received: u64,
    /// Whether it begins as a zip does; workbooks are smaller than text.
    zipped: bool,
    /// A request that was done before: its bytes are compared, not kept.
    repeated: bool,
}

impl Upload {
    /// Begins to receive a sheet.
    ///
    /// # Errors
    ///
    /// [`Reason::UnknownType`], [`Reason::MayNotIssue`], [`Reason::Forbidden`] for a caller
    /// that is no issuer, or [`Failure`]. Nothing was written then.
    pub fn of_sheet(
        office: &Arc<Office>,
        choice: &BatchChoice,
        by: &Caller,
        key: Option<OwnedKey>,
    ) -> Result<Self, Failure> {
        let (Role::Issuer, Some(number)) = (by.role, by.agency) else {
            return Err(Failure::refused(Reason::Forbidden));
        };
        let known = office.known();
        let of = known.type_named(&choice.of)?;
        let unknown = || Failure::refused(Reason::UnknownAgency);
        let issuer = known.agencies.get(&number).ok_or_else(unknown)?;
        may_issue(office, issuer, &of)?;
        let options = Options {
            task: choice.task,
            dry_run: choice.dry_run,
            stock: choice.stock,
            all_or_nothing: choice.all_or_nothing,
            photos: choice.photos,
            sheet_bytes: 0,
            photos_bytes: 0,
            photos_file: BatchFile::FIRST_PHOTOS,
        };
        let now = office.clock.now();
        let mut row = BatchRow {
            id: 0,
            public_id: alphanumeric(26, &*office.randomness).to_ascii_lowercase(),
            caller: by.id.clone(),
            issuer: stored_number(number),
            type_number: stored_number(of.number),
            options: options.text()?,
            state: BatchState::Receiving.stored(),
            total: 0,
            done: 0,
            counts: "{}".to_owned(),
            problem: None,
            created_at: now.millis(),
            lease_until: now.plus_secs(UPLOAD_WAIT_S).millis(),
        };
        let repeated = seen(office, by, key.as_ref())?;
        if !repeated {
            office.store.write(|tx| {
                row.id = tx.reserve("batch", 1)?;
                tx.insert_batch(&row)
            })?;
        }
        Ok(Self::begun(
            office,
            (row, options, BatchFile::Sheet),
            by,
            key,
            repeated,
        ))
    }

    /// Begins to receive the photos of a batch that waits for them.
    ///
    /// # Errors
    ///
    /// [`Reason::NotFound`]; [`Reason::WrongStep`] when the batch waits for none.
    pub fn of_photos(
        office: &Arc<Office>,
        public_id: &str,
        by: &Caller,
        key: Option<OwnedKey>,
    ) -> Result<Self, Failure> {
        let row = own(office, public_id, by)?;
        let repeated = seen(office, by, key.as_ref())?;
        let options = if repeated {
            Options::of(&row)?
        } else {
            office.store.write(|tx| {
                let row = tx.batch_coming_in(row.id)?.ok_or_else(waits_for_none)?;
                let options = Options::of(&row)?;
                if options.sheet_bytes == 0 || !options.photos {
                    return Err(waits_for_none());
                }
                let options = options.with_next_photos()?;
                tx.set_batch_options(row.id, &options.text()?)?;
                Ok(options)
            })?
        };
        let file = BatchFile::Photos(options.photos_file);
        Ok(Self::begun(office, (row, options, file), by, key, repeated))
    }

    fn begun(
        office: &Arc<Office>,
        (row, options, file): (BatchRow, Options, BatchFile),
        by: &Caller,
        key: Option<OwnedKey>,
        repeated: bool,
    ) -> Self {
        Self {
            office: Arc::clone(office),
            row,
            options,
            file,
            by: by.clone(),
            key,
            digest: RunningDigest::default(),
            held: Vec::new(),
            next: 0,
            received: 0,
            zipped: false,
            repeated,
        }
    }

    /// How many bytes came in.
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.received
    }

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

    fn put(&mut self, piece: &[u8]) -> Result<(), Failure> {
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

fn waits_for_none() -> Failure {
    Failure::because(Reason::WrongStep, "the batch does not wait for photos")
}

fn dropped() -> Failure {
    Failure::because(Reason::Unavailable, "the upload was dropped")
}

/// Whether a request with this key was done before.
fn seen(office: &Office, by: &Caller, key: Option<&OwnedKey>) -> Result<bool, Failure> {
    let Some(key) = key else {
        return Ok(false);
    };
    let seen = office.store.read(|rx| rx.seen_key(&request_key(by, key)))?;
    Ok(seen.is_some())
}

fn request_key<'a>(by: &'a Caller, key: &'a OwnedKey) -> RequestKey<'a> {
    RequestKey {
        caller: &by.id,
        route: &key.route,
        key: &key.key,
    }
}
