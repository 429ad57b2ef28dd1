//! A code as a drawing, a picture, or text.

use std::fmt::Write;
use std::io::Cursor;

use image::GrayImage;
use image::ImageFormat;
use image::Luma;

use crate::codec::qr::Code;
use crate::codec::qr::QUIET_ZONE;

const LARGEST_SCALE: u32 = 40;

impl Code {
    /// A drawing in pure black on white, quiet zone included, one path for all modules.
    ///
    /// Four units a module; the viewer may scale it to any size. There is no `style`
    /// attribute, so a strict content security policy lets it stand in a page.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.side + 2 * QUIET_ZONE;
        let mut path = String::with_capacity(self.dark.len() * 6);
        for (y, row) in self.rows().enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&true) {
                    let (left, top, length) = (x + QUIET_ZONE, y + QUIET_ZONE, run.len());
                    // Writing to a `String` cannot fail.
                    let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
                }
                x += run.len();
            }
        }
        let width = side * 4;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{width}\" \
             viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
             <path fill=\"#000\" d=\"{path}\"/></svg>"
        )
    }

    /// An 8-bit grey PNG, quiet zone included, with `scale` pixels a module (1 to 40;
    /// what lies outside is brought inside).
    #[must_use]
    pub fn png(&self, scale: u32) -> Vec<u8> {
        let scale = scale.clamp(1, LARGEST_SCALE);
        let side = u32::try_from(self.side + 2 * QUIET_ZONE).unwrap_or(0) * scale;
        let picture = GrayImage::from_fn(side, side, |x, y| {
            let light = !self.is_dark(x / scale, y / scale);
            Luma([if light { 255 } else { 0 }])
        });
        let mut png = Cursor::new(Vec::new());
        // Writing grey pixels to memory cannot fail.
        let _ = picture.write_to(&mut png, ImageFormat::Png);
        png.into_inner()
    }

    /// Text for a terminal with light letters on a dark ground, two modules a letter.
    ///
    /// Light modules are drawn and dark ones left out, so the quiet zone is drawn too.
    #[must_use]
    pub fn terminal(&self) -> String {
        let side = self.side + 2 * QUIET_ZONE;
        let mut text = String::with_capacity(side * side * 2);
        for y in (0..side).step_by(2) {
            for x in 0..side {
                let upper = self.is_dark_at(x, y);
                // Below the last row there is only the ground, which is dark.
                let lower = y + 1 == side || self.is_dark_at(x, y + 1);
                text.push(match (upper, lower) {
                    (false, false) => '█',
                    (false, true) => '▀',
                    (true, false) => '▄',
                    (true, true) => ' ',
                });
            }
            text.push('\n');
        }
        text
    }

    fn is_dark(&self, x: u32, y: u32) -> bool {
        match (usize::try_from(x), usize::try_from(y)) {
            (Ok(x), Ok(y)) => self.is_dark_at(x, y),
            _ => false,
        }
    }

    /// With the quiet zone counted in.
    fn is_dark_at(&self, x: usize, y: usize) -> bool {
        let (Some(x), Some(y)) = (x.checked_sub(QUIET_ZONE), y.checked_sub(QUIET_ZONE)) else {
            return false;
        };
        x < self.side && self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }
}
