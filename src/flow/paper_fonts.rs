//! The fonts that an office prints in: those compiled in, those the settings name, and Debian's.

use std::fs;
use std::io;
use std::path::Path;

use crate::codec::paper::BadFont;
use crate::codec::paper::Fonts;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::settings::Settings;
use crate::flow::failure::Failure;

/// Where Debian's `fonts-noto-cjk` lies: all of Chinese, 19 MB.
pub const DEBIAN: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// Reads the fonts that an office prints in, in the order in which a character is looked for.
///
/// Debian's is the last, if it is there and not named before. Read once and keep: the files may
/// be large.
///
/// # Errors
///
/// [`Reason::BadFile`] if a font that the settings name cannot be read or used.
pub fn read(settings: &Settings) -> Result<Fonts, Failure> {
    let broken = |why: BadFont| Failure::Broken(format!("fonts that are compiled in: {why}"));
    let mut fonts = Fonts::built_in().map_err(broken)?;
    for path in &settings.paper_fonts {
        fonts = add(fonts, path)?;
    }
    let debian = Path::new(DEBIAN);
    if settings.paper_fonts.iter().any(|path| path == debian) {
        return Ok(fonts);
    }
    // Nobody asked for it, so if it cannot be used it is as if it were not there.
    Ok(add(fonts.clone(), debian).unwrap_or(fonts))
}

/// Whether a font can be read and used.
///
/// # Errors
///
/// [`Reason::BadFile`] if not.
pub(crate) fn try_one(path: &Path) -> Result<(), Failure> {
    let fonts = Fonts::built_in().map_err(|why| Failure::Broken(why.to_string()))?;
    add(fonts, path).map(|_| ())
}

fn add(fonts: Fonts, path: &Path) -> Result<Fonts, Failure> {
    let file = fs::read(path);
    let file = file.map_err(|why: io::Error| Failure::of_file(Reason::BadFile, path, &why))?;
    fonts.and(file).map_err(|why| {
        let said = match why {
            BadFont::NotAFont => "no_font",
            BadFont::MayNotBeEmbedded => "font_not_embeddable",
        };
        let said = Said::of("file", said).with("path", path.display());
        Failure::saying(Reason::BadFile, format!("{}: {why}", path.display()), said)
    })
}
