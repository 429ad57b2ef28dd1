//! One stroke → marks on a page.

use krilla::color::luma;
use krilla::geom::Path;
use krilla::geom::PathBuilder;
use krilla::geom::Point;
use krilla::geom::Rect;
use krilla::geom::Size;
use krilla::geom::Transform;
use krilla::image::Image;
use krilla::paint::Fill;
use krilla::paint::Stroke as Pen;
use krilla::surface::Surface;
use krilla::text::GlyphId;
use krilla::text::KrillaGlyph;

use crate::codec::paper::Fonts;
use crate::codec::paper::Photo;
use crate::codec::paper::atoms::Atom;
use crate::codec::paper::atoms::BOXED_ROOM;
use crate::codec::paper::atoms::BOXED_SIZE;
use crate::codec::paper::strokes::Ink;
use crate::codec::paper::strokes::Stroke;
use crate::codec::paper::strokes::Style;
use crate::codec::paper::strokes::times;
use crate::codec::qr;

/// Draws a stroke at its place.
pub(super) fn stroke(surface: &mut Surface<'_>, fonts: &Fonts, at: (f32, f32), stroke: &Stroke) {
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
        Stroke::Photo { photo, size } => picture(surface, at, photo, *size),
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

fn picture(surface: &mut Surface<'_>, at: (f32, f32), photo: &Photo, size: (f32, f32)) {
    let (pixels, (wide, high)) = photo.pixels();
    let Some(size) = Size::from_wh(size.0, size.1) else {
        return;
    };
    surface.push_transform(&Transform::from_translate(at.0, at.1));
    surface.draw_image(Image::from_rgba8(pixels.to_vec(), wide, high), size);
    surface.pop();
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
