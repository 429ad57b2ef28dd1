//! What of a receipt somebody has before him: the signed text, the code on its paper, or the
//! address in that code.

use crate::codec::compact::receipt_reference::LENGTH;
use crate::domain::normalise::trimmed;

/// The longest signed receipt that is read, in bytes.
const LONGEST: usize = 256 * 1024;

/// What a text is, by its shape alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Presented {
    /// The receipt as it was signed.
    Signed(String),
    /// The code on its paper.
    Code {
        /// The reference in the address before the digits, if it came along.
        reference: Option<String>,
        digits: String,
    },
    /// The address alone.
    Reference(String),
    /// Nothing of a receipt.
    Unreadable,
}

/// Tells what a text is. An address is taken apart and never opened; `hosts` are our own.
pub(super) fn recognise(text: &str, hosts: &[String]) -> Presented {
    let text = trimmed(text);
    if text.is_empty() || text.len() > LONGEST {
        return Presented::Unreadable;
    }
    if text.starts_with('{') {
        return signed_member(text);
    }
    if text.bytes().all(|c| c.is_ascii_digit()) {
        let digits = text.to_owned();
        return Presented::Code {
            reference: None,
            digits,
        };
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let ours = ["http", "https"];
        let ours = ours.iter().any(|one| scheme.eq_ignore_ascii_case(one));
        let found = ours.then(|| address(rest, hosts)).flatten();
        return found.unwrap_or(Presented::Unreadable);
    }
    if text.split('.').count() == 3 {
        return Presented::Signed(text.to_owned());
    }
    Presented::Unreadable
}

/// The `signed` member of what the API answers, the last receipt of a list.
fn signed_member(text: &str) -> Presented {
    let read: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let last = read.get("receipts").and_then(|all| all.as_array()?.last());
    let signed = last.unwrap_or(&read).get("signed");
    match signed.and_then(serde_json::Value::as_str) {
        Some(signed) => Presented::Signed(signed.to_owned()),
        None => Presented::Unreadable,
    }
}

fn address(rest: &str, hosts: &[String]) -> Option<Presented> {
    let (host, path) = rest.split_once('/')?;
    if !hosts.contains(&host.to_ascii_lowercase()) {
        return None;
    }
    let (path, digits) = match path.split_once('#') {
        Some((path, digits)) => (path, Some(digits)),
        None => (path, None),
    };
    let (kind, reference) = path.split_once('/')?;
    let good = kind.eq_ignore_ascii_case("p") && reference.len() == LENGTH;
    let reference = good.then(|| reference.to_ascii_uppercase())?;
    Some(match digits {
        Some(digits) => Presented::Code {
            reference: Some(reference),
            digits: digits.to_owned(),
        },
        None => Presented::Reference(reference),
    })
}

#[cfg(test)]
mod tests {
    use super::Presented;
    use super::recognise;

    #[test]
    fn only_our_own_addresses_are_taken_apart() {
        let seen = |text: &str| recognise(text, &["mz.example".to_owned()]);
        let reference = "ABCDEFGHIJ234567ABCD".to_owned();
        assert_eq!(
            seen("https://mz.example/p/abcdefghij234567abcd"),
            Presented::Reference(reference.clone())
        );
        assert_eq!(
            seen("HTTPS://MZ.EXAMPLE/P/ABCDEFGHIJ234567ABCD#123"),
            Presented::Code {
                reference: Some(reference),
                digits: "123".to_owned()
            }
        );
        for other in [
            "",
            "x",
            "{}",
            "{\"signed\": 1}",
            "https://evil.example/P/ABCDEFGHIJ234567ABCD",
            "ftp://mz.example/P/ABCDEFGHIJ234567ABCD",
            "https://mz.example/V/ABCDEFGHIJ234567ABCD",
        ] {
            assert_eq!(seen(other), Presented::Unreadable, "{other}");
        }
        let signed = Presented::Signed("a.b.c".to_owned());
        assert_eq!(seen(" a.b.c\n"), signed);
        assert_eq!(
            seen("{\"receipts\": [{}, {\"signed\": \"a.b.c\"}]}"),
            signed
        );
    }
}
