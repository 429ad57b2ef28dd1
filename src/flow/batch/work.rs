//! Work on batches that wait: claim one, go through it chunk by chunk, write what it made.
//!
//! A server that stops gives its batch back between two chunks; one that dies loses it when
//! its lease runs out. Either way another start goes through the file again, and the rows that
//! were issued are there already: each is issued once.
//!
//! The work is done on behalf of the credential that sent the file, as long as that stands: once
//! it is taken back, the batch ends where it is.

use std::sync::atomic::AtomicBool;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::flow::batch::BatchOrder;
use crate::flow::batch::Outputs;
use crate::flow::batch::choice::Options;
use crate::flow::batch::held::Held;
use crate::flow::batch::keep::keep_report;
use crate::flow::batch::made::Holding;
use crate::flow::batch::made::PieceWriter;
use crate::flow::batch::pieces::BatchFile;
use crate::flow::batch::pieces::PieceBytes;
use crate::flow::batch::read::Kept;
use crate::flow::batch::run;
use crate::flow::credentials::still_stands;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::source::sheet::Bytes;
use crate::store::batches::BatchRow;
use crate::store::batches::BatchState;
use crate::store::stored::read_number;

/// Seconds for which a server holds a batch without a sign of life.
pub const LEASE_S: i64 = 60;

/// How a turn at the batches ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing waits.
    Idle,
    /// A batch was worked through: so many rows were issued, and so many refused.
    Worked {
        /// Rows that became certificates.
        issued: u64,
        /// Rows that were refused.
        refused: u64,
        /// All rows.
        rows: u64,
    },
    /// It was asked to stop, and gave its batch back.
    Stopped,
    /// The batch went to another server meanwhile.
    Lost,
}

/// Takes one batch that waits and works through it.
///
/// # Errors
///
/// [`Failure`] if the register fails: the batch is taken up again when the lease runs out. A
/// file that cannot be used is no error here; the batch says so.
pub fn work_once(office: &Office, stop: &AtomicBool) -> Result<Turn, Failure> {
    let now = office.clock.now();
    let claimed = office
        .store
        .write(|tx| tx.claim_batch(now, now.plus_secs(LEASE_S)))?;
    let Some(row) = claimed else {
        return Ok(Turn::Idle);
    };
    let holding = Holding::new(office, row.lease());
    let mut held = Held {
        office,
        holding: &holding,
        kept: Kept::default(),
        done: 0,
        noted: (0, now),
        stopped: false,
        written: true,
    };
    let worked = work(office, &row, &mut held, stop);
    match worked {
        _ if holding.is_lost() => Ok(Turn::Lost),
        _ if held.stopped => {
            // Free at once for whoever comes next.
            held.note_until(0)?;
            Ok(Turn::Stopped)
        }
        Ok(None) => held.finish(BatchState::Done, None),
        Ok(Some(problem)) => held.finish(BatchState::Failed, Some(&problem)),
        Err(why) => {
            let problem = why.problem();
            if problem.reason == Reason::Unavailable {
                return Err(why);
            }
            held.finish(BatchState::Failed, Some(&problem))
        }
    }
}

/// Works through a batch; `Some` with the reason when it ended before its last row.
fn work(
    office: &Office,
    row: &BatchRow,
    held: &mut Held<'_>,
    stop: &AtomicBool,
) -> Result<Option<Problem>, Failure> {
    let options = Options::of(row)?;
    held.written = !options.dry_run;
    let known = office.known();
    let broken = || Failure::Broken(format!("batch {} has no type or agency", row.id));
    let of = known
        .newest
        .values()
        .find(|of| of.number == read_number(row.type_number))
        .ok_or_else(broken)?;
    let issuer = known
        .agencies
        .get(&read_number(row.issuer))
        .ok_or_else(broken)?;
    let by = Caller {
        id: row.caller.clone(),
        role: Role::Issuer,
        agency: Some(read_number(row.issuer)),
        holder: None,
        person: None,
    };
    still_stands(office, &by)?;
    let order = BatchOrder {
        of,
        issuer,
        task: options.task,
        dry_run: options.dry_run,
        stock: options.stock,
        all_or_nothing: options.all_or_nothing,
        by: &by,
    };
    let sheet = PieceBytes::new(office, row.id, BatchFile::Sheet, options.sheet_bytes);
    let photos = PieceBytes::new(
        office,
        row.id,
        BatchFile::Photos(options.photos_file),
        options.photos_bytes,
    );
    let photos: Option<&dyn Bytes> = (options.photos_bytes > 0).then_some(&photos);
    let mut results = PieceWriter::begin(held.holding, BatchFile::Results)?;
    let mut errors = PieceWriter::begin(held.holding, BatchFile::Errors)?;
    let outputs = Outputs {
        results: &mut results,
        errors: &mut errors,
        progress: &mut |progress| held.advance(progress, &by, stop),
    };
    let report = run(office, order, &sheet, photos, outputs)?;
    results.finish()?;
    errors.finish()?;
    keep_report(held.holding, &report)?;
    held.kept.counts = report.counts;
    held.written = report.written;
    Ok(report.ended)
}
