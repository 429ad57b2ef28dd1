//! A zip of photographs, each named by an ID number or a certificate number.
//!
//! Only the directory at the end of the zip is read at first, and only so much of it as our most
//! entries can need: an archive of millions of entries is refused before they are held.

use std::collections::BTreeSet;
use std::io;
use std::io::BufReader;
use std::io::Read;

use encoding_rs::GB18030;
use thiserror::Error;
use zip::ZipArchive;
use zip::ZipReadOptions;
use zip::read::ArchiveOffset;
use zip::read::Config;
use zip::read::OwnedZipFileEntry;
use zip::result::ZipError;

use super::bytes::Bytes;
use super::bytes::Fault;
use super::bytes::Seeker;
use super::picture::CheckedPicture;

/// The most entries, folders and all.
pub const PHOTOS_COUNT: usize = 100_000;

/// The largest photograph, inflated.
pub const PHOTO_BYTES: u64 = 10 * 1024 * 1024;

/// The most that all entries together may declare, inflated.
pub const PHOTOS_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// How much of the zip may be read for its directory: 320 bytes an entry.
const DIRECTORY_BYTES: u64 = 32 * 1024 * 1024;

/// Why a zip of photographs, or one of them, could not be read.
#[derive(Debug, Error)]
pub enum PhotoError {
    /// The bytes could not be had: ask again.
    #[error("the upload could not be read")]
    Io(#[from] io::Error),
    /// Not a zip, or one that is cut off or damaged.
    #[error("this is not a whole zip file")]
    NotAZip,
    /// More entries than we take.
    #[error("the zip has more than {limit} entries")]
    TooMany {
        /// The most we take.
        limit: usize,
    },
    /// More bytes than we take, in one photograph or in all of them.
    #[error("more than {limit} bytes when inflated")]
    TooLarge {
        /// The most we take.
        limit: u64,
    },
    /// The entry is behind a password.
    #[error("the zip is behind a password")]
    Locked,
    /// Not a PNG or JPEG within our limits, or packed in a way that we do not read.
    #[error("this is not a PNG or JPEG picture that can be read")]
    Unreadable,
    /// There is no photograph of this index.
    #[error("there is no such photograph")]
    NoSuch,
}

impl PhotoError {
    /// A name for this error that stays the same whatever the wording.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "photos_io",
            Self::NotAZip => "photos_not_a_zip",
            Self::TooMany { .. } => "photos_too_many",
            Self::TooLarge { .. } => "photos_too_large",
            Self::Locked => "photos_locked",
            Self::Unreadable => "photo_unreadable",
            Self::NoSuch => "photo_no_such",
        }
    }
}

impl From<ZipError> for PhotoError {
    fn from(fault: ZipError) -> Self {
        match fault {
            ZipError::Io(cause) if cause.kind() == io::ErrorKind::FileTooLarge => Self::TooMany {
                limit: PHOTOS_COUNT,
            },
            ZipError::Io(cause) if cause.kind() != io::ErrorKind::UnexpectedEof => Self::Io(cause),
            _ => Self::NotAZip,
        }
    }
}

/// One file in the zip; not yet known to be a picture.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Photo {
    /// The name without folder and extension, trimmed and in capitals: what it is matched by.
    pub stem: String,
    /// The name as stored, folder and all.
    pub name: String,
    /// The declared size, inflated.
    pub size: u64,
}

/// An opened zip of photographs.
pub struct Photos<'b> {
    zip: BufReader<Seeker<'b>>,
    fault: Fault,
    list: Vec<Photo>,
    entries: Vec<OwnedZipFileEntry>,
}

impl<'b> Photos<'b> {
    /// Lists the zip; no photograph is inflated yet.
    ///
    /// Folders and what macOS and Windows leave behind are passed over. Names that are not UTF-8
    /// are read as GBK, which is what Windows writes in China.
    ///
    /// # Errors
    ///
    /// [`PhotoError`] for something that is no zip, or a limit that is passed.
    pub fn open(bytes: &'b dyn Bytes) -> Result<Self, PhotoError> {
        let seeker = Seeker::new(bytes, DIRECTORY_BYTES);
        let fault = seeker.fault();
        Self::listed(bytes, seeker).map_err(|why| fault.take().map_or(why, PhotoError::Io))
    }

