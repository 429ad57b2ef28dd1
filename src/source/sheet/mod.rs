//! Spreadsheets as offices export them: rows of cells in, templates, error files and result files out.
//!
//! Read in the order an upload travels: [`Bytes`] (where it lies) → [`Sheet::open`] (what it is:
//! a foreign kind, a workbook, or CSV in one of two encodings) → [`Sheet::find_header`] →
//! [`Sheet::rows_below`] → [`ErrorFile`] for the rows that somebody must mend. What a column
//! *means* is not known here: no certificate type, no field rule.
//!
//! Every limit is checked before the memory is spent, and no error text repeats a cell.

mod bytes;
mod cell;
mod delimiter;
mod encoding;
mod error;
mod error_file;
mod foreign;
mod header;
mod line;
mod open;
mod package;
mod photos;
mod picture;
mod records;
mod result_file;
mod template;
mod text;
mod workbook;

#[cfg(test)]
mod tests;

pub use bytes::{Bytes, FileBytes};
pub use cell::{Cell, Row};
pub use encoding::Encoding;
pub use error::{SheetError, WriteError};
pub use error_file::ErrorFile;
pub use foreign::Foreign;
pub use header::{HEADER_WITHIN, HeaderAt, find_header};
pub use open::{CSV_BYTES, Format, Rows, Sheet};
pub use package::{XLSX_BYTES, XLSX_INFLATED};
pub use photos::{PHOTO_BYTES, PHOTOS_BYTES, PHOTOS_COUNT, Photo, PhotoError, Photos};
pub use picture::{CheckedPicture, MediaType, PICTURE_SIDE};
pub use records::{CELL_CHARS, COLUMNS};
pub use result_file::ResultFile;
pub use template::{Template, TemplateColumn};
pub use workbook::XLSX_ROWS;
