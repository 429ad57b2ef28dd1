//! What stands on the pages → the bytes of a PDF.

use std::collections::BTreeSet;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::configure::Archival;
use krilla::configure::ConfigurationBuilder;
use krilla::geom::Path;
use krilla::geom::PathBuilder;
use krilla::geom::Point;
use krilla::geom::Rect;
use krilla::geom::Transform;
use krilla::metadata::DateTime;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::paint::Stroke as Pen;
use krilla::surface::Surface;
use krilla::tagging::Artifact;
use krilla::tagging::ArtifactType;
use krilla::tagging::ContentTag;
use krilla::text::GlyphId;
use krilla::text::KrillaGlyph;

use crate::codec::paper::Fonts;
use crate::codec::paper::Paper;
use crate::codec::paper::PaperError;
use crate::codec::paper::atoms::Atom;
use crate::codec::paper::atoms::BOXED_ROOM;
use crate::codec::paper::atoms::BOXED_SIZE;
use crate::codec::paper::characters::is_boxed;
use crate::codec::paper::sheet::Sheet;
use crate::codec::paper::strokes::Ink;
use crate::codec::paper::strokes::Of;
use crate::codec::paper::strokes::PAGE_HEIGHT;
use crate::codec::paper::strokes::PAGE_WIDTH;
use crate::codec::paper::strokes::Stroke;
use crate::codec::paper::strokes::Style;
use crate::codec::paper::strokes::times;
use crate::codec::qr;
use crate::domain::time::Timestamp;
use crate::domain::words::Lang;

/// Draws all pages; says also which characters were boxed.
pub(super) fn draw(
    sheet: Sheet<'_>,
    fonts: &Fonts,
    paper: &Paper,
    at: Timestamp,
) -> Result<(Vec<u8>, BTreeSet<char>), PaperError> {
    let failed = |what: &dyn std::fmt::Display| PaperError::NotWritten(what.to_string());
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .map_err(|why| failed(&format!("{why:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT);
    let size = size.ok_or_else(|| failed(&"a page without a size"))?;
    let mut drawn = Vec::new();
    for strokes in sheet.pages {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        for placed in strokes {
            let identifier = surface.start_tagged(tag(placed.of));
            stroke(&mut surface, fonts, placed.at, &placed.stroke);
            surface.end_tagged();
            if let Of::Part(part) = placed.of {
                drawn.push((part, identifier));
            }
        }
        surface.finish();
        page.finish();
    }
    let lang = match paper.lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    document.set_tag_tree(sheet.structure.tree(lang, drawn));
    document.set_metadata(
        Metadata::new()
            .title(seen(&paper.title))
            .language(lang.to_owned())
            .creator("mianzheng".to_owned())
            .creation_date(date(at)),
    );
    let bytes = document
        .finish()
        .map_err(|why| failed(&format!("{why:?}")))?;
    Ok((bytes, sheet.type_.boxed()))
}

fn tag(of: Of) -> ContentTag<'static> {
    match of {
        Of::Part(_) => ContentTag::Other,
        Of::Margin => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
        Of::Watermark => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark)),
        Of::Decoration => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
    }
}

/// A text for the file's metadata, which are XML and cannot hold every character.
fn seen(text: &str) -> String {
    let mut seen = String::new();
    for c in text.chars() {
        match c {
            '\n' => seen.push(' '),
            '\u{FFFE}' | '\u{FFFF}' => seen.push('\u{FFFD}'),
            _ if is_boxed(c) => seen.push_str(&format!("U+{:04X}", u32::from(c))),
            _ => seen.push(c),
        }
    }
    seen
}

fn date(at: Timestamp) -> DateTime {
    // Of the RFC 3339 text: `2026-11-23T09:30:00+08:00`.
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse().ok());
    let year = text.get(..4).and_then(|year| year.parse().ok());
    DateTime::new(year.unwrap_or(0))
        .month(part(5, 7).unwrap_or(1))
        .day(part(8, 10).unwrap_or(1))
        .hour(part(11, 13).unwrap_or(0))
        .minute(part(14, 16).unwrap_or(0))
        .second(part(17, 19).unwrap_or(0))
        .utc_offset_hour(8)
}

fn stroke(surface: &mut Surface<'_>, fonts: &Fonts, at: (f32, f32), stroke: &Stroke) {
    match stroke {
        Stroke::Text {
            line,
            style,
            turned,
        } => {
            surface.push_transform(&Transform::from_rotate_at(*turned, at.0, at.1));
            text(surface, fonts, at, line, *style);
            surface.pop();
        }
        Stroke::Rule { to, weight, ink } => {
            let mut path = PathBuilder::new();
            path.move_to(at.0, at.1);
            path.line_to(to.0, to.1);
            outline(surface, path.finish(), *weight, *ink);
        }
        Stroke::Code { code, side } => modules(surface, at, code, *side),
    }
}

