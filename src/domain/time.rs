//! Days, moments, and the clock that is handed in.

mod clock;
mod minute;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

pub use clock::Clock;
pub use clock::FrozenClock;
pub use clock::SystemClock;
pub use minute::Minute;

/// Seconds that Asia/Shanghai is ahead of UTC. Fixed: there is no summer time.
const SHANGHAI_S: i64 = 8 * 3600;

/// A moment, in milliseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// From seconds since 1970, as JWT and COSE claims carry them.
    #[must_use]
    pub const fn from_secs(s: i64) -> Self {
        Self(s.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment and `s` seconds more.
    #[must_use]
    pub const fn plus_secs(self, s: i64) -> Self {
        Self(self.0.saturating_add(s.saturating_mul(1000)))
    }

    /// Whole seconds from `earlier` to this moment; negative if it is later.
    #[must_use]
    pub const fn secs_since(self, earlier: Self) -> i64 {
        (self.0.saturating_sub(earlier.0)).div_euclid(1000)
    }

    /// The day of this moment in Asia/Shanghai.
    #[must_use]
    pub fn day(self) -> Day {
        let days = (self.secs() + SHANGHAI_S).div_euclid(86_400);
        Day::from_number(days)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with the offset of Asia/Shanghai: `2026-11-23T09:30:00+08:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.secs() + SHANGHAI_S;
        let day = Day::from_number(local.div_euclid(86_400));
        let s = local.rem_euclid(86_400);
        write!(
            f,
            "{day}T{:02}:{:02}:{:02}+08:00",
            s / 3600,
            s % 3600 / 60,
            s % 60
        )
    }
}

impl FromStr for Timestamp {
    type Err = BadDay;

    /// Reads RFC 3339 with any offset.
    fn from_str(text: &str) -> Result<Self, BadDay> {
        let Ok(at) = text.parse::<jiff::Timestamp>() else {
            return Err(BadDay);
        };
        Ok(Self(at.as_millisecond()))
    }
}

/// A calendar day in Asia/Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// A text that is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day like 2026-11-23")]
pub struct BadDay;

impl Day {
    /// Earlier than any day a certificate carries.
    pub const MIN: Self = Self(Date::constant(1, 1, 1));
    /// Later than any day a certificate carries.
    pub const MAX: Self = Self(Date::constant(9999, 12, 31));

    /// From days since 1970-01-01, clamped to the years 1 to 9999.
    #[must_use]
    pub fn from_number(days: i64) -> Self {
        let span = jiff::Span::new().try_days(days);
        match span.and_then(|s| Date::constant(1970, 1, 1).checked_add(s)) {
            Ok(date) if date >= Self::MIN.0 => Self(date),
            _ if days < 0 => Self::MIN,
            _ => Self::MAX,
        }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn number(self) -> i64 {
        let since = Date::constant(1970, 1, 1).duration_until(self.0);
        since.as_hours().div_euclid(24)
    }

    /// The first moment of this day in Asia/Shanghai.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp::from_secs(self.number() * 86_400 - SHANGHAI_S)
    }

    /// The first moment after this day: when something whose last day this is has expired.
    #[must_use]
    pub fn end(self) -> Timestamp {
        Timestamp::from_secs((self.number() + 1) * 86_400 - SHANGHAI_S)
    }

    /// The day `years`, `months` and `days` later; the last day of a month where the month
    /// is too short (29 February + 1 year = 28 February).
    #[must_use]
    pub fn plus(self, years: i32, months: i32, days: i32) -> Self {
        let span = jiff::Span::new()
            .try_years(years)
            .and_then(|s| s.try_months(months))
            .and_then(|s| s.try_days(days));
        span.and_then(|s| self.0.checked_add(s))
            .map_or(Self::MAX, Self)
    }

    /// The day before.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.yesterday().unwrap_or(self.0))
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The day as jiff's date.
    #[must_use]
    pub const fn date(self) -> Date {
        self.0
    }

    /// Whole years from this day of birth to `on`.
    #[must_use]
    pub fn age_on(self, on: Self) -> i32 {
        let years = i32::from(on.0.year()) - i32::from(self.0.year());
        let passed = (on.0.month(), on.0.day()) >= (self.0.month(), self.0.day());
        if passed { years } else { years - 1 }
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'a> Deserialize<'a> for Day {
    fn deserialize<D: Deserializer<'a>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

impl FromStr for Day {
    type Err = BadDay;

    fn from_str(text: &str) -> Result<Self, BadDay> {
        let digits = |part: &str, n: usize| {
            if part.len() == n && part.bytes().all(|c| c.is_ascii_digit()) {
                part.parse::<i16>().ok()
            } else {
                None
            }
        };
        let mut parts = text.split('-');
        let (Some(y), Some(m), Some(d), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadDay);
        };
        let (Some(y), Some(m), Some(d)) = (digits(y, 4), digits(m, 2), digits(d, 2)) else {
            return Err(BadDay);
        };
        let (Ok(m), Ok(d)) = (i8::try_from(m), i8::try_from(d)) else {
            return Err(BadDay);
        };
        Date::new(y, m, d).map(Self).map_err(|_out_of_range| BadDay)
    }
}

#[cfg(test)]
mod tests;
