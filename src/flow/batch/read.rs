//! Read how a batch stands, and the files it made.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::words::Lang;
use crate::flow::batch::choice::Options;
use crate::flow::batch::notes::Notes;
use crate::flow::batch::pieces;
use crate::flow::batch::pieces::BatchFile;
use crate::flow::batch::report::Counts;
use crate::flow::batch::report::PictureReport;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::store::batches::BatchRow;
use crate::store::batches::BatchState;
use crate::store::stored::read_number;

/// How a batch stands.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct BatchStanding {
    /// The id its sender knows it by.
    pub batch: String,
    /// `receiving`, `waiting_for_photos`, `queued`, `running`, `done` or `failed`.
    pub state: &'static str,
    /// The type's code.
    pub r#type: String,
    /// What is to be done.
    pub task: super::Task,
    /// Whether nothing is written, and only told what would become of every row.
    pub dry_run: bool,
    /// Rows done.
    pub done: i64,
    /// Rows there are; 0 until the file was read once.
    pub total: u64,
    /// How many rows came to what.
    pub counts: Counts,
    /// Why it could not be done as a whole: a problem's code, and what exactly.
    pub problem: Option<String>,
    /// The same in Chinese.
    pub problem_zh: Option<String>,
    /// The same in English.
    pub problem_en: Option<String>,
    /// When it began to come in.
    pub created_at: String,
    /// The first rows that were refused or warned of, once it is done.
    pub rows: Vec<ToldRow>,
    /// What was found about headings and pictures, once it is done.
    pub notes: Notes,
}

/// A row with findings, as it is told and kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ToldRow {
    /// The row, as the spreadsheet shows it.
    pub row: u64,
    /// What was found.
    pub findings: Vec<ToldFinding>,
}

/// A finding, as it is told and kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ToldFinding {
    /// The column's key.
    pub column: String,
    /// The column's heading.
    pub label: String,
    /// The stable code.
    pub code: String,
    /// Whether it is a warning only.
    pub warning: bool,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// What the register keeps of a batch's progress.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    pub(crate) total: u64,
    pub(crate) counts: Counts,
}

/// The report as it is kept, sealed: it holds personal data.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct KeptReport {
    pub(crate) rows: Vec<ToldRow>,
    pub(crate) differs: Value,
    pub(crate) ignored_columns: Vec<String>,
    pub(crate) pictures: PictureReport,
}

/// How a batch stands.
///
/// # Errors
///
/// [`Reason::NotFound`], whether it does not exist or is another agency's.
pub fn standing(office: &Office, public_id: &str, by: &Caller) -> Result<BatchStanding, Failure> {
    let row = own(office, public_id, by)?;
    let options = Options::of(&row)?;
    let kept: Kept = serde_json::from_str(&row.counts).unwrap_or_default();
    let mut report = report(office, &row)?.unwrap_or_default();
    let rows = std::mem::take(&mut report.rows);
    let notes = Notes::of(report, by);
    // While it works there is nobody in it.
    if !(rows.is_empty() && notes == Notes::default()) {
        Reading::of("batch", rows.len())
            .about("batch", public_id)
            .record(office, by)?;
    }
    let problem = |lang| row.problem.as_deref().and_then(|p| in_words(p, lang));
    let known = office.known();
    let of = known
        .newest
        .values()
        .find(|of| of.number == read_number(row.type_number));
    Ok(BatchStanding {
        batch: row.public_id.clone(),
        state: state_name(&row, &options),
        r#type: of.map(|of| of.definition.code.clone()).unwrap_or_default(),
        task: options.task,
        dry_run: options.dry_run,
        done: row.done,
        total: kept.total,
        counts: kept.counts,
        problem: row.problem.clone(),
        problem_zh: problem(Lang::Zh),
        problem_en: problem(Lang::En),
        created_at: Timestamp::from_millis(row.created_at).to_string(),
        rows,
        notes,
    })
}

