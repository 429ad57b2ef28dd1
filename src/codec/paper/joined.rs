//! Mongolian: letters take the form that their place in the word asks for.

use harfrust::Direction;
use harfrust::FontRef;
use harfrust::Language;
use harfrust::ShapeOptions;
use harfrust::ShaperData;
use harfrust::UnicodeBuffer;
use harfrust::script;

use crate::codec::paper::atoms::Glyph;

/// The clusters of a run, each with its text and its glyphs, in the order they are written.
///
/// They run from left to right; a vertical column is the same, turned.
pub(super) fn clusters<'t>(
    font: &FontRef<'_>,
    data: &ShaperData,
    run: &'t str,
) -> Vec<(&'t str, Vec<Glyph>)> {
    let shaper = data.shaper(font).build();
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(run);
    buffer.set_direction(Direction::LeftToRight);
    buffer.set_script(script::MONGOLIAN);
    if let Some(mongolian) = Language::new("mn-Mong") {
        buffer.set_language(mongolian);
    }
    let em = shaper.units_per_em();
    let shaped = shaper.shape(buffer, ShapeOptions::new());
    let mut starts: Vec<usize> = Vec::new();
    let mut found: Vec<Vec<Glyph>> = Vec::new();
    for (info, place) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        let start = usize::try_from(info.cluster).unwrap_or(0);
        let glyph = Glyph {
            id: info.glyph_id,
            advance: ems(place.x_advance, em),
            dx: ems(place.x_offset, em),
            dy: ems(place.y_offset, em),
        };
        match (starts.last(), found.last_mut()) {
            (Some(last), Some(glyphs)) if *last == start => glyphs.push(glyph),
            _ => {
                starts.push(start);
                found.push(vec![glyph]);
            }
        }
    }
    let ends = starts.iter().skip(1).copied().chain([run.len()]);
    let texts = starts.iter().zip(ends);
    texts
        .map(|(start, end)| run.get(*start..end).unwrap_or_default())
        .zip(found)
        .collect()
}

/// Font units in ems. A glyph is never 32 ems wide.
fn ems(units: i32, em: i32) -> f32 {
    let float = |units: i32| f32::from(i16::try_from(units).unwrap_or(i16::MAX));
    float(units) / float(em).max(1.0)
}