/// Draws a line, as many atoms at once as are of one face.
fn text(surface: &mut Surface<'_>, fonts: &Fonts, at: (f32, f32), line: &[Atom], style: Style) {
    let mut x = at.0;
    let alike = |a: &Atom, b: &Atom| a.face == b.face && !a.boxed && !b.boxed;
    for run in line.chunk_by(alike) {
        let width: f32 = run.iter().map(|atom| atom.width).sum::<f32>() * style.size;
        match run {
            [boxed] if boxed.boxed => {
                frame(surface, (x, at.1), width, style);
                let small = Style {
                    size: style.size * BOXED_SIZE,
                    ..style
                };
                let inside = (x + BOXED_ROOM * style.size, at.1 - style.size * 0.18);
                glyphs(surface, fonts, inside, run, small);
            }
            _ => glyphs(surface, fonts, (x, at.1), run, style),
        }
        x += width;
    }
}

fn glyphs(surface: &mut Surface<'_>, fonts: &Fonts, at: (f32, f32), run: &[Atom], style: Style) {
    let mut text = String::new();
    let mut glyphs = Vec::new();
    for atom in run {
        let begin = text.len();
        text.push_str(&atom.text);
        for (nth, glyph) in atom.glyphs.iter().enumerate() {
            // A boxed code point has a glyph a letter; elsewhere the glyphs share their text.
            let range = if atom.boxed {
                begin + nth..begin + nth + 1
            } else {
                begin..text.len()
            };
            glyphs.push(KrillaGlyph {
                glyph_id: GlyphId::new(glyph.id),
                text_range: range,
                x_advance: glyph.advance,
                x_offset: glyph.dx,
                y_offset: glyph.dy,
                y_advance: 0.0,
                location: None,
            });
        }
    }
    let face = run.first().and_then(|atom| fonts.faces.get(atom.face));
    let Some(face) = face else { return };
    surface.set_fill(Some(fill(style.ink)));
    surface.set_stroke(style.heavy.then(|| pen(style.size * 0.028, style.ink)));
    let at = Point::from_xy(at.0, at.1);
    // What lies behind the text is drawn as a shape: copied and read aloud it would come between
    // the words.
    let shape = style.ink == Ink::Faint;
    surface.draw_glyphs(at, &glyphs, face.font.clone(), &text, style.size, shape);
}

fn frame(surface: &mut Surface<'_>, at: (f32, f32), width: f32, style: Style) {
    let edge = style.size * 0.06;
    let rect = Rect::from_xywh(
        at.0 + edge,
        at.1 - style.size * 0.76,
        width - 2.0 * edge,
        style.size * 0.8,
    );
    let mut path = PathBuilder::new();
    if let Some(rect) = rect {
        path.push_rect(rect);
    }
    outline(surface, path.finish(), style.size * 0.04, style.ink);
}

/// Draws the dark modules as one area, so that nothing shines through between them, on white, so
/// that no watermark does.
fn modules(surface: &mut Surface<'_>, at: (f32, f32), code: &qr::Code, side: f32) {
    let module = side / times(code.side());
    let quiet = module * times(qr::QUIET_ZONE);
    let whole = side + 2.0 * quiet;
    let mut ground = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(at.0 - quiet, at.1 - quiet, whole, whole) {
        ground.push_rect(rect);
    }
    area(surface, ground.finish(), Ink::White);
    let mut path = PathBuilder::new();
    for (row, modules) in code.rows().enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            let rect = Rect::from_xywh(
                at.0 + module * times(column),
                at.1 + module * times(row),
                module * times(run.len()),
                module,
            );
            if run.first() == Some(&true)
                && let Some(rect) = rect
            {
                path.push_rect(rect);
            }
            column += run.len();
        }
    }
    area(surface, path.finish(), Ink::Black);
}

fn area(surface: &mut Surface<'_>, path: Option<Path>, ink: Ink) {
    let Some(path) = path else { return };
    surface.set_stroke(None);
    surface.set_fill(Some(fill(ink)));
    surface.draw_path(&path);
}

fn outline(surface: &mut Surface<'_>, path: Option<Path>, weight: f32, ink: Ink) {
    let Some(path) = path else { return };
    surface.set_fill(None);
    surface.set_stroke(Some(pen(weight, ink)));
    surface.draw_path(&path);
}

fn fill(ink: Ink) -> Fill {
    Fill {
        paint: shade(ink).into(),
        ..Fill::default()
    }
}

fn pen(width: f32, ink: Ink) -> Pen {
    Pen {
        paint: shade(ink).into(),
        width,
        ..Pen::default()
    }
}

fn shade(ink: Ink) -> luma::Color {
    luma::Color::new(match ink {
        Ink::Black => 0,
        Ink::Grey => 80,
        Ink::Light => 165,
        Ink::Faint => 228,
        Ink::White => 255,
    })
}
