//! What stands on every page: the small title, the footer, the number, the watermark.

use crate::codec::paper::Paper;
use crate::codec::paper::PaperError;
use crate::codec::paper::lines;
use crate::codec::paper::lines::Line;
use crate::codec::paper::sheet::Sheet;
use crate::codec::paper::sheet::baseline;
use crate::codec::paper::strokes::Ink;
use crate::codec::paper::strokes::MM;
use crate::codec::paper::strokes::Of;
use crate::codec::paper::strokes::PAGE_HEIGHT;
use crate::codec::paper::strokes::PAGE_WIDTH;
use crate::codec::paper::strokes::Placed;
use crate::codec::paper::strokes::SIDE;
use crate::codec::paper::strokes::Stroke;
use crate::codec::paper::strokes::Style;
use crate::codec::paper::strokes::WIDTH;
use crate::codec::paper::strokes::times;
use crate::domain::words::say;

/// Where a page ends, below its number.
const FOOT: f32 = PAGE_HEIGHT - 13.0 * MM;
/// How far a watermark leans, in degrees.
const LEAN: f32 = -30.0;
/// How long a line of a watermark is at most: turned, it stays on the page.
const WATERMARK: f32 = 150.0 * MM;
/// The smallest type of a watermark, and the most lines that are on the page then.
const SMALLEST: f32 = 7.0;
const MOST_MARKS: usize = 24;

/// Keeps the room that the footer takes on every page.
///
/// # Errors
///
/// [`PaperError::TooLong`] if it would take half the page, or the watermark would leave it.
pub(super) fn reserve(sheet: &mut Sheet<'_>, paper: &Paper) -> Result<(), PaperError> {
    let style = Style::FOOTER;
    let lines = footer(sheet, paper).len();
    let height = style.leading * times(lines + 1) + 8.0;
    let mark = paper.watermark.as_deref().unwrap_or_default();
    let mark = sheet.lines(mark, mark_style(SMALLEST), WATERMARK).len();
    if height > PAGE_HEIGHT / 2.0 || mark > MOST_MARKS {
        return Err(PaperError::TooLong);
    }
    sheet.bottom = FOOT - height - 6.0;
    Ok(())
}

/// Puts on every page there is what stands on every page.
pub(super) fn put(sheet: &mut Sheet<'_>, paper: &Paper) {
    let style = Style::FOOTER;
    let footer = footer(sheet, paper);
    let watermark = paper.watermark.as_deref().map(|text| behind(sheet, text));
    let running = running_title(sheet, &paper.title);
    let pages = sheet.pages.len();
    let mut filled = std::mem::take(&mut sheet.pages);
    for (at, page) in filled.iter_mut().enumerate() {
        let mut placed = |line: Line, x: f32, top: f32| {
            page.push(Placed {
                at: (x, baseline(top, style)),
                stroke: Stroke::Text {
                    line,
                    style,
                    turned: 0.0,
                },
                of: Of::Margin,
            });
        };
        let top = FOOT - style.leading * times(footer.len() + 1);
        let mut y = top;
        for line in &footer {
            placed(line.clone(), SIDE, y);
            y += style.leading;
        }
        let (number, of) = ((at + 1).to_string(), pages.to_string());
        let with = [("page", number.as_str()), ("pages", of.as_str())];
        let number = sheet.type_.atoms(&say(paper.lang, "paper.page", &with));
        let wide = lines::width(&number) * style.size;
        placed(number, SIDE + (WIDTH - wide) / 2.0, y);
        if at > 0 {
            placed(running.clone(), SIDE, 15.0 * MM);
        }
        page.push(level(top - 4.0));
        if at > 0 {
            page.push(level(15.0 * MM + style.leading + 2.0));
        }
        if let Some(marks) = &watermark {
            page.splice(..0, marks.iter().cloned());
        }
    }
    sheet.pages = filled;
}

fn footer(sheet: &Sheet<'_>, paper: &Paper) -> Vec<Line> {
    let lines = paper.footer.iter();
    lines
        .flat_map(|text| sheet.lines(text, Style::FOOTER, WIDTH))
        .collect()
}

/// The title on one line; it stands in full on the first page.
fn running_title(sheet: &Sheet<'_>, title: &str) -> Line {
    let mut lines = sheet.lines(title, Style::FOOTER, WIDTH - 2.0 * Style::FOOTER.size);
    let more = lines.len() > 1;
    let mut first = lines.drain(..).next().unwrap_or_default();
    if more {
        first.extend(sheet.type_.atoms("…"));
    }
    first
}

fn level(y: f32) -> Placed {
    let stroke = Stroke::Rule {
        to: (SIDE + WIDTH, y),
        weight: 0.4,
        ink: Ink::Light,
    };
    Placed {
        at: (SIDE, y),
        stroke,
        of: Of::Decoration,
    }
}

fn mark_style(size: f32) -> Style {
    Style::new(size, size * 1.5, false, Ink::Faint)
}

/// The watermark, as large as it can be in three lines, three times down the page; a longer one
/// once, small.
fn behind(sheet: &Sheet<'_>, text: &str) -> Vec<Placed> {
    let sizes = [24.0, 20.0, 16.0, 13.0, 11.0, 9.0];
    let mut fitting = sizes.into_iter().map(mark_style);
    let fitting = fitting.find(|style| sheet.lines(text, *style, WATERMARK).len() <= 3);
    let middles: &[f32] = if fitting.is_some() {
        &[0.2, 0.5, 0.8]
    } else {
        &[0.5]
    };
    let style = fitting.unwrap_or(mark_style(SMALLEST));
    let lines = sheet.lines(text, style, WATERMARK);
    let (down, along) = LEAN.to_radians().sin_cos();
    let mut marks = Vec::new();
    for down_the_page in middles {
        let middle = (PAGE_WIDTH / 2.0, PAGE_HEIGHT * down_the_page);
        let high = style.leading * times(lines.len());
        for (at, line) in lines.iter().enumerate() {
            // From the middle of the block half a line back and some lines up, both turned.
            let back = -lines::width(line) * style.size / 2.0;
            let up = baseline(style.leading * times(at), style) - high / 2.0;
            marks.push(Placed {
                at: (
                    middle.0 + back * along - up * down,
                    middle.1 + back * down + up * along,
                ),
                stroke: Stroke::Text {
                    line: line.clone(),
                    style,
                    turned: LEAN,
                },
                of: Of::Watermark,
            });
        }
    }
    marks
}
