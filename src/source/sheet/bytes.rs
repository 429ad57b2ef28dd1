//! Where an upload lies: a file, memory, or (by another layer) encrypted chunks in a database.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::PathBuf;
use std::rc::Rc;

/// Bytes that can be read again from any place, as often as needed.
///
/// A sheet is read at least twice (what is it, what does it say), so a stream is not enough.
pub trait Bytes {
    /// Opens a reader at `start`; at or beyond the end it yields nothing.
    ///
    /// # Errors
    ///
    /// Any [`io::Error`] of the place where the bytes lie.
    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + '_>>;

    /// How many bytes there are.
    fn size(&self) -> u64;

    /// Opens a reader at the beginning.
    ///
    /// # Errors
    ///
    /// As [`Bytes::open_at`].
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        self.open_at(0)
    }
}

impl Bytes for &[u8] {
    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + '_>> {
        let rest = usize::try_from(start).ok().and_then(|at| self.get(at..));
        Ok(Box::new(rest.unwrap_or_default()))
    }

    fn size(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }
}

impl Bytes for Vec<u8> {
    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + '_>> {
        let rest = usize::try_from(start).ok().and_then(|at| self.get(at..));
        Ok(Box::new(rest.unwrap_or_default()))
    }

    fn size(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }
}

/// A file on disk, opened anew for every pass.
#[derive(Clone, Debug)]
pub struct FileBytes {
    path: PathBuf,
    size: u64,
}

impl FileBytes {
    /// Notes the file and its size; holds no handle.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the file is not there or may not be looked at.
    pub fn at(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let size = std::fs::metadata(&path)?.len();
        Ok(Self { path, size })
    }
}

impl Bytes for FileBytes {
    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + '_>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(start))?;
        // A file that grows while it is read must not outgrow the limit checked on its size.
        Ok(Box::new(file.take(self.size.saturating_sub(start))))
    }

    fn size(&self) -> u64 {
        self.size
    }
}

/// A reader that can jump, for the zip reader; a jump costs nothing until the next read.
///
/// It refuses with [`io::ErrorKind::FileTooLarge`] to read more than it was allowed.
pub(super) struct Seeker<'b> {
    bytes: &'b dyn Bytes,
    at: u64,
    allowed: u64,
    open: Option<Box<dyn Read + 'b>>,
    fault: Fault,
}

/// The fault of the place where the bytes lie. Whoever reads through a decoder asks here: what a
/// decoder says does not tell bytes that could not be had from bytes that are bad.
#[derive(Clone, Default)]
pub(super) struct Fault(Rc<RefCell<Option<String>>>);

impl Fault {
    fn note(&self, why: io::Error) -> io::Error {
        *self.0.borrow_mut() = Some(why.to_string());
        why
    }

    /// The fault since this was asked last.
    pub(super) fn take(&self) -> Option<io::Error> {
        self.0.take().map(io::Error::other)
    }
}

impl<'b> Seeker<'b> {
    pub(super) fn new(bytes: &'b dyn Bytes, allowed: u64) -> Self {
        Self {
            bytes,
            at: 0,
            allowed,
            open: None,
            fault: Fault::default(),
        }
    }

    /// Where its faults are noted, also once it has been handed over.
    pub(super) fn fault(&self) -> Fault {
        self.fault.clone()
    }
}

impl Read for Seeker<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut reader = if let Some(reader) = self.open.take() {
            reader
        } else {
            let opened = self.bytes.open_at(self.at);
            opened.map_err(|why| self.fault.note(why))?
        };
        let got = reader.read(buffer).map_err(|why| self.fault.note(why))?;
        let count = u64::try_from(got).unwrap_or(u64::MAX);
        let Some(allowed) = self.allowed.checked_sub(count) else {
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        self.allowed = allowed;
        self.at = self.at.saturating_add(count);
        self.open = Some(reader);
        Ok(got)
    }
}

impl Seek for Seeker<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.bytes.size().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let Some(target) = target else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        if target != self.at {
            self.at = target;
            self.open = None;
        }
        Ok(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seeker_reads_what_lies_where_it_jumped() {
        let bytes: Vec<u8> = (0..100).collect();
        let mut seeker = Seeker::new(&bytes, 4);
        let mut two = [0; 2];
        seeker.seek(SeekFrom::End(-10)).unwrap();
        seeker.read_exact(&mut two).unwrap();
        assert_eq!(two, [90, 91]);
        seeker.seek(SeekFrom::Current(-12)).unwrap();
        seeker.read_exact(&mut two).unwrap();
        assert_eq!(two, [80, 81]);
        assert!(seeker.seek(SeekFrom::End(-101)).is_err());
        seeker.seek(SeekFrom::Start(1000)).unwrap();
        assert_eq!(seeker.read(&mut two).unwrap(), 0);
        seeker.seek(SeekFrom::Start(0)).unwrap();
        let refused = seeker.read(&mut two).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::FileTooLarge);
    }
}
