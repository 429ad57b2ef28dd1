//! The code that a paper ends with, its host below it, and how to verify beside it.

use crate::codec::paper::PaperCode;
use crate::codec::paper::PaperError;
use crate::codec::paper::lines::Line;
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
use crate::codec::qr;

/// The least that a code is wide: below it, cheap cameras cannot read from paper.
const LEAST_SIDE: f32 = 30.0 * MM;
/// The least that a module is wide.
const LEAST_MODULE: f32 = 0.58 * MM;
/// The width of what stands below the code, however small the code is.
const HOST_WIDTH: f32 = 46.0 * MM;

/// Puts the code, all of it on one page.
pub(super) fn code(sheet: &mut Sheet<'_>, code: &PaperCode) -> Result<(), PaperError> {
    let side = LEAST_SIDE.max(LEAST_MODULE * times(code.code.side()));
    let quiet = side / times(code.code.side()) * times(qr::QUIET_ZONE);
    let left = HOST_WIDTH.max(side + 2.0 * quiet);
    let beside = left + 12.0;
    let host = sheet.lines(&code.host, Style::HOST, left);
    let caption: Vec<Vec<Line>> = code
        .caption
        .iter()
        .enumerate()
        .map(|(at, text)| sheet.lines(text, said(at), WIDTH - beside))
        .collect();
    let under_code = side + 2.0 * quiet + Style::HOST.leading * times(host.len());
    let spoken = caption
        .iter()
        .map(|lines| Style::TEXT.leading * times(lines.len()) + 4.0);
    let spoken: f32 = spoken.sum();
    let height = under_code.max(spoken + 2.0 * quiet) + 8.0;
    if height > sheet.whole() {
        return Err(PaperError::TooLong);
    }
    sheet.skip(6.0);
    sheet.need(height)?;
    sheet.rule((SIDE, sheet.y), WIDTH, 0.4, Ink::Light);
    let top = sheet.y + 4.0;
    let part = sheet.structure.add(Part::Drawing(code.host.clone()), None);
    let drawing = Stroke::Code {
        code: code.code.clone(),
        side,
    };
    let x = SIDE + (left - side) / 2.0;
    sheet.put((x, top + quiet), drawing, Of::Part(part));

    let part = Of::Part(sheet.structure.add(Part::Paragraph, None));
    let mut y = top + side + 2.0 * quiet - quiet / 2.0;
    for line in host {
        sheet.line(line, (SIDE, y), (left, Side::Middle), Style::HOST, part);
        y += Style::HOST.leading;
    }
    let mut y = top + quiet;
    for (at, lines) in caption.into_iter().enumerate() {
        let part = Of::Part(sheet.structure.add(Part::Paragraph, None));
        for line in lines {
            let room = (WIDTH - beside, Side::Left);
            sheet.line(line, (SIDE + beside, y), room, said(at), part);
            y += Style::TEXT.leading;
        }
        y += 4.0;
    }
    sheet.y += height;
    Ok(())
}

/// How a line of the caption is set: the first is the heading of the others.
fn said(at: usize) -> Style {
    Style {
        heavy: at == 0,
        ..Style::TEXT
    }
}
