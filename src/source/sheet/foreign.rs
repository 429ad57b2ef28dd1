//! Other kinds of file that people upload as a sheet, each recognised so that we can say what to do.

use std::fmt;

/// A kind of file that is neither XLSX nor CSV.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Foreign {
    /// The workbook format before 2007: save it as XLSX.
    Xls,
    /// An XLSX behind a password: take the password off.
    Locked,
    /// The binary workbook XLSB.
    Xlsb,
    /// An `OpenDocument` spreadsheet.
    Ods,
    /// A web page, which many systems export under the name `.xls`.
    Html,
    /// XML, among them the spreadsheet format of 2003.
    Xml,
    /// UTF-16 text (`Unicode 文本`).
    Utf16,
    /// A PDF.
    Pdf,
    /// A picture or a scan.
    Picture,
    /// A text document or a presentation.
    Document,
    /// An archive; perhaps the sheet is inside.
    Archive,
}

/// What the first bytes promise.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Promise {
    /// A zip: a workbook, or something else that is zipped.
    Zip,
    /// A compound file: XLS, or XLSX behind a password.
    Compound,
    /// Text in some encoding.
    Text,
    /// Something we know and do not read.
    Foreign(Foreign),
}

const MAGIC: &[(&[u8], Promise)] = &[
    (b"PK\x03\x04", Promise::Zip),
    (b"PK\x05\x06", Promise::Zip),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Promise::Compound),
    (b"\x09\x08\x10\x00", Promise::Foreign(Foreign::Xls)),
    (b"\x09\x08\x08\x00", Promise::Foreign(Foreign::Xls)),
    (b"\x09\x04\x06\x00", Promise::Foreign(Foreign::Xls)),
    (b"\xFF\xFE", Promise::Foreign(Foreign::Utf16)),
    (b"\xFE\xFF", Promise::Foreign(Foreign::Utf16)),
    (b"%PDF", Promise::Foreign(Foreign::Pdf)),
    (b"\x89PNG\r\n\x1A\n", Promise::Foreign(Foreign::Picture)),
    (b"\xFF\xD8\xFF", Promise::Foreign(Foreign::Picture)),
    (b"GIF8", Promise::Foreign(Foreign::Picture)),
    (b"II*\x00", Promise::Foreign(Foreign::Picture)),
    (b"MM\x00*", Promise::Foreign(Foreign::Picture)),
    (b"Rar!", Promise::Foreign(Foreign::Archive)),
    (b"7z\xBC\xAF\x27\x1C", Promise::Foreign(Foreign::Archive)),
    (b"\x1F\x8B", Promise::Foreign(Foreign::Archive)),
    (b"{\\rtf", Promise::Foreign(Foreign::Document)),
];

/// Tags with which web pages that call themselves XLS begin.
const HTML: &[&[u8]] = &[
    b"<!doctype",
    b"<html",
    b"<head",
    b"<meta",
    b"<body",
    b"<table",
    b"<style",
    b"<div",
    b"<script",
    b"<!--",
];

/// Looks at the first bytes only; a name or a declared media type counts for nothing.
pub(super) fn promise(head: &[u8]) -> Promise {
    if let Some((_, promise)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *promise;
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let text = text.trim_ascii_start();
    let begins = |with: &[u8]| {
        text.get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    if HTML.iter().any(|tag| begins(tag)) {
        Promise::Foreign(Foreign::Html)
    } else if begins(b"<?xml") {
        Promise::Foreign(Foreign::Xml)
    } else {
        Promise::Text
    }
}

/// What a zip is, by the names inside; `None` for an XLSX.
pub(super) fn zipped(names: &[String]) -> Option<Foreign> {
    let has = |wanted: fn(&str) -> bool| names.iter().any(|name| wanted(name));
    if has(|name| name.eq_ignore_ascii_case("xl/workbook.xml")) {
        None
    } else if has(|name| name == "xl/workbook.bin") {
        Some(Foreign::Xlsb)
    } else if has(|name| name == "content.xml") {
        Some(Foreign::Ods)
    } else if has(|name| name.starts_with("word/") || name.starts_with("ppt/")) {
        Some(Foreign::Document)
    } else {
        Some(Foreign::Archive)
    }
}

/// What a compound file is: only a locked XLSX has a stream of this name.
pub(super) fn compound(bytes: &[u8]) -> Foreign {
    let stream: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    if bytes.windows(stream.len()).any(|window| window == stream) {
        Foreign::Locked
    } else {
        Foreign::Xls
    }
}

impl Foreign {
    /// A name for this kind that stays the same whatever the wording.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Xls => "sheet_is_xls",
            Self::Locked => "sheet_is_locked",
            Self::Xlsb => "sheet_is_xlsb",
            Self::Ods => "sheet_is_ods",
            Self::Html => "sheet_is_html",
            Self::Xml => "sheet_is_xml",
            Self::Utf16 => "sheet_is_utf16",
            Self::Pdf => "sheet_is_pdf",
            Self::Picture => "sheet_is_picture",
            Self::Document => "sheet_is_document",
            Self::Archive => "sheet_is_archive",
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Xls => "a workbook in the old XLS format",
            Self::Locked => "a workbook behind a password",
            Self::Xlsb => "a binary workbook (XLSB)",
            Self::Ods => "an OpenDocument spreadsheet",
            Self::Html => "a web page",
            Self::Xml => "an XML file",
            Self::Utf16 => "UTF-16 text",
            Self::Pdf => "a PDF",
            Self::Picture => "a picture",
            Self::Document => "a text document",
            Self::Archive => "an archive",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        for (head, expected) in [
            (&b"PK\x03\x04rest"[..], Promise::Zip),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Promise::Compound),
            (b"%PDF-1.7", Promise::Foreign(Foreign::Pdf)),
            (
                b"\xEF\xBB\xBF \r\n<HTML xmlns:o=",
                Promise::Foreign(Foreign::Html),
            ),
            (
                b"<?xml version=\"1.0\"?><Workbook",
                Promise::Foreign(Foreign::Xml),
            ),
            (b"\xFF\xFEa\0", Promise::Foreign(Foreign::Utf16)),
            (b"\xFF\xD8\xFF\xE0", Promise::Foreign(Foreign::Picture)),
            (b"<18,name", Promise::Text),
            (b"", Promise::Text),
        ] {
            assert_eq!(promise(head), expected, "{head:?}");
        }
    }

    #[test]
    fn a_zip_is_known_by_the_names_inside() {
        let kind = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            zipped(&names)
        };
        assert_eq!(kind(&["[Content_Types].xml", "xl/workbook.xml"]), None);
        assert_eq!(kind(&["xl/workbook.bin"]), Some(Foreign::Xlsb));
        assert_eq!(kind(&["mimetype", "content.xml"]), Some(Foreign::Ods));
        assert_eq!(kind(&["word/document.xml"]), Some(Foreign::Document));
        assert_eq!(kind(&["花名册.xlsx"]), Some(Foreign::Archive));
    }

    #[test]
    fn a_locked_workbook_is_not_taken_for_an_old_one() {
        let mut locked = b"\xD0\xCF\x11\xE0".to_vec();
        locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(compound(&locked), Foreign::Locked);
        assert_eq!(compound(b"\xD0\xCF\x11\xE0 Workbook"), Foreign::Xls);
    }
}
