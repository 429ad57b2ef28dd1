//! The one short form of a certificate's serial in a code.

use crate::codec::cbor::Value;
use crate::codec::compact::CompactError;
use crate::domain::identifier::Serial;

/// Twelve characters of base 36 are below 2^63, thirteen are not.
const MAX_LEN_AS_NUMBER: usize = 12;

/// The serial as it stands in a code: the integer it spells in base 36 where that is short and
/// loses nothing (12 characters at most, no leading `0`), text otherwise.
pub(super) fn to_value(serial: &Serial) -> Value {
    match as_number(serial) {
        Some(number) => Value::Int(number),
        None => Value::Text(serial.as_str().to_owned()),
    }
}

/// The serial of its one canonical form; the other form is refused.
pub(super) fn from_value(value: Value) -> Result<Serial, CompactError> {
    match value {
        Value::Int(number) => from_number(number),
        Value::Text(text) => text
            .parse::<Serial>()
            .ok()
            .filter(|serial| as_number(serial).is_none()),
        _ => None,
    }
    .ok_or(CompactError::Serial)
}

fn as_number(serial: &Serial) -> Option<i64> {
    let text = serial.as_str();
    if text.len() > MAX_LEN_AS_NUMBER || text.starts_with('0') {
        return None;
    }
    i64::from_str_radix(text, 36).ok()
}

fn from_number(mut number: i64) -> Option<Serial> {
    if number <= 0 {
        return None;
    }
    let mut text = Vec::with_capacity(MAX_LEN_AS_NUMBER);
    while number > 0 {
        let digit = u32::try_from(number % 36).ok()?;
        text.push(char::from_digit(digit, 36)?.to_ascii_uppercase());
        number /= 36;
    }
    if text.len() > MAX_LEN_AS_NUMBER {
        return None;
    }
    text.iter().rev().collect::<String>().parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_serial_comes_back(text in "[0-9A-Z]{1,32}") {
            let serial: Serial = text.parse().unwrap();
            let value = to_value(&serial);
            let short = text.len() <= 12 && !text.starts_with('0');
            prop_assert_eq!(matches!(value, Value::Int(_)), short);
            prop_assert_eq!(from_value(value), Ok(serial));
        }

        #[test]
        fn every_number_that_is_read_is_written_back(number: i64) {
            if let Ok(serial) = from_value(Value::Int(number)) {
                prop_assert_eq!(to_value(&serial), Value::Int(number));
            }
        }
    }

    #[test]
    fn only_the_canonical_form_is_read() {
        let text = |text: &str| from_value(Value::Text(text.to_owned()));
        assert_eq!(text("A150000001"), Err(CompactError::Serial));
        assert_eq!(text("0"), "0".parse().map_err(|_why| CompactError::Serial));
        assert_eq!(
            text("ABCDEFGHIJKLM"),
            "ABCDEFGHIJKLM".parse().map_err(|_why| CompactError::Serial)
        );
        let int = |number| from_value(Value::Int(number)).map(|serial| serial.to_string());
        assert_eq!(int(0), Err(CompactError::Serial));
        assert_eq!(int(-1), Err(CompactError::Serial));
        assert_eq!(int(36_i64.pow(12) - 1), Ok("Z".repeat(12)));
        assert_eq!(int(36_i64.pow(12)), Err(CompactError::Serial));
    }

    #[test]
    fn other_characters_are_refused() {
        for text in ["", "a1", "A-1", "Ａ1", " A", &"A".repeat(33)] {
            assert_eq!(
                text.parse::<Serial>(),
                Err(crate::domain::identifier::BadIdentifier::Serial),
                "{text:?}"
            );
        }
    }
}
