//! What can be wrong with a sheet, and where; never what its cells say.

use std::io;

use rust_xlsxwriter::XlsxError;
use thiserror::Error;

use super::foreign::Foreign;

/// Why a sheet could not be read.
///
/// Rows and columns count from 1, as the spreadsheet program shows them.
#[derive(Debug, Error)]
pub enum SheetError {
    /// The bytes could not be had: ask again.
    #[error("the upload could not be read")]
    Io(#[from] io::Error),
    /// Some other kind of file, recognised by its content.
    #[error("this is {0}, not an XLSX or CSV sheet")]
    Foreign(Foreign),
    /// No row with anything in it.
    #[error("the sheet is empty")]
    Empty,
    /// A workbook that is damaged or not well formed.
    #[error("the workbook is damaged")]
    Damaged,
    /// Bytes that belong to neither UTF-8 nor GB18030.
    #[error("row {row} is not well-formed UTF-8 or GB18030")]
    Encoding {
        /// The row that cannot be read.
        row: u64,
    },
    /// More bytes than we take, as sent or after inflating.
    #[error("the sheet is larger than {limit} bytes")]
    TooLarge {
        /// The most we take.
        limit: u64,
    },
    /// More rows than we take.
    #[error("the sheet has more than {limit} rows")]
    TooManyRows {
        /// The most we take.
        limit: usize,
    },
    /// More columns than we take.
    #[error("row {row} has more than {limit} columns")]
    TooManyColumns {
        /// The row that is too wide.
        row: u64,
        /// The most we take.
        limit: usize,
    },
    /// A cell longer than a spreadsheet program allows.
    #[error("the cell in row {row}, column {column} is longer than {limit} characters")]
    CellTooLong {
        /// The row of the cell.
        row: u64,
        /// The column of the cell.
        column: usize,
        /// The most we take.
        limit: usize,
    },
    /// A quotation mark that opens a cell and is never closed, so that rows run together.
    #[error("the quotation mark that opens row {row}, column {column} is never closed")]
    OpenQuote {
        /// The row where the cell begins.
        row: u64,
        /// The column of the cell.
        column: usize,
    },
    /// A NUL byte: not text.
    #[error("there is a NUL byte in row {row}, column {column}")]
    Nul {
        /// The row of the cell.
        row: u64,
        /// The column of the cell.
        column: usize,
    },
    /// None of the first rows has two headings that we know.
    #[error("no header among the first rows")]
    NoHeader,
}

impl SheetError {
    /// A name for this error that stays the same whatever the wording.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "sheet_io",
            Self::Foreign(kind) => kind.code(),
            Self::Empty => "sheet_empty",
            Self::Damaged => "sheet_unreadable",
            Self::Encoding { .. } => "sheet_encoding",
            Self::TooLarge { .. } => "sheet_too_large",
            Self::TooManyRows { .. } => "sheet_too_many_rows",
            Self::TooManyColumns { .. } => "sheet_too_many_columns",
            Self::CellTooLong { .. } => "sheet_cell_too_long",
            Self::OpenQuote { .. } => "sheet_open_quote",
            Self::Nul { .. } => "sheet_nul",
            Self::NoHeader => "sheet_no_header",
        }
    }

    /// The row it happened in, where one can be named.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        match self {
            Self::Encoding { row }
            | Self::TooManyColumns { row, .. }
            | Self::CellTooLong { row, .. }
            | Self::OpenQuote { row, .. }
            | Self::Nul { row, .. } => Some(*row),
            Self::Io(_)
            | Self::Foreign(_)
            | Self::Empty
            | Self::Damaged
            | Self::TooLarge { .. }
            | Self::TooManyRows { .. }
            | Self::NoHeader => None,
        }
    }
}

/// Why a sheet could not be written: the sink failed, or the workbook has no room.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The sink refused the bytes.
    #[error("the file could not be written")]
    Io(#[from] io::Error),
    /// The workbook refused a cell, a name or its packing.
    #[error("the workbook could not be made")]
    Workbook(#[from] XlsxError),
}
