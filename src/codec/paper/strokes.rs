//! What stands on a page: texts, rules and codes at their places, nothing drawn yet.

use crate::codec::paper::Photo;
use crate::codec::paper::lines::Line;
use crate::codec::paper::structure::PartId;
use crate::codec::qr;

/// A point is 1/72 of an inch.
pub(super) const MM: f32 = 72.0 / 25.4;
/// How wide A4 is.
pub(super) const PAGE_WIDTH: f32 = 210.0 * MM;
/// How high A4 is.
pub(super) const PAGE_HEIGHT: f32 = 297.0 * MM;
/// The white at the left and right edges.
pub(super) const SIDE: f32 = 22.0 * MM;
/// The width between them.
pub(super) const WIDTH: f32 = PAGE_WIDTH - 2.0 * SIDE;

/// How light ink is: 0 is black.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Text and codes.
    Black,
    /// Labels and what is small. Dark enough for a bad printer.
    Grey,
    /// Thin rules between rows.
    Light,
    /// What lies behind the text.
    Faint,
    /// The ground of a code.
    White,
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// The size of the type, in points.
    pub(super) size: f32,
    /// From one line to the next, in points.
    pub(super) leading: f32,
    /// Whether it is drawn heavier.
    pub(super) heavy: bool,
    /// Its ink.
    pub(super) ink: Ink,
}

impl Style {
    pub(super) const TITLE: Self = Self::new(20.0, 29.0, true, Ink::Black);
    pub(super) const SECOND_TITLE: Self = Self::new(11.5, 17.0, false, Ink::Grey);
    pub(super) const HEADING: Self = Self::new(12.0, 18.0, true, Ink::Black);
    pub(super) const TEXT: Self = Self::new(10.5, 17.0, false, Ink::Black);
    pub(super) const LABEL: Self = Self::new(9.5, 16.0, false, Ink::Grey);
    pub(super) const VALUE: Self = Self::new(10.5, 16.0, false, Ink::Black);
    pub(super) const CELL: Self = Self::new(9.5, 14.5, false, Ink::Black);
    pub(super) const HEADER: Self = Self::new(9.5, 14.5, true, Ink::Black);
    pub(super) const HOST: Self = Self::new(9.5, 13.0, true, Ink::Black);
    pub(super) const NOTE: Self = Self::new(8.5, 13.0, false, Ink::Grey);
    pub(super) const FOOTER: Self = Self::new(8.0, 11.5, false, Ink::Grey);
    pub(super) const UPRIGHT: Self = Self::new(12.0, 21.0, false, Ink::Black);

    pub(super) const fn new(size: f32, leading: f32, heavy: bool, ink: Ink) -> Self {
        Self {
            size,
            leading,
            heavy,
            ink,
        }
    }
}

/// What is drawn.
#[derive(Clone, Debug)]
pub(super) enum Stroke {
    /// A line of text, from the left end of its baseline.
    Text {
        /// The line.
        line: Line,
        /// How it is set.
        style: Style,
        /// Degrees it is turned around its beginning, clockwise.
        turned: f32,
    },
    /// A straight line to here.
    Rule {
        /// Where it ends.
        to: (f32, f32),
        /// How thick it is.
        weight: f32,
        /// Its ink.
        ink: Ink,
    },
    /// A picture, from its top left corner.
    Photo {
        /// The picture.
        photo: Photo,
        /// How wide and high it is.
        size: (f32, f32),
    },
    /// A code, from its top left corner, without its quiet zone.
    Code {
        /// The code.
        code: qr::Code,
        /// How wide it is.
        side: f32,
    },
}

/// What a stroke is if it is no part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A part.
    Part(PartId),
    /// What repeats from page to page.
    Margin,
    /// What lies behind the text.
    Watermark,
    /// Rules and frames.
    Decoration,
}

/// A stroke at its place, in points from the top left corner of the page.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) at: (f32, f32),
    pub(super) stroke: Stroke,
    pub(super) of: Of,
}

/// A count as a length's factor.
pub(super) fn times(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}
