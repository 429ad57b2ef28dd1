//! The signed head of the ledger, outside the database: whoever cuts the ledger's end off, or
//! writes it anew, must also have this file and the key.

use std::io::Write;

use serde_json::json;

use crate::codec::base64url;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

/// The name of the file in the folder of heads.
pub const FILE: &str = "ledger-head.jwt";

/// Signs where the ledger ends now and writes it to the folder of heads, whole or not at all.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read or the file not be written; the head before stays.
pub fn write(office: &Office) -> Result<(), Failure> {
    let head = office.store.read(|rx| rx.ledger_head())?;
    let payload = json!({
        "authority": office.settings.authority,
        "seq": head.seq,
        "mac": base64url::encode(&head.mac),
        "at": office.clock.now().secs(),
    });
    let signer = office.service_key(ServicePurpose::Receipt);
    let token = signed_json::seal(&*signer, Message::LedgerHead, &payload)?;
    let folder = office.settings.heads();
    let failed = |why: std::io::Error| Failure::Broken(format!("{}: {why}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    // Two servers of one folder each write a file of their own before it takes its place.
    let own = folder.join(format!("{FILE}.{}", std::process::id()));
    let mut file = std::fs::File::create(&own).map_err(failed)?;
    file.write_all(token.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&own, folder.join(FILE)).map_err(failed)
}
