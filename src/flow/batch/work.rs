//! Work on batches that wait: claim one, go through it chunk by chunk, write what it made.
//!
//! A server that stops gives its batch back between two chunks; one that dies loses it when
//! its lease runs out. Either way another start goes through the file again, and the rows that
//! were issued are there already: each is issued once.

use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::FindingWords;
use crate::domain::problem::Reason;
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
        Ok(()) => held.finish(BatchState::Done, None),
        Err(why) => {
            let problem = why.problem();
            if problem.reason == Reason::Unavailable {
                return Err(why);
            }
            let detail = problem.detail.unwrap_or_default();
            let text = format!("{}: {detail}", problem.reason.code());
            held.finish(BatchState::Failed, Some(&text))
        }
    }
}

/// The hold on a batch, and what is known of it.
struct Held<'h> {
    office: &'h Office,
    holding: &'h Holding<'h>,
    kept: Kept,
    done: u64,
    stopped: bool,
}

impl Held<'_> {
    fn text(&self) -> String {
        serde_json::to_string(&self.kept).unwrap_or_default()
    }

    /// Tells the register how far it is and holds on for so many seconds.
    fn note_until(&mut self, seconds: i64) -> Result<(), Failure> {
        let until = self.office.clock.now().plus_secs(seconds);
        let (lease, text) = (self.holding.lease(), self.text());
        let done = i64::try_from(self.done).unwrap_or(i64::MAX);
        let store = &self.office.store;
        let noted = store.write(|tx| tx.progress(lease, done, &text, until))?;
        self.holding.keep(noted)
    }

    fn advance(&mut self, progress: Progress, stop: &AtomicBool) -> Result<(), Failure> {
        self.kept = Kept {
            total: progress.total,
            counts: progress.counts,
        };
        self.done = progress.done;
        self.note_until(LEASE_S)?;
        if stop.load(Ordering::Relaxed) {
            self.stopped = true;
            return Err(Failure::because(Reason::Unavailable, "the server stops"));
        }
        Ok(())
    }

    fn finish(&self, state: BatchState, problem: Option<&str>) -> Result<Turn, Failure> {
        let (lease, text) = (self.holding.lease(), self.text());
        let store = &self.office.store;
        if !store.write(|tx| tx.finish_batch(lease, state, &text, problem))? {
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

fn work(
    office: &Office,
    row: &BatchRow,
    held: &mut Held<'_>,
    stop: &AtomicBool,
) -> Result<(), Failure> {
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
    let order = BatchOrder {
        of,
        issuer,
        task: options.task,
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
        progress: &mut |progress| held.advance(progress, stop),
    };
    let report = run(office, order, &sheet, photos, outputs)?;
    results.finish()?;
    errors.finish()?;
    keep_report(held.holding, &report)?;
    held.kept.counts = report.counts;
    Ok(())
}

fn keep_report(holding: &Holding<'_>, report: &Report) -> Result<(), Failure> {
    let rows = report.refused.iter().take(TOLD);
    let warned = report.warned.iter().take(TOLD);
    let differs = report.differs.iter().map(|row| {
        let changes = row
            .changes
            .iter()
            .map(|c| json!({"field": c.key, "old": c.old, "new": c.new}));
        json!({
            "row": row.row,
            "identifier": row.identifier,
            "changes": changes.collect::<Vec<_>>(),
        })
    });
    let kept = KeptReport {
        rows: rows.chain(warned).map(told).collect(),
        differs: json!({"differs": differs.collect::<Vec<_>>()}),
        notes: json!({
            "ignored_columns": report.ignored_columns,
            "pictures": report.pictures,
        }),
    };
    let text = serde_json::to_vec(&kept).map_err(|why| Failure::Broken(why.to_string()))?;
    let mut file = PieceWriter::begin(holding, BatchFile::Report)?;
    file.write_all(&text)
        .map_err(|why| Failure::Broken(why.to_string()))?;
    file.finish()?;
    Ok(())
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
