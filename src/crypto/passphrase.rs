//! The passphrase that opens key files and the keyring, and the two places it may come from.
//!
//! A file, or a credential that systemd hands the service. Not the environment, which child
//! processes inherit and crash reports quote; not the command line, which every user of the
//! machine can list.

use std::fmt;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::crypto::private_file;
use crate::crypto::private_file::Access;
use crate::crypto::private_file::PrivateFileError;
use crate::crypto::random::Randomness;
use crate::crypto::secret::Secret;

/// Longest passphrase; `openssl -passin file:` reads no further than 1,024.
const LONGEST: usize = 1000;

/// One line of text that opens keys: wiped when dropped, never printed.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// Takes a passphrase; one line end after it is cut off.
    ///
    /// # Errors
    ///
    /// [`PassphraseError::Empty`], or [`PassphraseError::NotOneLine`] if it has a line end or a
    /// NUL elsewhere: OpenSSL would stop reading there, and so open the file with another
    /// passphrase than we do.
    pub fn new(text: &[u8]) -> Result<Self, PassphraseError> {
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if text.len() > LONGEST || text.iter().any(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
            return Err(PassphraseError::NotOneLine);
        }
        Ok(Self(Zeroizing::new(text.to_vec())))
    }

    /// Makes a passphrase of 256 random bits, for `init` to write down.
    #[must_use]
    pub fn generate(randomness: &dyn Randomness) -> Self {
        let secret = Secret::generate(randomness);
        let text = BASE64_URL_SAFE_NO_PAD.encode(secret.expose());
        Self(Zeroizing::new(text.into_bytes()))
    }

    /// Reads it from a file that only its owner has access to.
    ///
    /// `credentials` is the folder where systemd puts the service's credentials, if there is one.
    /// A file in there is taken as it is: systemd guards the folder, and with a dynamic user
    /// the modes inside look open.
    ///
    /// # Errors
    ///
    /// [`PassphraseError`]: no file, open permissions, or nothing fit in it.
    pub fn from_file(path: &Path, credentials: Option<&Path>) -> Result<Self, PassphraseError> {
        let access = match credentials {
            Some(folder) if is_inside(path, folder) => Access::Vouched,
            _ => Access::OwnerOnly,
        };
        Self::new(&private_file::read(path, LONGEST + 2, access)?)
    }

    /// Writes it to a new file, mode 0600, with a line end after it.
    ///
    /// # Errors
    ///
    /// [`PassphraseError::File`]. A file that exists is left as it is.
    pub fn write_new(&self, path: &Path) -> Result<(), PassphraseError> {
        let mut line = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
        line.extend_from_slice(&self.0);
        line.push(b'\n');
        private_file::create(path, &line)?;
        Ok(())
    }

    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// Compares the real paths: neither `..` nor a symbolic link leads out unseen.
fn is_inside(path: &Path, folder: &Path) -> bool {
    match (fs::canonicalize(path), fs::canonicalize(folder)) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Why there is no passphrase.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// Nothing, or a line end only.
    #[error("the passphrase is empty")]
    Empty,
    /// More than one line, too long, or a NUL inside.
    #[error("the passphrase is not one line of at most {LONGEST} bytes")]
    NotOneLine,
    /// The file could not be read, or not be trusted.
    #[error("the passphrase file: {0}")]
    File(#[from] PrivateFileError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandomness;
    use crate::crypto::scratch::Scratch;

    fn written(scratch: &Scratch, mode: u32, content: &[u8]) -> std::path::PathBuf {
        let path = scratch.path("passphrase");
        fs::write(&path, content).unwrap();
        scratch.chmod("passphrase", mode);
        path
    }

    #[test]
    fn one_line_end_is_cut_off() {
        let scratch = Scratch::new();
        for content in [&b"open sesame"[..], b"open sesame\n", b"open sesame\r\n"] {
            let path = written(&scratch, 0o600, content);
            let passphrase = Passphrase::from_file(&path, None).unwrap();
            assert_eq!(passphrase.expose(), b"open sesame");
        }
    }

    #[test]
    fn what_openssl_would_read_differently_is_refused() {
        for content in [&b"\n"[..], b"", b"\r\n"] {
            let refused = Passphrase::new(content).unwrap_err();
            assert!(matches!(refused, PassphraseError::Empty), "{content:?}");
        }
        for content in [&b"one\ntwo"[..], b"one\n\n", b"a\0b", &[b'x'; 1001]] {
            let refused = Passphrase::new(content).unwrap_err();
            assert!(
                matches!(refused, PassphraseError::NotOneLine),
                "{content:?}"
            );
        }
    }

    #[test]
    fn an_open_file_is_refused_unless_systemd_guards_it() {
        let scratch = Scratch::new();
        let path = written(&scratch, 0o440, b"open sesame\n");
        assert!(matches!(
            Passphrase::from_file(&path, None).unwrap_err(),
            PassphraseError::File(PrivateFileError::UnsafePermissions { mode: 0o440, .. })
        ));
        assert!(Passphrase::from_file(&path, Some(scratch.folder())).is_ok());

        let elsewhere = scratch.path("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        assert!(Passphrase::from_file(&path, Some(&elsewhere)).is_err());
        let way_out = elsewhere.join("../passphrase");
        assert!(Passphrase::from_file(&way_out, Some(&elsewhere)).is_err());
    }

    #[test]
    fn a_generated_one_is_read_back_and_not_shown() {
        let scratch = Scratch::new();
        let path = scratch.path("passphrase");
        let passphrase = Passphrase::generate(&SystemRandomness);
        passphrase.write_new(&path).unwrap();
        let read = Passphrase::from_file(&path, None).unwrap();
        assert_eq!(read.expose(), passphrase.expose());
        assert_eq!(passphrase.expose().len(), 43);
        assert_eq!(format!("{passphrase:?}"), "Passphrase(..)");
        assert!(passphrase.write_new(&path).is_err());
    }
}
