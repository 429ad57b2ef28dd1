//! Titles, headings, running text, lines to sign on, Mongolian columns.

use crate::codec::paper::Block;
use crate::codec::paper::Paper;
use crate::codec::paper::PaperError;
use crate::codec::paper::lines;
use crate::codec::paper::photo;
use crate::codec::paper::sheet::Sheet;
use crate::codec::paper::sheet::Side;
use crate::codec::paper::strokes::Ink;
use crate::codec::paper::strokes::MM;
use crate::codec::paper::strokes::Of;
use crate::codec::paper::strokes::SIDE;
use crate::codec::paper::strokes::Stroke;
use crate::codec::paper::strokes::Style;
use crate::codec::paper::strokes::WIDTH;
use crate::codec::paper::strokes::times;
use crate::codec::paper::structure::Part;
use crate::codec::paper::tables;

/// The highest a Mongolian column is.
const UPRIGHT_HEIGHT: f32 = 70.0 * MM;
/// The height of a place to sign in.
const SIGNING_HEIGHT: f32 = 13.0 * MM;

/// The title, the one in the second language, and the double rule below them.
pub(super) fn title(sheet: &mut Sheet<'_>, paper: &Paper) -> Result<(), PaperError> {
    let part = Of::Part(sheet.structure.add(Part::Title, None));
    let lines = sheet.lines(&paper.title, Style::TITLE, WIDTH);
    sheet.column(lines, Side::Middle, Style::TITLE, part)?;
    if let Some(second) = &paper.second_title {
        sheet.y += 2.0;
        let part = Of::Part(sheet.structure.add(Part::Paragraph, None));
        let lines = sheet.lines(second, Style::SECOND_TITLE, WIDTH);
        sheet.column(lines, Side::Middle, Style::SECOND_TITLE, part)?;
    }
    sheet.y += 7.0;
    sheet.rule((SIDE, sheet.y), WIDTH, 1.4, Ink::Black);
    sheet.y += 2.4;
    sheet.rule((SIDE, sheet.y), WIDTH, 0.4, Ink::Black);
    sheet.y += if let Some(Block::Facts(_)) = paper.blocks.first() {
        4.0
    } else {
        10.0
    };
    Ok(())
}

/// Puts a block below what is there; the first stands right under the title's rules.
pub(super) fn put(sheet: &mut Sheet<'_>, block: &Block, first: bool) -> Result<(), PaperError> {
    match block {
        Block::Heading(text) => heading(sheet, text),
        Block::Paragraph(text) => running(sheet, text, Style::TEXT),
        Block::Note(text) => running(sheet, text, Style::NOTE),
        Block::Facts(facts) => tables::facts(sheet, facts, !first),
        Block::Table(table) => tables::table(sheet, table),
        Block::Signature(labels) => signature(sheet, labels),
        Block::Photos(photos) => photo::put(sheet, photos),
        Block::Upright(text) => upright(sheet, text),
    }
}

fn heading(sheet: &mut Sheet<'_>, text: &str) -> Result<(), PaperError> {
    let style = Style::HEADING;
    let lines = sheet.lines(text, style, WIDTH);
    sheet.skip(8.0);
    // Not alone at the foot of a page: with room for a header and a row below it.
    let alone = style.leading * times(lines.len()) + 60.0;
    sheet.need(alone.min(sheet.whole()))?;
    let part = Of::Part(sheet.structure.add(Part::Heading, None));
    sheet.column(lines, Side::Left, style, part)?;
    sheet.y += 3.0;
    Ok(())
}

fn running(sheet: &mut Sheet<'_>, text: &str, style: Style) -> Result<(), PaperError> {
    let lines = sheet.lines(text, style, WIDTH);
    let part = Of::Part(sheet.structure.add(Part::Paragraph, None));
    sheet.column(lines, Side::Left, style, part)?;
    sheet.y += 6.0;
    Ok(())
}

fn signature(sheet: &mut Sheet<'_>, labels: &[String]) -> Result<(), PaperError> {
    const GAP: f32 = 18.0;
    let style = Style::TEXT;
    let count = times(labels.len().max(1));
    let share = (WIDTH + GAP) / count - GAP;
    // What the labels leave is for writing, the same behind each; long labels are broken, at
    // two thirds of their share.
    let widths = labels
        .iter()
        .map(|text| sheet.type_.width(text) * style.size);
    let room = (share * count - widths.sum::<f32>()) / count - 4.0;
    let label = if room >= 50.0 {
        WIDTH
    } else {
        share * 2.0 / 3.0
    };
    if label < 3.8 * style.size {
        return Err(PaperError::Columns);
    }
    let set: Vec<_> = labels
        .iter()
        .map(|text| sheet.lines(text, style, label))
        .collect();
    let most = set.iter().map(Vec::len).max().unwrap_or(0);
    let height = SIGNING_HEIGHT.max(style.leading * times(most));
    if height > sheet.whole() {
        return Err(PaperError::TooLong);
    }
    sheet.skip(4.0);
    sheet.need(height)?;
    let bottom = sheet.y + height;
    let mut left = SIDE;
    for lines in set {
        let part = Of::Part(sheet.structure.add(Part::Paragraph, None));
        let wide = lines.iter().map(|line| lines::width(line) * style.size);
        let wide = wide.fold(0.0, f32::max);
        let mut top = bottom - style.leading * times(lines.len());
        for line in lines {
            sheet.line(line, (left, top), (label, Side::Left), style, part);
            top += style.leading;
        }
        let from = left + wide + 4.0;
        let to = if room >= 50.0 {
            from + room
        } else {
            left + share
        };
        sheet.rule((from, bottom - 2.0), to - from, 0.6, Ink::Black);
        left = to + GAP;
    }
    sheet.y = bottom + 8.0;
    Ok(())
}

fn upright(sheet: &mut Sheet<'_>, text: &str) -> Result<(), PaperError> {
    let style = Style::UPRIGHT;
    let lines = sheet.lines(text, style, UPRIGHT_HEIGHT);
    let longest = lines.iter().map(|line| lines::width(line) * style.size);
    let height = longest.fold(0.0, f32::max);
    let part = Of::Part(sheet.structure.add(Part::Paragraph, None));
    let mut x = SIDE + WIDTH;
    for line in lines {
        if x + style.leading > SIDE + WIDTH {
            sheet.skip(4.0);
            sheet.need(height + 6.0)?;
            sheet.y += height + 6.0;
            x = SIDE;
        }
        // Turned to the right the letters' upper side is the right one, and the column hangs
        // from where the line began.
        let at = (x + style.leading * 0.3, sheet.y - height - 6.0);
        let turned = 90.0;
        let column = Stroke::Text {
            line,
            style,
            turned,
        };
        sheet.put(at, column, part);
        x += style.leading;
    }
    sheet.y += 4.0;
    Ok(())
}
