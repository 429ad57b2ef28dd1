//! Text → atoms: the least that a line can be broken into, each with its glyphs.

use std::cell::RefCell;
use std::collections::BTreeSet;

use harfrust::ShaperData;
use skrifa::MetadataProvider;
use skrifa::charmap::Charmap;
use skrifa::instance::LocationRef;
use skrifa::instance::Size;
use skrifa::metrics::GlyphMetrics;
use skrifa::raw::FontRef;

use crate::codec::paper::characters::Kind;
use crate::codec::paper::characters::chooses_a_form;
use crate::codec::paper::characters::code_point;
use crate::codec::paper::characters::is_boxed;
use crate::codec::paper::characters::is_mongolian;
use crate::codec::paper::characters::kind;
use crate::codec::paper::fonts::Fonts;
use crate::codec::paper::fonts::MONGOLIAN_FACE;
use crate::codec::paper::joined;

/// How large a boxed code point is written, beside the text around it.
pub(super) const BOXED_SIZE: f32 = 0.55;
/// The room on either side of a boxed code point, in ems.
pub(super) const BOXED_ROOM: f32 = 0.16;

/// Some glyphs that stay together.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    /// The text they stand for; the code point as text, if it is boxed.
    pub(super) text: String,
    /// Which face they are of.
    pub(super) face: usize,
    /// The glyphs.
    pub(super) glyphs: Vec<Glyph>,
    /// How wide they are, in ems.
    pub(super) width: f32,
    /// What they mean for the line.
    pub(super) kind: Kind,
    /// Whether a frame is drawn around them.
    pub(super) boxed: bool,
}

/// A glyph, measured in ems.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) id: u32,
    pub(super) advance: f32,
    pub(super) dx: f32,
    pub(super) dy: f32,
}

/// Fonts, opened for one paper; knows afterwards what no font had.
pub(super) struct Typesetter<'a> {
    faces: Vec<Opened<'a>>,
    joining: Option<(FontRef<'a>, ShaperData)>,
    boxed: RefCell<BTreeSet<char>>,
}

struct Opened<'a> {
    charmap: Charmap<'a>,
    metrics: GlyphMetrics<'a>,
    em: f32,
}

impl<'a> Typesetter<'a> {
    pub(super) fn new(fonts: &'a Fonts) -> Self {
        let tables = || fonts.faces.iter().filter_map(|face| face.read());
        let faces = tables().map(|font| Opened {
            charmap: font.charmap(),
            metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
            em: f32::from(
                font.metrics(Size::unscaled(), LocationRef::default())
                    .units_per_em,
            ),
        });
        let faces = faces.collect();
        let joining = tables().nth(MONGOLIAN_FACE).map(|font| {
            let data = ShaperData::new(&font);
            (font, data)
        });
        Self {
            faces,
            joining,
            boxed: RefCell::default(),
        }
    }

    /// The atoms of a text.
    pub(super) fn atoms(&self, text: &str) -> Vec<Atom> {
        let text = text.replace("\r\n", "\n");
        let mut atoms = Vec::new();
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            let length = if is_mongolian(c) && !chooses_a_form(c) {
                let run = rest.find(|c| !is_mongolian(c) && !chooses_a_form(c));
                run.unwrap_or(rest.len())
            } else {
                c.len_utf8()
            };
            let (run, after) = rest.split_at(length);
            rest = after;
            if c == '\n' {
                atoms.push(Atom::end_of_line());
            } else if is_mongolian(c) && !chooses_a_form(c) {
                self.join(run, &mut atoms);
            } else {
                atoms.push(self.atom(c));
            }
        }
        atoms
    }

    /// How wide a text is on one line, in ems.
    pub(super) fn width(&self, text: &str) -> f32 {
        self.atoms(text).iter().map(|atom| atom.width).sum()
    }

    /// The characters that were boxed.
    pub(super) fn boxed(self) -> BTreeSet<char> {
        self.boxed.into_inner()
    }

    fn join(&self, run: &str, atoms: &mut Vec<Atom>) {
        let Some((font, data)) = &self.joining else {
            return atoms.extend(run.chars().map(|c| self.atom(c)));
        };
        for (text, glyphs) in joined::clusters(font, data, run) {
            if glyphs.is_empty() || glyphs.iter().any(|glyph| glyph.id == 0) {
                atoms.extend(text.chars().map(|c| self.boxed_code_point(c)));
                continue;
            }
            atoms.push(Atom {
                text: text.to_owned(),
                face: MONGOLIAN_FACE,
                width: glyphs.iter().map(|glyph| glyph.advance).sum(),
                glyphs,
                kind: text.chars().next().map_or(Kind::Word, kind),
                boxed: false,
            });
        }
    }

    /// One character, of the first face that has it.
    fn atom(&self, c: char) -> Atom {
        let found = if is_boxed(c) { None } else { self.glyph(c) };
        let Some((face, glyph)) = found else {
            return self.boxed_code_point(c);
        };
        Atom {
            text: c.to_string(),
            face,
            glyphs: vec![glyph],
            width: glyph.advance,
            kind: kind(c),
            boxed: false,
        }
    }

    fn glyph(&self, c: char) -> Option<(usize, Glyph)> {
        self.faces.iter().enumerate().find_map(|(face, opened)| {
            let id = opened.charmap.map(c).filter(|id| id.to_u32() != 0)?;
            let advance = opened.metrics.advance_width(id).unwrap_or(opened.em) / opened.em;
            let glyph = Glyph {
                id: id.to_u32(),
                advance,
                dx: 0.0,
                dy: 0.0,
            };
            Some((face, glyph))
        })
    }

    fn boxed_code_point(&self, c: char) -> Atom {
        self.boxed.borrow_mut().insert(c);
        let text = code_point(c);
        let found = text.chars().filter_map(|c| self.glyph(c));
        // The letters of a code point are in the first face, as a test holds.
        let glyphs: Vec<Glyph> = found.filter(|(face, _)| *face == 0).map(|f| f.1).collect();
        let label: f32 = glyphs.iter().map(|glyph| glyph.advance).sum();
        Atom {
            text,
            face: 0,
            glyphs,
            width: label * BOXED_SIZE + 2.0 * BOXED_ROOM,
            kind: Kind::Free,
            boxed: true,
        }
    }
}

impl Atom {
    fn end_of_line() -> Self {
        Self {
            text: "\n".to_owned(),
            face: 0,
            glyphs: Vec::new(),
            width: 0.0,
            kind: Kind::Break,
            boxed: false,
        }
    }

    /// What [`crate::codec::paper::characters::may_break`] asks: kind, and first character.
    pub(super) fn nature(&self) -> (Kind, char) {
        (self.kind, self.text.chars().next().unwrap_or(' '))
    }
}
