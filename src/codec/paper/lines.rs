//! Atoms → lines no wider than they may be.

use crate::codec::paper::atoms::Atom;
use crate::codec::paper::characters::Kind;
use crate::codec::paper::characters::may_break;

/// What rounding may add to a line that just fits, in ems.
const SLACK: f32 = 0.001;

/// A line.
pub(super) type Line = Vec<Atom>;

/// Breaks atoms into lines of at most so many ems; a space may stand out at the end of one.
///
/// A word stays whole, and a closing mark off the beginning of a line, unless a line has no
/// other place to end. There is at least one line, which may be empty.
pub(super) fn wrap(atoms: Vec<Atom>, width: f32) -> Vec<Line> {
    let ends = ends(&atoms, width + SLACK);
    let mut rest = atoms.into_iter();
    let mut begin = 0;
    let mut lines = Vec::with_capacity(ends.len());
    for end in ends {
        let line = rest.by_ref().take(end - begin);
        lines.push(line.filter(|atom| atom.kind != Kind::Break).collect());
        begin = end;
    }
    lines
}

/// How wide a line is, in ems, without the spaces it ends with.
pub(super) fn width(line: &[Atom]) -> f32 {
    let seen = line.iter().rposition(|atom| atom.kind != Kind::Space);
    let seen = seen.map_or(0, |last| last + 1);
    line.iter().take(seen).map(|atom| atom.width).sum()
}

fn ends(atoms: &[Atom], limit: f32) -> Vec<usize> {
    let mut ends = Vec::new();
    let (mut begin, mut wide) = (0, 0.0);
    // The last place where this line may end, and how wide what stands behind it is.
    let mut good: Option<(usize, f32)> = None;
    for (i, atom) in atoms.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| atoms.get(i));
        if let Some(before) = before
            && i > begin
            && may_break(before.nature(), atom.nature())
        {
            good = Some((i, 0.0));
        }
        let over = |wide: f32| match atom.kind {
            Kind::Break => false,
            Kind::Space => wide >= limit,
            _ => wide + atom.width > limit,
        };
        // Twice where what is carried over fills a line by itself.
        while i > begin && over(wide) {
            let (end, behind) = good.take().unwrap_or((i, 0.0));
            ends.push(end);
            (begin, wide) = (end, behind);
        }
        wide += atom.width;
        if let Some((_, behind)) = &mut good {
            *behind += atom.width;
        }
        if atom.kind == Kind::Break {
            ends.push(i + 1);
            (begin, wide, good) = (i + 1, 0.0, None);
        }
    }
    if begin < atoms.len() || ends.is_empty() {
        ends.push(atoms.len());
    }
    ends
}
