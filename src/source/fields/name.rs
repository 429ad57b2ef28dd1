//! Names as systems keep them, and as they stand on certificates.

use crate::domain::normalise::trimmed;

/// A name with what keyboards put into it taken out: blanks beside Chinese characters, and every
/// dot between the parts of a name as `·`. Blanks inside names in letters stay, one at a time.
#[must_use]
pub fn name_text(text: &str) -> String {
    let dotted = trimmed(text).chars().map(|c| match c {
        '•' | '・' | '‧' | '∙' | '⋅' | '．' => '·',
        other => other,
    });
    let dotted: Vec<char> = dotted.collect();
    let mut name = String::new();
    for (at, c) in dotted.iter().enumerate() {
        if !c.is_whitespace() {
            name.push(*c);
            continue;
        }
        let before = name.chars().last();
        let after = dotted.iter().skip(at).find(|c| !c.is_whitespace());
        let letters = |c: Option<&char>| c.is_some_and(char::is_ascii);
        if letters(before.as_ref()) && before != Some(' ') && letters(after) {
            name.push(' ');
        }
    }
    name
}
