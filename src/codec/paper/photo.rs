//! Pictures on a paper, such as the photo on the face of a certificate.

use std::fmt;

use crate::codec::paper::PaperError;
use crate::codec::paper::sheet::Sheet;
use crate::codec::paper::sheet::Side;
use crate::codec::paper::strokes::MM;
use crate::codec::paper::strokes::Of;
use crate::codec::paper::strokes::SIDE;
use crate::codec::paper::strokes::Stroke;
use crate::codec::paper::strokes::Style;
use crate::codec::paper::strokes::WIDTH;
use crate::codec::paper::strokes::times;
use crate::codec::paper::structure::Part;
use crate::codec::picture;
use crate::codec::picture::PictureError;

/// The most bytes of a picture that is printed.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The most pixels of a side: more than a printer shows in [`HEIGHT`].
const MOST_PIXELS: u32 = 700;
/// The room of a picture.
const WIDE: f32 = 50.0 * MM;
const HEIGHT: f32 = 45.0 * MM;
/// Between two of them.
const GAP: f32 = 8.0 * MM;
/// How many stand beside each other.
const BESIDE: usize = 3;

/// A picture with its label.
#[derive(Clone)]
pub struct Photo {
    /// What it is.
    pub label: String,
    pixels: Vec<u8>,
    size: (u32, u32),
}

impl Photo {
    /// Reads a PNG or JPEG of at most 4 MiB.
    ///
    /// # Errors
    ///
    /// [`PictureError`] if it is none, too large, or damaged.
    pub fn read(label: String, bytes: &[u8]) -> Result<Self, PictureError> {
        let read = picture::within(bytes, MOST_BYTES, MOST_PIXELS)?;
        Ok(Self {
            label,
            size: read.dimensions(),
            pixels: read.into_raw(),
        })
    }

    /// Red, green, blue and alpha of every pixel, row by row, and how many there are.
    pub(super) fn pixels(&self) -> (&[u8], (u32, u32)) {
        (&self.pixels, self.size)
    }

    /// How large it is drawn: as large as its room is, and not stretched.
    fn drawn(&self) -> (f32, f32) {
        let side = |pixels: u32| times(usize::try_from(pixels).unwrap_or(1).max(1));
        let (wide, high) = (side(self.size.0), side(self.size.1));
        let scale = (WIDE / wide).min(HEIGHT / high);
        (wide * scale, high * scale)
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo({}, {:?})", self.label, self.size)
    }
}

/// Puts pictures beside each other, each over its label.
pub(super) fn put(sheet: &mut Sheet<'_>, photos: &[Photo]) -> Result<(), PaperError> {
    let style = Style::LABEL;
    for row in photos.chunks(BESIDE) {
        let labels: Vec<_> = row
            .iter()
            .map(|photo| sheet.lines(&photo.label, style, WIDE))
            .collect();
        let lines = labels.iter().map(Vec::len).max().unwrap_or(0);
        let high = row.iter().map(|photo| photo.drawn().1).fold(0.0, f32::max);
        let height = high + 3.0 + style.leading * times(lines);
        if height > sheet.whole() || times(row.len()) * (WIDE + GAP) - GAP > WIDTH + 1.0 {
            return Err(PaperError::TooLong);
        }
        sheet.skip(6.0);
        sheet.need(height)?;
        let mut left = SIDE;
        for (photo, lines) in row.iter().zip(labels) {
            let size = photo.drawn();
            let part = Part::Drawing(photo.label.clone());
            let part = Of::Part(sheet.structure.add(part, None));
            let stroke = Stroke::Photo {
                photo: photo.clone(),
                size,
            };
            sheet.put((left, sheet.y + high - size.1), stroke, part);
            let part = Of::Part(sheet.structure.add(Part::Paragraph, None));
            let mut top = sheet.y + high + 3.0;
            for line in lines {
                sheet.line(line, (left, top), (WIDE, Side::Left), style, part);
                top += style.leading;
            }
            left += WIDE + GAP;
        }
        sheet.y += height + 4.0;
    }
    Ok(())
}
