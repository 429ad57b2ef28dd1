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

mod end;
mod take;

use std::sync::Arc;

use crate::codec::digest::RunningDigest;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::flow::batch::choice::Options;
use crate::flow::batch::read::own;
use crate::flow::failure::Failure;
use crate::flow::idempotency::RequestKey;
use crate::flow::issue::may_issue;
use crate::flow::office::Office;
use crate::flow::show::live::alphanumeric;
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
        let file = |options: &Options| BatchFile::Photos(options.photos_file);
        if !seen(office, by, key.as_ref())? {
            let begun = office.store.write(|tx| {
                let row = tx.batch_coming_in(row.id)?.ok_or_else(waits_for_none)?;
                let options = Options::of(&row)?;
                if options.sheet_bytes == 0 || !options.photos {
                    return Err(waits_for_none());
                }
                let options = options.with_next_photos()?;
                tx.set_batch_options(row.id, &options.text()?)?;
                Ok(options)
            });
            match begun {
                Ok(options) => {
                    let file = file(&options);
                    return Ok(Self::begun(office, (row, options, file), by, key, false));
                }
                // The same request came at the same moment, and was whole between the two looks.
                Err(_) if seen(office, by, key.as_ref())? => {}
                Err(why) => return Err(why),
            }
        }
        let row = own(office, public_id, by)?;
        let options = Options::of(&row)?;
        let file = file(&options);
        Ok(Self::begun(office, (row, options, file), by, key, true))
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
