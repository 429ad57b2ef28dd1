//! The highest lists this office has ever seen, noted outside the database.
//!
//! Whoever can edit the database can delete the newest lists, and a key that was taken away
//! would be good again after the next start. The note has a MAC of the ledger's key.

use std::fs;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::mac::MacKey;
use crate::crypto::trust::Trust;
use crate::domain::settings::Settings;
use crate::domain::value::hex;
use crate::domain::value::unhex;
use crate::flow::failure::Failure;
use crate::flow::ledger_head::replace;
use crate::flow::office::Office;

/// The note's file name, in the folder of heads.
const FILE: &str = "seen-lists.json";

/// The sequence numbers of the highest lists seen; 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SeenLists {
    /// Of trust lists.
    pub(crate) trust: u64,
    /// Of revocation lists.
    pub(crate) revocations: u64,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Note {
    trust: u64,
    revocations: u64,
    mac: String,
}

impl SeenLists {
    /// Raises the numbers to those of a trust that was read.
    pub(crate) fn rise_to(&mut self, trust: Option<&Trust>) {
        let Some(trust) = trust else { return };
        self.trust = self.trust.max(trust.sequence);
        self.revocations = self.revocations.max(trust.revocations.unwrap_or(0));
    }

    fn text(self) -> Vec<u8> {
        let label = b"mianzheng seen lists 1\0".as_slice();
        let (trust, revocations) = (self.trust.to_be_bytes(), self.revocations.to_be_bytes());
        [label, &trust, &revocations].concat()
    }
}

/// The note of an office that runs; one that cannot be believed says nothing.
pub(crate) fn of(office: &Office) -> SeenLists {
    read(&office.settings, office.store.ledger_key()).unwrap_or_default()
}

/// The note as it stands, or in words why it cannot be believed. None written yet is no fault:
/// then nothing was seen.
pub(crate) fn read(settings: &Settings, key: &MacKey) -> Result<SeenLists, String> {
    let path = settings.heads().join(FILE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(SeenLists::default()),
        Err(why) => return Err(format!("{}: {why}", path.display())),
    };
    let bad = || format!("{} was not written by this office", path.display());
    let note: Note = serde_json::from_slice(&text).map_err(|_why| bad())?;
    let seen = SeenLists {
        trust: note.trust,
        revocations: note.revocations,
    };
    let mac = unhex(&note.mac).unwrap_or_default();
    let genuine = key.is_mac_of(&[&seen.text()], &mac);
    if genuine { Ok(seen) } else { Err(bad()) }
}

/// Notes what was read if it is higher than what was `seen`.
pub(crate) fn note(office: &Office, seen: SeenLists, trust: Option<&Trust>) -> Result<(), Failure> {
    let mut now = seen;
    now.rise_to(trust);
    if now == seen {
        return Ok(());
    }
    write(office, |before| {
        before.rise_to(trust);
    })
}

/// Notes the lists just published, whatever stood there: the root has spoken.
pub(crate) fn published(office: &Office, lists: SeenLists) -> Result<(), Failure> {
    write(office, |before| {
        before.trust = before.trust.max(lists.trust);
        before.revocations = before.revocations.max(lists.revocations);
    })
}

/// Changes the note under a lock, so that of two processes the lower number never wins.
fn write(office: &Office, change: impl FnOnce(&mut SeenLists)) -> Result<(), Failure> {
    let folder = office.settings.heads();
    let failed =
        |why: io::Error| Failure::Broken(format!("{}: {why}", folder.join(FILE).display()));
    fs::create_dir_all(&folder).map_err(failed)?;
    let lock = lock(&folder.join("seen-lists.lock")).map_err(failed)?;
    let mut seen = of(office);
    change(&mut seen);
    let mac = office.store.ledger_key().mac(&[&seen.text()]);
    let note = Note {
        trust: seen.trust,
        revocations: seen.revocations,
        mac: hex(&mac),
    };
    let text = serde_json::to_vec(&note).map_err(|why| Failure::Broken(why.to_string()))?;
    replace(&folder, FILE, &text).map_err(failed)?;
    drop(lock);
    Ok(())
}

fn lock(path: &Path) -> io::Result<fs::File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    file.lock()?;
    Ok(file)
}
