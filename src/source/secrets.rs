//! Secret files of the office, read when they are needed and forgotten after.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::domain::sourced::SourceCause;

/// The largest file that is taken for a secret, in bytes.
const LARGEST: u64 = 64 << 10;

/// The folder in which an office's files lie.
#[derive(Clone, Debug)]
pub struct OfficeFolder(PathBuf);

impl OfficeFolder {
    /// The folder at a path.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    /// A path inside the folder; an absolute one stays as it is.
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        self.0.join(inside)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// [`SourceCause::Secret`] if it cannot be read, is empty or too large.
    pub fn bytes(&self, inside: &str) -> Result<Zeroizing<Vec<u8>>, SourceCause> {
        let read = || {
            let mut bytes = Zeroizing::new(Vec::new());
            let file = File::open(self.path(inside)).ok()?;
            file.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
            let size = u64::try_from(bytes.len()).ok()?;
            (1..=LARGEST).contains(&size).then_some(bytes)
        };
        read().ok_or(SourceCause::Secret)
    }

    /// The one line of a file, without the blanks around it.
    ///
    /// # Errors
    ///
    /// As [`OfficeFolder::bytes`], also if it is no line of plain characters.
    pub fn line(&self, inside: &str) -> Result<Zeroizing<String>, SourceCause> {
        let bytes = self.bytes(inside)?;
        let text = std::str::from_utf8(&bytes).map(str::trim);
        let good = text
            .ok()
            .filter(|text| !text.is_empty() && text.bytes().all(|c| (b'!'..=b'~').contains(&c)));
        let Some(text) = good else {
            return Err(SourceCause::Secret);
        };
        Ok(Zeroizing::new(text.to_owned()))
    }
}
