//! A picture that counts how often it is looked at.
//!
//! The reader of QR codes copies the picture for every three corners that might belong
//! together, so a picture full of corners would keep it busy for hours. Here each look
//! costs, and when the budget is spent the search is unwound, quietly: this is no
//! panic, and no panic hook hears of it.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::rc::Rc;

use image::GenericImage;
use image::GenericImageView;
use image::GrayImage;
use image::Luma;

/// The reader's marks for a corner it is measuring and for one it has measured. If
/// they change, corners go uncounted, and the count of looks still holds.
const MEASURING: u8 = 4;
const MEASURED: u8 = 2;

/// A sheet of 60 codes has 180 corners. Comparing them costs no look, so they are
/// bounded by themselves.
const MOST_CORNERS: u32 = 240;

/// The work a search may still do, shared by its scales.
#[derive(Clone)]
pub(super) struct Work {
    looks: Rc<Cell<u64>>,
}

impl Work {
    /// Enough to read honest pictures several times over.
    pub(super) fn for_pixels(pixels: u64) -> Self {
        Self {
            looks: Rc::new(Cell::new(20_000_000 + 32 * pixels)),
        }
    }

    fn spend(&self, looks: u64) {
        match self.looks.get().checked_sub(looks) {
            Some(rest) => self.looks.set(rest),
            None => resume_unwind(Box::new("the budget of work is spent")),
        }
    }
}

/// The picture handed to the reader.
pub(super) struct Metered {
    picture: GrayImage,
    work: Work,
    corners: u32,
    last_mark: u8,
}

impl Metered {
    pub(super) fn new(picture: GrayImage, work: &Work) -> Self {
        Self {
            picture,
            work: work.clone(),
            corners: 0,
            last_mark: 0,
        }
    }
}

impl Clone for Metered {
    fn clone(&self) -> Self {
        let pixels = u64::from(self.picture.width()) * u64::from(self.picture.height());
        // Copying is some ten times as fast as looking.
        self.work.spend(pixels / 8 + 1);
        Self {
            picture: self.picture.clone(),
            work: self.work.clone(),
            corners: self.corners,
            last_mark: self.last_mark,
        }
    }
}

impl GenericImageView for Metered {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        self.picture.dimensions()
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        self.work.spend(1);
        *self.picture.get_pixel(x, y)
    }
}

impl GenericImage for Metered {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.work.spend(1);
        self.picture.get_pixel_mut(x, y)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.work.spend(1);
        let [mark] = pixel.0;
        if mark == MEASURED && self.last_mark == MEASURING {
            self.corners += 1;
            if self.corners > MOST_CORNERS {
                resume_unwind(Box::new("too many corners"));
            }
        }
        self.last_mark = mark;
        self.picture.put_pixel(x, y, pixel);
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}
