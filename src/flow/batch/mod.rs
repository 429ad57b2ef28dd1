//! Issue by the file: an office's sheet in, certificates, a result file and an error file out.
//!
//! Bad rows never block good ones. A row is (issuer, type, certificate number): what was
//! issued already is skipped, so a file that was cut off is simply sent again.

mod choice;
pub mod columns;
pub mod pictures;
mod pieces;
pub mod read;
pub mod report;
mod rows;
pub mod upload;
pub mod work;

use std::io::Write;

use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::FindingWords;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::batch::columns::Columns;
use crate::flow::batch::pictures::Album;
use crate::flow::batch::report::Counts;
use crate::flow::batch::report::HeadedChange;
use crate::flow::batch::report::Report;
use crate::flow::batch::report::RowDiffers;
use crate::flow::batch::rows::Reader;
use crate::flow::batch::rows::Waiting;
use crate::flow::failure::Failure;
use crate::flow::issue;
use crate::flow::issue::Issued;
use crate::flow::issue::Order;
use crate::flow::issue::Submission;
use crate::flow::issue::decide::FieldChange;
use crate::flow::issue::may_issue;
use crate::flow::office::Office;
use crate::source::sheet::ErrorFile;
use crate::source::sheet::Format;
use crate::source::sheet::HeaderAt;
use crate::source::sheet::ResultFile;
use crate::source::sheet::Row;
use crate::source::sheet::Sheet;
use crate::source::sheet::SheetError;
use crate::source::sheet::WriteError;

pub use crate::source::sheet::Bytes;
pub use crate::source::sheet::FileBytes;

/// Rows that are written in one transaction while others are being served.
const CHUNK: usize = 2000;

/// What is to be done with a file.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Check every row and write nothing.
    DryRun,
    /// Issue the good rows.
    Issue,
    /// Issue, and take other content for a number in force as a correction.
    Correct,
}

/// A file to be issued.
#[derive(Clone, Copy)]
pub struct BatchOrder<'a> {
    /// The type.
    pub of: &'a CertificateType,
    /// The issuer.
    pub issuer: &'a Agency,
    /// What is to be done.
    pub task: Task,
    /// Whether its rows are old records being digitised.
    pub stock: bool,
    /// Whether one bad row stops them all.
    pub all_or_nothing: bool,
    /// On whose behalf.
    pub by: &'a Caller,
}

/// How far a file has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Rows done.
    pub done: u64,
    /// Rows there are.
    pub total: u64,
    /// How many came to what until now.
    pub counts: Counts,
}

/// Where results go while the file is read.
pub struct Outputs<'a> {
    /// The result file.
    pub results: &'a mut dyn Write,
    /// The error file.
    pub errors: &'a mut dyn Write,
    /// Told after every chunk; an error stops the file between two chunks.
    pub progress: &'a mut dyn FnMut(Progress) -> Result<(), Failure>,
}

/// Works through a file.
///
/// # Errors
///
/// [`Reason::BadFile`] with the sheet's code before anything was written; afterwards only
/// [`Failure`]s of register, key store or outputs. What was issued until then stays issued, and
/// sending the file again goes on from there.
pub fn run(
    office: &Office,
    order: BatchOrder<'_>,
    file: &dyn Bytes,
    photos: Option<&dyn Bytes>,
    outputs: Outputs<'_>,
) -> Result<Report, Failure> {
    may_issue(order.issuer, order.of)?;
    let sheet = Sheet::open(file).map_err(bad_sheet)?;
    let header = sheet
        .find_header(&|heading| columns::knows(order.of, heading))
        .map_err(bad_sheet)?;
    let columns = Columns::of(&header, order.of)?;
    let mut total = 0;
    for row in sheet.rows_below(&header) {
        row.map_err(bad_sheet)?;
        total += 1;
    }
    let opened = Opened {
        sheet: &sheet,
        header: &header,
        columns: &columns,
        photos,
        total,
    };
    if order.all_or_nothing && order.task != Task::DryRun {
        let dry = BatchOrder {
            task: Task::DryRun,
            ..order
        };
        let nowhere = Outputs {
            results: &mut std::io::sink(),
            errors: &mut std::io::sink(),
            // Nothing is done yet, but whoever waits learns that the work goes on.
            progress: &mut |rehearsed| {
                (outputs.progress)(Progress {
                    done: 0,
                    total: rehearsed.total,
                    counts: Counts::default(),
                })
            },
        };
        let rehearsal = work_through(office, dry, &opened, nowhere)?;
        let counts = &rehearsal.counts;
        if counts.refused + counts.differs + counts.ended > 0 {
            let refusing = BatchOrder {
                task: Task::DryRun,
                ..order
            };
            return work_through(office, refusing, &opened, outputs);
        }
    }
    work_through(office, order, &opened, outputs)
}

