//! The small, strict half of CBOR that our signed messages use.
//!
//! One value has exactly one encoding (RFC 8949 §4.2.1), so what was signed can be
//! compared byte for byte and nothing can hide in a second spelling. Everything else
//! is refused with its own error: longer integer forms, indefinite lengths, unsorted
//! or repeated map keys, tags, floats, `undefined`, deep nesting, trailing bytes.

use thiserror::Error;

/// How deep arrays and maps may stand in one another.
pub const MAX_DEPTH: usize = 16;

/// A CBOR value of our profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number (major types 0 and 1).
    Int(i64),
    /// A byte string.
    Bytes(Vec<u8>),
    /// A text string.
    Text(String),
    /// An array of definite length.
    Array(Vec<Value>),
    /// A map of definite length; [`encode`] sorts it, [`decode`] returns it sorted.
    Map(Vec<(Value, Value)>),
    /// `false` or `true`.
    Bool(bool),
    /// `null`.
    Null,
}

/// Why bytes are not CBOR of our profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CborError {
    /// The input ends inside a value, or a length promises more than there is.
    #[error("the bytes end inside a value")]
    Truncated,
    /// Bytes follow the value.
    #[error("bytes follow the value")]
    TrailingData,
    /// An integer or a length is written longer than it need be.
    #[error("a number is not in its shortest form")]
    NotShortest,
    /// An indefinite length, or the `break` that ends one.
    #[error("a length is indefinite")]
    Indefinite,
    /// A map key stands before a smaller one.
    #[error("map keys are not sorted")]
    UnsortedKeys,
    /// A map key occurs twice.
    #[error("a map key occurs twice")]
    DuplicateKey,
    /// A text string is not UTF-8.
    #[error("a text is not UTF-8")]
    BadUtf8,
    /// An integer outside `i64`.
    #[error("an integer is too large")]
    IntTooLarge,
    /// A tag (major type 6).
    #[error("tags are not part of this profile")]
    Tag,
    /// A float, `undefined` or another simple value.
    #[error("floats and other simple values are not part of this profile")]
    Simple,
    /// A reserved additional information (28 to 30).
    #[error("a reserved length form")]
    Reserved,
    /// Arrays and maps stand deeper than [`MAX_DEPTH`].
    #[error("nested too deep")]
    TooDeep,
}

/// Writes a value in its one canonical form.
///
/// Map entries are sorted by the bytes of their keys. Two equal keys are written as
/// they are, and [`decode`] refuses the result: whoever builds maps keeps keys apart.
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    write(value, &mut out);
    out
}

/// Reads exactly one value that fills the whole input.
///
/// Nothing is allocated on the word of a length: an array of a billion items needs a
/// billion bytes to be believed.
///
/// # Errors
///
/// The first [`CborError`] met, from the left.
pub fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(MAX_DEPTH)?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(CborError::TrailingData)
    }
}

/// The bytes that a head with this argument takes (1, 2, 3, 5 or 9).
#[must_use]
pub fn head_len(argument: u64) -> usize {
    match argument {
        0..24 => 1,
        24..0x100 => 2,
        0x100..0x1_0000 => 3,
        0x1_0000..0x1_0000_0000 => 5,
        _ => 9,
    }
}

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;
const BREAK: u8 = 0xff;

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        // `!n` is -1-n, which is how CBOR counts below zero.
        Value::Int(n) if *n < 0 => write_head(NEGATIVE, (!*n).unsigned_abs(), out),
        Value::Int(n) => write_head(UNSIGNED, n.unsigned_abs(), out),
        Value::Bytes(bytes) => {
            write_head(BYTES, wide(bytes.len()), out);
            out.extend_from_slice(bytes);
        }
        Value::Text(text) => {
            write_head(TEXT, wide(text.len()), out);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Array(items) => {
            write_head(ARRAY, wide(items.len()), out);
            for item in items {
                write(item, out);
            }
        }
        Value::Map(entries) => {
            write_head(MAP, wide(entries.len()), out);
            let mut sorted: Vec<(Vec<u8>, &Value)> = entries
                .iter()
                .map(|(key, value)| (encode(key), value))
                .collect();
            sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
            for (key, value) in sorted {
                out.extend_from_slice(&key);
                write(value, out);
            }
        }
        Value::Bool(false) => out.push(FALSE),
        Value::Bool(true) => out.push(TRUE),
        Value::Null => out.push(NULL),
    }
}

