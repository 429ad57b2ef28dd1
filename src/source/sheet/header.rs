//! The header: which of the first rows names the columns, and how headings are compared.

use super::cell::Row;
use super::error::SheetError;
use crate::domain::heading::ERROR_COLUMN;
use crate::domain::heading::heading_key;

/// The header is looked for among this many rows.
pub const HEADER_WITHIN: usize = 30;

/// Fewer recognised headings than this could be a title that happens to be a heading.
const RECOGNISED_AT_LEAST: usize = 2;

/// The header row and what stands above it.
#[derive(Clone, Debug, PartialEq)]
pub struct HeaderAt {
    /// Rows above the header, kept for the error file.
    pub titles: Vec<Row>,
    /// The header row as uploaded.
    pub header: Row,
    /// Where `错误原因` of an earlier error file stands, from 0; the column says nothing about the
    /// record and is overwritten in the next error file.
    pub reason_column: Option<usize>,
}

impl HeaderAt {
    /// The headings in comparable form, one a column; blank headings are empty.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        self.header
            .cells
            .iter()
            .map(|cell| heading_key(&cell.text()))
    }
}

/// Finds the header: of the first [`HEADER_WITHIN`] rows the one with the most recognised cells.
///
/// `knows` is asked with texts in the form of [`heading_key`]. Of equally good rows the first
/// counts; fewer than two recognised cells do not make a header. Takes rows that follow the
/// header too, so read the data from a fresh iterator.
///
/// # Errors
///
/// [`SheetError::NoHeader`], or the first error among those rows.
pub fn find_header(
    rows: impl IntoIterator<Item = Result<Row, SheetError>>,
    knows: &dyn Fn(&str) -> bool,
) -> Result<HeaderAt, SheetError> {
    let first: Vec<Row> = rows
        .into_iter()
        .take(HEADER_WITHIN)
        .collect::<Result<_, _>>()?;
    let mut best = (RECOGNISED_AT_LEAST - 1, None);
    for (at, row) in first.iter().enumerate() {
        let recognised = row
            .cells
            .iter()
            .filter(|cell| !cell.is_blank() && knows(&heading_key(&cell.text())))
            .count();
        if recognised > best.0 {
            best = (recognised, Some(at));
        }
    }
    let Some(at) = best.1 else {
        return Err(SheetError::NoHeader);
    };
    let mut titles = first;
    titles.truncate(at + 1);
    let Some(header) = titles.pop() else {
        return Err(SheetError::NoHeader);
    };
    let reason_column = header
        .cells
        .iter()
        .position(|cell| heading_key(&cell.text()) == ERROR_COLUMN);
    Ok(HeaderAt {
        titles,
        header,
        reason_column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::sheet::Cell;

    fn row(number: u64, cells: &[&str]) -> Row {
        let cells = cells
            .iter()
            .map(|cell| Cell::from_text((*cell).to_owned()))
            .collect();
        Row { number, cells }
    }

    #[test]
    fn the_row_with_the_most_known_headings_is_the_header() {
        let knows = |key: &str| ["姓名", "性别", "民族"].contains(&key);
        let rows = vec![
            row(1, &["姓名表"]),
            row(2, &["姓名", "性别"]),
            row(4, &["姓名*", "性 别", "民族", "错误原因"]),
            row(5, &["姓名", "性别", "民族"]),
        ];
        let found = find_header(rows.into_iter().map(Ok), &knows).unwrap();
        assert_eq!(found.header.number, 4);
        assert_eq!(found.titles.len(), 2);
        assert_eq!(found.reason_column, Some(3));
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            ["姓名", "性别", "民族", "错误原因"]
        );
    }

    #[test]
    fn one_known_heading_is_no_header() {
        let fault = find_header([Ok(row(1, &["姓名", "x"]))], &|key| key == "姓名").unwrap_err();
        assert_eq!(fault.code(), "sheet_no_header");
    }

    #[test]
    fn a_header_below_the_first_rows_is_not_looked_for() {
        let mut rows: Vec<_> = (1..=30).map(|number| row(number, &["x"])).collect();
        rows.push(row(31, &["姓名", "性别"]));
        assert!(find_header(rows.into_iter().map(Ok), &|key| key != "x").is_err());
    }
}
