//! The pictures that come with a file: a zip, each named by an ID or certificate number.

use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::codec::digest::sha256;
use crate::domain::definition::CertificateType;
use crate::domain::definition::FieldKind;
use crate::domain::draft::Draft;
use crate::domain::normalise::code_text;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::value::Picture;
use crate::domain::value::Raw;
use crate::domain::value::read_text;
use crate::flow::batch::report::PictureReport;
use crate::flow::failure::Failure;
use crate::source::sheet::Bytes;
use crate::source::sheet::PhotoError;
use crate::source::sheet::Photos;

/// Pictures waiting for their rows.
pub struct Album<'b> {
    photos: Photos<'b>,
    by_stem: HashMap<String, usize>,
    taken: BTreeSet<usize>,
    field: String,
    limit: u32,
    report: PictureReport,
}

impl<'b> Album<'b> {
    /// Opens a zip of pictures for a type's picture field.
    ///
    /// # Errors
    ///
    /// [`Reason::BadFile`]: not a zip, too large, two pictures of one name, or the type has no
    /// picture.
    pub fn open(bytes: &'b dyn Bytes, of: &CertificateType) -> Result<Self, Failure> {
        let bad = |code: &str| {
            let name = match code {
                "type_has_no_picture" => "type_has_no_picture",
                "photos_twice" => "photos_twice",
                _ => "photos_unusable",
            };
            let said = Said::of("sheet", name).with("code", code);
            Failure::saying(Reason::BadFile, code, said)
        };
        let field = of
            .definition
            .fields
            .iter()
            .find(|f| f.kind == FieldKind::Image);
        let Some(field) = field else {
            return Err(bad("type_has_no_picture"));
        };
        let photos = Photos::open(bytes).map_err(|why| match why {
            PhotoError::Io(why) => Failure::Broken(format!("the photos: {why}")),
            why => bad(why.code()),
        })?;
        if !photos.duplicates().is_empty() {
            return Err(bad("photos_twice"));
        }
        let by_stem = photos
            .stems()
            .map(|(stem, at)| (code_text(stem), at))
            .collect();
        Ok(Self {
            photos,
            by_stem,
            taken: BTreeSet::new(),
            field: field.key.clone(),
            limit: field.max_length,
            report: PictureReport::default(),
        })
    }

    /// Gives a row its picture: the draft names it, the bytes come back.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the zip cannot be read any more; a single bad picture is reported.
    pub fn attach(
        &mut self,
        row: u64,
        draft: &mut Draft,
    ) -> Result<Option<(String, Vec<u8>)>, Failure> {
        let names = ["holder_code", "certificate_number"];
        let stems = names
            .iter()
            .filter_map(|key| read_text(draft.0.get(*key)?).ok());
        let found = stems
            .map(|text| code_text(&text))
            .find_map(|stem| self.by_stem.get(&stem).copied());
        let Some(at) = found else {
            if !draft.0.contains_key(&self.field) {
                self.report.missing.push(row);
            }
            return Ok(None);
        };
        self.taken.insert(at);
        let picture = match self.photos.read(at) {
            Ok(picture) => picture,
            Err(PhotoError::Io(why)) => return Err(Failure::Broken(why.to_string())),
            Err(_) => {
                self.report.unreadable.push(row);
                return Ok(None);
            }
        };
        if u32::try_from(picture.bytes().len()).is_ok_and(|n| n > self.limit) {
            self.report.unreadable.push(row);
            return Ok(None);
        }
        let media_type = picture.media_type().name().to_owned();
        let bytes = picture.into_bytes();
        let named = Picture {
            sha256: sha256(&bytes),
            media_type,
        };
        draft.0.insert(self.field.clone(), Raw::Picture(named));
        Ok(Some((self.field.clone(), bytes)))
    }

    /// Closes the album: what belonged to no row is extra.
    #[must_use]
    pub fn close(mut self) -> PictureReport {
        let extra = self
            .photos
            .list()
            .iter()
            .enumerate()
            .filter(|(at, _)| !self.taken.contains(at));
        self.report.extra = extra.map(|(_, photo)| photo.name.clone()).collect();
        self.report
    }
}