fn write_head(major: u8, argument: u64, out: &mut Vec<u8>) {
    let major = major << 5;
    let [.., c3, c2, c1, c0] = argument.to_be_bytes();
    match head_len(argument) {
        1 => out.push(major | c0),
        2 => out.extend_from_slice(&[major | 0x18, c0]),
        3 => out.extend_from_slice(&[major | 0x19, c1, c0]),
        5 => out.extend_from_slice(&[major | 0x1a, c3, c2, c1, c0]),
        _ => {
            out.push(major | 0x1b);
            out.extend_from_slice(&argument.to_be_bytes());
        }
    }
}

fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, CborError> {
        let first = self.byte()?;
        match first {
            FALSE => return Ok(Value::Bool(false)),
            TRUE => return Ok(Value::Bool(true)),
            NULL => return Ok(Value::Null),
            BREAK => return Err(CborError::Indefinite),
            _ => {}
        }
        let major = first >> 5;
        match major {
            TAG => return Err(CborError::Tag),
            7.. => return Err(CborError::Simple),
            _ => {}
        }
        let argument = self.argument(first & 0x1f, major)?;
        match major {
            UNSIGNED => Ok(Value::Int(narrow(argument)?)),
            NEGATIVE => Ok(Value::Int(!narrow(argument)?)),
            BYTES => Ok(Value::Bytes(self.take(argument)?.to_vec())),
            TEXT => match str::from_utf8(self.take(argument)?) {
                Ok(text) => Ok(Value::Text(text.to_owned())),
                Err(_) => Err(CborError::BadUtf8),
            },
            ARRAY => self.array(argument, depth),
            _ => self.map(argument, depth),
        }
    }

    fn array(&mut self, count: u64, depth: usize) -> Result<Value, CborError> {
        let depth = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
        // Every item takes a byte or more, so the input bounds the allocation.
        let count = self.fits(count)?;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(self.value(depth)?);
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, count: u64, depth: usize) -> Result<Value, CborError> {
        let depth = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
        let count = self.fits(count.saturating_mul(2))? / 2;
        let mut entries = Vec::with_capacity(count);
        let mut before: &[u8] = &[];
        for _ in 0..count {
            let start = self.rest;
            let key = self.value(depth)?;
            let (raw, _) = start
                .split_at_checked(start.len() - self.rest.len())
                .ok_or(CborError::Truncated)?;
            // An encoded key is never empty, so the first one is always greater.
            match before.cmp(raw) {
                std::cmp::Ordering::Less => before = raw,
                std::cmp::Ordering::Equal => return Err(CborError::DuplicateKey),
                std::cmp::Ordering::Greater => return Err(CborError::UnsortedKeys),
            }
            let value = self.value(depth)?;
            entries.push((key, value));
        }
        Ok(Value::Map(entries))
    }

    fn argument(&mut self, info: u8, major: u8) -> Result<u64, CborError> {
        let argument = match info {
            0..24 => return Ok(u64::from(info)),
            24 => u64::from(self.byte()?),
            25 => u64::from(u16::from_be_bytes(self.chunk()?)),
            26 => u64::from(u32::from_be_bytes(self.chunk()?)),
            27 => u64::from_be_bytes(self.chunk()?),
            31 if major >= BYTES => return Err(CborError::Indefinite),
            _ => return Err(CborError::Reserved),
        };
        let shortest = match info {
            24 => 2,
            25 => 3,
            26 => 5,
            _ => 9,
        };
        if head_len(argument) == shortest {
            Ok(argument)
        } else {
            Err(CborError::NotShortest)
        }
    }

    fn byte(&mut self) -> Result<u8, CborError> {
        let [byte] = self.chunk()?;
        Ok(byte)
    }

    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        let (chunk, rest) = self.rest.split_first_chunk().ok_or(CborError::Truncated)?;
        self.rest = rest;
        Ok(*chunk)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let length = self.fits(length)?;
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(CborError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn fits(&self, count: u64) -> Result<usize, CborError> {
        match usize::try_from(count) {
            Ok(count) if count <= self.rest.len() => Ok(count),
            _ => Err(CborError::Truncated),
        }
    }
}

fn narrow(argument: u64) -> Result<i64, CborError> {
    i64::try_from(argument).or(Err(CborError::IntTooLarge))
}

#[cfg(test)]
mod tests;
