//! One picture: is it a PNG or JPEG that can be decoded, and not too large?

use std::io::Cursor;

use image::ImageFormat;
use image::ImageReader;

/// The longest side, in pixels.
pub const PICTURE_SIDE: u32 = 4096;

/// The kinds of picture we take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MediaType {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl MediaType {
    /// The name by which it is registered.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// A picture whose kind and size were checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CheckedPicture {
    bytes: Vec<u8>,
    media_type: MediaType,
}

impl CheckedPicture {
    /// Looks at the first bytes and the header; the pixels are not decoded.
    ///
    /// `None` for anything that is not a PNG or JPEG of at most [`PICTURE_SIDE`] pixels a side.
    #[must_use]
    pub fn parse(bytes: Vec<u8>) -> Option<Self> {
        let (media_type, format) = if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
            (MediaType::Png, ImageFormat::Png)
        } else if bytes.starts_with(b"\xFF\xD8\xFF") {
            (MediaType::Jpeg, ImageFormat::Jpeg)
        } else {
            return None;
        };
        let (width, height) = ImageReader::with_format(Cursor::new(&bytes), format)
            .into_dimensions()
            .ok()?;
        let fits = |side: u32| (1..=PICTURE_SIDE).contains(&side);
        (fits(width) && fits(height)).then_some(Self { bytes, media_type })
    }

    /// The bytes as they came.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes as they came, given away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What kind of picture it is, by its first bytes.
    #[must_use]
    pub fn media_type(&self) -> MediaType {
        self.media_type
    }
}