/// The rows that differ from the register, field by field: old and new. Personal data.
///
/// # Errors
///
/// [`Reason::NotFound`], also before the batch is done.
pub fn differs(office: &Office, public_id: &str, by: &Caller) -> Result<Value, Failure> {
    let row = own(office, public_id, by)?;
    let report = report(office, &row)?;
    let report = report.ok_or(Failure::refused(Reason::NotFound))?;
    let lists = report.differs.as_object().into_iter().flatten();
    let rows = lists.filter_map(|(_, list)| list.as_array()).map(Vec::len);
    Reading::of("batch_differs", rows.sum())
        .about("batch", public_id)
        .record(office, by)?;
    Ok(report.differs)
}

/// A file that a batch made, to be read piece by piece; and the ending of its name.
///
/// # Errors
///
/// [`Reason::NotFound`], also before the batch is done.
pub fn made(
    office: &Office,
    public_id: &str,
    file: BatchFile,
    by: &Caller,
) -> Result<(i64, &'static str), Failure> {
    let row = own(office, public_id, by)?;
    if !has_report(office, &row)? {
        return Err(Failure::because(Reason::NotFound, "the batch is not done"));
    }
    let kept: Kept = serde_json::from_str(&row.counts).unwrap_or_default();
    let (what, rows) = match file {
        BatchFile::Errors => ("batch_errors", kept.counts.to_mend()),
        _ => ("batch_results", kept.total),
    };
    Reading::of(what, usize::try_from(rows).unwrap_or(usize::MAX))
        .about("batch", public_id)
        .record(office, by)?;
    let first = pieces::get(office, row.id, (file, 0))?;
    let zipped = first.is_some_and(|bytes| bytes.starts_with(b"PK"));
    Ok((row.id, if zipped { "xlsx" } else { "csv" }))
}

/// One piece of a file that [`made`] named; `None` behind the last.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn piece(
    office: &Office,
    batch: i64,
    file: BatchFile,
    number: i32,
) -> Result<Option<Vec<u8>>, Failure> {
    pieces::get(office, batch, (file, number))
}

/// The row of a batch that a caller may see: its own agency's.
pub(crate) fn own(office: &Office, public_id: &str, by: &Caller) -> Result<BatchRow, Failure> {
    let row = office.store.read(|rx| rx.batch(public_id))?;
    let may = |row: &BatchRow| match by.role {
        Role::Operator => true,
        Role::Issuer => by.agency == Some(read_number(row.issuer)),
        _ => false,
    };
    row.filter(may).ok_or(Failure::refused(Reason::NotFound))
}

/// Whether a batch has its files: it is done, or it ended and says what came of it until then.
fn has_report(office: &Office, row: &BatchRow) -> Result<bool, Failure> {
    match BatchState::from_stored(row.state) {
        Some(BatchState::Done) => Ok(true),
        Some(BatchState::Failed) => {
            let first = pieces::get(office, row.id, (BatchFile::Report, 0))?;
            Ok(first.is_some())
        }
        _ => Ok(false),
    }
}

/// A problem that was kept as its code and particulars, in words.
fn in_words(problem: &str, lang: Lang) -> Option<String> {
    let code = problem.split_once(':').map_or(problem, |(code, _)| code);
    let reason = Reason::all().find(|reason| reason.code() == code)?;
    Some(reason.title(lang))
}

fn report(office: &Office, row: &BatchRow) -> Result<Option<KeptReport>, Failure> {
    if !has_report(office, row)? {
        return Ok(None);
    }
    let mut text = Vec::new();
    for number in 0.. {
        match pieces::get(office, row.id, (BatchFile::Report, number))? {
            Some(piece) => text.extend_from_slice(&piece),
            None => break,
        }
    }
    let read = serde_json::from_slice(&text);
    read.map(Some)
        .map_err(|why| Failure::Broken(format!("the report of batch {}: {why}", row.id)))
}

fn state_name(row: &BatchRow, options: &Options) -> &'static str {
    match BatchState::from_stored(row.state) {
        Some(BatchState::Receiving) if options.sheet_bytes > 0 => "waiting_for_photos",
        Some(BatchState::Receiving) => "receiving",
        Some(BatchState::Queued) => "queued",
        Some(BatchState::Running) => "running",
        Some(BatchState::Done) => "done",
        Some(BatchState::Failed) | None => "failed",
    }
}
