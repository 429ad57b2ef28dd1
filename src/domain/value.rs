//! Values of a certificate's fields, and how an office's spelling becomes one.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::civil::DateTime;

use crate::domain::normalise::number_text;
use crate::domain::normalise::trimmed;
use crate::domain::time::Day;
use crate::domain::time::Minute;

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

/// Reads a day: `2026-10-07`, `2026/10/7`, `2026.10.07`, `20261007`, `2026年10月7日`, a
/// spreadsheet's date or serial number, or epoch milliseconds.
///
/// Two-digit years and words are refused: what they mean would be a guess.
///
/// # Errors
///
/// [`Misread::NotADate`].
pub fn read_day(raw: &Raw) -> Result<Day, Misread> {
    match raw {
        Raw::DateTime(at) => Ok(Day::from(at.date())),
        Raw::Number(n) => number_day(*n).ok_or(Misread::NotADate),
        Raw::Text(text) => text_day(&number_text(text))
            .or_else(|| text_minute(trimmed(text)).map(Minute::day))
            .ok_or(Misread::NotADate),
        Raw::Picture(_) => Err(Misread::NotADate),
    }
}

/// Reads a date and time of day; a mere date is refused, because midnight would be a guess.
///
/// # Errors
///
/// [`Misread::NotATime`].
pub fn read_minute(raw: &Raw) -> Result<Minute, Misread> {
    match raw {
        Raw::DateTime(at) => Ok(Minute::new(*at)),
        Raw::Text(text) => text_minute(trimmed(text)).ok_or(Misread::NotATime),
        Raw::Number(_) | Raw::Picture(_) => Err(Misread::NotATime),
    }
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

fn number_day(n: f64) -> Option<Day> {
    let text = format!("{n}");
    if text.len() == 8 || text.len() == 13 {
        return text_day(&text);
    }
    // A spreadsheet's serial number: days since 1899-12-30, here from 1950 to 2099.
    let serial: i64 = text.parse().ok()?;
    if (18_264..73_051).contains(&serial) {
        Some(Day::from_number(serial - 25_569))
    } else {
        None
    }
}

fn text_day(text: &str) -> Option<Day> {
    if !text.is_ascii() || text.contains(['-', '/', '.']) {
        let text = text.strip_suffix(['日', '号']).unwrap_or(text);
        let mut parts = text.split(['-', '/', '.', '年', '月']);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        return if parts.next().is_none() {
            civil(year, month, day)
        } else {
            None
        };
    }
    if text.len() == 8 {
        return civil(text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    }
    if text.len() == 13 && text.bytes().all(|c| c.is_ascii_digit()) {
        let ms = text.parse().ok()?;
        return Some(crate::domain::time::Timestamp::from_millis(ms).day());
    }
    None
}

fn text_minute(text: &str) -> Option<Minute> {
    let text = text.replace('：', ":");
    let at = text.find([' ', 'T', '日'])?;
    let (day, time) = text.split_at_checked(at)?;
    // Our own offset says what is meant anyway. Any other, `Z` too, is another hour here, and
    // often another day.
    let time = time.trim_start_matches(['日', ' ', 'T']);
    let time = time.strip_suffix("+08:00").unwrap_or(time);
    let time = time.strip_suffix(['分', '秒']).unwrap_or(time);
    let day = text_day(&number_text(day))?;
    let mut parts = time.split([':', '时', '分']);
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || !second.is_none_or(is_second) {
        return None;
    }
    let two_digits = |t: &str| (1..=2).contains(&t.len()) && digits(t);
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    let time = jiff::civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    Some(Minute::new(day.date().to_datetime(time)))
}

fn is_second(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    !part.is_empty() && digits(part) && whole.parse::<u8>().is_ok_and(|s| s < 60)
}

fn digits(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_digit())
}

fn civil(year: &str, month: &str, day: &str) -> Option<Day> {
    if year.len() != 4 || !digits(year) || !digits(month) || !digits(day) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        .ok()
        .map(Day::from)
}

#[cfg(test)]
mod tests {
    use super::Misread;
    use super::Raw;
    use super::lost_digits;
    use super::read_code;
    use super::read_day;
    use super::read_decimal;
    use super::read_integer;
    use super::read_minute;
    use super::read_text;

    fn text(t: &str) -> Raw {
        Raw::Text(t.to_owned())
    }

    #[test]
    fn every_spelling_of_a_day_in_the_files_is_read() {
        for spelling in [
            "20260907",
            "2026/9/7",
            "2026/09/07",
            "2026年9月7日",
            "2026年09月07日",
            "2026.09.07",
            "2026-09-07",
            " 2026-9-7 ",
            "２０２６－９－７",
            "1788710400000",
            "2026-09-07 00:00:00",
        ] {
            assert_eq!(
                read_day(&text(spelling)).unwrap().to_string(),
                "2026-09-07",
                "{spelling}"
            );
        }
        assert_eq!(
            read_day(&Raw::Number(46_272.0)).unwrap().to_string(),
            "2026-09-07"
        );
        for number in [20_260_907.0, 1_788_710_400_000.0] {
            assert_eq!(
                read_day(&Raw::Number(number)).unwrap().to_string(),
                "2026-09-07"
            );
        }
    }

    #[test]
    fn what_would_be_a_guess_is_no_day() {
        for spelling in [
            "26-9-1号",
            "44927.5x",
            "昨天",
            "民国",
            "2026-02-30",
            "2026-9",
            "",
            "9/7/2026",
            // Midnight here, but the day before in its own words.
            "2026-09-06T16:00:00.000Z",
        ] {
            assert_eq!(
                read_day(&text(spelling)),
                Err(Misread::NotADate),
                "{spelling}"
            );
        }
    }

    #[test]
    fn a_time_needs_its_hour() {
        for spelling in [
            "2026-09-24 11:53",
            "2026年9月24日11时53分",
            "2026/9/24 11:53:40",
            "2026-09-24T11:53",
            "2026-09-24 11:53:40.0",
            "2026年9月24日11时53分40秒",
            "2026-09-24T11:53:40.123+08:00",
        ] {
            assert_eq!(
                read_minute(&text(spelling)).unwrap().to_string(),
                "2026-09-24T11:53"
            );
        }
        for spelling in [
            "昨天",
            "2026-09-24",
            "2026-09-24 25:00",
            "2026-09-24 11:60",
            "2026-09-24 11:53:xx",
            "2026-09-24 11:53:99",
            "2026-09-24T03:53Z",
            "2026-09-24T11:53:40.000Z",
            "2026-09-24T11:53:40-05:00",
            "2026-09-24 +1:+2",
        ] {
            assert_eq!(
                read_minute(&text(spelling)),
                Err(Misread::NotATime),
                "{spelling}"
            );
        }
    }

    #[test]
    fn digits_that_a_spreadsheet_lost_are_noticed() {
        assert!(lost_digits(&Raw::Number(1.525_282_001_080_996e17)));
        assert!(lost_digits(&text("1.52528E+17")));
        assert!(!lost_digits(&Raw::Number(152_528_200_108.0)));
        assert!(!lost_digits(&text("152528200108099618")));
    }

    #[test]
    fn a_name_that_would_show_as_another_is_refused() {
        for name in ["巴\u{202e}特尔", "巴\0特尔", "\u{2066}巴特尔\u{2069}"] {
            assert_eq!(read_text(&text(name)), Err(Misread::Unprintable));
        }
        assert_eq!(read_text(&text("一\n二")), Ok("一\n二".to_owned()));
        assert_eq!(read_text(&text("ᠪᠠᠭᠠᠲᠤᠷ")), Ok("ᠪᠠᠭᠠᠲᠤᠷ".to_owned()));
    }

    #[test]
    fn numbers_and_codes_are_read_as_written() {
        assert_eq!(read_integer(&text("３２８０")), Ok(3280));
        assert_eq!(read_integer(&Raw::Number(3280.0)), Ok(3280));
        assert_eq!(read_integer(&text("3千克")), Err(Misread::NotAnInteger));
        assert_eq!(read_decimal(&Raw::Number(49.5)), Ok("49.5".to_owned()));
        assert_eq!(read_decimal(&text("49.50")), Ok("49.50".to_owned()));
        assert_eq!(read_decimal(&text("49.")), Err(Misread::NotADecimal));
        let codes = [("01", "食品生产"), ("09", "其他")].map(|(c, l)| (c.to_owned(), l.to_owned()));
        let codes = codes.into_iter().collect();
        assert_eq!(read_code(&text("食品生产"), &codes), Ok("01".to_owned()));
        assert_eq!(read_code(&Raw::Number(9.0), &codes), Ok("09".to_owned()));
        assert_eq!(read_code(&text("餐饮"), &codes), Err(Misread::UnknownValue));
        let codes = [("1".to_owned(), "有限责任公司（独资）".to_owned())].into();
        assert_eq!(
            read_code(&text("有限责任公司(独资)"), &codes),
            Ok("1".to_owned())
        );
    }
}
