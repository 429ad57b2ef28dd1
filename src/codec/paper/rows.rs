//! Rows of cells, kept whole where a page can hold them.

use crate::codec::paper::PaperError;
use crate::codec::paper::lines::Line;
use crate::codec::paper::sheet::Sheet;
use crate::codec::paper::sheet::Side;
use crate::codec::paper::strokes::Ink;
use crate::codec::paper::strokes::Of;
use crate::codec::paper::strokes::SIDE;
use crate::codec::paper::strokes::Style;
use crate::codec::paper::strokes::WIDTH;
use crate::codec::paper::strokes::times;
use crate::codec::paper::structure::Part;
use crate::codec::paper::structure::PartId;

/// The white above and below the lines of a row.
const ROOM: f32 = 3.5;

/// A cell that is to be put.
pub(super) struct Cell {
    /// Where it begins, and how wide it is.
    place: (f32, f32, Side),
    style: Style,
    part: Part,
    /// Its part, once it has one; what is repeated has none.
    id: Option<PartId>,
    lines: Vec<Line>,
}

impl Cell {
    /// A cell with a text, of so much width from `x`.
    pub(super) fn new(
        sheet: &Sheet<'_>,
        text: &str,
        (x, width, side): (f32, f32, Side),
        style: Style,
        part: Part,
    ) -> Self {
        Self {
            place: (x, width, side),
            style,
            part,
            id: None,
            lines: sheet.lines(text, style, width),
        }
    }

    fn height(&self) -> f32 {
        self.style.leading * times(self.lines.len())
    }
}

/// What makes the header of a table anew.
pub(super) type Header<'h> = &'h dyn Fn(&Sheet<'_>) -> Vec<Cell>;

/// Begins another page if what stands above the first row would be left on this one alone.
pub(super) fn begin(sheet: &mut Sheet<'_>, above: f32, first: &[Cell]) -> Result<(), PaperError> {
    let first = height(first);
    if above + first <= sheet.whole() {
        sheet.need(above + first)
    } else {
        sheet.need(above + 4.0 * Style::VALUE.leading)
    }
}

/// The header of a table; one that is repeated is no part of the text.
pub(super) fn head(sheet: &mut Sheet<'_>, mut cells: Vec<Cell>, under: Option<PartId>) {
    sheet.rule((SIDE, sheet.y), WIDTH, 0.8, Ink::Black);
    if let Some(under) = under {
        name(sheet, &mut cells, under);
    }
    let high = height(&cells);
    draw(sheet, cells);
    sheet.y += high;
    sheet.rule((SIDE, sheet.y), WIDTH, 0.5, Ink::Black);
}

/// Makes cells a row of a table.
fn name(sheet: &mut Sheet<'_>, cells: &mut [Cell], table: PartId) {
    let row = sheet.structure.add(Part::Row, Some(table));
    for cell in cells {
        cell.id = Some(sheet.structure.add(cell.part.clone(), Some(row)));
    }
}

/// Puts a row on this page, or on the next; over several if no page can hold it.
pub(super) fn put(
    sheet: &mut Sheet<'_>,
    mut cells: Vec<Cell>,
    table: PartId,
    header: Option<Header<'_>>,
) -> Result<(), PaperError> {
    name(sheet, &mut cells, table);
    let headed = header.map_or(0.0, |header| height(&header(sheet)));
    loop {
        let high = height(&cells);
        // What just fits must not turn pages for ever because of rounding.
        if high <= sheet.left() + 0.01 {
            draw(sheet, cells);
            sheet.y += high;
            return Ok(());
        }
        let too_high = high > sheet.whole() - headed;
        let few = cells.iter().map(|cell| cell.style.leading * 3.0);
        if too_high && sheet.left() >= few.fold(0.0, f32::max) + 2.0 * ROOM {
            let room = sheet.left() - 2.0 * ROOM;
            let rest = cells.iter_mut().map(|cell| cell.split(room)).collect();
            draw(sheet, std::mem::replace(&mut cells, rest));
        }
        sheet.turn()?;
        match header {
            Some(header) => head(sheet, header(sheet), None),
            None => sheet.rule((SIDE, sheet.y), WIDTH, 0.4, Ink::Light),
        }
    }
}

impl Cell {
    /// Keeps the lines that so much room holds, and gives the others.
    fn split(&mut self, room: f32) -> Self {
        let mut kept = Vec::new();
        let mut rest = std::mem::take(&mut self.lines).into_iter();
        let mut used = self.style.leading;
        while used <= room {
            let Some(line) = rest.next() else { break };
            kept.push(line);
            used += self.style.leading;
        }
        self.lines = kept;
        Self {
            lines: rest.collect(),
            part: self.part.clone(),
            ..*self
        }
    }
}

/// How high a row is.
pub(super) fn height(cells: &[Cell]) -> f32 {
    cells.iter().map(Cell::height).fold(0.0, f32::max) + 2.0 * ROOM
}

fn draw(sheet: &mut Sheet<'_>, cells: Vec<Cell>) {
    for cell in cells {
        let of = cell.id.map_or(Of::Margin, Of::Part);
        let mut top = sheet.y + ROOM;
        let (x, width, side) = cell.place;
        for line in cell.lines {
            sheet.line(line, (x, top), (width, side), cell.style, of);
            top += cell.style.leading;
        }
    }
}
