//! Days, minutes and midnight in Shanghai.

use super::Day;
use super::Minute;
use super::Timestamp;

#[test]
fn the_last_day_counts_until_midnight_in_shanghai() {
    let day: Day = "2027-03-04".parse().unwrap();
    let end: Timestamp = "2027-03-05T00:00:00+08:00".parse().unwrap();
    assert_eq!(day.end(), end);
    assert_eq!(end.day(), "2027-03-05".parse().unwrap());
    assert_eq!(Timestamp::from_millis(end.millis() - 1).day(), day);
    assert_eq!(end.to_string(), "2027-03-05T00:00:00+08:00");
}

#[test]
fn days_count_from_1970() {
    for (text, number) in [
        ("1970-01-01", 0),
        ("1969-12-31", -1),
        ("2026-11-23", 20_780),
    ] {
        let day: Day = text.parse().unwrap();
        assert_eq!(day.number(), number, "{text}");
        assert_eq!(Day::from_number(number), day);
    }
}

#[test]
fn a_leap_day_has_its_anniversary_on_the_28th() {
    let leap: Day = "2028-02-29".parse().unwrap();
    assert_eq!(leap.plus(1, 0, 0).to_string(), "2029-02-28");
    assert_eq!(leap.age_on("2046-02-28".parse().unwrap()), 17);
    assert_eq!(leap.age_on("2046-03-01".parse().unwrap()), 18);
}

#[test]
fn a_minute_survives_its_number() {
    let at = Minute::from_number(29_731_888);
    assert_eq!(Minute::from_number(at.number()), at);
    assert_eq!(Minute::from_number(-1).to_string(), "1969-12-31T23:59");
}
