//! Who may open the office's folders and files.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;

use super::check::Check;
use crate::domain::settings::Settings;

/// Folders that only their owner may enter.
const FOLDERS: &[&str] = &["", "keys", "keys/agencies", "root", "tls"];

/// Files that only their owner may read, by folder and ending.
const FILES: &[(&str, &str)] = &[
    ("", "mianzheng.toml"),
    ("", "passphrase"),
    ("keys", "keyring.json"),
    ("keys/agencies", ".pem"),
    ("root", "passphrase"),
    ("root", ".pem"),
    ("tls", ".key"),
];

/// Looks at the well-known places, and at those the settings name.
pub(super) fn check(folder: &Path, settings: Option<&Settings>) -> Vec<Check> {
    if let Err(why) = fs::read_dir(folder) {
        let check = Check::wrong("files", "folder_unreadable");
        let check = check.with("path", &folder.display().to_string());
        return vec![check.with("why", &why.to_string())];
    }
    let mut checks = Vec::new();
    for name in FOLDERS {
        let path = folder.join(name);
        if let Some(mode) = open_mode(&path) {
            let check = Check::attention("files", "folder_open");
            checks.push(told(check, &path, mode));
        }
    }
    for path in files(folder, settings) {
        if let Some(mode) = open_mode(&path) {
            checks.push(told(Check::wrong("files", "file_open"), &path, mode));
        }
    }
    if checks.is_empty() {
        checks.push(Check::good("files", "files"));
    }
    checks
}

fn told(check: Check, path: &Path, mode: u32) -> Check {
    check
        .with("path", &path.display().to_string())
        .with("mode", &format!("{mode:04o}"))
}

fn files(folder: &Path, settings: Option<&Settings>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (below, ending) in FILES {
        let entries = fs::read_dir(folder.join(below)).into_iter().flatten();
        let paths = entries.filter_map(|entry: io::Result<_>| Some(entry.ok()?.path()));
        found.extend(paths.filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.ends_with(ending))
        }));
    }
    let Some(settings) = settings else {
        return found;
    };
    // What systemd hands over it guards itself, whatever the mode looks like.
    let vouched = settings.credentials_folder.as_deref();
    if !vouched.is_some_and(|folder| settings.passphrase_file.starts_with(folder)) {
        found.push(settings.passphrase_file.clone());
    }
    found.extend(settings.tls.as_ref().map(|tls| tls.key.clone()));
    found.sort();
    found.dedup();
    found
}

/// The permission bits, if others than the owner have any.
fn open_mode(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o7777;
    (mode & 0o077 != 0).then_some(mode)
}
