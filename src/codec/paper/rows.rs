//! Facts and tables: rows of cells, kept whole where a page can hold them.

use crate::codec::paper::Fact;
use crate::codec::paper::PaperError;
use crate::codec::paper::Table;
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
/// The white between two cells.
const GAP: f32 = 10.0;
/// The widest that labels are.
const WIDEST_LABEL: f32 = 100.0;
/// The fewest ems a column may have: a boxed code point needs as many.
const LEAST_EMS: f32 = 3.8;

struct Cell {
    x: f32,
    width: f32,
    side: Side,
    style: Style,
    part: Part,
    /// Its part, once it has one; what is repeated has none.
    id: Option<PartId>,
    lines: Vec<Line>,
}

impl Cell {
    fn height(&self) -> f32 {
        self.style.leading * times(self.lines.len())
    }
}

/// Puts facts, two beside each other where both are short.
pub(super) fn facts(sheet: &mut Sheet<'_>, facts: &[Fact], ruled: bool) -> Result<(), PaperError> {
    if facts.is_empty() {
        return Ok(());
    }
    let half = (WIDTH - GAP) / 2.0;
    let widths = facts
        .iter()
        .map(|fact| sheet.type_.width(&fact.label) * Style::LABEL.size);
    let label = widths.fold(0.0, f32::max).clamp(40.0, WIDEST_LABEL) + 1.0;
    let short = |sheet: &Sheet<'_>, fact: &Fact| {
        let one = |text: &str, style: Style, width: f32| {
            !text.contains('\n') && sheet.type_.width(text) * style.size <= width
        };
        one(&fact.label, Style::LABEL, label) && one(&fact.value, Style::VALUE, half - label - GAP)
    };
    let cells = |sheet: &Sheet<'_>, fact: &Fact, left: f32, width: f32| {
        let cell = |text: &str, x: f32, width: f32, style: Style, part: Part| Cell {
            x,
            width,
            side: Side::Left,
            style,
            part,
            id: None,
            lines: sheet.lines(text, style, width),
        };
        let behind = label + GAP;
        [
            cell(&fact.label, left, label, Style::LABEL, Part::RowHeader),
            cell(
                &fact.value,
                left + behind,
                width - behind,
                Style::VALUE,
                Part::Cell,
            ),
        ]
    };
    let table = sheet.structure.add(Part::Table, None);
    sheet.need(Style::VALUE.leading + 2.0 * ROOM)?;
    if ruled {
        sheet.rule((SIDE, sheet.y), WIDTH, 0.8, Ink::Black);
    }
    let mut rest = facts;
    while let Some((fact, after)) = rest.split_first() {
        let mut row = Vec::from(cells(sheet, fact, SIDE, WIDTH));
        rest = after;
        if let Some((next, behind)) = after.split_first()
            && short(sheet, fact)
            && short(sheet, next)
        {
            row = Vec::from(cells(sheet, fact, SIDE, half));
            row.extend(cells(sheet, next, SIDE + half + GAP, half));
            rest = behind;
        }
        let last = rest.is_empty();
        put(sheet, row, table, None)?;
        let (weight, ink) = if last {
            (0.8, Ink::Black)
        } else {
            (0.4, Ink::Light)
        };
        sheet.rule((SIDE, sheet.y), WIDTH, weight, ink);
    }
    sheet.y += 9.0;
    Ok(())
}

/// Puts a table; its header stands on every page that it reaches.
pub(super) fn table(sheet: &mut Sheet<'_>, table: &Table) -> Result<(), PaperError> {
    let shares: f32 = table.columns.iter().map(|c| f32::from(c.share)).sum();
    if shares < 1.0 {
        return Err(PaperError::Columns);
    }
    let gaps = GAP * times(table.columns.len().saturating_sub(1));
    let mut x = SIDE;
    let mut places = Vec::new();
    for column in &table.columns {
        let width = (WIDTH - gaps) * f32::from(column.share) / shares;
        if width < LEAST_EMS * Style::HEADER.size {
            return Err(PaperError::Columns);
        }
        let side = if column.to_the_right {
            Side::Right
        } else {
            Side::Left
        };
        places.push((x, width, side));
        x += width + GAP;
    }
    let row = |sheet: &Sheet<'_>, texts: &[String], style: Style, part: &Part| -> Vec<Cell> {
        let cells = places.iter().zip(texts);
        cells
            .map(|((x, width, side), text)| Cell {
                x: *x,
                width: *width,
                side: *side,
                style,
                part: part.clone(),
                id: None,
                lines: sheet.lines(text, style, *width),
            })
            .collect()
    };
    let names: Vec<String> = table.columns.iter().map(|c| c.header.clone()).collect();
    let header = |sheet: &Sheet<'_>| row(sheet, &names, Style::HEADER, &Part::ColumnHeader);
    let under = sheet.structure.add(Part::Table, None);
    let first = header(sheet);
    if height(&first) > sheet.whole() / 2.0 {
        return Err(PaperError::Columns);
    }
    sheet.need(height(&first) + Style::CELL.leading + 2.0 * ROOM)?;
    head(sheet, first, Some(under));
    for (at, texts) in table.rows.iter().enumerate() {
        if texts.len() != table.columns.len() {
            return Err(PaperError::Ragged(at + 1));
        }
        let cells = row(sheet, texts, Style::CELL, &Part::Cell);
        put(sheet, cells, under, Some(&header))?;
        let last = at + 1 == table.rows.len();
        let (weight, ink) = if last {
            (0.8, Ink::Black)
        } else {
            (0.4, Ink::Light)
        };
        sheet.rule((SIDE, sheet.y), WIDTH, weight, ink);
    }
    sheet.y += 9.0;
    Ok(())
}

type Header<'h> = &'h dyn Fn(&Sheet<'_>) -> Vec<Cell>;

/// The header of a table; one that is repeated is no part of the text.
fn head(sheet: &mut Sheet<'_>, mut cells: Vec<Cell>, under: Option<PartId>) {
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
fn put(
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

fn height(cells: &[Cell]) -> f32 {
    cells.iter().map(Cell::height).fold(0.0, f32::max) + 2.0 * ROOM
}

fn draw(sheet: &mut Sheet<'_>, cells: Vec<Cell>) {
    for cell in cells {
        let of = cell.id.map_or(Of::Margin, Of::Part);
        let mut top = sheet.y + ROOM;
        for line in cell.lines {
            let room = (cell.width, cell.side);
            sheet.line(line, (cell.x, top), room, cell.style, of);
            top += cell.style.leading;
        }
    }
}
