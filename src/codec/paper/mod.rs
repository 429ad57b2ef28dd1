//! Paper: what a document says → a PDF that says the same on every machine, for years.
//!
//! A [`Paper`] is words in an order and knows nothing of cases. [`pdf`] sets it: characters
//! become glyphs of the first font that has them (`atoms.rs`, `joined.rs` for Mongolian), glyphs
//! become lines (`lines.rs`), lines and rows go onto sheets (`sheet.rs`, `blocks.rs`, `tables.rs`,
//! `rows.rs`, `end.rs`, `margins.rs`), and only when the number of pages is known is anything
//! drawn (`draw.rs`, `pen.rs`). The file is PDF/A-2u with its structure tagged: fonts are inside, and the text
//! can be searched, copied and read aloud.
//!
//! The same paper, fonts and time give the same bytes.

mod atoms;
mod blocks;
mod characters;
mod draw;
mod end;
mod fonts;
mod joined;
mod lines;
mod margins;
mod pen;
mod photo;
mod rows;
mod sheet;
mod strokes;
mod structure;
mod tables;

use std::collections::BTreeSet;

use thiserror::Error;

use crate::codec::paper::atoms::Typesetter;
use crate::codec::paper::sheet::Sheet;
use crate::codec::qr;
use crate::domain::time::Timestamp;
use crate::domain::words::Lang;

pub use fonts::BadFont;
pub use fonts::Fonts;
pub use photo::Photo;

/// The most pages a paper may have.
pub const MAX_PAGES: usize = 500;

/// What a document says, in reading order.
///
/// A line feed in a text begins a new line there. Every other character that is not seen, such
/// as a control character or a mark that turns the direction, is printed as its boxed code
/// point, and so is one that no font has.
#[derive(Clone, Debug)]
pub struct Paper {
    /// The title, centred; also the title of the file, and small on the pages after the first.
    pub title: String,
    /// The title in a second language, below it.
    pub second_title: Option<String>,
    /// What it says.
    pub blocks: Vec<Block>,
    /// The code it ends with.
    pub code: Option<PaperCode>,
    /// Small lines at the foot of every page, above the page's number.
    pub footer: Vec<String>,
    /// Names and values for programs that read the file's metadata, such as a registrar's.
    pub metadata: Vec<(String, String)>,
    /// A text that lies light grey and slanted behind everything, on every page.
    pub watermark: Option<String>,
    /// The language of the page numbers and of the file.
    pub lang: Lang,
}

/// A piece of a paper.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// Small grey running text.
    Note(String),
    /// Facts with their labels. Two that are short stand beside each other.
    Facts(Vec<Fact>),
    /// A table.
    Table(Table),
    /// Lines to sign or write on, beside each other, each behind its label.
    Signature(Vec<String>),
    /// Pictures beside each other, each over its label.
    Photos(Vec<Photo>),
    /// Mongolian as it is written: columns from the top, the first on the left.
    Upright(String),
}

/// A label and a value.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What it says.
    pub value: String,
}

/// Rows under a header, which every page repeats.
#[derive(Clone, Debug)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// Its share of the table's width, beside the other columns' shares.
    pub share: u16,
    /// Whether its cells end at its right edge, as amounts do.
    pub to_the_right: bool,
}

/// A QR code and what helps somebody to check it.
#[derive(Clone, Debug)]
pub struct PaperCode {
    /// The code. It is drawn 30 mm wide, or larger where its modules would be under 0.58 mm.
    pub code: qr::Code,
    /// The host that the code leads to, printed below it to be compared with the phone's screen.
    pub host: String,
    /// How to verify, beside the code; the first line is the heading of the others.
    pub caption: Vec<String>,
}

/// A file, and what could not be printed as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// The characters that are printed as boxed code points.
    pub boxed: BTreeSet<char>,
}

/// Why there is no PDF.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PaperError {
    /// More than [`MAX_PAGES`] pages, or something higher than the page it must be on: a footer
    /// of half a page, a watermark of a hundred words, what stands beside a code or a signature.
    #[error("too long: more than {MAX_PAGES} pages, or a part that must be on one and is not")]
    TooLong,
    /// A row, counted from 1, that has another number of cells than the table has columns.
    #[error("row {0} has another number of cells than the table has columns")]
    Ragged(usize),
    /// A table without columns, or with one too narrow for a character.
    #[error("a table without columns, or with one too narrow to be read")]
    Columns,
    /// A font that cannot be put into a PDF, or a file that would not be PDF/A.
    #[error("the PDF cannot be written: {0}")]
    NotWritten(String),
}

/// Makes the PDF of a paper, as of a moment.
///
/// # Errors
///
/// [`PaperError`]; nothing is left out to make a paper fit.
pub fn pdf(paper: &Paper, fonts: &Fonts, at: Timestamp) -> Result<Printed, PaperError> {
    let sheet = lay_out(paper, fonts)?;
    let pages = sheet.pages.len();
    let (bytes, boxed) = draw::draw(sheet, fonts, paper, at)?;
    Ok(Printed {
        bytes,
        pages,
        boxed,
    })
}

/// Puts everything at its place.
fn lay_out<'f>(paper: &Paper, fonts: &'f Fonts) -> Result<Sheet<'f>, PaperError> {
    let mut sheet = Sheet::new(Typesetter::new(fonts));
    margins::reserve(&mut sheet, paper)?;
    blocks::title(&mut sheet, paper)?;
    for (at, block) in paper.blocks.iter().enumerate() {
        blocks::put(&mut sheet, block, at == 0)?;
    }
    if let Some(code) = &paper.code {
        end::code(&mut sheet, code)?;
    }
    margins::put(&mut sheet, paper);
    Ok(sheet)
}

#[cfg(test)]
mod tests;
