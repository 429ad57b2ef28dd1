//! The fonts a paper is set in: two that are compiled in, and those an office adds.

use std::sync::Arc;

use krilla::Data;
use krilla::text::Font;
use skrifa::MetadataProvider;
use skrifa::raw::FileRef;
use skrifa::raw::FontRef;
use skrifa::raw::TableProvider;
use skrifa::string::StringId;
use thiserror::Error;

/// Simplified Chinese, the common traditional characters, and the scripts beside them.
pub(super) const CHINESE: &[u8] = include_bytes!("fonts/NotoSansSC-Regular.subset.otf");
/// Mongolian, whole.
pub(super) const MONGOLIAN: &[u8] = include_bytes!("fonts/NotoSansMongolian-Regular.ttf");

/// Where [`MONGOLIAN`] stands among the faces.
pub(super) const MONGOLIAN_FACE: usize = 1;

/// The fonts of an office, in the order in which a character is looked for.
///
/// Cheap to clone, and of any thread.
#[derive(Clone)]
pub struct Fonts {
    pub(super) faces: Vec<Face>,
}

/// One face of a font file.
#[derive(Clone)]
pub(super) struct Face {
    data: Arc<dyn AsRef<[u8]> + Send + Sync>,
    index: u32,
    /// The same for the PDF.
    pub(super) font: Font,
}

/// Bytes that are no font a paper can be set in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadFont {
    /// Not an OpenType or TrueType font, or a damaged one.
    #[error("not an OpenType or TrueType font, or a damaged one")]
    NotAFont,
    /// Its licence does not let it be put into a file.
    #[error("the font says that it may not be embedded in a document")]
    MayNotBeEmbedded,
}

impl Fonts {
    /// The fonts that are compiled in: enough for GB 2312, the 8,105 characters of the general
    /// table, common traditional characters and Mongolian.
    ///
    /// # Errors
    ///
    /// [`BadFont`] never comes, as a test holds.
    pub fn built_in() -> Result<Self, BadFont> {
        let faces = vec![Face::of(Arc::new(CHINESE))?, Face::of(Arc::new(MONGOLIAN))?];
        Ok(Self { faces })
    }

    /// Adds a font file, which is asked for what those before it lack.
    ///
    /// Of a collection the face for Simplified Chinese is taken, or the first.
    ///
    /// # Errors
    ///
    /// [`BadFont`] if it cannot be used.
    pub fn and(mut self, file: Vec<u8>) -> Result<Self, BadFont> {
        self.faces.push(Face::of(Arc::new(file))?);
        Ok(self)
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({})", self.faces.len())
    }
}

impl Face {
    fn of(data: Arc<dyn AsRef<[u8]> + Send + Sync>) -> Result<Self, BadFont> {
        let index = chosen(data.as_ref().as_ref()).ok_or(BadFont::NotAFont)?;
        let font = Font::new(Data::from(Arc::clone(&data)), index).ok_or(BadFont::NotAFont)?;
        let face = Self { data, index, font };
        let read = face.read().ok_or(BadFont::NotAFont)?;
        let mut tables = read.table_directory().table_records().iter();
        if !tables.all(|table| read.table_data(table.tag()).is_some()) {
            return Err(BadFont::NotAFont);
        }
        // The low four bits say one of: any use, never, to print, to edit. A file to be kept and
        // printed needs no more than the third.
        if read.os2().is_ok_and(|os2| os2.fs_type() & 0x000F == 0x0002) {
            return Err(BadFont::MayNotBeEmbedded);
        }
        Ok(face)
    }

    /// The tables. There are some: [`Face::of`] has read them.
    pub(super) fn read(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(self.data.as_ref().as_ref(), self.index).ok()
    }
}

/// Which face of a file is ours.
fn chosen(data: &[u8]) -> Option<u32> {
    let file = FileRef::new(data).ok()?;
    let chinese = file.fonts().position(|face| {
        face.is_ok_and(|face| {
            let mut names = face.localized_strings(StringId::FAMILY_NAME);
            names.any(|name| name.to_string().contains(" SC"))
        })
    });
    file.fonts().next()?.ok()?;
    u32::try_from(chinese.unwrap_or(0)).ok()
}
