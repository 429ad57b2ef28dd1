//! Open an upload: what is it, and row by row what does it say?
//!
//! Kind, encoding and delimiter are all taken from the content. A CSV file is then read as a
//! stream as often as asked; a workbook is checked, parsed once and held.

use super::bytes::Bytes;
use super::cell::Row;
use super::delimiter;
use super::encoding::CHUNK;
use super::encoding::Encoding;
use super::encoding::read_some;
use super::error::SheetError;
use super::foreign::Foreign;
use super::foreign::Promise;
use super::foreign::compound;
use super::foreign::promise;
use super::header::HeaderAt;
use super::header::find_header;
use super::package::Package;
use super::package::whole;
use super::records::Records;
use super::workbook;

/// The largest CSV file.
pub const CSV_BYTES: u64 = 512 * 1024 * 1024;

/// What the upload was, so that the error file can be the same.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Format {
    /// Text with one delimiter between cells.
    Csv {
        /// Its encoding and mark.
        encoding: Encoding,
        /// Comma, tab or semicolon.
        delimiter: char,
    },
    /// A workbook.
    Xlsx {
        /// The name of the worksheet that was read.
        sheet: String,
    },
}

/// An upload that has been recognised and can be read.
pub struct Sheet<'b> {
    bytes: &'b dyn Bytes,
    format: Format,
    /// The rows of a workbook; empty for CSV.
    held: Vec<Row>,
}

impl<'b> Sheet<'b> {
    /// Recognises the upload by its content and makes it ready to be read.
    ///
    /// Of a workbook the first visible worksheet with anything in it counts. A CSV file is read
    /// once for its encoding; faults inside it come later, from [`Sheet::rows`], each with its row.
    ///
    /// # Errors
    ///
    /// [`SheetError`] for another kind of file, a limit that is passed, or a damaged workbook.
    pub fn open(bytes: &'b dyn Bytes) -> Result<Self, SheetError> {
        let first = head(bytes)?;
        match promise(&first) {
            Promise::Foreign(kind) => Err(SheetError::Foreign(kind)),
            Promise::Compound => Err(SheetError::Foreign(match whole(bytes)? {
                Some(all) => compound(&all),
                None => Foreign::Xls,
            })),
            Promise::Zip => {
                let (sheet, held) = workbook::read(Package::open(bytes)?)?;
                Ok(Self {
                    bytes,
                    format: Format::Xlsx { sheet },
                    held,
                })
            }
            Promise::Text => {
                if bytes.size() > CSV_BYTES {
                    return Err(SheetError::TooLarge { limit: CSV_BYTES });
                }
                if first.is_empty() {
                    return Err(SheetError::Empty);
                }
                let encoding = Encoding::of(bytes)?;
                let (start, _) = encoding.coder().decode_without_bom_handling(&first);
                Ok(Self {
                    bytes,
                    format: Format::Csv {
                        encoding,
                        delimiter: delimiter::guess(&start),
                    },
                    held: Vec::new(),
                })
            }
        }
    }

    /// What the upload was.
    #[must_use]
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// All rows that are not blank, from the top; every call starts anew.
    ///
    /// The iterator ends after the first error.
    #[must_use]
    pub fn rows(&self) -> Rows<'_> {
        Rows(match &self.format {
            Format::Csv {
                encoding,
                delimiter,
            } => match Records::open(self.bytes, *encoding, *delimiter) {
                Ok(records) => Source::Stream(Box::new(records)),
                Err(fault) => Source::Fault(Some(fault)),
            },
            Format::Xlsx { .. } => Source::Held(self.held.iter()),
        })
    }

    /// Finds the header, see [`find_header`].
    ///
    /// # Errors
    ///
    /// As [`find_header`].
    pub fn find_header(&self, knows: &dyn Fn(&str) -> bool) -> Result<HeaderAt, SheetError> {
        find_header(self.rows(), knows)
    }

    /// The data rows: all that stand below the header.
    pub fn rows_below(
        &self,
        header: &HeaderAt,
    ) -> impl Iterator<Item = Result<Row, SheetError>> + use<'_, 'b> {
        let above = header.header.number;
        self.rows()
            .filter(move |row| row.as_ref().map_or(true, |row| row.number > above))
    }
}

/// The rows of one sheet, from the top.
pub struct Rows<'s>(Source<'s>);

enum Source<'s> {
    Stream(Box<Records<'s>>),
    Held(std::slice::Iter<'s, Row>),
    Fault(Option<SheetError>),
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Source::Stream(records) => records.next(),
            Source::Held(rows) => rows.next().cloned().map(Ok),
            Source::Fault(fault) => fault.take().map(Err),
        }
    }
}

/// The first bytes, enough to recognise a kind and a delimiter.
fn head(bytes: &dyn Bytes) -> Result<Vec<u8>, SheetError> {
    let mut reader = bytes.open()?;
    let mut head = vec![0; CHUNK];
    let mut filled = 0;
    while let Some(room) = head.get_mut(filled..).filter(|room| !room.is_empty()) {
        match read_some(reader.as_mut(), room)? {
            0 => break,
            got => filled += got,
        }
    }
    head.truncate(filled);
    Ok(head)
}
