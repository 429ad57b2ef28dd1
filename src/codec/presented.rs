//! What somebody put before a verifier: the kinds of text we know, told apart by their shape.
//!
//! An address is never opened: it is taken apart, and only our own host and paths count.

use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::ReadIdentifier;
use crate::domain::normalise::narrow;
use crate::domain::normalise::trimmed;

/// The longest text of a code, in bytes.
pub const LONGEST_CODE: usize = 4 * 1024;

/// Characters of the code behind `/L/` in a live code's address.
pub const LIVE_LENGTH: usize = 26;

/// Characters of the reference behind `/v/` in a printed code's address.
pub const REFERENCE_LENGTH: usize = 20;

/// What a text is, by its shape alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Presented<'a> {
    /// A live code: the 26 characters behind `/L/`.
    Live(String),
    /// Eight spoken digits.
    Spoken(String),
    /// The digits of an offline code, or of a printed one without its address.
    Digits(&'a str),
    /// A printed code: its reference, and its digits if the fragment came along.
    Printed {
        /// The reference behind `/v/`.
        reference: String,
        /// The digits behind `#`.
        digits: Option<&'a str>,
    },
    /// An SD-JWT.
    Record(&'a str),
    /// A certificate identifier.
    Identifier(ReadIdentifier),
    /// A code, but not one of ours.
    Unsupported,
    /// No code of any kind we know.
    Unreadable,
}

/// Tells what a text is. `hosts` are our own code hosts, in lower case, with port if any.
///
/// Full-width digits and blanks around a code are put right, as keyboards and hand scanners
/// make them; nothing else is guessed.
#[must_use]
pub fn recognise<'a>(text: &'a str, hosts: &[String]) -> Presented<'a> {
    let text = trimmed(text);
    if text.contains('~') {
        return Presented::Record(text);
    }
    if text.is_empty() || text.len() > LONGEST_CODE {
        return Presented::Unreadable;
    }
    if text.bytes().all(|c| c.is_ascii_digit()) && text.len() >= 60 {
        return Presented::Digits(text);
    }
    if let Some(spoken) = spoken(text) {
        return Presented::Spoken(spoken);
    }
    if let Some(rest) = strip_scheme(text) {
        return address(rest, hosts);
    }
    if text.starts_with("1.2.156.3005.2.") || text.matches('.').count() == 4 {
        return match CertificateIdentifier::read(text) {
            Ok(read) => Presented::Identifier(read),
            Err(_) => Presented::Unreadable,
        };
    }
    if is_foreign(text) {
        Presented::Unsupported
    } else {
        Presented::Unreadable
    }
}

fn spoken(text: &str) -> Option<String> {
    if text.chars().count() > 16 {
        return None;
    }
    let plain: String = text
        .chars()
        .map(narrow)
        .filter(|c| !matches!(c, ' ' | '-'))
        .collect();
    (plain.len() == 8 && plain.bytes().all(|c| c.is_ascii_digit())).then_some(plain)
}

fn strip_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    ["http", "https"]
        .iter()
        .any(|s| scheme.eq_ignore_ascii_case(s))
        .then_some(rest)
}

fn address<'a>(rest: &'a str, hosts: &[String]) -> Presented<'a> {
    let Some((host, path)) = rest.split_once('/') else {
        return Presented::Unsupported;
    };
    if !hosts.contains(&host.to_ascii_lowercase()) {
        return Presented::Unsupported;
    }
    let (path, fragment) = match path.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (path, None),
    };
    let of_length = |code: &str, length: usize| {
        let code = code.to_ascii_uppercase();
        let good = code.len() == length && code.bytes().all(|c| c.is_ascii_alphanumeric());
        good.then_some(code)
    };
    let (kind, code) = path.split_once('/').unwrap_or((path, ""));
    let found = match (kind, fragment) {
        ("L" | "l", None) => of_length(code, LIVE_LENGTH).map(Presented::Live),
        ("V" | "v", digits) => of_length(code, REFERENCE_LENGTH)
            .map(|reference| Presented::Printed { reference, digits }),
        _ => None,
    };
    found.unwrap_or(Presented::Unreadable)
}

/// The code of a request in what a screen shows to the holder who is asked: `/R/` and the code in
/// an address of ours.
#[must_use]
pub fn request_code(text: &str, hosts: &[String]) -> Option<String> {
    let (host, path) = strip_scheme(trimmed(text))?.split_once('/')?;
    let ours = hosts.contains(&host.to_ascii_lowercase());
    let (kind, code) = path.split_once('/').filter(|_| ours)?;
    let code = code.to_ascii_uppercase();
    let good = code.len() == LIVE_LENGTH && code.bytes().all(|c| c.is_ascii_alphanumeric());
    (kind.eq_ignore_ascii_case("R") && good).then_some(code)
}

