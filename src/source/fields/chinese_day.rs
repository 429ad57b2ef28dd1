//! Days written out in Chinese numerals.

use crate::domain::time::Day;

/// Reads `二〇二六年十月七日`: the year digit by digit, month and day as numbers.
pub(super) fn read(text: &str) -> Option<Day> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix(['日', '号'])?;
    if year.chars().count() != 4 {
        return None;
    }
    let mut number = 0;
    for c in year.chars() {
        number = number * 10 + digit(c)?;
    }
    let (month, day) = (small(month)?, small(day)?);
    let date = jiff::civil::Date::new(
        i16::try_from(number).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    date.ok().map(Day::from)
}

fn digit(c: char) -> Option<u32> {
    let digits = "〇一二三四五六七八九";
    let of = |c: char| digits.chars().position(|d| d == c);
    let at = match c {
        '零' | '○' | 'Ｏ' | 'O' => Some(0),
        '元' => None,
        other => of(other),
    };
    at.and_then(|at| u32::try_from(at).ok())
}

/// A number from 1 to 39: `七`, `十`, `十二`, `二十`, `二十九`, `廿九`, `三十一`.
fn small(text: &str) -> Option<u32> {
    let text = text.replace('廿', "二十").replace('卅', "三十");
    if let Some((tens, ones)) = text.split_once('十') {
        let one = |part: &str| {
            let mut chars = part.chars();
            let only = chars.next().and_then(digit);
            only.filter(|n| *n > 0 && chars.next().is_none())
        };
        let tens = if tens.is_empty() { 1 } else { one(tens)? };
        let ones = if ones.is_empty() { 0 } else { one(ones)? };
        return Some(tens * 10 + ones);
    }
    let mut chars = text.chars();
    let only = digit(chars.next()?)?;
    // `〇七` is how forms with boxes write the seventh.
    match chars.next() {
        None => Some(only).filter(|n| *n > 0),
        Some(second) if only == 0 && chars.next().is_none() => digit(second).filter(|n| *n > 0),
        Some(_) => None,
    }
}
