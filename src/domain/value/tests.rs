//! Every spelling that the sample files use, and those that would be a guess.

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