/// The number of a case in what a window's screen shows: `/C/` and the number in an address of
/// ours, or the digits alone as somebody types them; only digits come out, at most 32.
#[must_use]
pub fn case_number(text: &str, hosts: &[String]) -> Option<String> {
    let text = trimmed(text);
    let typed = match strip_scheme(text) {
        Some(rest) => {
            let (host, path) = rest.split_once('/')?;
            let ours = hosts.contains(&host.to_ascii_lowercase());
            let (kind, number) = path.split_once('/').filter(|_| ours)?;
            kind.eq_ignore_ascii_case("C").then_some(number)?
        }
        None => text,
    };
    let plain = typed.chars().map(narrow);
    let plain: String = plain.filter(|c| !matches!(c, ' ' | '-')).take(33).collect();
    let good = (6..=32).contains(&plain.len()) && plain.bytes().all(|c| c.is_ascii_digit());
    good.then_some(plain)
}

/// Codes of other systems that turn up at counters.
fn is_foreign(text: &str) -> bool {
    let prefixes = [
        "HC1:", "shc:/", "openid", "mdoc:", "eyJ", "weixin:", "alipay", "wxp:",
    ];
    let json = text.starts_with('{') && text.ends_with('}');
    json || prefixes.iter().any(|p| {
        text.get(..p.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(p))
    })
}

#[cfg(test)]
mod tests {
    use super::Presented;
    use super::case_number;
    use super::recognise;

    fn seen(text: &str) -> Presented<'_> {
        recognise(
            text,
            &["mz.example".to_owned(), "localhost:8443".to_owned()],
        )
    }

    #[test]
    fn our_own_shapes_are_known() {
        let live = "HTTPS://MZ.EXAMPLE/L/0123456789ABCDEFGHIJKLMNOP";
        assert_eq!(
            seen(live),
            Presented::Live("0123456789ABCDEFGHIJKLMNOP".to_owned())
        );
        assert_eq!(
            seen(" １２３４ ５６７８ "),
            Presented::Spoken("12345678".to_owned())
        );
        let digits = "7".repeat(60);
        assert_eq!(seen(&digits), Presented::Digits(&digits));
        let reference = "0123456789ABCDEFGHIJ".to_owned();
        let printed = format!(
            "https://localhost:8443/v/{}#{digits}",
            reference.to_lowercase()
        );
        assert_eq!(
            seen(&printed),
            Presented::Printed {
                reference: reference.clone(),
                digits: Some(&digits)
            }
        );
        let plain = format!("https://mz.example/v/{reference}");
        assert_eq!(
            seen(&plain),
            Presented::Printed {
                reference,
                digits: None
            }
        );
        assert!(matches!(seen("a.b.c~"), Presented::Record(_)));
        let identifier =
            "1.2.156.3005.2.11100000000013338W001.11152502000000001R.2026A000001.001.Y";
        assert!(matches!(seen(identifier), Presented::Identifier(_)));
    }

    #[test]
    fn a_case_is_meant_by_its_number_and_nobody_elses_address() {
        let number = |text: &str| case_number(text, &["mz.example".to_owned()]);
        let meant = Some("15250220261123000017".to_owned());
        assert_eq!(number(" 15250220261123000017 "), meant);
        assert_eq!(number("HTTPS://MZ.EXAMPLE/C/15250220261123000017"), meant);
        assert_eq!(number("０００ ０１７"), Some("000017".to_owned()));
        for text in [
            "https://evil.example/C/15250220261123000017",
            "https://mz.example/L/15250220261123000017",
            "https://mz.example/C/15250220261123000017/x",
            "00017",
            "",
            "十七",
            &"1".repeat(33),
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn other_peoples_codes_are_unsupported_and_never_more() {
        for text in [
            "https://evil.example/L/0123456789ABCDEFGHIJKLMNOP",
            "https://mz.example.evil.example/L/0123456789ABCDEFGHIJKLMNOP",
            "https://mz.example@evil.example/L/0123456789ABCDEFGHIJKLMNOP",
            "https://u.wechat.com/abc",
            "HC1:6BF+70790T9WJWG.FKY*4GO0",
            "shc:/56762909524320603460292437404460",
            "eyJhbGciOiJub25lIn0.e30.",
            "{\"certNo\":\"1\"}",
        ] {
            assert_eq!(seen(text), Presented::Unsupported, "{text}");
        }
        for text in [
            "",
            "   ",
            "你好",
            "12345",
            "1.2.156.3005.2.x",
            "https://mz.example/L/short",
            &"x".repeat(5000),
        ] {
            assert_eq!(
                seen(text),
                Presented::Unreadable,
                "{}",
                &text.chars().take(40).collect::<String>()
            );
        }
    }
}
