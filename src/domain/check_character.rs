//! Check characters of ISO 7064, as Chinese identifiers use them.

/// The 36 characters of ISO 7064 MOD 37,36: `0-9` then `A-Z`.
const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The value of an upper-case alphanumeric character: `0-9` → 0–9, `A-Z` → 10–35.
pub(crate) fn value36(c: u8) -> Option<u32> {
    match c {
        b'0'..=b'9' => Some(u32::from(c - b'0')),
        b'A'..=b'Z' => Some(u32::from(c - b'A') + 10),
        _ => None,
    }
}

fn letter36(value: u32) -> Option<char> {
    let at = usize::try_from(value).ok()?;
    ALPHABET.get(at).map(|c| char::from(*c))
}

/// The check character of ISO 7064 MOD 37,36 (a hybrid system: it finds every single
/// substitution and every transposition of neighbours).
///
/// `None` when the text holds anything but `0-9A-Z`.
#[must_use]
pub fn mod_37_36(text: &str) -> Option<char> {
    let mut p = 36;
    for c in text.bytes() {
        p = (p + value36(c)?) % 36;
        if p == 0 {
            p = 36;
        }
        p = (2 * p) % 37;
    }
    letter36((37 - p) % 36)
}

/// The check character as at least two vendors compute it by mistake: letters valued
/// A = 11 … Z = 36, sums with a letter reduced modulo 37 first, the result one too low.
/// Such certificates are in circulation, so a reader names the variant instead of calling
/// the identifier wrong.
#[must_use]
pub fn mod_37_36_legacy(text: &str) -> Option<char> {
    let mut p = 36;
    for c in text.bytes() {
        let plain = value36(c)?;
        let value = if plain >= 10 { plain + 1 } else { plain };
        let mut sum = p + value;
        if value > 10 && sum > 37 {
            sum %= 37;
        }
        p = match sum % 36 {
            0 => 36,
            rest => rest,
        };
        p = (2 * p) % 37;
    }
    letter36((36 - p.min(36)) % 36)
}

/// The check character of ISO 7064 MOD 11-2: `0-9` or `X`.
///
/// `None` when the text holds anything but digits.
#[must_use]
pub fn mod_11_2(digits: &str) -> Option<char> {
    let mut p: u32 = 0;
    for c in digits.bytes() {
        if !c.is_ascii_digit() {
            return None;
        }
        p = ((p + u32::from(c - b'0')) * 2) % 11;
    }
    match (12 - p) % 11 {
        10 => Some('X'),
        n => char::from_digit(n, 10),
    }
}

#[cfg(test)]
mod tests {
    use super::mod_11_2;
    use super::mod_37_36;

    #[test]
    fn small_published_values_recompute() {
        for (text, check) in [("0", '2'), ("07", 'P'), ("A", 'H'), ("Z", '4')] {
            assert_eq!(mod_37_36(text), Some(check), "{text}");
        }
        assert_eq!(mod_37_36(&"0".repeat(20)), Some('X'));
        assert_eq!(mod_37_36("a"), None);
    }

    #[test]
    fn the_table_of_iso_7064_recomputes() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/check-digits.json")).unwrap();
        let mut tried = 0;
        for row in vectors["iso7064"].as_array().unwrap() {
            let (system, text) = (row[0].as_str().unwrap(), row[1].as_str().unwrap());
            let check = row[2].as_str().unwrap().chars().next();
            match system {
                "mod_37_36" => assert_eq!(mod_37_36(text), check, "{text}"),
                "mod_11_2" => assert_eq!(mod_11_2(text), check, "{text}"),
                _ => continue,
            }
            tried += 1;
        }
        assert!(tried > 60, "{tried}");
    }
}
