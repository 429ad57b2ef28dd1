//! Putting right what keyboards and spreadsheets do to numbers; names are left as they are.

/// A text without blanks at its ends (the wide blank U+3000 and the zero-width ones included).
#[must_use]
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{a0}')
    })
}

/// One full-width character as its half-width twin; others unchanged.
#[must_use]
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c)
            .checked_sub(0xfee0)
            .and_then(char::from_u32)
            .unwrap_or(c),
        '\u{3000}' => ' ',
        '—' | '–' | '−' | '‐' | '‑' => '-',
        other => other,
    }
}

/// A number as text: blanks inside removed, full-width characters narrowed.
#[must_use]
pub fn number_text(text: &str) -> String {
    trimmed(text)
        .chars()
        .map(narrow)
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// A holder's code: as a number, with letters in upper case (`x` at an identity number's end).
#[must_use]
pub fn code_text(text: &str) -> String {
    number_text(text).to_uppercase()
}

/// A certificate's own number: full-width digits and letters narrowed, blanks removed,
/// Chinese brackets left as printed.
#[must_use]
pub fn certificate_number_text(text: &str) -> String {
    let narrow_alphanumeric = |c: char| {
        let narrowed = narrow(c);
        if narrowed.is_ascii_alphanumeric() || narrowed == '-' {
            narrowed
        } else {
            c
        }
    };
    trimmed(text)
        .chars()
        .map(narrow_alphanumeric)
        .filter(|c| !c.is_whitespace())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::certificate_number_text;
    use super::code_text;

    #[test]
    fn numbers_are_put_right_and_brackets_stay() {
        assert_eq!(
            code_text(" １５２５２２ 20010602362ｘ　"),
            "15252220010602362X"
        );
        assert_eq!(
            certificate_number_text(" 锡市健〔２０２６〕 1700001号"),
            "锡市健〔2026〕1700001号"
        );
    }
}
