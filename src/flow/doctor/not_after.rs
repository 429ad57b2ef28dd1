//! The last moment of a TLS certificate, read from its DER bytes and nothing more.

use jiff::civil::Date;

use crate::domain::time::Day;
use crate::domain::time::Timestamp;

const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The `notAfter` of an X.509 certificate; none for bytes that do not begin as one.
pub(super) fn not_after(der: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = element(der, SEQUENCE)?;
    let (mut rest, _) = element(certificate, SEQUENCE)?;
    if let Some((_, after)) = element(rest, VERSION) {
        rest = after;
    }
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        rest = element(rest, tag)?.1;
    }
    let (validity, _) = element(rest, SEQUENCE)?;
    let begin = element(validity, UTC_TIME).or_else(|| element(validity, GENERALIZED_TIME));
    let (_, end) = begin?;
    match element(end, UTC_TIME) {
        Some((text, _)) => moment(text, 2),
        None => moment(element(end, GENERALIZED_TIME)?.0, 4),
    }
}

/// The content of the element with this tag that begins here, and what comes after it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *first != tag {
        return None;
    }
    let (length, rest) = match *length {
        short @ ..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length = digits.iter().fold(0, |n, byte| n << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// `[YY]YYMMDDHHMMSSZ`; years of two digits are 1950 to 2049.
fn moment(text: &[u8], year_digits: usize) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if text.len() != year_digits + 10 || !text.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = text.split_at_checked(year_digits)?;
    let pair = |at: usize| rest.get(at * 2..at * 2 + 2)?.parse::<i8>().ok();
    let year: i16 = year.parse().ok()?;
    let year = match (year_digits, year) {
        (2, ..50) => year + 2000,
        (2, _) => year + 1900,
        _ => year,
    };
    let day = Day::from(Date::new(year, pair(0)?, pair(1)?).ok()?);
    let [hour, minute, second] = [pair(2)?, pair(3)?, pair(4)?].map(i64::from);
    let of_day = hour * 3600 + minute * 60 + second;
    Some(Timestamp::from_secs(day.number() * 86_400 + of_day))
}

#[cfg(test)]
mod tests {
    use rcgen::CertificateParams;
    use rcgen::KeyPair;
    use rcgen::date_time_ymd;

    use super::not_after;

    fn made(year: i32) -> Vec<u8> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 2, 3);
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_end_is_read_in_both_spellings() {
        for year in [2031, 2061] {
            let end = not_after(&made(year)).unwrap();
            assert_eq!(end.to_string(), format!("{year}-02-03T08:00:00+08:00"));
        }
    }

    #[test]
    fn whatever_is_cut_off_or_no_certificate_has_no_end() {
        let whole = made(2031);
        for length in 0..whole.len() {
            assert_eq!(not_after(&whole[..length]), None, "{length}");
        }
        assert_eq!(not_after(b"\x30\x84\xff\xff\xff\xff"), None);
    }
}
