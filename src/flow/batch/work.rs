//! Work on batches that wait: claim one, go through it chunk by chunk, write what it made.
//!
//! A server that stops gives its batch back between two chunks; one that dies loses it when
//! its lease runs out. Either way another start goes through the file again, and the rows that
//! were issued are there already: each is issued once.
//!
//! The work is done on behalf of the credential that sent the file, as long as that stands: once
//! it is taken back, the batch ends where it is.

use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use serde_json::Value;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::FindingWords;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::batch::BatchOrder;
use crate::flow::batch::Outputs;
use crate::flow::batch::Progress;
use crate::flow::batch::choice::Options;
use crate::flow::batch::made::Holding;
use crate::flow::batch::made::PieceWriter;
use crate::flow::batch::pieces::BatchFile;
use crate::flow::batch::pieces::PieceBytes;
use crate::flow::batch::read::Kept;
use crate::flow::batch::read::KeptReport;
use crate::flow::batch::read::ToldFinding;
use crate::flow::batch::read::ToldRow;
use crate::flow::batch::report::Report;
use crate::flow::batch::report::RowDiffers;
use crate::flow::batch::report::RowFindings;
use crate::flow::batch::run;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::source::sheet::Bytes;
use crate::store::batches::BatchRow;
use crate::store::batches::BatchState;
use crate::store::stored::read_number;

/// Seconds for which a server holds a batch without a sign of life.
pub const LEASE_S: i64 = 60;

/// Rows with findings that are told; of more, the error file tells.
const TOLD: usize = 100;

/// Seconds after which the register is told how far a batch is, and the lease renewed.
const NOTE_S: i64 = 5;

/// Rows after which it is told before that.
const NOTE_ROWS: u64 = 2000;

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

/// The hold on a batch, and what is known of it.
struct Held<'h> {
    office: &'h Office,
    holding: &'h Holding<'h>,
    kept: Kept,
    done: u64,
    /// When the register was told last, and of how many rows.
    noted: (u64, Timestamp),
    stopped: bool,
}

impl Held<'_> {
    fn text(&self) -> String {
        serde_json::to_string(&self.kept).unwrap_or_default()
    }

    /// Tells the register how far it is and holds on for so many seconds.
    fn note_until(&mut self, seconds: i64) -> Result<(), Failure> {
        let now = self.office.clock.now();
        let until = now.plus_secs(seconds);
        let (lease, text) = (self.holding.lease(), self.text());
        let done = i64::try_from(self.done).unwrap_or(i64::MAX);
        let store = &self.office.store;
        let noted = store.write(|tx| tx.progress(lease, done, &text, until))?;
        self.noted = (self.done, now);
        self.holding.keep(noted)
    }

    fn advance(
        &mut self,
        progress: Progress,
        by: &Caller,
        stop: &AtomicBool,
    ) -> Result<(), Failure> {
        self.kept = Kept {
            total: progress.total,
            counts: progress.counts,
        };
        self.done = progress.done;
        let (rows, at) = self.noted;
        let due = self.office.clock.now().secs_since(at) >= NOTE_S;
        if due || self.done >= rows.saturating_add(NOTE_ROWS) {
            self.note_until(LEASE_S)?;
        }
        if stop.load(Ordering::Relaxed) {
            self.stopped = true;
            return Err(Failure::because(Reason::Unavailable, "the server stops"));
        }
        still_sends(self.office, by)
    }

    fn finish(&self, state: BatchState, problem: Option<&Problem>) -> Result<Turn, Failure> {
        let (lease, text) = (self.holding.lease(), self.text());
        let done = i64::try_from(self.done).unwrap_or(i64::MAX);
        let problem = problem.map(|problem| {
            let detail = problem.detail.as_deref().unwrap_or_default();
            format!("{}: {detail}", problem.reason.code())
        });
        let problem = problem.as_deref();
        let store = &self.office.store;
        if !store.write(|tx| tx.finish_batch(lease, state, (done, &text), problem))? {
            return Ok(Turn::Lost);
        }
        let counts = self.kept.counts;
        Ok(Turn::Worked {
            issued: counts.issued + counts.corrected + counts.reissued,
            refused: counts.refused,
            rows: counts.rows,
        })
    }
}

/// Refuses to go on for a credential that was taken back. One that ran out since the file came
/// in was good when the file was acknowledged, and the work goes on.
fn still_sends(office: &Office, by: &Caller) -> Result<(), Failure> {
    let credential = office.store.read(|rx| rx.credential(&by.id))?;
    let stands = credential.is_some_and(|credential| {
        credential.revoked_at.is_none()
            && credential.role == by.role.name()
            && credential.agency.map(read_number) == by.agency
    });
    if stands {
        return Ok(());
    }
    let what = format!("the credential {} was taken back", by.id);
    Err(Failure::because(Reason::CredentialEnded, what))
}

/// Works through a batch; `Some` with the reason when it ended before its last row.
fn work(
    office: &Office,
    row: &BatchRow,
    held: &mut Held<'_>,
    stop: &AtomicBool,
) -> Result<Option<Problem>, Failure> {
    let options = Options::of(row)?;
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
    };
    still_sends(office, &by)?;
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
    Ok(report.ended)
}

fn keep_report(holding: &Holding<'_>, report: &Report) -> Result<(), Failure> {
    let rows = report.refused.iter().take(TOLD);
    let warned = report.warned.iter().take(TOLD);
    let kept = KeptReport {
        rows: rows.chain(warned).map(told).collect(),
        differs: json!({
            "differs": report.differs.iter().map(changed).collect::<Vec<_>>(),
            "corrected": report.corrected.iter().map(changed).collect::<Vec<_>>(),
        }),
        ignored_columns: report.ignored_columns.clone(),
        pictures: report.pictures.clone(),
    };
    let text = serde_json::to_vec(&kept).map_err(|why| Failure::Broken(why.to_string()))?;
    let mut file = PieceWriter::begin(holding, BatchFile::Report)?;
    file.write_all(&text)
        .map_err(|why| Failure::Broken(why.to_string()))?;
    file.finish()?;
    Ok(())
}

fn changed(row: &RowDiffers) -> Value {
    let changes = row
        .changes
        .iter()
        .map(|c| json!({"field": c.key, "old": c.old, "new": c.new}));
    json!({
        "row": row.row,
        "outcome": row.outcome,
        "identifier": row.identifier,
        "changes": changes.collect::<Vec<_>>(),
    })
}

fn told(row: &RowFindings) -> ToldRow {
    ToldRow {
        row: row.row,
        findings: row.findings.iter().map(told_finding).collect(),
    }
}

fn told_finding(finding: &FindingWords) -> ToldFinding {
    ToldFinding {
        column: finding.column.clone(),
        label: finding.label.clone(),
        code: finding.code.to_owned(),
        warning: finding.warning,
        zh: finding.zh.clone(),
        en: finding.en.clone(),
    }
}
