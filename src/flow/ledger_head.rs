//! The signed head of the ledger, kept outside the database.
//!
//! Whoever can edit the database can cut the ledger's end off; the head that was written down
//! elsewhere tells.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::codec::trust_list::KeyUse;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::domain::problem::Reason;
use crate::domain::value::hex;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

/// The newest head's file name.
pub const FILE: &str = "ledger-head.jwt";

/// A head of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerHead {
    /// The authority whose ledger it is.
    pub authority: String,
    /// The number of the last row.
    pub seq: i64,
    /// Its MAC, in hexadecimal.
    pub mac: String,
    /// When it was written, seconds since 1970.
    pub at: i64,
}

/// Signs the head as it is now.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn sign(office: &Office) -> Result<(LedgerHead, String), Failure> {
    let head = office.store.read(|rx| rx.ledger_head())?;
    let head = LedgerHead {
        authority: office.settings.authority.clone(),
        seq: head.seq,
        mac: hex(&head.mac),
        at: office.clock.now().secs(),
    };
    let signer = office.service_key(ServicePurpose::Receipt)?;
    let token = signed_json::seal(&*signer, Message::LedgerHead, &head)?;
    Ok((head, token))
}

/// Writes the signed head to the folder of heads; the one before is replaced at once or not
/// at all.
///
/// # Errors
///
/// [`Failure`] if register or folder fail; the head before stays then.
pub fn write(office: &Office) -> Result<PathBuf, Failure> {
    let (_, token) = sign(office)?;
    let folder = office.settings.heads();
    let path = folder.join(FILE);
    let failed = |why: std::io::Error| Failure::Broken(format!("{}: {why}", path.display()));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    replace(&folder, FILE, token.as_bytes()).map_err(failed)?;
    Ok(path)
}

/// Puts a file in the place of the one of that name, at once or not at all.
pub(crate) fn replace(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    let fresh = folder.join(format!("{name}.new"));
    let mut file = std::fs::File::create(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&fresh, folder.join(name))
}

/// Reads a head that was written down, and checks our own signature on it.
///
/// # Errors
///
/// [`Reason::BadFile`] when it is no head of this authority.
pub fn read(office: &Office, path: &Path) -> Result<LedgerHead, Failure> {
    let bad = |what: String| Failure::because(Reason::BadFile, what);
    let token =
        std::fs::read_to_string(path).map_err(|why| bad(format!("{}: {why}", path.display())))?;
    let mut keys = office.keyring.public_keys(ServicePurpose::Receipt);
    if let Some(trust) = &office.known().trust {
        keys.extend(
            trust
                .keys_for(KeyUse::Receipt)
                .map(|key| key.public.clone()),
        );
    }
    let map = signed_json::open(token.trim(), Message::LedgerHead, &keys)
        .map_err(|why| bad(format!("the head: {why}")))?;
    let head: LedgerHead = serde_json::from_value(Value::Object(map))
        .map_err(|why| bad(format!("the head: {why}")))?;
    if head.authority == office.settings.authority {
        Ok(head)
    } else {
        Err(bad("the head belongs to another authority".to_owned()))
    }
}
