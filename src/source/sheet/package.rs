//! The zip around a workbook, checked before anything parses what is inside.
//!
//! The parser behind this door trusts sizes that the file declares and copies a style once for
//! every cell format. So: everything is inflated once, counted, and refused where a small file
//! could ask for a large memory.

use std::io::Cursor;
use std::io::Read;

use zip::ZipArchive;

use super::bytes::Bytes;
use super::error::SheetError;
use super::foreign::zipped;

/// The largest workbook as sent.
pub const XLSX_BYTES: u64 = 20 * 1024 * 1024;

/// The largest workbook inflated, all parts together.
pub const XLSX_INFLATED: u64 = 200 * 1024 * 1024;

/// The most different texts that a workbook may announce: room is reserved for so many.
const SHARED_TEXTS_DIGITS: usize = 7;

/// The most cell formats, direct and named; spreadsheet programs stop at 65,490 of each.
const CELL_FORMATS: usize = 131_072;

/// The longest attribute among the styles, which is copied into every format that names it.
const STYLE_ATTRIBUTE: usize = 2_048;

/// A workbook in memory that is fit to be parsed.
pub(super) struct Package(Vec<u8>);

impl Package {
    /// Takes the whole upload into memory and looks into every part.
    pub(super) fn open(bytes: &dyn Bytes) -> Result<Self, SheetError> {
        let Some(all) = whole(bytes)? else {
            return Err(SheetError::TooLarge { limit: XLSX_BYTES });
        };
        let Ok(mut zip) = ZipArchive::new(Cursor::new(all.as_slice())) else {
            return Err(SheetError::Damaged);
        };
        let mut names = Vec::new();
        for name in zip.file_names() {
            let Ok(name) = name else {
                return Err(SheetError::Damaged);
            };
            names.push(name.into_owned());
        }
        if let Some(kind) = zipped(&names) {
            return Err(SheetError::Foreign(kind));
        }
        if zip
            .decompressed_size()
            .is_some_and(|declared| declared > u128::from(XLSX_INFLATED))
        {
            return Err(SheetError::TooLarge {
                limit: XLSX_INFLATED,
            });
        }
        let mut left = XLSX_INFLATED;
        let mut part = Vec::new();
        for index in 0..zip.len() {
            let Ok(entry) = zip.by_index(index) else {
                return Err(SheetError::Damaged);
            };
            part.clear();
            if entry.take(left + 1).read_to_end(&mut part).is_err() {
                return Err(SheetError::Damaged);
            }
            let inflated = u64::try_from(part.len()).unwrap_or(u64::MAX);
            left = match left.checked_sub(inflated) {
                Some(left) => left,
                None => {
                    return Err(SheetError::TooLarge {
                        limit: XLSX_INFLATED,
                    });
                }
            };
            let name = names.get(index).map_or("", String::as_str);
            if !is_modest(&name.to_lowercase(), &part) {
                return Err(SheetError::Damaged);
            }
        }
        drop(zip);
        Ok(Self(all))
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// The whole upload, or `None` if it is larger than a workbook may be.
pub(super) fn whole(bytes: &dyn Bytes) -> Result<Option<Vec<u8>>, SheetError> {
    if bytes.size() > XLSX_BYTES {
        return Ok(None);
    }
    let mut all = Vec::new();
    bytes.open()?.take(XLSX_BYTES + 1).read_to_end(&mut all)?;
    let size = u64::try_from(all.len()).unwrap_or(u64::MAX);
    Ok((size <= XLSX_BYTES).then_some(all))
}

/// Whether a part asks the parser for no more memory than its own size warrants.
fn is_modest(name: &str, part: &[u8]) -> bool {
    let (_, extension) = name.rsplit_once('.').unwrap_or_default();
    if !matches!(extension, "xml" | "rels") {
        return true;
    }
    // Neither is allowed in XML; both would let an attribute hide in another encoding.
    if part.iter().any(|byte| matches!(byte, 0 | 0x1B)) {
        return false;
    }
    if name.ends_with("sharedstrings.xml") {
        return announced(part);
    }
    if name.ends_with("styles.xml") {
        return cell_formats(part) <= CELL_FORMATS && longest_attribute(part) <= STYLE_ATTRIBUTE;
    }
    true
}

/// Every announced count of different texts has few enough digits.
fn announced(part: &[u8]) -> bool {
    const NAME: &[u8] = b"uniqueCount";
    let mut rest = part;
    while let Some(at) = rest.windows(NAME.len()).position(|window| window == NAME) {
        rest = rest.get(at + NAME.len()..).unwrap_or_default();
        let digits = rest
            .iter()
            .take(64)
            .skip_while(|byte| !matches!(byte, b'"' | b'\''))
            .skip(1)
            .take_while(|byte| !matches!(byte, b'"' | b'\''))
            .filter(|byte| byte.is_ascii_digit())
            .skip_while(|byte| **byte == b'0')
            .count();
        if digits > SHARED_TEXTS_DIGITS {
            return false;
        }
    }
    true
}

fn cell_formats(part: &[u8]) -> usize {
    part.windows(3)
        .filter(|window| {
            matches!(
                window,
                [b'x', b'f', b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>']
            )
        })
        .count()
}

/// The longest text between quotes that follow an equals sign.
fn longest_attribute(part: &[u8]) -> usize {
    let mut longest = 0;
    let mut after_equals = false;
    for (at, byte) in part.iter().enumerate() {
        match byte {
            b'=' => after_equals = true,
            b'"' | b'\'' if after_equals => {
                after_equals = false;
                let value = part.get(at + 1..).unwrap_or_default();
                let length = value
                    .iter()
                    .take(STYLE_ATTRIBUTE + 1)
                    .take_while(|other| *other != byte)
                    .count();
                longest = longest.max(length);
            }
            _ if byte.is_ascii_whitespace() => {}
            _ => after_equals = false,
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_ask_for_more_than_they_hold_are_refused() {
        let shared = "xl/sharedstrings.xml";
        assert!(is_modest(
            shared,
            br#"<sst count="9" uniqueCount="0000001200">"#
        ));
        assert!(!is_modest(shared, br"<sst uniqueCount = '99999999'>"));
        assert!(!is_modest(shared, b"<\0s\0s\0t"));
        let styles = "xl/styles.xml";
        assert!(is_modest(
            styles,
            br#"<font><name val="SimSun"/></font><xf fontId="0"/>"#
        ));
        let long = format!(r#"<name val="{}"/>"#, "a".repeat(3000));
        assert!(!is_modest(styles, long.as_bytes()));
        assert!(!is_modest(styles, "<xf/>".repeat(131_073).as_bytes()));
        assert!(is_modest("xl/media/image1.png", b"\0\x1B"));
    }
}
