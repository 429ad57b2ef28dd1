//! A minute on the wall clock of Asia/Shanghai.

use std::fmt;

use jiff::civil::DateTime;

use super::Day;

/// A minute on the wall clock of Asia/Shanghai, such as a time of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(DateTime);

impl Minute {
    /// From a date and time; seconds are dropped.
    #[must_use]
    pub fn new(at: DateTime) -> Self {
        let time = jiff::civil::Time::constant(0, 0, 0, 0);
        let time = time
            .with()
            .hour(at.hour())
            .minute(at.minute())
            .build()
            .unwrap_or(time);
        Self(at.date().to_datetime(time))
    }

    /// The day it falls on.
    #[must_use]
    pub fn day(self) -> Day {
        Day(self.0.date())
    }

    /// Minutes since 1970-01-01T00:00 on the same wall clock.
    #[must_use]
    pub fn number(self) -> i64 {
        self.day().number() * 1440 + i64::from(self.0.hour()) * 60 + i64::from(self.0.minute())
    }

    /// From minutes since 1970-01-01T00:00 on the same wall clock.
    #[must_use]
    pub fn from_number(minutes: i64) -> Self {
        let day = Day::from_number(minutes.div_euclid(1440));
        let of_day = minutes.rem_euclid(1440);
        let hour = i8::try_from(of_day / 60).unwrap_or(0);
        let minute = i8::try_from(of_day % 60).unwrap_or(0);
        Self(day.0.at(hour, minute, 0, 0))
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}T{:02}:{:02}",
            self.day(),
            self.0.hour(),
            self.0.minute()
        )
    }
}
