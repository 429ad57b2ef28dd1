//! The error file: what was uploaded, only the rows to be mended, and why.
//!
//! Same format, encoding and cells as the upload, so that somebody mends it in place and uploads
//! it again. Nothing is guarded against formulas here: the cells are the uploader's own.

use std::io::Write;

use rust_xlsxwriter::Color;
use rust_xlsxwriter::ExcelDateTime;
use rust_xlsxwriter::Format as Look;
use rust_xlsxwriter::Workbook;
use rust_xlsxwriter::Worksheet;

use super::cell::Cell;
use super::cell::Row;
use super::encoding::Encoding;
use super::error::WriteError;
use super::header::HeaderAt;
use super::line::line;
use super::open::Format;
use super::records::CELL_CHARS;
use crate::domain::heading::ERROR_COLUMN;

/// Writes the rows that could not be taken, each with its reason.
///
/// The reasons stand in the column after the header's last one, or in the `错误原因` column that
/// the upload already had, over what was there. Cells beyond the header keep their order to the
/// right of it.
pub struct ErrorFile<W: Write> {
    body: Body<W>,
    reason_at: usize,
    /// The upload had no reason column: cells from there on move one to the right.
    inserted: bool,
}

enum Body<W> {
    Csv {
        sink: W,
        encoding: Encoding,
        delimiter: char,
    },
    Xlsx {
        sink: W,
        worksheet: Box<Worksheet>,
        next: u32,
    },
}

impl<W: Write> ErrorFile<W> {
    /// Begins with the title lines and the header of the upload.
    ///
    /// CSV is written to the sink as it comes; a workbook is held until [`ErrorFile::finish`].
    ///
    /// # Errors
    ///
    /// [`WriteError`]; the sink then holds half a file.
    pub fn new(format: &Format, header: &HeaderAt, mut sink: W) -> Result<Self, WriteError> {
        let body = match format {
            Format::Csv {
                encoding,
                delimiter,
            } => {
                sink.write_all(encoding.mark())?;
                Body::Csv {
                    sink,
                    encoding: *encoding,
                    delimiter: *delimiter,
                }
            }
            Format::Xlsx { sheet } => {
                let mut worksheet = Worksheet::new();
                worksheet.set_name(sheet)?;
                Body::Xlsx {
                    sink,
                    worksheet: Box::new(worksheet),
                    next: 0,
                }
            }
        };
        let mut file = Self {
            body,
            reason_at: header.reason_column.unwrap_or(header.header.cells.len()),
            inserted: header.reason_column.is_none(),
        };
        for title in &header.titles {
            file.write(&title.cells)?;
        }
        file.dress_columns(header)?;
        let heading = file.with_reason(&header.header.cells, ERROR_COLUMN);
        file.write(&heading)?;
        Ok(file)
    }

    /// Adds one row, its cells as uploaded.
    ///
    /// # Errors
    ///
    /// [`WriteError`] if the sink or the workbook has no room.
    pub fn push(&mut self, row: &Row, reason: &str) -> Result<(), WriteError> {
        // Our own reader stops at this length, and the file must come back in.
        let reason: String = reason.chars().take(CELL_CHARS).collect();
        let cells = self.with_reason(&row.cells, &reason);
        self.write(&cells)
    }

    /// Writes what is held back and returns the sink.
    ///
    /// # Errors
    ///
    /// [`WriteError`]; without this call a workbook was not written at all.
    pub fn finish(self) -> Result<W, WriteError> {
        let mut sink = match self.body {
            Body::Csv { sink, .. } => sink,
            Body::Xlsx {
                mut sink,
                worksheet,
                ..
            } => {
                let mut workbook = Workbook::new();
                workbook.push_worksheet(*worksheet);
                sink.write_all(&workbook.save_to_buffer()?)?;
                sink
            }
        };
        sink.flush()?;
        Ok(sink)
    }

    fn with_reason(&self, cells: &[Cell], reason: &str) -> Vec<Cell> {
        let reason = Cell::from_text(reason.to_owned());
        let mut all: Vec<Cell> = cells.to_vec();
        if all.len() < self.reason_at {
            all.resize(self.reason_at, Cell::Empty);
        }
        if self.inserted {
            all.insert(self.reason_at, reason);
        } else if let Some(old) = all.get_mut(self.reason_at) {
            *old = reason;
        } else {
            all.push(reason);
        }
        all
    }

    fn write(&mut self, cells: &[Cell]) -> Result<(), WriteError> {
        match &mut self.body {
            Body::Csv {
                sink,
                encoding,
                delimiter,
            } => {
                let texts: Vec<String> = cells.iter().map(raw).collect();
                let line = line(texts.iter().map(String::as_str), *delimiter);
                let (bytes, ..) = encoding.coder().encode(&line);
                sink.write_all(&bytes)?;
            }
            Body::Xlsx {
                worksheet, next, ..
            } => {
                for (column, cell) in (0_u16..).zip(cells) {
                    put(worksheet, *next, column, cell)?;
                }
                *next += 1;
            }
        }
        Ok(())
    }

    /// Empty cells are text too, so that a missing ID number can be typed in whole.
    fn dress_columns(&mut self, header: &HeaderAt) -> Result<(), WriteError> {
        let Body::Xlsx { worksheet, .. } = &mut self.body else {
            return Ok(());
        };
        for (column, _) in (0_u16..).zip(&header.header.cells) {
            worksheet.set_column_format(column, &as_text())?;
            worksheet.set_column_width(column, 18)?;
        }
        let Ok(reason_at) = u16::try_from(self.reason_at) else {
            return Ok(());
        };
        let red = as_text().set_font_color(Color::Red);
        worksheet.set_column_format(reason_at, &red)?;
        worksheet.set_column_width(reason_at, 60)?;
        Ok(())
    }
}

/// The cell as it stood in the CSV file; unlike [`Cell::text`] nothing is unwrapped.
fn raw(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        other => other.text(),
    }
}

fn as_text() -> Look {
    Look::new().set_num_format("@")
}

fn put(worksheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), WriteError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            worksheet.write_string_with_format(row, column, text, &as_text())?;
        }
        // Typed over in a text cell, the number will keep all its digits.
        Cell::Number(number) if cell.lost_digits() => {
            worksheet.write_number_with_format(row, column, *number, &as_text())?;
        }
        Cell::Number(number) => {
            worksheet.write_number_with_format(row, column, *number, &Look::new())?;
        }
        Cell::Bool(truth) => {
            worksheet.write_boolean_with_format(row, column, *truth, &Look::new())?;
        }
        Cell::DateTime(at) => {
            let date = ExcelDateTime::from_ymd(
                u16::try_from(at.year()).unwrap_or_default(),
                u8::try_from(at.month()).unwrap_or_default(),
                u8::try_from(at.day()).unwrap_or_default(),
            )?;
            let (hour, minute, second) = (at.hour(), at.minute(), at.second());
            let date = date.and_hms(
                u16::try_from(hour).unwrap_or_default(),
                u8::try_from(minute).unwrap_or_default(),
                f64::from(second),
            )?;
            let look = match (hour, minute, second) {
                (0, 0, 0) => "yyyy-mm-dd",
                (_, _, 0) => "yyyy-mm-dd hh:mm",
                _ => "yyyy-mm-dd hh:mm:ss",
            };
            let look = Look::new().set_num_format(look);
            worksheet.write_datetime_with_format(row, column, &date, &look)?;
        }
    }
    Ok(())
}
