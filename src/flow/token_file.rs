//! The file that a token is handed over in: made before the token is.

use std::fs::File;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use crate::domain::problem::Reason;
use crate::flow::failure::Failure;

/// A new file for a token, that only its owner can read; it goes again if no token came.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    file: File,
    written: bool,
}

impl TokenFile {
    /// Makes the file, empty.
    ///
    /// # Errors
    ///
    /// [`Reason::BadFile`] when it exists or cannot be made.
    pub fn begin(path: &Path) -> Result<Self, Failure> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        Ok(Self {
            path: path.to_path_buf(),
            file: file.map_err(|why| Failure::of_file(Reason::BadFile, path, &why))?,
            written: false,
        })
    }

    /// Writes the token down, on one line.
    ///
    /// # Errors
    ///
    /// [`Reason::BadFile`] when the disk does not take it; the file is gone then.
    pub fn write(mut self, token: &str) -> Result<(), Failure> {
        let written = writeln!(self.file, "{token}").and_then(|()| self.file.sync_all());
        written.map_err(|why| Failure::of_file(Reason::BadFile, &self.path, &why))?;
        self.written = true;
        Ok(())
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        if !self.written {
            // It is empty, or holds half a token; if it cannot go, it opens nothing.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
