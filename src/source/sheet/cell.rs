//! A cell and a row, as the spreadsheet program shows them.

use jiff::civil::DateTime;
use jiff::civil::Time;

/// From here on a double no longer holds every digit that was typed.
const DIGITS_KEPT: f64 = 1e15;

/// Spreadsheet programs switch to `1.23E+11` at twelve digits.
const SCIENTIFIC_FROM: u16 = 11;

/// What one cell holds.
///
/// CSV knows only [`Cell::Empty`] and [`Cell::Text`]; the rest comes from workbooks.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, exactly as stored: blanks and line breaks included.
    Text(String),
    /// A number; an ID number typed as one has lost its last digits, see [`Cell::lost_digits`].
    Number(f64),
    /// A cell with a date format, to the second.
    DateTime(DateTime),
    /// TRUE or FALSE.
    Bool(bool),
}

/// One row that is not blank.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The row as the spreadsheet program numbers it: from 1, title and blank rows counted.
    ///
    /// In CSV a record with line breaks inside a cell is one row.
    pub number: u64,
    /// The cells from the first column on; rows of one sheet may differ in length.
    pub cells: Vec<Cell>,
}

impl Cell {
    /// A CSV cell: no characters means empty.
    #[must_use]
    pub fn from_text(text: String) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }

    /// Nothing but blanks; the full-width space counts as one.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(is_blank),
            Self::Number(_) | Self::DateTime(_) | Self::Bool(_) => false,
        }
    }

    /// The spreadsheet program has thrown away the last digits of a long number.
    ///
    /// Either a number too long for a double, or text such as `1.52525E+17`. The digits cannot
    /// be won back: the row must be mended by hand.
    #[must_use]
    pub fn lost_digits(&self) -> bool {
        match self {
            Self::Number(number) => number.abs() >= DIGITS_KEPT,
            Self::Text(text) => is_scientific(text),
            Self::Empty | Self::DateTime(_) | Self::Bool(_) => false,
        }
    }

    /// The cell as an office reads it on the screen.
    ///
    /// Whole numbers have no `.0`, other numbers at most 15 digits, dates are `yyyy-MM-dd` with
    /// ` HH:mm` unless it is midnight, and `="152…"`, by which exports keep long numbers whole,
    /// is the text between the quotes. Blanks at the ends are kept.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => unwrapped(text).to_owned(),
            Self::Number(number) => shown(*number),
            Self::DateTime(at) if at.time() == Time::midnight() => {
                at.strftime("%Y-%m-%d").to_string()
            }
            Self::DateTime(at) => at.strftime("%Y-%m-%d %H:%M").to_string(),
            Self::Bool(true) => "TRUE".to_owned(),
            Self::Bool(false) => "FALSE".to_owned(),
        }
    }
}

impl Row {
    /// Nothing but blank cells.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }
}

/// White space and the marks that look like it: zero-width space and byte order mark.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

fn shown(number: f64) -> String {
    if number.abs() >= DIGITS_KEPT {
        return format!("{number:.5E}").replace('E', "E+");
    }
    // Through 15 significant digits, so that 0.1 + 0.2 reads 0.3 as it does on the screen.
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{}", rounded + 0.0)
}

fn unwrapped(text: &str) -> &str {
    match text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(inner) if !inner.contains('"') => inner,
        _ => text,
    }
}

fn is_scientific(text: &str) -> bool {
    let text = text.trim_matches(is_blank);
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let power = exponent.strip_prefix('+').unwrap_or(exponent);
    // Without a point or a plus, `1E12` may well be somebody's building or batch number.
    let typical = mantissa.contains('.') || exponent.starts_with('+');
    typical
        && whole.len() == 1
        && !fraction.is_empty()
        && [whole, fraction, power]
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        && power
            .parse::<u16>()
            .is_ok_and(|power| power >= SCIENTIFIC_FROM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_on_the_screen() {
        for (number, text) in [
            (2590.0, "2590"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (51.5, "51.5"),
            (-3.25, "-3.25"),
            (999_999_999_999_999.0, "999999999999999"),
            (1.525_282_001_080_996e17, "1.52528E+17"),
        ] {
            assert_eq!(Cell::Number(number).text(), text);
        }
    }

    #[test]
    fn lost_digits_are_seen_in_numbers_and_in_text() {
        assert!(Cell::Number(1.525_25e17).lost_digits());
        assert!(Cell::Number(1e15).lost_digits());
        assert!(!Cell::Number(13_804_790_000.0).lost_digits());
        for lost in ["1.52525E+17", " 1.5e+17", "1E+17", "1.52525e17"] {
            assert!(Cell::Text(lost.into()).lost_digits(), "{lost}");
        }
        for kept in [
            "152525196802205650",
            "1E12",
            "2.5E+3",
            "A1.5E+17",
            "1.5E+17号",
            "",
            "E",
            "1.E+17",
        ] {
            assert!(!Cell::Text(kept.into()).lost_digits(), "{kept}");
        }
    }

    #[test]
    fn a_formula_that_only_quotes_is_its_text() {
        let kept = Cell::Text("=\"152525196802205650\"".into());
        assert_eq!(kept.text(), "152525196802205650");
        assert_eq!(Cell::Text("=\"a\"&\"b\"".into()).text(), "=\"a\"&\"b\"");
        assert_eq!(Cell::Text("=\"".into()).text(), "=\"");
    }

    #[test]
    fn blanks_of_every_width_are_blank() {
        assert!(Cell::Text(" \u{3000}\t\r\n\u{a0}\u{feff}".into()).is_blank());
        assert!(!Cell::Text("\u{3000}无".into()).is_blank());
        assert!(!Cell::Number(0.0).is_blank());
    }

    #[test]
    fn dates_show_the_time_only_when_there_is_one() {
        let day = jiff::civil::date(2026, 9, 7);
        assert_eq!(Cell::DateTime(day.at(0, 0, 0, 0)).text(), "2026-09-07");
        assert_eq!(
            Cell::DateTime(day.at(21, 28, 0, 0)).text(),
            "2026-09-07 21:28"
        );
    }
}
