//! QR codes in an uploaded picture.
//!
//! For windows without a camera and pages without scripts. The picture comes from
//! anybody, so its size is known before it is decoded, the search has a budget of work
//! that no picture can exceed, and a panic in a decoder is an answer, not a crash.

mod metered;

use std::io::Cursor;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use image::DynamicImage;
use image::GrayImage;
use image::ImageDecoder;
use image::ImageError;
use image::ImageFormat;
use image::ImageReader;
use image::Limits;
use image::RgbaImage;
use image::imageops;
use rqrr::PreparedImage;
use thiserror::Error;

use crate::codec::picture::metered::Metered;
use crate::codec::picture::metered::Work;

/// The most bytes a picture may have.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// The most pixels a side may have.
pub const MAX_SIDE: u32 = 4096;

/// Pictures up to this size a side are also searched at twice their size.
const SMALL_SIDE: u32 = 800;
/// Below this size a side no code has a pixel a module.
const LEAST_SIDE: u32 = 21;
/// What decoding may allocate: 16-bit RGBA of the largest size, and half as much again.
const MAX_ALLOC: u64 = 192 * 1024 * 1024;

/// Why a picture could not be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// Neither PNG nor JPEG.
    #[error("not a PNG or JPEG picture")]
    NotAPicture,
    /// More than [`MAX_BYTES`] bytes or [`MAX_SIDE`] pixels a side.
    #[error("the picture is too large: at most 10 MB and 4096 by 4096 pixels")]
    TooLarge,
    /// It begins like a picture but cannot be decoded to the end.
    #[error("the picture is damaged")]
    Damaged,
}

/// Reads the texts of all QR codes in a PNG or JPEG, row by row from the left.
///
/// A text that occurs twice is given once. Light codes on a dark ground are looked for
/// if there are no dark ones. A picture without a code is no error but an empty answer.
/// The texts are what anybody may have drawn: parse them, never follow them.
///
/// This takes up to a second or two and up to some 250 MB for the largest pictures:
/// call it off the event loop, and not many times at once.
///
/// # Errors
///
/// [`PictureError`] if there was no picture to look at.
pub fn read_codes(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
    let format = format_of(bytes).ok_or(PictureError::NotAPicture)?;
    if bytes.len() > MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    let decoded = catch_unwind(AssertUnwindSafe(|| Ok(grey(decode(bytes, format)?))));
    let picture = decoded.unwrap_or(Err(PictureError::Damaged))?;
    let picture = picture.ok_or(PictureError::Damaged)?;
    let mut found = search(&picture);
    if found.is_empty() {
        let mut negative = picture;
        imageops::invert(&mut negative);
        found = search(&negative);
    }
    Ok(in_reading_order(found))
}

/// A PNG or JPEG of at most so many bytes, in colour and made smaller until no side has more
/// pixels than that.
///
/// # Errors
///
/// [`PictureError`] if it cannot be looked at.
pub(super) fn within(bytes: &[u8], most: usize, side: u32) -> Result<RgbaImage, PictureError> {
    let format = format_of(bytes).ok_or(PictureError::NotAPicture)?;
    if bytes.len() > most {
        return Err(PictureError::TooLarge);
    }
    let decoded = catch_unwind(AssertUnwindSafe(|| {
        let picture = decode(bytes, format)?;
        let large = picture.width().max(picture.height()) > side;
        let picture = if large {
            picture.thumbnail(side, side)
        } else {
            picture
        };
        Ok(picture.into_rgba8())
    }));
    decoded.unwrap_or(Err(PictureError::Damaged))
}

fn format_of(bytes: &[u8]) -> Option<ImageFormat> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(ImageFormat::Png)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(ImageFormat::Jpeg)
    } else {
        None
    }
}

fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, PictureError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| refuse(&error))?;
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(PictureError::TooLarge);
    }
    DynamicImage::from_decoder(decoder).map_err(|error| refuse(&error))
}

/// The picture without its colours; none if it is not as large as it says.
fn grey(picture: DynamicImage) -> Option<GrayImage> {
    if !picture.color().has_alpha() {
        return Some(picture.into_luma8());
    }
    // What is transparent shows the page behind it, which is white: screenshots and
    // drawings often have no ground of their own.
    let picture = picture.into_luma_alpha8();
    let (width, height) = picture.dimensions();
    let grey = picture.pixels().map(|pixel| {
        let [grey, alpha] = pixel.0.map(u16::from);
        u8::try_from((grey * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    });
    GrayImage::from_raw(width, height, grey.collect())
}

fn refuse(error: &ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::Damaged,
    }
}

/// A code, and where it stands, in halves of a pixel of the picture.
struct Found {
    text: String,
    left: i32,
    top: i32,
    bottom: i32,
}

/// Looks at several scales: large ones find small codes, small ones see past the grain
/// of a photograph.
fn search(picture: &GrayImage) -> Vec<Found> {
    let (width, height) = picture.dimensions();
    let work = Work::for_pixels(u64::from(width) * u64::from(height));
    let mut found = Vec::new();
    look(picture.clone(), 2, &work, &mut found);
    if width.max(height) <= SMALL_SIDE {
        let filter = imageops::FilterType::Triangle;
        let larger = imageops::resize(picture, width * 2, height * 2, filter);
        look(larger, 1, &work, &mut found);
    }
    for (divisor, unit) in [(2, 4), (4, 8)] {
        let (width, height) = (width / divisor, height / divisor);
        if width.min(height) >= LEAST_SIDE {
            let smaller = imageops::thumbnail(picture, width, height);
            look(smaller, unit, &work, &mut found);
        }
    }
    found
}

fn look(picture: GrayImage, unit: i32, work: &Work, found: &mut Vec<Found>) {
    // The reader is known to divide by zero on pictures without a size.
    if picture.width().min(picture.height()) < LEAST_SIDE {
        return;
    }
    let metered = Metered::new(picture, work);
    // Both a panic in the reader and the end of the budget come out here; what was
    // found before stays.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let mut prepared = PreparedImage::prepare(metered);
        for grid in prepared.detect_grids() {
            let Ok((_, text)) = grid.decode() else {
                continue;
            };
            if found.iter().any(|code| code.text == text) {
                continue;
            }
            let xs = grid.bounds.map(|point| point.x.saturating_mul(unit));
            let ys = grid.bounds.map(|point| point.y.saturating_mul(unit));
            found.push(Found {
                text,
                left: xs.into_iter().min().unwrap_or(0),
                top: ys.into_iter().min().unwrap_or(0),
                bottom: ys.into_iter().max().unwrap_or(0),
            });
        }
    }));
}

/// Rows from the top, in each row from the left. A code is in a row if its middle is
/// above the foot of the row's first.
fn in_reading_order(mut found: Vec<Found>) -> Vec<String> {
    found.sort_by_key(|code| (code.top, code.left));
    let mut texts = Vec::with_capacity(found.len());
    while let Some(first) = found.first() {
        let (top, bottom) = (first.top, first.bottom);
        let in_row = |code: &Found| code.top == top || code.top.midpoint(code.bottom) < bottom;
        let (mut row, rest): (Vec<_>, Vec<_>) = found.into_iter().partition(in_row);
        row.sort_by_key(|code| code.left);
        texts.extend(row.into_iter().map(|code| code.text));
        found = rest;
    }
    texts
}

#[cfg(test)]
mod tests;
