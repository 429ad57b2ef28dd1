//! Pages as they fill: where the next line goes, and when another page begins.

use crate::codec::paper::MAX_PAGES;
use crate::codec::paper::PaperError;
use crate::codec::paper::atoms::Typesetter;
use crate::codec::paper::lines;
use crate::codec::paper::lines::Line;
use crate::codec::paper::strokes::Ink;
use crate::codec::paper::strokes::MM;
use crate::codec::paper::strokes::Of;
use crate::codec::paper::strokes::PAGE_HEIGHT;
use crate::codec::paper::strokes::Placed;
use crate::codec::paper::strokes::SIDE;
use crate::codec::paper::strokes::Stroke;
use crate::codec::paper::strokes::Style;
use crate::codec::paper::strokes::WIDTH;
use crate::codec::paper::structure::Structure;

/// Where the text of the first page begins.
const TOP: f32 = 20.0 * MM;
/// Where the text of the others begins, below the small title.
const LATER_TOP: f32 = 25.0 * MM;

/// Pages under way.
pub(super) struct Sheet<'a> {
    /// What makes atoms of text.
    pub(super) type_: Typesetter<'a>,
    /// What stands on the pages there are.
    pub(super) pages: Vec<Vec<Placed>>,
    /// What the parts are to each other.
    pub(super) structure: Structure,
    /// Where the next thing goes on the last page.
    pub(super) y: f32,
    /// Where the text of every page ends.
    pub(super) bottom: f32,
}

/// On which side of its room a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// At the left.
    Left,
    /// In the middle.
    Middle,
    /// At the right.
    Right,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(type_: Typesetter<'a>) -> Self {
        Self {
            type_,
            pages: vec![Vec::new()],
            structure: Structure::default(),
            y: TOP,
            bottom: PAGE_HEIGHT - 15.0 * MM,
        }
    }

    /// The lines of a text in so much room.
    pub(super) fn lines(&self, text: &str, style: Style, width: f32) -> Vec<Line> {
        lines::wrap(self.type_.atoms(text), width / style.size)
    }

    /// The height that is left on this page.
    pub(super) fn left(&self) -> f32 {
        self.bottom - self.y
    }

    /// The height that an empty page has.
    pub(super) fn whole(&self) -> f32 {
        self.bottom - LATER_TOP
    }

    /// Begins another page if this one has less height left than that.
    pub(super) fn need(&mut self, height: f32) -> Result<(), PaperError> {
        if self.left() < height {
            self.turn()?;
        }
        Ok(())
    }

    /// Begins another page.
    pub(super) fn turn(&mut self) -> Result<(), PaperError> {
        if self.pages.len() >= MAX_PAGES {
            return Err(PaperError::TooLong);
        }
        self.pages.push(Vec::new());
        self.y = LATER_TOP;
        Ok(())
    }

    /// Leaves white, unless a page has just begun.
    pub(super) fn skip(&mut self, height: f32) {
        if self.pages.last().is_some_and(|page| !page.is_empty()) {
            self.y += height;
        }
    }

    /// Puts a stroke on this page.
    pub(super) fn put(&mut self, at: (f32, f32), stroke: Stroke, of: Of) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Placed { at, stroke, of });
        }
    }

    /// Puts a line into the room from `x`; its line box begins at `top`.
    pub(super) fn line(
        &mut self,
        line: Line,
        (x, top): (f32, f32),
        (width, side): (f32, Side),
        style: Style,
        of: Of,
    ) {
        let spare = width - lines::width(&line) * style.size;
        let x = match side {
            Side::Left => x,
            Side::Middle => x + spare / 2.0,
            Side::Right => x + spare,
        };
        let at = (x, baseline(top, style));
        let turned = 0.0;
        let text = Stroke::Text {
            line,
            style,
            turned,
        };
        self.put(at, text, of);
    }

    /// Puts lines below each other over the whole width, on as many pages as they need.
    pub(super) fn column(
        &mut self,
        lines: Vec<Line>,
        side: Side,
        style: Style,
        of: Of,
    ) -> Result<(), PaperError> {
        for line in lines {
            self.need(style.leading)?;
            self.line(line, (SIDE, self.y), (WIDTH, side), style, of);
            self.y += style.leading;
        }
        Ok(())
    }

    /// Puts a level rule.
    pub(super) fn rule(&mut self, (x, y): (f32, f32), width: f32, weight: f32, ink: Ink) {
        let to = (x + width, y);
        self.put((x, y), Stroke::Rule { to, weight, ink }, Of::Decoration);
    }
}

/// Where the baseline of a line is whose box begins here: Chinese stands in the middle of it.
pub(super) fn baseline(top: f32, style: Style) -> f32 {
    // A Chinese character reaches from 0.88 em above the baseline to 0.12 below.
    top + style.leading / 2.0 + style.size * 0.38
}
