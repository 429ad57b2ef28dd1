//! Days and times of day, in the spellings of offices' files.

use jiff::civil::Date;

use super::Misread;
use super::Raw;
use crate::domain::normalise::number_text;
use crate::domain::normalise::trimmed;
use crate::domain::time::Day;
use crate::domain::time::Minute;

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