    fn listed(bytes: &'b dyn Bytes, seeker: Seeker<'b>) -> Result<Self, PhotoError> {
        let directory = BufReader::new(seeker);
        // Nothing stands before a zip that somebody uploads, so nothing is searched for.
        let config = Config {
            archive_offset: ArchiveOffset::Known(0),
        };
        let zip = ZipArchive::with_config(config, directory)?;
        if zip.len() > PHOTOS_COUNT {
            return Err(PhotoError::TooMany {
                limit: PHOTOS_COUNT,
            });
        }
        // One path twice: programs disagree which of the two files it is.
        if zip.has_duplicate_names() {
            return Err(PhotoError::NotAZip);
        }
        let mut list = Vec::new();
        let mut entries = Vec::new();
        let mut declared = 0_u64;
        for index in 0..zip.len() {
            let entry = zip.by_index_data(index)?;
            let name = decoded(entry.name_raw());
            let Some(stem) = stem(&name) else { continue };
            declared = declared.saturating_add(entry.size());
            if declared > PHOTOS_BYTES {
                return Err(PhotoError::TooLarge {
                    limit: PHOTOS_BYTES,
                });
            }
            list.push(Photo {
                stem,
                name,
                size: entry.size(),
            });
            entries.push(OwnedZipFileEntry::from(entry));
        }
        let seeker = Seeker::new(bytes, u64::MAX);
        Ok(Self {
            fault: seeker.fault(),
            zip: BufReader::new(seeker),
            list,
            entries,
        })
    }

    /// What the zip holds, in its own order; the index is what [`Photos::read`] takes.
    #[must_use]
    pub fn list(&self) -> &[Photo] {
        &self.list
    }

    /// The stems, each with its index in [`Photos::list`].
    pub fn stems(&self) -> impl Iterator<Item = (&str, usize)> {
        self.list
            .iter()
            .enumerate()
            .map(|(index, photo)| (photo.stem.as_str(), index))
    }

    /// Stems that occur more than once, so that it is not clear which photograph is meant.
    #[must_use]
    pub fn duplicates(&self) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        self.list
            .iter()
            .map(|photo| photo.stem.as_str())
            .filter(|stem| !seen.insert(*stem))
            .collect()
    }

    /// Inflates one photograph and looks whether it is a picture.
    ///
    /// What the zip declares about the size is not trusted: inflating stops at [`PHOTO_BYTES`].
    ///
    /// # Errors
    ///
    /// [`PhotoError`] for this photograph; the others can still be read. [`PhotoError::Io`] says
    /// nothing about the photograph: its bytes could not be had.
    pub fn read(&mut self, index: usize) -> Result<CheckedPicture, PhotoError> {
        let read = self.inflated(index);
        read.map_err(|why| self.fault.take().map_or(why, PhotoError::Io))
    }

    fn inflated(&mut self, index: usize) -> Result<CheckedPicture, PhotoError> {
        let Some(entry) = self.entries.get(index) else {
            return Err(PhotoError::NoSuch);
        };
        if entry.as_ref().encrypted() {
            return Err(PhotoError::Locked);
        }
        let file = entry
            .as_ref()
            .with_reader(&mut self.zip, ZipReadOptions::new());
        let Ok(file) = file else {
            return Err(PhotoError::Unreadable);
        };
        let mut bytes = Vec::new();
        let inflated = file.take(PHOTO_BYTES + 1).read_to_end(&mut bytes);
        if u64::try_from(bytes.len()).is_ok_and(|size| size > PHOTO_BYTES) {
            return Err(PhotoError::TooLarge { limit: PHOTO_BYTES });
        }
        if inflated.is_err() {
            return Err(PhotoError::Unreadable);
        }
        CheckedPicture::parse(bytes).ok_or(PhotoError::Unreadable)
    }
}

fn decoded(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// The stem of a file that somebody put there, or `None` for folders and litter.
fn stem(name: &str) -> Option<String> {
    let (folders, file) = match name.rsplit_once(['/', '\\']) {
        Some((folders, file)) => (folders, file),
        None => ("", name),
    };
    let litter = folders.split(['/', '\\']).any(|part| part == "__MACOSX")
        || file.starts_with("._")
        || [".ds_store", "thumbs.db", "desktop.ini"]
            .iter()
            .any(|known| file.eq_ignore_ascii_case(known));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let stem = stem.trim().to_uppercase();
    (!litter && !stem.is_empty()).then_some(stem)
}
