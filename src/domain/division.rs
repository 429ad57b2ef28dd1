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
