//! Cells to one line of CSV, quoted so that reading it gives the same cells.

/// The line with its line break (CRLF, as spreadsheet programs write it).
pub(super) fn line<'c>(cells: impl IntoIterator<Item = &'c str>, delimiter: char) -> String {
    let mut line = String::new();
    for (column, cell) in cells.into_iter().enumerate() {
        if column > 0 {
            line.push(delimiter);
        }
        let quoted = cell.contains(['"', '\r', '\n', delimiter]);
        if quoted {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(cell);
        }
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cells_that_need_it_are_quoted() {
        assert_eq!(
            line(["a", "", "b,c", "5\"", "x\ny", "a;b"], ','),
            "a,,\"b,c\",\"5\"\"\",\"x\ny\",a;b\r\n"
        );
        assert_eq!(line(["a,b", "a;b"], ';'), "a,b;\"a;b\"\r\n");
    }
}
