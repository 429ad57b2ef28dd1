//! Values of a certificate's fields, and how an office's spelling becomes one.

mod days;

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::domain::normalise::number_text;
use crate::domain::normalise::trimmed;
use crate::domain::time::Day;
use crate::domain::time::Minute;

pub use days::read_day;
pub use days::read_minute;

/// What an office or a program handed in for one field, before it is understood.
#[derive(Clone, PartialEq, Debug)]
pub enum Raw {
    /// Text.
    Text(String),
    /// A number, as spreadsheet programs keep it: 15 digits at most.
    Number(f64),
    /// A date or a date and time.
    DateTime(DateTime),
    /// A picture that was handed in beside the row.
    Picture(Picture),
}

/// A picture: what a certificate says about it. Its bytes are kept apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
}

/// A field's value, understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Text; a decimal number is kept as text too, so that no digit changes.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A day.
    Day(Day),
    /// A time of day on a day.
    Minute(Minute),
    /// A code of the field's list.
    Code(String),
    /// A picture.
    Picture(Picture),
}

impl Value {
    /// The value as JSON carries it: `yyyy-MM-dd`, `yyyy-MM-ddTHH:mm`, numbers for whole
    /// numbers, text for everything else; a picture as digest and media type.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) | Self::Code(text) => text.as_str().into(),
            Self::Integer(n) => (*n).into(),
            Self::Day(day) => day.to_string().into(),
            Self::Minute(at) => at.to_string().into(),
            Self::Picture(p) => serde_json::json!({
                "sha256": hex(&p.sha256),
                "media_type": p.media_type,
            }),
        }
    }

    /// The value as a person reads it; a code stays a code (its label is the type's).
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Code(text) => text.clone(),
            Self::Integer(n) => n.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Minute(at) => at.to_string().replace('T', " "),
            Self::Picture(p) => hex(&p.sha256),
        }
    }
}

/// A JSON value as a person reads it: texts without quotes.
#[must_use]
pub fn plain_text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for b in bytes {
        for half in [b >> 4, b & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or_default());
        }
    }
    text
}

/// The bytes that hexadecimal text of either case spells; `None` if it is not.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pair = |i: usize| u8::from_str_radix(text.get(i..i + 2)?, 16).ok();
    if text.contains(['+', '-']) {
        return None;
    }
    (0..text.len()).step_by(2).map(pair).collect()
}

/// Why a raw value could not be understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misread {
    /// Not a date in any spelling we know.
    NotADate,
    /// Not a date and time in any spelling we know.
    NotATime,
    /// Not a whole number.
    NotAnInteger,
    /// Not a decimal number.
    NotADecimal,
    /// The spreadsheet kept only the first 15 digits; the rest cannot be guessed.
    LostDigits,
    /// Not a code or label of the field's list.
    UnknownValue,
    /// Neither a picture nor the SHA-256 of one.
    NotAPicture,
    /// It holds characters that show as nothing, or that reverse how others show.
    Unprintable,
}

/// Whether a spreadsheet's number has lost digits: a double keeps 15 for certain.
#[must_use]
pub fn lost_digits(raw: &Raw) -> bool {
    match raw {
        Raw::Number(n) => n.abs() >= 1e15,
        Raw::Text(text) => {
            let text = number_text(text);
            let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
                return false;
            };
            let digits = mantissa.strip_prefix('-').unwrap_or(mantissa);
            mantissa.contains('.')
                && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
                && exponent
                    .strip_prefix('+')
                    .unwrap_or(exponent)
                    .parse::<u8>()
                    .is_ok()
        }
        Raw::DateTime(_) | Raw::Picture(_) => false,
    }
}

/// The plain text of a raw value: numbers without a trailing `.0`.
///
/// # Errors
///
/// [`Misread::LostDigits`] for a number that is longer than the spreadsheet keeps,
/// [`Misread::Unprintable`] for text that would not show as it is.
pub fn read_text(raw: &Raw) -> Result<String, Misread> {
    match raw {
        Raw::Number(_) if lost_digits(raw) => Err(Misread::LostDigits),
        Raw::Text(text) if trimmed(text).contains(unprintable) => Err(Misread::Unprintable),
        Raw::Text(text) => Ok(trimmed(text).to_owned()),
        Raw::Number(n) => Ok(format!("{n}")),
        Raw::DateTime(at) => {
            let minute = Minute::new(*at);
            let midnight = minute.number().rem_euclid(1440) == 0;
            Ok(if midnight {
                minute.day().to_string()
            } else {
                Value::Minute(minute).text()
            })
        }
        Raw::Picture(_) => Err(Misread::UnknownValue),
    }
}

/// Control characters other than line breaks and tabs, and those that turn the direction of
/// writing: a name with one can show as another name.
fn unprintable(c: char) -> bool {
    let turning = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turning || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Reads a whole number.
///
/// # Errors
///
/// [`Misread::NotAnInteger`], or [`Misread::LostDigits`].
pub fn read_integer(raw: &Raw) -> Result<i64, Misread> {
    if lost_digits(raw) {
        return Err(Misread::LostDigits);
    }
    let text = number_text(&read_text(raw).map_err(|_not_text| Misread::NotAnInteger)?);
    text.parse().map_err(|_not_a_number| Misread::NotAnInteger)
}

/// Reads a decimal number and keeps its digits as written.
///
/// # Errors
///
/// [`Misread::NotADecimal`], or [`Misread::LostDigits`].
pub fn read_decimal(raw: &Raw) -> Result<String, Misread> {
    if lost_digits(raw) {
        return Err(Misread::LostDigits);
    }
    let text = number_text(&read_text(raw).map_err(|_not_text| Misread::NotADecimal)?);
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let good = [whole, part]
        .iter()
        .all(|p| !p.is_empty() && p.bytes().all(|c| c.is_ascii_digit()));
    if good {
        Ok(text)
    } else {
        Err(Misread::NotADecimal)
    }
}

/// Reads a code of a list by its code or its label.
///
/// # Errors
///
/// [`Misread::UnknownValue`].
pub fn read_code(raw: &Raw, codes: &BTreeMap<String, String>) -> Result<String, Misread> {
    let text = read_text(raw)?;
    let narrow = number_text(&text);
    let by_code = |t: &str| codes.contains_key(t).then(|| t.to_owned());
    let by_label = || {
        codes
            .iter()
            .find(|(_, label)| number_text(label) == narrow)
            .map(|(code, _)| code.clone())
    };
    let padded = || {
        codes
            .keys()
            .find(|c| c.trim_start_matches('0') == narrow)
            .cloned()
    };
    by_code(&narrow)
        .or_else(by_label)
        .or_else(padded)
        .ok_or(Misread::UnknownValue)
}

/// Reads a picture: one handed in beside the row, or the SHA-256 of one in hexadecimal.
///
/// # Errors
///
/// [`Misread::NotAPicture`].
pub fn read_picture(raw: &Raw) -> Result<Picture, Misread> {
    match raw {
        Raw::Picture(picture) => Ok(picture.clone()),
        Raw::Text(text) => {
            let bytes = unhex(&number_text(text)).ok_or(Misread::NotAPicture)?;
            let Ok(sha256) = bytes.try_into() else {
                return Err(Misread::NotAPicture);
            };
            Ok(Picture {
                sha256,
                media_type: "image/jpeg".to_owned(),
            })
        }
        Raw::Number(_) | Raw::DateTime(_) => Err(Misread::NotAPicture),
    }
}

#[cfg(test)]
mod tests;
