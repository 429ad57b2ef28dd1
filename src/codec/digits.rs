//! Bytes as one long decimal number, and back.
//!
//! Numeric mode is what every QR reader reads, what a hand scanner types right
//! whatever input method is on, and what is safe behind the `#` of an address. The
//! number is the big-endian integer `0x01 ‖ bytes`: the leading byte is the version
//! of the format and keeps zeros at the front of the bytes.

use thiserror::Error;

/// The fewest digits a code may have.
pub const MIN_DIGITS: usize = 60;
/// The most digits a code may have: what version 15 at level M holds.
pub const MAX_DIGITS: usize = 991;
/// The format of this profile, the first byte of every number.
pub const FORMAT: u8 = 1;

/// Why a text is not bytes in digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DigitsError {
    /// Fewer than [`MIN_DIGITS`] or more than [`MAX_DIGITS`] characters.
    #[error("a code has {MIN_DIGITS} to {MAX_DIGITS} digits")]
    Length,
    /// A character other than ASCII `0` to `9`.
    #[error("a code has digits only")]
    NotADigit,
    /// The first digit is `0`, which would give one number two spellings.
    #[error("a code does not begin with 0")]
    LeadingZero,
    /// A number, but not of format 1: perhaps of a later one.
    #[error("the code is of format {0}, which this program does not know")]
    UnknownFormat(u8),
}

// The largest power of ten in a limb: 19 digits at a time. Its top bit is set, which
// the division below relies on.
const CHUNK: u64 = 10_000_000_000_000_000_000;
const CHUNK_DIGITS: usize = 19;
// floor((2^128 - 1) / CHUNK) - 2^64, to divide by multiplying.
const RECIPROCAL: u64 = 0xd83c_94fb_6d2a_c34a;

/// Writes `0x01 ‖ bytes` in decimal.
///
/// The length is the caller's to keep (see [`most_digits`]): too few or too many bytes
/// give a number that [`from_digits`] refuses.
#[must_use]
pub fn to_digits(bytes: &[u8]) -> String {
    let mut limbs = limbs_of(bytes);
    let mut chunks = Vec::with_capacity(limbs.len() + 2);
    while !limbs.is_empty() {
        let mut remainder = 0;
        for limb in limbs.iter_mut().rev() {
            (*limb, remainder) = divide(remainder, *limb);
        }
        chunks.push(remainder);
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
    }
    let mut text = Vec::with_capacity(chunks.len() * CHUNK_DIGITS);
    for chunk in chunks.iter().rev() {
        let mut digits = [b'0'; CHUNK_DIGITS];
        let mut rest = *chunk;
        for digit in digits.iter_mut().rev() {
            *digit += u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        text.extend_from_slice(&digits);
    }
    let zeros = text.iter().take_while(|digit| **digit == b'0').count();
    text.drain(..zeros);
    String::from_utf8(text).unwrap_or_default()
}

/// Reads the bytes that [`to_digits`] wrote.
///
/// # Errors
///
/// [`DigitsError::UnknownFormat`] for a number whose first byte is not 1, which a
/// later program may be able to read; the other errors for what is no code at all.
pub fn from_digits(text: &str) -> Result<Vec<u8>, DigitsError> {
    let text = text.as_bytes();
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(DigitsError::NotADigit);
    }
    if !(MIN_DIGITS..=MAX_DIGITS).contains(&text.len()) {
        return Err(DigitsError::Length);
    }
    if text.first() == Some(&b'0') {
        return Err(DigitsError::LeadingZero);
    }
    let mut limbs: Vec<u64> = Vec::with_capacity(text.len() / CHUNK_DIGITS + 1);
    let (head, chunks) = text.split_at(text.len() % CHUNK_DIGITS);
    for chunk in std::iter::once(head).chain(chunks.chunks_exact(CHUNK_DIGITS)) {
        let mut carry = chunk
            .iter()
            .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        for limb in &mut limbs {
            (*limb, carry) = limb.carrying_mul(CHUNK, carry);
        }
        if carry != 0 {
            limbs.push(carry);
        }
    }
    let mut bytes: Vec<u8> = Vec::with_capacity(limbs.len() * 8);
    for limb in limbs.iter().rev() {
        bytes.extend_from_slice(&limb.to_be_bytes());
    }
    let start = bytes.iter().take_while(|byte| **byte == 0).count();
    match bytes.get(start) {
        Some(&FORMAT) => {
            bytes.drain(..=start);
            Ok(bytes)
        }
        other => Err(DigitsError::UnknownFormat(other.copied().unwrap_or(0))),
    }
}

/// The most digits that so many bytes can take.
#[must_use]
pub fn most_digits(bytes: usize) -> usize {
    // The number is below 2^(8n+1); 30103/100000 is a hair above log10(2).
    (8 * bytes + 1) * 30_103 / 100_000 + 1
}

/// The most bytes that are sure to fit in so many digits.
#[must_use]
pub fn most_bytes(digits: usize) -> usize {
    let guess = digits * 100_000 / 30_103 / 8;
    (guess.saturating_sub(2)..=guess)
        .rev()
        .find(|bytes| most_digits(*bytes) <= digits)
        .unwrap_or(0)
}

