//! CSV text to rows, one at a time, in flat memory.
//!
//! Written out instead of taken from a crate for three things a library does not give together:
//! blank lines are counted, a cell is refused while it grows (an open quote would otherwise
//! swallow the file), and every fault has its row and column.

use super::bytes::Bytes;
use super::cell::Cell;
use super::cell::Row;
use super::encoding::Encoding;
use super::error::SheetError;
use super::text::Chunk;
use super::text::Text;

/// The longest cell, in characters; spreadsheet programs stop here too.
pub const CELL_CHARS: usize = 32_767;

/// The most columns.
pub const COLUMNS: usize = 512;

/// Where in a cell we are.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Place {
    Start,
    Bare,
    Quoted,
    /// Behind a quote inside quotes: the cell ends, or the quote was doubled.
    Closing,
}

/// An iterator over the rows that are not blank; it ends after the first error.
pub(super) struct Records<'b> {
    text: Text<'b>,
    delimiter: u8,
    chunk: String,
    at: usize,
    /// Rows begun so far, blank ones included.
    number: u64,
    /// The last row ended with a carriage return, so a line feed here belongs to it.
    after_return: bool,
    over: bool,
}

impl<'b> Records<'b> {
    pub(super) fn open(
        bytes: &'b dyn Bytes,
        encoding: Encoding,
        delimiter: char,
    ) -> Result<Self, SheetError> {
        Ok(Self {
            text: Text::open(bytes, encoding)?,
            delimiter: u8::try_from(delimiter).unwrap_or(b','),
            chunk: String::new(),
            at: 0,
            number: 0,
            after_return: false,
            over: false,
        })
    }

    /// Makes sure that there is text to look at; `false` at the end.
    fn ready(&mut self, row: u64) -> Result<bool, SheetError> {
        if self.at < self.chunk.len() {
            return Ok(true);
        }
        self.at = 0;
        match self.text.fill(&mut self.chunk)? {
            Chunk::More => Ok(true),
            Chunk::End => Ok(false),
            Chunk::Malformed => Err(SheetError::Encoding { row }),
        }
    }

    fn next_record(&mut self) -> Result<Option<Row>, SheetError> {
        let mut record = Record::new(self.number + 1);
        let mut place = Place::Start;
        let mut begun = false;
        loop {
            if !self.ready(record.number)? {
                return match place {
                    Place::Quoted => Err(record.open_quote()),
                    _ if begun => Ok(Some(record.finish()?)),
                    _ => Ok(None),
                };
            }
            let rest = self.chunk.get(self.at..).unwrap_or_default();
            if std::mem::take(&mut self.after_return) && rest.starts_with('\n') {
                self.at += 1;
                continue;
            }
            if !begun {
                begun = true;
                self.number += 1;
            }
            let delimiter = self.delimiter;
            let plain = rest
                .bytes()
                .position(|byte| stops(place, byte, delimiter))
                .unwrap_or(rest.len());
            if plain > 0 {
                record.push(rest.get(..plain).unwrap_or_default(), place)?;
                if place != Place::Quoted {
                    place = Place::Bare;
                }
            }
            let stop = rest.as_bytes().get(plain).copied();
            self.at += plain + usize::from(stop.is_some());
            place = match (stop, place) {
                (None, place) => place,
                (Some(0), _) => return Err(record.nul()),
                (Some(b'"'), Place::Start) => Place::Quoted,
                (Some(b'"'), Place::Bare) => {
                    record.push("\"", Place::Bare)?;
                    Place::Bare
                }
                (Some(b'"'), Place::Quoted) => Place::Closing,
                (Some(b'"'), Place::Closing) => {
                    record.push("\"", Place::Quoted)?;
                    Place::Quoted
                }
                (Some(b'\r' | b'\n'), _) => {
                    self.after_return = stop == Some(b'\r');
                    return Ok(Some(record.finish()?));
                }
                (Some(_), _) => {
                    record.end_cell()?;
                    Place::Start
                }
            };
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.over {
            match self.next_record() {
                Ok(Some(row)) if row.is_blank() => {}
                Ok(Some(row)) => return Some(Ok(row)),
                Ok(None) => self.over = true,
                Err(fault) => {
                    self.over = true;
                    return Some(Err(fault));
                }
            }
        }
        None
    }
}

/// Bytes that mean something at this place. All are ASCII, so text is never cut inside a character.
fn stops(place: Place, byte: u8, delimiter: u8) -> bool {
    match byte {
        0 => true,
        b'"' => place != Place::Bare,
        b'\r' | b'\n' => place != Place::Quoted,
        _ => byte == delimiter && place != Place::Quoted,
    }
}

/// The row under construction.
struct Record {
    number: u64,
    cells: Vec<Cell>,
    cell: String,
    chars: usize,
}

impl Record {
    fn new(number: u64) -> Self {
        Self {
            number,
            cells: Vec::new(),
            cell: String::new(),
            chars: 0,
        }
    }

    fn push(&mut self, text: &str, place: Place) -> Result<(), SheetError> {
        self.chars += text.chars().count();
        if self.chars > CELL_CHARS {
            let runs_on = self.cell.contains('\n') || text.contains('\n');
            return Err(if place == Place::Quoted && runs_on {
                self.open_quote()
            } else {
                SheetError::CellTooLong {
                    row: self.number,
                    column: self.cells.len() + 1,
                    limit: CELL_CHARS,
                }
            });
        }
        self.cell.push_str(text);
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), SheetError> {
        if self.cells.len() == COLUMNS {
            return Err(SheetError::TooManyColumns {
                row: self.number,
                limit: COLUMNS,
            });
        }
        self.cells
            .push(Cell::from_text(std::mem::take(&mut self.cell)));
        self.chars = 0;
        Ok(())
    }

    fn finish(mut self) -> Result<Row, SheetError> {
        self.end_cell()?;
        Ok(Row {
            number: self.number,
            cells: self.cells,
        })
    }

    fn open_quote(&self) -> SheetError {
        SheetError::OpenQuote {
            row: self.number,
            column: self.cells.len() + 1,
        }
    }

    fn nul(&self) -> SheetError {
        SheetError::Nul {
            row: self.number,
            column: self.cells.len() + 1,
        }
    }
}
