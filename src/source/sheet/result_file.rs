//! The result file: what became of every row, as CSV that a spreadsheet program opens as it is.

use std::io::Write;

use super::encoding::BOM;
use super::error::WriteError;
use super::line::line;

/// Signs with which a cell could begin a formula, in half and full width.
const FORMULA_SIGNS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Writes UTF-8 CSV with a byte order mark.
///
/// A cell that a spreadsheet program could take for a formula gets a `'` in front: these cells
/// go to other people than the one who typed them.
pub struct ResultFile<W: Write> {
    sink: W,
}

impl<W: Write> ResultFile<W> {
    /// Begins with the header.
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`] if the sink fails.
    pub fn new<S: AsRef<str>>(headings: &[S], mut sink: W) -> Result<Self, WriteError> {
        sink.write_all(BOM)?;
        let mut file = Self { sink };
        file.push(headings)?;
        Ok(file)
    }

    /// Adds one row.
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`] if the sink fails.
    pub fn push<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), WriteError> {
        let guarded: Vec<String> = cells.iter().map(|cell| guarded(cell.as_ref())).collect();
        let line = line(guarded.iter().map(String::as_str), ',');
        self.sink.write_all(line.as_bytes())?;
        Ok(())
    }

    /// Flushes and returns the sink.
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`] if the sink fails.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.sink.flush()?;
        Ok(self.sink)
    }
}

fn guarded(cell: &str) -> String {
    if cell.starts_with(FORMULA_SIGNS) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_become_a_formula() {
        let mut file = ResultFile::new(&["标识", "说明"], Vec::new()).unwrap();
        file.push(&["=1+1", "ok, fine"]).unwrap();
        file.push(&["\tx", "-5"]).unwrap();
        file.push(&["＝1", "a=b"]).unwrap();
        let bytes = file.finish().unwrap();
        let text = bytes.strip_prefix(BOM).unwrap();
        assert_eq!(
            std::str::from_utf8(text).unwrap(),
            "标识,说明\r\n'=1+1,\"ok, fine\"\r\n'\tx,'-5\r\n'＝1,a=b\r\n"
        );
    }
}
