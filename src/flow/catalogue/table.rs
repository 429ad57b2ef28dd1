//! A CSV file whose columns are found by their names.

use crate::domain::problem::Reason;
use crate::flow::failure::Failure;

/// A row and its place, for whoever has to mend it.
pub(super) struct NamedRow<'a> {
    file: &'static str,
    /// As a spreadsheet counts: the header is row 1.
    row: usize,
    columns: &'a [&'static str],
    cells: Vec<&'a str>,
}

impl NamedRow<'_> {
    /// A column's text, without blanks around it.
    pub(super) fn text(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|name| *name == column);
        at.and_then(|at| self.cells.get(at))
            .map_or("", |c| c.trim())
    }

    /// A column with semicolons in it.
    pub(super) fn list(&self, column: &str) -> Vec<String> {
        let parts = self.text(column).split(';').map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A column that is blank or 1.
    pub(super) fn flag(&self, column: &str) -> Result<bool, Failure> {
        self.one_of(column, &[("", false), ("1", true)])
    }

    /// A column that holds one of a few words.
    pub(super) fn one_of<T: Copy>(&self, column: &str, words: &[(&str, T)]) -> Result<T, Failure> {
        let text = self.text(column);
        let found = words.iter().find(|(word, _)| *word == text);
        found
            .map(|(_, value)| *value)
            .ok_or_else(|| self.fault(column, "none of the words it may hold"))
    }

    /// A column that can be read as something.
    pub(super) fn read<T: std::str::FromStr>(&self, column: &str) -> Result<T, Failure> {
        let read = self.text(column).parse();
        read.map_err(|_why| self.fault(column, "cannot be read"))
    }

    /// Something is wrong with a column of this row.
    pub(super) fn fault(&self, column: &str, what: &str) -> Failure {
        let Self { file, row, .. } = self;
        let what = format!("{file}, row {row}, {column}: {what}");
        Failure::because(Reason::BadDefinition, what)
    }
}

/// Reads a file row by row; columns that are not asked for are left alone.
///
/// # Errors
///
/// [`Reason::BadDefinition`] with the file and the column that is missing or the row that cannot
/// be read, and whatever `take` refuses.
pub(super) fn each_row(
    file: &'static str,
    text: &str,
    columns: &[&'static str],
    mut take: impl FnMut(&NamedRow<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let bad = |what: String| Failure::because(Reason::BadDefinition, format!("{file}{what}"));
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|why| bad(format!(": {why}")))?;
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let at = header.iter().position(|name| name.trim() == *column);
        places.push(at.ok_or_else(|| bad(format!(": the column {column} is missing")))?);
    }
    for (at, record) in reader.records().enumerate() {
        let row = at + 2;
        let record = record.map_err(|_why| bad(format!(", row {row}: cannot be read")))?;
        let cells = places.iter().map(|at| record.get(*at).unwrap_or_default());
        take(&NamedRow {
            file,
            row,
            columns,
            cells: cells.collect(),
        })?;
    }
    Ok(())
}
