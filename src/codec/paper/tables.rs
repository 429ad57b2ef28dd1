//! Facts with their labels, and tables.

use crate::codec::paper::Fact;
use crate::codec::paper::PaperError;
use crate::codec::paper::Table;
use crate::codec::paper::rows;
use crate::codec::paper::rows::Cell;
use crate::codec::paper::sheet::Sheet;
use crate::codec::paper::sheet::Side;
use crate::codec::paper::strokes::Ink;
use crate::codec::paper::strokes::SIDE;
use crate::codec::paper::strokes::Style;
use crate::codec::paper::strokes::WIDTH;
use crate::codec::paper::strokes::times;
use crate::codec::paper::structure::Part;

/// The white between two cells.
const GAP: f32 = 10.0;
/// The widest that labels are.
const WIDEST_LABEL: f32 = 100.0;
/// The fewest ems a column may have: a boxed code point needs as many.
const LEAST_EMS: f32 = 3.8;

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
        let cell = |text: &str, x: f32, width: f32, style: Style, part: Part| {
            Cell::new(sheet, text, (x, width, Side::Left), style, part)
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
    let mut rest = facts;
    let mut ruled = ruled;
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
        if ruled {
            rows::begin(sheet, 0.0, &row)?;
            sheet.rule((SIDE, sheet.y), WIDTH, 0.8, Ink::Black);
            ruled = false;
        }
        let last = rest.is_empty();
        rows::put(sheet, row, table, None)?;
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
            .map(|(place, text)| Cell::new(sheet, text, *place, style, part.clone()))
            .collect()
    };
    let names: Vec<String> = table.columns.iter().map(|c| c.header.clone()).collect();
    let header = |sheet: &Sheet<'_>| row(sheet, &names, Style::HEADER, &Part::ColumnHeader);
    let under = sheet.structure.add(Part::Table, None);
    let first = header(sheet);
    if rows::height(&first) > sheet.whole() / 2.0 {
        return Err(PaperError::Columns);
    }
    let next = table.rows.first().map_or(&[][..], Vec::as_slice);
    let next = row(sheet, next, Style::CELL, &Part::Cell);
    rows::begin(sheet, rows::height(&first), &next)?;
    rows::head(sheet, first, Some(under));
    for (at, texts) in table.rows.iter().enumerate() {
        if texts.len() != table.columns.len() {
            return Err(PaperError::Ragged(at + 1));
        }
        let cells = row(sheet, texts, Style::CELL, &Part::Cell);
        rows::put(sheet, cells, under, Some(&header))?;
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
