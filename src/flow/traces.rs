//! What making an office leaves behind, so that a run that fails can take it away again.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::domain::settings::Settings;
use crate::flow::anchors::NEXT_ROOT;
use crate::flow::anchors::ROOT;
use crate::flow::open::database_url;

/// The places where an office is made and where nothing was before.
///
/// Only these are ever removed, and folders only when they are empty: what somebody else put
/// there, before or meanwhile, stays.
pub struct Traces {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Traces {
    /// Notes what is not there yet, besides the usual places in `more` files.
    #[must_use]
    pub fn before(settings: &Settings, more: &[PathBuf]) -> Self {
        let root = settings.root_keys();
        let mut files = vec![
            settings.passphrase_file.clone(),
            settings.keyring(),
            settings.anchors(),
            root.join("passphrase"),
            root.join(format!("{ROOT}.pem")),
            root.join(format!("{NEXT_ROOT}.pem")),
        ];
        files.extend_from_slice(more);
        files.extend(
            ["ca.pem", "ca.key", "server.pem", "server.key"]
                .map(|name| settings.path("tls").join(name)),
        );
        if let Some(path) = database_url(settings).strip_prefix("sqlite://") {
            files.extend(["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{path}{end}"))));
        }
        let inner = [settings.path("keys"), root, settings.path("tls")];
        // From the inside out: a folder is empty once those in it are gone.
        let mut folders: Vec<PathBuf> = inner.into();
        folders.extend(settings.folder.ancestors().map(Path::to_path_buf));
        let fresh =
            |path: &PathBuf| !path.as_os_str().is_empty() && path.symlink_metadata().is_err();
        files.retain(fresh);
        folders.retain(fresh);
        Self { files, folders }
    }

    /// Takes away what was made since.
    pub fn undo(self) {
        // What cannot be removed is told by the next run, which finds it there.
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in &self.folders {
            let _ = fs::remove_dir(folder);
        }
    }
}
