//! Days and moments in every spelling that travels: `yyyyMMdd`, `yyyy-MM-dd` and milliseconds since
//! 1970; what is answered has one.

use serde_json::Value as Json;

use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::value::Raw;
use crate::domain::value::plain_text;
use crate::domain::value::read_day;

/// Digits of a time in milliseconds between 2001 and 2286.
const MILLIS: usize = 13;

/// A day in any of the three spellings; none for what is no day.
#[must_use]
pub fn day(value: &Json) -> Option<Day> {
    let text = plain_text(value);
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let is_number = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
    let short = |length: usize| text.len() == length;
    if is_number && !short(8) {
        return Some(Timestamp::from_millis(text.parse().ok()?).day());
    }
    let dashed = short(10) && text.split('-').count() == 3;
    if short(8) || dashed {
        return read_day(&Raw::Text(text)).ok();
    }
    None
}

/// A moment: milliseconds since 1970, `yyyyMMddHHmmss` or `yyyy-MM-dd HH:mm:ss` in Asia/Shanghai,
/// or RFC 3339; none for what is no moment.
#[must_use]
pub fn moment(value: &Json) -> Option<Timestamp> {
    let text = plain_text(value);
    let digits = text.bytes().all(|c| c.is_ascii_digit());
    match (digits, text.len()) {
        (true, MILLIS) => Some(Timestamp::from_millis(text.parse().ok()?)),
        (true, 14) => {
            let part = |from: usize, to: usize| text.get(from..to);
            let spelled = format!(
                "{}-{}-{}T{}:{}:{}+08:00",
                part(0, 4)?,
                part(4, 6)?,
                part(6, 8)?,
                part(8, 10)?,
                part(10, 12)?,
                part(12, 14)?
            );
            spelled.parse().ok()
        }
        (false, 19) => format!("{}+08:00", text.replacen(' ', "T", 1)).parse().ok(),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::day;
    use super::moment;

    #[test]
    fn every_spelling_of_a_day_is_the_same_day() {
        let wanted = day(&json!("2026-11-23"));
        assert!(wanted.is_some());
        for spelled in [
            json!("20261123"),
            json!(20_261_123),
            json!(1_795_363_200_000_i64),
            json!("1795363200000"),
        ] {
            assert_eq!(day(&spelled), wanted, "{spelled}");
        }
        for none in [json!("2026-13-01"), json!("soon"), json!(null), json!([])] {
            assert_eq!(day(&none), None, "{none}");
        }
    }

    #[test]
    fn every_spelling_of_a_moment_is_the_same_moment() {
        let wanted = moment(&json!("2026-11-23T09:00:00+08:00"));
        assert!(wanted.is_some());
        for spelled in [
            json!("20261123090000"),
            json!("2026-11-23 09:00:00"),
            json!("2026-11-23T01:00:00Z"),
            json!(1_795_395_600_000_i64),
        ] {
            assert_eq!(moment(&spelled), wanted, "{spelled}");
        }
        for none in [json!("20261399000000"), json!(""), json!(7), json!({})] {
            assert_eq!(moment(&none), None, "{none}");
        }
    }
}
