//! Administrative divisions 行政区划.

use std::fmt;
use std::str::FromStr;

/// The code of a division: six digits, or nine for a township-level one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DivisionCode(u32);

/// A text that is no division code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a division code of six or nine digits")]
pub struct BadDivisionCode;

impl FromStr for DivisionCode {
    type Err = BadDivisionCode;

    fn from_str(text: &str) -> Result<Self, BadDivisionCode> {
        let plain = matches!(text.len(), 6 | 9)
            && text.bytes().all(|c| c.is_ascii_digit())
            && !text.starts_with('0');
        match text.parse() {
            Ok(number) if plain => Ok(Self(number)),
            _ => Err(BadDivisionCode),
        }
    }
}

impl DivisionCode {
    /// Whether another division is this one or lies in it, as the codes say: a league holds its
    /// counties (152500 and 152502), a county its townships (152502 and 152502001).
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        let mut own = self.0;
        let mut digits = if own > 999_999 { 9 } else { 6 };
        if digits == 6 {
            while own > 0 && own.is_multiple_of(100) {
                own /= 100;
                digits -= 2;
            }
        }
        let theirs = if other.0 > 999_999 { 9 } else { 6 };
        theirs >= digits && other.0 / 10_u32.pow(theirs - digits) == own
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A division as the catalogue lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Its code.
    pub code: DivisionCode,
    /// Its Chinese name.
    pub name: String,
    /// `region`, `league`, `county`, `statistical` or `township`.
    pub level: String,
}

#[cfg(test)]
mod tests {
    use super::DivisionCode;

    #[test]
    fn a_division_covers_what_lies_in_it() {
        let covers = |a: &str, b: &str| {
            let [a, b]: [DivisionCode; 2] = [a, b].map(|code| code.parse().unwrap());
            a.covers(b)
        };
        for (wide, narrow) in [
            ("150000", "152500"),
            ("152500", "152502"),
            ("152500", "152502001"),
            ("152502", "152502001"),
            ("152502", "152502"),
        ] {
            assert!(covers(wide, narrow), "{wide} {narrow}");
        }
        for (one, other) in [
            ("152502", "152500"),
            ("152502", "152501"),
            ("152502001", "152502"),
            ("152501", "152502001"),
            ("152500", "152600"),
        ] {
            assert!(!covers(one, other), "{one} {other}");
        }
    }
}