/// A sheet whose header was understood.
struct Opened<'a> {
    sheet: &'a Sheet<'a>,
    header: &'a HeaderAt,
    columns: &'a Columns,
    photos: Option<&'a dyn Bytes>,
    total: u64,
}

fn work_through(
    office: &Office,
    order: BatchOrder<'_>,
    opened: &Opened<'_>,
    outputs: Outputs<'_>,
) -> Result<Report, Failure> {
    let Opened {
        sheet,
        header,
        columns,
        photos,
        total,
    } = *opened;
    let mut desk = Desk {
        office,
        order,
        columns,
        report: Report {
            ignored_columns: columns.ignored.clone(),
            written: order.task != Task::DryRun,
            sheet: match sheet.format() {
                Format::Csv { .. } => "csv",
                Format::Xlsx { .. } => "xlsx",
            },
            ..Report::default()
        },
        results: ResultFile::new(&result_headings(), outputs.results).map_err(unwritable)?,
        errors: ErrorFile::new(sheet.format(), header, outputs.errors).map_err(unwritable)?,
    };
    let album = photos
        .map(|bytes| Album::open(bytes, order.of))
        .transpose()?;
    let mut reader = Reader::new(office, order, columns, sheet.format(), album);
    let mut waiting = Vec::with_capacity(CHUNK);
    for row in sheet.rows_below(header) {
        let row = row.map_err(bad_sheet)?;
        desk.report.counts.rows += 1;
        desk.take(row, &mut reader, &mut waiting)?;
        if waiting.len() == CHUNK {
            desk.issue(&mut waiting)?;
            (outputs.progress)(Progress {
                done: desk.report.counts.rows,
                total,
                counts: desk.report.counts,
            })?;
        }
    }
    desk.issue(&mut waiting)?;
    (outputs.progress)(Progress {
        done: desk.report.counts.rows,
        total,
        counts: desk.report.counts,
    })?;
    let Desk {
        mut report,
        results,
        errors,
        ..
    } = desk;
    results.finish().map_err(unwritable)?;
    errors.finish().map_err(unwritable)?;
    report.pictures = reader.close();
    Ok(report)
}

/// The desk where rows become certificates, and papers go into one of two files.
struct Desk<'a, 'w> {
    office: &'a Office,
    order: BatchOrder<'a>,
    columns: &'a Columns,
    report: Report,
    results: ResultFile<&'w mut dyn Write>,
    errors: ErrorFile<&'w mut dyn Write>,
}

impl Desk<'_, '_> {
    fn take(
        &mut self,
        row: Row,
        reader: &mut Reader<'_>,
        waiting: &mut Vec<Waiting>,
    ) -> Result<(), Failure> {
        let read = reader.read(&row)?;
        match read.submitted {
            Some(submission) => {
                self.report.counts.pictures += u64::from(!submission.pictures.is_empty());
                if !read.findings.is_empty() {
                    self.report.warn(row.number, read.findings);
                }
                waiting.push(Waiting { row, submission });
                Ok(())
            }
            None => self.refuse(&row, read.findings),
        }
    }

    fn refuse(&mut self, row: &Row, findings: Vec<FindingWords>) -> Result<(), Failure> {
        let errors = findings.iter().filter(|f| !f.warning);
        let reason: Vec<&str> = errors.map(|f| f.zh.as_str()).collect();
        self.errors
            .push(row, &reason.join("；"))
            .map_err(unwritable)?;
        self.report.refuse(row.number, findings);
        Ok(())
    }

