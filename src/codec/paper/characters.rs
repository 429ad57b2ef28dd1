//! What a character is to a line: where it may break, whether it can be seen at all.

/// What a character means for the breaking of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Part of a word or a number, which stays whole if a line can hold it.
    Word,
    /// A space: a line may end behind it, never before it.
    Space,
    /// An opening mark: not at the end of a line.
    Opening,
    /// A closing mark: not at the beginning of a line.
    Closing,
    /// A character that a line may break before and behind, as in Chinese.
    Free,
    /// The end of a line.
    Break,
}

const OPENING: &str = "（《〈「『【〔〖［｛“‘﹙﹛﹝([{￥＄¥$£€№§";
const CLOSING: &str = "，。、；：？！）》〉」』】〕〗］｝”’…—～·‧・％‰℃°″′々〻ー,.;:?!)]}%᠂᠃᠄᠁";

/// What this character means for the breaking of lines.
pub(super) fn kind(c: char) -> Kind {
    match c {
        '\n' => Kind::Break,
        ' ' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200A}' => Kind::Space,
        // What stands inside numbers, days and addresses holds them together; before a space or
        // Chinese it still does not begin a line.
        '.' | ',' | ':' | '/' | '-' | '%' => Kind::Word,
        _ if OPENING.contains(c) => Kind::Opening,
        _ if CLOSING.contains(c) => Kind::Closing,
        // Letters, the marks above them, and spaces that hold together what they stand between.
        '\u{21}'..='\u{52F}' | '\u{2007}' | '\u{202F}' => Kind::Word,
        _ if is_mongolian(c) => Kind::Word,
        _ => Kind::Free,
    }
}

/// Whether a line may end between two characters.
pub(super) fn may_break(before: (Kind, char), behind: (Kind, char)) -> bool {
    match (before.0, behind.0) {
        (_, Kind::Space | Kind::Closing | Kind::Break)
        | (Kind::Opening, _)
        | (Kind::Word, Kind::Word) => false,
        (_, Kind::Word) => !CLOSING.contains(behind.1),
        _ => true,
    }
}

/// Whether a character is printed as its code point, whatever the fonts say: it would not be
/// seen, would move others, or belongs to a script that is written from the right, which we do
/// not set and will not set wrongly.
pub(super) fn is_boxed(c: char) -> bool {
    if c.is_control() {
        return true;
    }
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
        | '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// A character as its code point.
pub(super) fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Whether a character is of the Mongolian script.
pub(super) fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1800}'..='\u{18AF}' | '\u{11660}'..='\u{1167F}')
}

/// Whether a character chooses a form inside a Mongolian word: the variation selectors, the
/// vowel separator, the narrow space before a suffix, the joiners.
pub(super) fn chooses_a_form(c: char) -> bool {
    matches!(
        c,
        '\u{180B}'..='\u{180F}' | '\u{202F}' | '\u{200C}' | '\u{200D}'
    )
}
