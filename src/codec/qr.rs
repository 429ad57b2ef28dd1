//! QR codes of the four shapes we show, and how they are drawn.
//!
//! The segments are chosen here, not by an optimiser: digits in numeric mode, an
//! upper-case address in alphanumeric mode. Both are read by every reader, which raw
//! bytes are not. No code is larger than version 15 and none is split.

mod drawing;

use qrcode::Color;
use qrcode::EcLevel;
use qrcode::QrResult;
use qrcode::Version;
use qrcode::bits::Bits;
use thiserror::Error;

/// The largest version we draw: above it, phones read screens badly and paper worse.
pub const LARGEST_VERSION: i16 = 15;
/// The most digits of an offline code: what [`LARGEST_VERSION`] holds at level M.
pub const OFFLINE_DIGIT_BUDGET: usize = 991;
/// The light modules around a code that readers need to find it.
pub const QUIET_ZONE: usize = 4;

/// A QR code, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    version: i16,
    side: usize,
    dark: Vec<bool>,
}

/// Why a text cannot be shown as a QR code of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QrError {
    /// It would need a version above [`LARGEST_VERSION`].
    #[error("too long for a QR code of version {LARGEST_VERSION}")]
    TooLong,
    /// Something other than ASCII digits where only digits belong.
    #[error("only the digits 0 to 9 can be in this code")]
    NotDigits,
    /// A live code is an upper-case address, for lower case would take more room.
    #[error("only 0-9, A-Z and $%*+-./: can be in this code")]
    NotAlphanumeric,
    /// Nothing to show.
    #[error("there is nothing to show")]
    Empty,
}

impl Code {
    /// An offline code: digits alone, level M.
    ///
    /// # Errors
    ///
    /// [`QrError::NotDigits`], [`QrError::Empty`], or [`QrError::TooLong`] above
    /// [`OFFLINE_DIGIT_BUDGET`].
    pub fn numeric(digits: &str) -> Result<Self, QrError> {
        smallest(&[numeric_segment(digits)?], EcLevel::M)
    }

    /// A live code: an upper-case address such as `HTTPS://HOST/L/…`, level M.
    ///
    /// # Errors
    ///
    /// [`QrError::NotAlphanumeric`], [`QrError::Empty`] or [`QrError::TooLong`].
    pub fn live(text: &str) -> Result<Self, QrError> {
        if text.is_empty() {
            return Err(QrError::Empty);
        }
        if !is_alphanumeric(text) {
            return Err(QrError::NotAlphanumeric);
        }
        smallest(&[Segment::Alphanumeric(text)], EcLevel::M)
    }

    /// A printed code: `url_prefix`, then `#`, then the digits, level M.
    ///
    /// The address is shorter in the code if it is in upper case throughout.
    ///
    /// # Errors
    ///
    /// [`QrError::NotDigits`], [`QrError::Empty`], or [`QrError::TooLong`] for
    /// more digits than [`printed_digit_budget`].
    pub fn printed(url_prefix: &str, digits: &str) -> Result<Self, QrError> {
        let digits = numeric_segment(digits)?;
        let with_hash = format!("{url_prefix}#");
        if is_alphanumeric(url_prefix) && !url_prefix.is_empty() {
            let address = Segment::Alphanumeric(url_prefix);
            smallest(&[address, Segment::Byte("#"), digits], EcLevel::M)
        } else {
            smallest(&[Segment::Byte(&with_hash), digits], EcLevel::M)
        }
    }

    /// A plain reference on paper: an address alone, level Q, for paper gets dirty.
    ///
    /// # Errors
    ///
    /// [`QrError::Empty`] or [`QrError::TooLong`].
    pub fn reference(url: &str) -> Result<Self, QrError> {
        if url.is_empty() {
            return Err(QrError::Empty);
        }
        let segment = if is_alphanumeric(url) {
            Segment::Alphanumeric(url)
        } else {
            Segment::Byte(url)
        };
        smallest(&[segment], EcLevel::Q)
    }

    /// The version, 1 to 15: a code of version v has 17 + 4v modules a side.
    #[must_use]
    pub fn version(&self) -> i16 {
        self.version
    }

    /// The modules a side, without the quiet zone.
    #[must_use]
    pub fn side(&self) -> usize {
        self.side
    }

    /// The modules row by row, `true` for dark, without the quiet zone.
    #[must_use]
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[bool]> + ExactSizeIterator {
        self.dark.chunks_exact(self.side)
    }
}

/// The most digits that [`Code::printed`] can carry behind this address.
#[must_use]
pub fn printed_digit_budget(url_prefix: &str) -> usize {
    // Version 15 at level M holds 415 bytes. A segment begins with 4 bits of mode and
    // a length of 11 (alphanumeric), 12 (numeric) or 16 bits (bytes).
    const ROOM: usize = 415 * 8;
    let address = if is_alphanumeric(url_prefix) && !url_prefix.is_empty() {
        let (pairs, single) = (url_prefix.len() / 2, url_prefix.len() % 2);
        (4 + 11 + pairs * 11 + single * 6) + (4 + 16 + 8)
    } else {
        4 + 16 + (url_prefix.len() + 1) * 8
    };
    let left = ROOM.saturating_sub(address + 4 + 12);
    let rest = match left % 10 {
        0..4 => 0,
        4..7 => 1,
        _ => 2,
    };
    left / 10 * 3 + rest
}

enum Segment<'a> {
    Numeric(&'a str),
    Alphanumeric(&'a str),
    Byte(&'a str),
}

fn numeric_segment(digits: &str) -> Result<Segment<'_>, QrError> {
    if digits.is_empty() {
        Err(QrError::Empty)
    } else if digits.bytes().all(|c| c.is_ascii_digit()) {
        Ok(Segment::Numeric(digits))
    } else {
        Err(QrError::NotDigits)
    }
}

/// Whether a text is in the alphanumeric set, less the space, which addresses lack.
fn is_alphanumeric(text: &str) -> bool {
    text.bytes()
        .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || b"$%*+-./:".contains(&c))
}

fn smallest(segments: &[Segment<'_>], level: EcLevel) -> Result<Code, QrError> {
    for version in 1..=LARGEST_VERSION {
        if let Ok(code) = draw(version, segments, level) {
            return Ok(code);
        }
    }
    Err(QrError::TooLong)
}

fn draw(version: i16, segments: &[Segment<'_>], level: EcLevel) -> QrResult<Code> {
    let mut bits = Bits::new(Version::Normal(version));
    for segment in segments {
        match segment {
            Segment::Numeric(text) => bits.push_numeric_data(text.as_bytes())?,
            Segment::Alphanumeric(text) => bits.push_alphanumeric_data(text.as_bytes())?,
            Segment::Byte(text) => bits.push_byte_data(text.as_bytes())?,
        }
    }
    bits.push_terminator(level)?;
    let code = qrcode::QrCode::with_bits(bits, level)?;
    Ok(Code {
        version,
        side: code.width(),
        dark: code
            .into_colors()
            .into_iter()
            .map(|color| color == Color::Dark)
            .collect(),
    })
}

#[cfg(test)]
mod tests;
