//! A result file under way: nobody sees half of it, and a killed run leaves little behind.

use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::BufWriter;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::flow::failure::Failure;

/// A file under way: under another name until it is whole, and its owner's alone.
pub(crate) struct Paper {
    way: PathBuf,
    /// Where it is written.
    pub(crate) sink: BufWriter<File>,
    kept: bool,
}

impl Paper {
    /// Begins a file that will stand at, or beside, this path.
    pub(crate) fn begin(path: &Path) -> Result<Self, Failure> {
        let mut way = path.as_os_str().to_os_string();
        way.push(".tmp");
        let way = PathBuf::from(way);
        // Always the same name, so that what a killed run left is written over; locked, so that
        // two runs for one file do not write into each other's.
        let opened = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&way);
        let file = opened.map_err(|why| unwritable(&way, &why))?;
        if file.try_lock().is_err() {
            let what = format!("{}: another run is at work on this file", way.display());
            let said = Said::of("fault", "busy_file").with("path", path.display());
            return Err(Failure::saying(Reason::WrongStep, what, said));
        }
        file.set_len(0).map_err(|why| unwritable(&way, &why))?;
        Ok(Self {
            way,
            sink: BufWriter::new(file),
            kept: false,
        })
    }

    /// Puts the whole file in its place, over what stood there.
    pub(crate) fn keep(mut self, path: PathBuf) -> Result<PathBuf, Failure> {
        let whole = self
            .sink
            .flush()
            .and_then(|()| self.sink.get_ref().sync_all())
            .and_then(|()| fs::rename(&self.way, &path));
        whole.map_err(|why| unwritable(&path, &why))?;
        self.kept = true;
        Ok(path)
    }
}

impl Drop for Paper {
    fn drop(&mut self) {
        if !self.kept {
            // It holds personal data and nobody waits for it; if it cannot go, it stays hidden.
            let _ = fs::remove_file(&self.way);
        }
    }
}

fn unwritable(path: &Path, why: &io::Error) -> Failure {
    let folder = path.parent().unwrap_or(Path::new(""));
    if why.kind() == io::ErrorKind::NotFound {
        // The file is ours to make: what is missing is the folder.
        let folder = folder.display();
        let said = Said::of("fault", "no_out_folder").with("path", &folder);
        return Failure::saying(Reason::BadFile, format!("{folder}: {why}"), said);
    }
    Failure::of_file(Reason::BadFile, path, why)
}
