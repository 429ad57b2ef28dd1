//! Files that only their owner may read: how they are read, created and replaced.

use std::fs;
use std::fs::DirBuilder;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;

use zeroize::Zeroizing;

/// What may come between us and a private file.
#[derive(Debug, thiserror::Error)]
pub enum PrivateFileError {
    /// There is no such file.
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    /// There is such a file already.
    #[error("{} exists already", .0.display())]
    AlreadyExists(PathBuf),
    /// Group or others have some access to it, so it may have been read: change the secret.
    #[error("{} has mode {mode:04o}; only its owner may have access: chmod 600", path.display())]
    UnsafePermissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is longer than such a file can be.
    #[error("{} is too long to be what it should be", .0.display())]
    TooLong(PathBuf),
    /// The operating system refused.
    #[error("{}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
}

impl PrivateFileError {
    fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing(path),
            io::ErrorKind::AlreadyExists => Self::AlreadyExists(path),
            _ => Self::Io { path, source },
        }
    }
}

/// Whether to look at a file's permissions before reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Refuse a file that group or others have any access to.
    OwnerOnly,
    /// Somebody else has seen to it.
    Vouched,
}

/// What tells one state of a file from another: replaced, it is another inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    inode: u64,
    changed: (i64, i64),
    length: u64,
}

/// The state a file is in; none where there is no file.
pub(crate) fn version(path: &Path) -> Option<Version> {
    let about = fs::metadata(path).ok()?;
    Some(Version {
        inode: about.ino(),
        changed: (about.mtime(), about.mtime_nsec()),
        length: about.len(),
    })
}

/// Reads a whole file of at most `limit` bytes, into memory that is wiped.
pub(crate) fn read(
    path: &Path,
    limit: usize,
    access: Access,
) -> Result<Zeroizing<Vec<u8>>, PrivateFileError> {
    let failed = |source| PrivateFileError::from_io(path, source);
    let mut file = File::open(path).map_err(failed)?;
    // Asked of the open file, not of the path: nobody can swap it in between.
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    if access == Access::OwnerOnly && mode & 0o077 != 0 {
        let path = path.to_path_buf();
        return Err(PrivateFileError::UnsafePermissions { path, mode });
    }
    // One allocation of the final size: a buffer that grows leaves copies behind.
    let mut content = Zeroizing::new(vec![0; limit + 1]);
    let mut length = 0;
    while let Some(room) = content.get_mut(length..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error)),
        }
    }
    if length > limit {
        return Err(PrivateFileError::TooLong(path.to_path_buf()));
    }
    content.truncate(length);
    Ok(content)
}

/// Writes a file that must not exist yet, mode 0600, and returns when it is on disk.
pub(crate) fn create(path: &Path, content: &[u8]) -> Result<(), PrivateFileError> {
    let failed = |source| PrivateFileError::from_io(path, source);
    let mut file = new_file(path).map_err(failed)?;
    let written = fill(&mut file, content).and_then(|()| sync_folder_of(path));
    if let Err(error) = written {
        // A half-written secret helps nobody; whether it can be removed changes nothing.
        let _ = fs::remove_file(path);
        return Err(failed(error));
    }
    Ok(())
}

/// Writes a file in the place of whatever stood there, mode 0600, all at once.
///
/// After a crash the file is the old one or the new one, never a mixture.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), PrivateFileError> {
    let failed = |source| PrivateFileError::from_io(path, source);
    let mut beside = path.as_os_str().to_os_string();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // What an earlier crash left there was never in force.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    create(&beside, content)?;
    fs::rename(&beside, path)
        .and_then(|()| sync_folder_of(path))
        .map_err(failed)
}

/// Makes a folder and those above it, mode 0700; one that exists is left as it is.
pub(crate) fn create_folder(folder: &Path) -> Result<(), PrivateFileError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|source| PrivateFileError::from_io(folder, source))
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

fn fill(file: &mut File, content: &[u8]) -> io::Result<()> {
    file.write_all(content)?;
    file.sync_all()
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::scratch::Scratch;

    #[test]
    fn a_created_file_is_the_owners_alone() {
        let scratch = Scratch::new();
        let path = scratch.path("secret");
        create(&path, b"one").unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(
            read(&path, 3, Access::OwnerOnly).unwrap().as_slice(),
            b"one"
        );
        let again = create(&path, b"two").unwrap_err();
        assert!(matches!(again, PrivateFileError::AlreadyExists(_)));
        assert_eq!(fs::read(&path).unwrap(), b"one");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let scratch = Scratch::new();
        let path = scratch.path("secret");
        create(&path, b"one").unwrap();
        for mode in [0o640, 0o604, 0o620, 0o666] {
            scratch.chmod("secret", mode);
            let refused = read(&path, 3, Access::OwnerOnly).unwrap_err();
            assert!(
                refused.to_string().contains(&format!("{mode:04o}")),
                "{refused}"
            );
            assert!(read(&path, 3, Access::Vouched).is_ok());
        }
    }

    #[test]
    fn a_missing_file_and_an_overlong_one_are_told_apart() {
        let scratch = Scratch::new();
        let path = scratch.path("secret");
        let missing = read(&path, 3, Access::OwnerOnly).unwrap_err();
        assert!(matches!(missing, PrivateFileError::Missing(_)));
        create(&path, b"four").unwrap();
        let long = read(&path, 3, Access::OwnerOnly).unwrap_err();
        assert!(matches!(long, PrivateFileError::TooLong(_)));
    }

    #[test]
    fn a_replaced_file_leaves_nothing_beside_it() {
        let scratch = Scratch::new();
        let path = scratch.path("secret");
        fs::write(scratch.path("secret.new"), b"left by a crash").unwrap();
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(
            read(&path, 3, Access::OwnerOnly).unwrap().as_slice(),
            b"two"
        );
        assert!(!scratch.path("secret.new").exists());
    }
}
