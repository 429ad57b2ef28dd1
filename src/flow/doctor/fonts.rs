//! Whether the fonts that the settings name can be printed in.

use super::check::Check;
use crate::domain::settings::Settings;
use crate::flow::paper_fonts;

/// Tries every font of the settings; says nothing where none is named.
pub(super) fn check(settings: &Settings) -> Vec<Check> {
    let tried = settings.paper_fonts.iter();
    let bad = tried.filter_map(|path| paper_fonts::try_one(path).err());
    bad.map(|why| Check::wrong("files", "font_bad").with("why", &why.to_string()))
        .collect()
}