    /// Issues the rows that wait, or tells what would become of them.
    fn issue(&mut self, waiting: &mut Vec<Waiting>) -> Result<(), Failure> {
        let rows = std::mem::take(waiting);
        let (rows, submissions): (Vec<Row>, Vec<Submission>) =
            rows.into_iter().map(|w| (w.row, w.submission)).unzip();
        let order = Order {
            of: self.order.of,
            issuer: self.order.issuer,
            as_correction: self.order.task == Task::Correct,
            by: self.order.by,
            key: None,
        };
        if self.order.task == Task::DryRun {
            let foreseen = issue::foresee(self.office, order, &submissions)?;
            for ((row, submission), seen) in rows.iter().zip(&submissions).zip(foreseen) {
                self.note(
                    row,
                    submission,
                    seen.name,
                    seen.identifier.as_ref(),
                    seen.changes,
                )?;
            }
            return Ok(());
        }
        let issued = issue::issue(self.office, order, &submissions)?;
        for ((row, submission), done) in rows.iter().zip(&submissions).zip(issued) {
            let (name, identifier) = (done.name(), done.identifier().clone());
            let changes = match done {
                Issued::Differs { changes, .. } => changes,
                _ => Vec::new(),
            };
            self.note(row, submission, name, Some(&identifier), changes)?;
        }
        Ok(())
    }

    fn note(
        &mut self,
        row: &Row,
        submission: &Submission,
        name: &str,
        identifier: Option<&CertificateIdentifier>,
        mut changes: Vec<FieldChange>,
    ) -> Result<(), Failure> {
        changes.retain(|c| !DERIVED.contains(&c.key.as_str()));
        let counts = &mut self.report.counts;
        let identifier = identifier.map(ToString::to_string).unwrap_or_default();
        match name {
            "issued" => counts.issued += 1,
            "corrected" => counts.corrected += 1,
            "reissued" => counts.reissued += 1,
            "same" => counts.same += 1,
            "ended" => {
                counts.ended += 1;
                let reason = say(Lang::Zh, "batch.ended", &[("identifier", &identifier)]);
                self.errors.push(row, &reason).map_err(unwritable)?;
            }
            _ => {
                let words = changes_in_words(&changes, self.columns, self.order.of);
                let number = row.number.to_string();
                let with = [
                    ("identifier", identifier.as_str()),
                    ("changes", &words),
                    ("row", &number),
                ];
                // A number typed twice looks like a correction, and would void a stranger's.
                let other = changes.iter().any(|c| c.key == "holder_code");
                let key = if other {
                    "batch.differs_person"
                } else {
                    "batch.differs"
                };
                self.errors
                    .push(row, &say(Lang::Zh, key, &with))
                    .map_err(unwritable)?;
                let identifier = identifier.clone();
                let headed = changes.into_iter().map(|c| HeadedChange {
                    heading: self.columns.heading(&c.key, self.order.of).to_owned(),
                    key: c.key,
                    old: c.old,
                    new: c.new,
                });
                let changes = headed.collect();
                self.report.differ(RowDiffers {
                    row: row.number,
                    identifier,
                    changes,
                });
            }
        }
        let group = if self.order.task == Task::DryRun {
            "foreseen"
        } else {
            "outcome"
        };
        let outcome = say(Lang::Zh, &format!("{group}.{name}"), &[]);
        let line = [
            row.number.to_string(),
            outcome,
            identifier,
            submission.content.certificate_number.clone(),
        ];
        self.results.push(&line).map_err(unwritable)
    }
}

fn changes_in_words(changes: &[FieldChange], columns: &Columns, of: &CertificateType) -> String {
    let text = |value: &Option<serde_json::Value>| match value {
        None => "（无）".to_owned(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let lines = changes.iter().map(|c| {
        format!(
            "{} {} → {}",
            columns.heading(&c.key, of),
            text(&c.old),
            text(&c.new)
        )
    });
    lines.collect::<Vec<_>>().join("，")
}

/// Claims that follow from others and would only repeat a change.
const DERIVED: &[&str] = &[
    "holder_name_masked",
    "holder_code_last4",
    "age_over_14",
    "age_over_18",
    "age_over_60",
];

fn result_headings() -> [String; 4] {
    ["row", "outcome", "identifier", "number"]
        .map(|key| say(Lang::Zh, &format!("result.{key}"), &[]))
}

fn bad_sheet(why: SheetError) -> Failure {
    match why {
        SheetError::Io(why) => Failure::Broken(format!("the file: {why}")),
        other => {
            let code = other.code();
            let said = Said::of("sheet", code).with("row", other.row().unwrap_or(0));
            Failure::saying(Reason::BadFile, format!("{code}: {other}"), said)
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "made for map_err, which hands the error over"
)]
fn unwritable(why: WriteError) -> Failure {
    Failure::Broken(format!("a result file cannot be written: {why}"))
}