/// `FORMAT ‖ bytes` in limbs, the least first.
fn limbs_of(bytes: &[u8]) -> Vec<u64> {
    let mut limbs = Vec::with_capacity(bytes.len() / 8 + 1);
    let mut chunks = bytes.rchunks_exact(8);
    for chunk in chunks.by_ref() {
        limbs.push(fold(0, chunk));
    }
    limbs.push(fold(u64::from(FORMAT), chunks.remainder()));
    limbs
}

fn fold(start: u64, bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(start, |number, byte| (number << 8) | u64::from(*byte))
}

/// Divides `high * 2^64 + low` by [`CHUNK`], for `high < CHUNK`.
///
/// Two multiplications instead of a long division: Möller and Granlund, "Improved
/// division by invariant integers" (2011), algorithm 4.
fn divide(high: u64, low: u64) -> (u64, u64) {
    let (estimate_low, estimate) = RECIPROCAL.carrying_mul_add(high, low, 0);
    let mut quotient = estimate.wrapping_add(high).wrapping_add(1);
    let mut remainder = low.wrapping_sub(quotient.wrapping_mul(CHUNK));
    if remainder > estimate_low {
        quotient = quotient.wrapping_sub(1);
        remainder = remainder.wrapping_add(CHUNK);
    }
    if remainder >= CHUNK {
        quotient = quotient.wrapping_add(1);
        remainder -= CHUNK;
    }
    (quotient, remainder)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Schoolbook arithmetic, digit by digit, to compare with.
    fn slowly(bytes: &[u8]) -> String {
        let mut digits = vec![1_u32];
        for byte in bytes {
            let mut carry = u32::from(*byte);
            for digit in &mut digits {
                carry += *digit * 256;
                *digit = carry % 10;
                carry /= 10;
            }
            while carry > 0 {
                digits.push(carry % 10);
                carry /= 10;
            }
        }
        digits
            .iter()
            .rev()
            .map(|digit| char::from_digit(*digit, 10).unwrap())
            .collect()
    }

    proptest! {
        #[test]
        fn digits_are_those_of_schoolbook_arithmetic(
            bytes in prop::collection::vec(any::<u8>(), 0..420),
        ) {
            prop_assert_eq!(to_digits(&bytes), slowly(&bytes));
        }

        #[test]
        fn bytes_come_back_with_their_leading_zeros(
            zeros in 0_usize..30, tail in prop::collection::vec(any::<u8>(), 25..380),
        ) {
            let bytes = [vec![0; zeros], tail].concat();
            prop_assert_eq!(from_digits(&to_digits(&bytes)), Ok(bytes));
        }

        #[test]
        fn every_number_has_one_spelling(text in "[1-9][0-9]{59,990}") {
            match from_digits(&text) {
                Ok(bytes) => prop_assert_eq!(to_digits(&bytes), text),
                Err(error) => prop_assert!(matches!(error, DigitsError::UnknownFormat(n) if n != 1)),
            }
        }

        #[test]
        fn division_agrees_with_wide_integers(high in 0..CHUNK, low in any::<u64>()) {
            let number = (u128::from(high) << 64) | u128::from(low);
            let (quotient, remainder) = divide(high, low);
            prop_assert_eq!(u128::from(quotient), number / u128::from(CHUNK));
            prop_assert_eq!(u128::from(remainder), number % u128::from(CHUNK));
        }
    }

    #[test]
    fn the_reciprocal_is_what_it_says() {
        assert_eq!(
            u128::from(RECIPROCAL) + (1 << 64),
            u128::MAX / u128::from(CHUNK)
        );
        for (high, low) in [(0, 0), (CHUNK - 1, u64::MAX), (0, CHUNK - 1), (0, CHUNK)] {
            let number = (u128::from(high) << 64) | u128::from(low);
            assert_eq!(u128::from(divide(high, low).0), number / u128::from(CHUNK));
        }
    }

    #[test]
    fn what_is_no_code_is_told_apart_from_a_later_format() {
        let good = to_digits(&[7; 40]);
        assert_eq!(
            from_digits(&format!("0{good}")),
            Err(DigitsError::LeadingZero)
        );
        assert_eq!(from_digits(""), Err(DigitsError::Length));
        assert_eq!(from_digits(&"1".repeat(59)), Err(DigitsError::Length));
        assert_eq!(from_digits(&"1".repeat(992)), Err(DigitsError::Length));
        assert_eq!(
            from_digits(&format!(" {good}")),
            Err(DigitsError::NotADigit)
        );
        assert_eq!(
            from_digits(&format!("{good}\n")),
            Err(DigitsError::NotADigit)
        );
        assert_eq!(
            from_digits(&good.replace('1', "１")),
            Err(DigitsError::NotADigit)
        );
        // 2^240, so the first of its 31 bytes is 1; doubled, it is 2.
        let first = slowly(&[0; 30]);
        assert_eq!(from_digits(&first), Ok(vec![0; 30]));
        assert_eq!(
            from_digits(
                "3533694129556768659166595001485837031654967793751237916243212402585239552"
            ),
            Err(DigitsError::UnknownFormat(2))
        );
    }

    #[test]
    fn the_bounds_on_length_are_true_and_tight() {
        for bytes in 20..420 {
            let most = to_digits(&vec![0xff; bytes]).len();
            assert_eq!(most_digits(bytes), most, "{bytes} bytes");
        }
        for digits in 60..=MAX_DIGITS {
            let bytes = most_bytes(digits);
            assert!(most_digits(bytes) <= digits && most_digits(bytes + 1) > digits);
        }
        assert_eq!(most_bytes(MAX_DIGITS), 411);
    }
}
