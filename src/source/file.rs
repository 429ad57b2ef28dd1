//! Ask a file that an office puts somewhere: the rows whose column says what was asked.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::domain::heading::heading_key;
use crate::domain::normalise::certificate_number_text;
use crate::domain::normalise::code_text;
use crate::domain::said::Said;
use crate::domain::sourced::SourceCause;
use crate::source::config::FileDrop;
use crate::source::question::Question;
use crate::source::record::Record;
use crate::source::secrets::OfficeFolder;
use crate::source::sheet::FileBytes;
use crate::source::sheet::HeaderAt;
use crate::source::sheet::Row;
use crate::source::sheet::Sheet;
use crate::source::sheet::SheetError;

/// More rows than this say nothing that two do not.
const ENOUGH: usize = 3;

/// Finds the rows of whom was asked for, three at most. `reads` are the headings that the mapping
/// needs.
///
/// # Errors
///
/// [`SourceCause`]: why there are no records; `NoRecord` if no row has what was asked for.
pub fn ask(
    drop: &FileDrop,
    folder: &OfficeFolder,
    question: &Question,
    reads: &[&str],
    steps: &mut Vec<Said>,
) -> Result<Vec<Record>, SourceCause> {
    let path = newest(&folder.path(&drop.path)).ok_or(SourceCause::NoFile)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    steps.push(Said::of("source_step", "file").with("file", name));
    let Ok(bytes) = FileBytes::at(&path) else {
        return Err(SourceCause::NoFile);
    };
    let compared = [&drop.holder_code, &drop.number];
    let wanted: Vec<&str> = compared
        .into_iter()
        .flatten()
        .map(String::as_str)
        .chain(reads.iter().copied())
        .collect();
    let keys: Vec<String> = wanted.iter().map(|heading| heading_key(heading)).collect();
    let sheet = Sheet::open(&bytes).map_err(|why| cause(&why))?;
    let header = sheet
        .find_header(&|heading| keys.iter().any(|key| key == heading))
        .map_err(|why| cause(&why))?;
    let columns = columns(&header, &wanted)?;
    let mut found = Vec::new();
    for row in sheet.rows_below(&header) {
        let row = row.map_err(|why| cause(&why))?;
        if is_asked(drop, question, &columns, &row) {
            found.push(record(&columns, &row));
        }
        if found.len() == ENOUGH {
            break;
        }
    }
    steps.push(Said::of("source_step", "rows").with("n", found.len()));
    if found.is_empty() {
        Err(SourceCause::NoRecord)
    } else {
        Ok(found)
    }
}

/// Where each heading stands.
type Columns<'a> = BTreeMap<&'a str, usize>;

fn columns<'a>(header: &HeaderAt, wanted: &[&'a str]) -> Result<Columns<'a>, SourceCause> {
    let keys: Vec<String> = header.keys().collect();
    let mut columns = Columns::new();
    for heading in wanted {
        let key = heading_key(heading);
        let mut places = keys.iter().enumerate().filter(|(_, found)| **found == key);
        // Of two columns with one heading nobody can tell which is meant.
        let (Some((at, _)), None) = (places.next(), places.next()) else {
            return Err(SourceCause::NoColumn);
        };
        columns.insert(heading, at);
    }
    Ok(columns)
}

fn text<'r>(columns: &Columns<'_>, heading: &str, row: &'r Row) -> Option<String> {
    let cell: &'r crate::source::sheet::Cell = row.cells.get(*columns.get(heading)?)?;
    (!cell.is_blank()).then(|| cell.text())
}

fn is_asked(drop: &FileDrop, question: &Question, columns: &Columns<'_>, row: &Row) -> bool {
    let says = |heading: &Option<String>, asked: Option<&str>, normal: fn(&str) -> String| {
        let Some(heading) = heading else { return true };
        let found = text(columns, heading, row).map(|text| normal(&text));
        found.is_some() && found == asked.map(normal)
    };
    let code = question.holder_code.as_ref().map(|code| code.number());
    says(&drop.holder_code, code, code_text)
        && says(
            &drop.number,
            question.number.as_deref(),
            certificate_number_text,
        )
}

fn record(columns: &Columns<'_>, row: &Row) -> Record {
    let cells = columns.keys().filter_map(|heading| {
        let text = text(columns, heading, row)?;
        Some(((*heading).to_owned(), text))
    });
    Record::Row(cells.collect())
}

fn cause(why: &SheetError) -> SourceCause {
    match why {
        SheetError::Io(_) => SourceCause::NoFile,
        SheetError::TooLarge { limit } => SourceCause::TooLarge(*limit),
        SheetError::NoHeader => SourceCause::NoColumn,
        _ => SourceCause::BadSheet,
    }
}

/// The file itself, or the newest sheet of a folder; of two of one moment the last by name.
fn newest(path: &Path) -> Option<PathBuf> {
    if !path.is_dir() {
        return path.is_file().then(|| path.to_path_buf());
    }
    let mut best: Option<(SystemTime, PathBuf)> = None;
    for entry in fs::read_dir(path).ok()? {
        let entry = entry.ok()?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        let is_sheet = matches!(ending, Some("csv" | "xlsx"));
        // `~$` is what spreadsheet programs put beside a file that is open.
        if !is_sheet || name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        let changed = entry.metadata().and_then(|about| about.modified()).ok()?;
        let this = (changed, entry.path());
        if best.as_ref().is_none_or(|before| *before < this) {
            best = Some(this);
        }
    }
    best.map(|(_, path)| path)
}
