//! What stands on the pages → the bytes of a PDF.

use std::collections::BTreeSet;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::configure::Archival;
use krilla::configure::ConfigurationBuilder;
use krilla::metadata::DateTime;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::tagging::Artifact;
use krilla::tagging::ArtifactType;
use krilla::tagging::ContentTag;

use crate::codec::paper::Fonts;
use crate::codec::paper::Paper;
use crate::codec::paper::PaperError;
use crate::codec::paper::characters::code_point;
use crate::codec::paper::characters::is_boxed;
use crate::codec::paper::pen;
use crate::codec::paper::sheet::Sheet;
use crate::codec::paper::strokes::Of;
use crate::codec::paper::strokes::PAGE_HEIGHT;
use crate::codec::paper::strokes::PAGE_WIDTH;
use crate::domain::time::Timestamp;
use crate::domain::words::Lang;

/// Draws all pages; says also which characters were boxed.
pub(super) fn draw(
    sheet: Sheet<'_>,
    fonts: &Fonts,
    paper: &Paper,
    at: Timestamp,
) -> Result<(Vec<u8>, BTreeSet<char>), PaperError> {
    let failed = |what: &dyn std::fmt::Display| PaperError::NotWritten(what.to_string());
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .map_err(|why| failed(&format!("{why:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT);
    let size = size.ok_or_else(|| failed(&"a page without a size"))?;
    let mut drawn = Vec::new();
    for strokes in sheet.pages {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        for placed in strokes {
            let identifier = surface.start_tagged(tag(placed.of));
            pen::stroke(&mut surface, fonts, placed.at, &placed.stroke);
            surface.end_tagged();
            if let Of::Part(part) = placed.of {
                drawn.push((part, identifier));
            }
        }
        surface.finish();
        page.finish();
    }
    let lang = match paper.lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    document.set_tag_tree(sheet.structure.tree(lang, drawn));
    document.set_metadata(
        Metadata::new()
            .title(seen(&paper.title))
            .language(lang.to_owned())
            .creator("mianzheng".to_owned())
            .keywords(paper.metadata.iter().map(keyword).collect())
            .creation_date(date(at)),
    );
    let bytes = document
        .finish()
        .map_err(|why| failed(&format!("{why:?}")))?;
    Ok((bytes, sheet.type_.boxed()))
}

fn tag(of: Of) -> ContentTag<'static> {
    match of {
        Of::Part(_) => ContentTag::Other,
        Of::Margin => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
        Of::Watermark => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark)),
        Of::Decoration => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
    }
}

fn keyword((name, value): &(String, String)) -> String {
    seen(&format!("{name}={value}"))
}

/// A text for the file's metadata, which are XML and cannot hold every character.
fn seen(text: &str) -> String {
    let mut seen = String::new();
    for c in text.chars() {
        match c {
            '\n' => seen.push(' '),
            '\u{FFFE}' | '\u{FFFF}' => seen.push('\u{FFFD}'),
            _ if is_boxed(c) => seen.push_str(&code_point(c)),
            _ => seen.push(c),
        }
    }
    seen
}

fn date(at: Timestamp) -> DateTime {
    // Of the RFC 3339 text: `2026-11-23T09:30:00+08:00`.
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse().ok());
    let year = text.get(..4).and_then(|year| year.parse().ok());
    DateTime::new(year.unwrap_or(0))
        .month(part(5, 7).unwrap_or(1))
        .day(part(8, 10).unwrap_or(1))
        .hour(part(11, 13).unwrap_or(0))
        .minute(part(14, 16).unwrap_or(0))
        .second(part(17, 19).unwrap_or(0))
        .utc_offset_hour(8)
}
