//! The serial of a certificate, and its one short form in a code.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::codec::cbor::Value;
use crate::codec::compact::CompactError;

const MAX_LEN: usize = 32;
/// Twelve characters of base 36 are below 2^63, thirteen are not.
const MAX_LEN_AS_NUMBER: usize = 12;

/// The serial of a certificate: one to 32 characters of `0-9A-Z`.
///
/// In a code it is the integer it spells in base 36 where that is short and loses
/// nothing (12 characters at most, no leading `0`), and text otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(String);

/// A text that is no serial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a serial has 1 to 32 characters of 0-9 and A-Z, such as A150000001")]
pub struct BadSerial;

impl FromStr for Serial {
    type Err = BadSerial;

    fn from_str(text: &str) -> Result<Self, BadSerial> {
        let fits = (1..=MAX_LEN).contains(&text.len());
        if fits
            && text
                .bytes()
                .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadSerial)
        }
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serial {
    /// The serial as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn to_value(&self) -> Value {
        match self.as_number() {
            Some(number) => Value::Int(number),
            None => Value::Text(self.0.clone()),
        }
    }

    pub(super) fn from_value(value: Value) -> Result<Self, CompactError> {
        match value {
            Value::Int(number) => Self::from_number(number),
            Value::Text(text) => text
                .parse::<Self>()
                .ok()
                .filter(|serial| serial.as_number().is_none()),
            _ => None,
        }
        .ok_or(CompactError::Serial)
    }

    fn as_number(&self) -> Option<i64> {
        if self.0.len() > MAX_LEN_AS_NUMBER || self.0.starts_with('0') {
            return None;
        }
        i64::from_str_radix(&self.0, 36).ok()
    }

    fn from_number(mut number: i64) -> Option<Self> {
        if number <= 0 {
            return None;
        }
        let mut text = Vec::with_capacity(MAX_LEN_AS_NUMBER);
        while number > 0 {
            let digit = u32::try_from(number % 36).ok()?;
            text.push(char::from_digit(digit, 36)?.to_ascii_uppercase());
            number /= 36;
        }
        (text.len() <= MAX_LEN_AS_NUMBER).then(|| Self(text.iter().rev().collect()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_serial_comes_back(text in "[0-9A-Z]{1,32}") {
            let serial: Serial = text.parse().unwrap();
            let value = serial.to_value();
            let short = text.len() <= 12 && !text.starts_with('0');
            prop_assert_eq!(matches!(value, Value::Int(_)), short);
            prop_assert_eq!(Serial::from_value(value), Ok(serial));
        }

        #[test]
        fn every_number_that_is_read_is_written_back(number: i64) {
            if let Ok(serial) = Serial::from_value(Value::Int(number)) {
                prop_assert_eq!(serial.to_value(), Value::Int(number));
            }
        }
    }

    #[test]
    fn only_the_canonical_form_is_read() {
        let text = |text: &str| Serial::from_value(Value::Text(text.to_owned()));
        assert_eq!(text("A150000001"), Err(CompactError::Serial));
        assert_eq!(text("0"), Ok(Serial("0".to_owned())));
        assert_eq!(
            text("ABCDEFGHIJKLM"),
            Ok(Serial("ABCDEFGHIJKLM".to_owned()))
        );
        let int = |number| Serial::from_value(Value::Int(number)).map(|serial| serial.0);
        assert_eq!(int(0), Err(CompactError::Serial));
        assert_eq!(int(-1), Err(CompactError::Serial));
        assert_eq!(int(36_i64.pow(12) - 1), Ok("Z".repeat(12)));
        assert_eq!(int(36_i64.pow(12)), Err(CompactError::Serial));
    }

    #[test]
    fn other_characters_are_refused() {
        for text in ["", "a1", "A-1", "Ａ1", " A", &"A".repeat(33)] {
            assert_eq!(text.parse::<Serial>(), Err(BadSerial), "{text:?}");
        }
    }
}
