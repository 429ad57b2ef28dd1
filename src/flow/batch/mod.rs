//! Issue by the file: an office's sheet in, certificates, a result file and an error file out.
//!
//! Bad rows never block good ones. A row is (issuer, type, certificate number): what was
//! issued already is skipped, so a file that was cut off is simply sent again.

mod choice;
pub mod columns;
mod desk;
mod differing;
mod held;
mod keep;
mod made;
pub mod notes;
pub mod pace;
pub mod pictures;
mod pieces;
pub mod read;
pub mod report;
mod rows;
pub mod upload;
mod waiting;
pub mod work;

use std::io::Write;

use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::flow::batch::columns::Columns;
use crate::flow::batch::desk::Desk;
use crate::flow::batch::desk::result_headings;
use crate::flow::batch::pace::Pace;
use crate::flow::batch::pictures::Album;
use crate::flow::batch::report::Counts;
use crate::flow::batch::report::PictureReport;
use crate::flow::batch::report::Report;
use crate::flow::batch::rows::Reader;
use crate::flow::batch::waiting::Waiting;
use crate::flow::failure::Failure;
use crate::flow::issue::may_issue;
use crate::flow::office::Office;
use crate::source::sheet::ErrorFile;
use crate::source::sheet::Format;
use crate::source::sheet::ResultFile;
use crate::source::sheet::Sheet;
use crate::source::sheet::SheetError;
use crate::source::sheet::WriteError;

pub use crate::source::sheet::Bytes;
pub use crate::source::sheet::FileBytes;

/// The most rows that are issued all or nothing: they are one transaction.
pub const TOGETHER_ROWS: u64 = 10_000;

/// The most bytes of pictures, and of what becomes of the rows' text, that are issued all or
/// nothing: they are all in memory at once.
pub const TOGETHER_BYTES: usize = 64 << 20;

/// What is to be done with the rows of a file: in earnest, or in a dry run.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Issue the good rows; other content for a number in force is only reported.
    Issue,
    /// Issue, and take other content for a number in force as a correction.
    Correct,
}

impl Task {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Correct => "correct",
        }
    }
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
    /// Whether nothing is written, and only told what would become of every row.
    pub dry_run: bool,
    /// Whether its rows are old records being digitised.
    pub stock: bool,
    /// Whether one bad row stops them all.
    pub all_or_nothing: bool,
    /// On whose behalf.
    pub by: &'a Caller,
}

/// How far a file has come.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Rows done.
    pub done: u64,
    /// Rows there are; 0 while they are being counted.
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
    /// Told after every chunk, and every [`pace::ROWS`] rows or [`pace::SECONDS`] seconds whatever
    /// becomes of the rows. An error stops the file there; a refusal other than
    /// [`Reason::Unavailable`] also ends its report, which then says why.
    pub progress: &'a mut dyn FnMut(Progress) -> Result<(), Failure>,
}

/// Works through a file.
///
/// # Errors
///
/// [`Reason::BadFile`] with the sheet's code, or [`Reason::TooManyTogether`], before anything was
/// written; afterwards only [`Failure`]s of register, key store or outputs. What was issued until
/// then stays issued, and sending the file again goes on from there. Where one bad row stops them
/// all, nothing was issued.
pub fn run(
    office: &Office,
    order: BatchOrder<'_>,
    file: &dyn Bytes,
    photos: Option<&dyn Bytes>,
    outputs: Outputs<'_>,
) -> Result<Report, Failure> {
    may_issue(office, order.issuer, order.of)?;
    let sheet = Sheet::open(file).map_err(bad_sheet)?;
    let header = sheet
        .find_header(&|heading| columns::knows(order.of, heading))
        .map_err(bad_sheet)?;
    let columns = Columns::of(&header, order.of)?;
    let mut pace = Pace::new(office, outputs.progress);
    for row in sheet.rows_below(&header) {
        row.map_err(bad_sheet)?;
        if let Some(problem) = pace.count()? {
            return Err(Failure::Refused(problem));
        }
    }
    if order.all_or_nothing && pace.total() > TOGETHER_ROWS {
        return Err(too_many_together());
    }
    let mut desk = Desk {
        office,
        order,
        columns: &columns,
        report: Report {
            ignored_columns: columns.ignored.clone(),
            written: !order.dry_run,
            sheet: match sheet.format() {
                Format::Csv { .. } => "csv",
                Format::Xlsx { .. } => "xlsx",
            },
            ..Report::default()
        },
        results: ResultFile::new(&result_headings(), outputs.results).map_err(unwritable)?,
        errors: ErrorFile::new(sheet.format(), &header, outputs.errors).map_err(unwritable)?,
        waiting: Waiting::default(),
    };
    let album = photos
        .map(|bytes| Album::open(bytes, order.of))
        .transpose()?;
    let mut reader = Reader::new(office, order, &columns, sheet.format(), album);
    let ended = desk.work_through(sheet.rows_below(&header), &mut reader, &mut pace)?;
    let report = desk.close()?;
    Ok(Report {
        pictures: if ended.is_none() {
            reader.close()
        } else {
            PictureReport::default()
        },
        ended,
        ..report
    })
}

fn too_many_together() -> Failure {
    let what = format!(
        "at most {TOGETHER_ROWS} rows and {} MiB are issued all or nothing",
        TOGETHER_BYTES >> 20
    );
    Failure::because(Reason::TooManyTogether, what)
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
