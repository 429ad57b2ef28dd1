//! The signed head of the ledger, kept outside the database.
//!
//! Whoever can edit the database can cut the ledger's end off; the head that was written down
//! elsewhere tells. So a head is only ever followed by one that goes on from it.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::codec::trust_list::KeyUse;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::public_key::PublicKey;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::signed_json::NotGenuine;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::value::hex;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::ledger::Head;
use crate::store::ledger::LedgerRow;

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
    seal(office, &head)
}

fn seal(office: &Office, head: &Head) -> Result<(LedgerHead, String), Failure> {
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

/// Writes the signed head to the folder of heads, as the newest one and as the day's last. Those
/// of days gone by are never touched.
///
/// The head before is evidence: it stays when the ledger does not go on from it.
///
/// # Errors
///
/// [`Reason::LedgerDiffers`] when rows that the head before knew are gone or others, or when it
/// cannot be read any more; [`Failure`] if register or folder fail.
pub fn write(office: &Office) -> Result<PathBuf, Failure> {
    let folder = office.settings.heads();
    let path = folder.join(FILE);
    let before = previous(office, &path)?;
    let at_before = before.as_ref().map_or(0, |head| head.seq);
    let (head, row) = office.store.snapshot(|rx| {
        let head = rx.ledger_head()?;
        Ok::<_, Failure>((head, rx.ledger_rows(at_before - 1, 1)?.pop()))
    })?;
    if let Some(before) = before.as_ref().filter(|head| head.seq > 0) {
        let row = row.filter(|row| row.seq == before.seq);
        goes_on(before, head.seq, row.as_ref()).map_err(|why| differs(&path, &why))?;
    }
    let (head, token) = seal(office, &head)?;
    let failed = |why: std::io::Error| Failure::Broken(format!("{}: {why}", path.display()));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let day = Timestamp::from_secs(head.at).day();
    // A clock that was set back must not write over an earlier day's last head.
    if before.is_none_or(|before| Timestamp::from_secs(before.at).day() <= day) {
        replace(&folder, &format!("{day}.jwt"), token.as_bytes()).map_err(failed)?;
    }
    replace(&folder, FILE, token.as_bytes()).map_err(failed)?;
    Ok(path)
}

/// Whether a ledger that ends at row `last`, and has `row` where the head was, goes on from it.
pub(crate) fn goes_on(
    before: &LedgerHead,
    last: i64,
    row: Option<&LedgerRow>,
) -> Result<(), String> {
    if last < before.seq {
        let seq = before.seq;
        return Err(format!("the ledger ends at row {last}, but had row {seq}"));
    }
    match row {
        Some(row) if hex(&row.mac) == before.mac => Ok(()),
        Some(_) => Err(format!("row {} is another one", before.seq)),
        None => Err(format!("row {} is gone", before.seq)),
    }
}

fn differs(path: &Path, why: &str) -> Failure {
    let what = format!(
        "{why}: {} is kept as it is; run `mianzheng ledger verify --head` with it, and move it \
         away only if a backup was put back on purpose",
        path.display()
    );
    Failure::because(Reason::LedgerDiffers, what)
}

/// The newest head of our own, under whatever key it was signed then.
fn previous(office: &Office, path: &Path) -> Result<Option<LedgerHead>, Failure> {
    let token = match std::fs::read_to_string(path) {
        Ok(token) => token,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(Failure::Broken(format!("{}: {why}", path.display()))),
    };
    let known = office.known();
    let opened = open(&Witness::of(office, known.trust.as_deref()), &token);
    let opened = opened.map_err(|why| differs(path, &format!("the head before: {why}")));
    opened.map(|(head, _)| Some(head))
}

/// Puts a file in the place of the one of that name, at once or not at all.
pub(crate) fn replace(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    let fresh = folder.join(format!("{name}.new"));
    let mut file = std::fs::File::create(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&fresh, folder.join(name))
}

/// Reads a head that was written down, and checks our own signature on it: one made by a key
/// while it was in use, or before the moment since which it is called compromised.
///
/// # Errors
///
/// [`Reason::BadFile`] when it is no head of this authority.
pub fn read(office: &Office, path: &Path) -> Result<LedgerHead, Failure> {
    let bad = |what: String| Failure::because(Reason::BadFile, what);
    let token =
        std::fs::read_to_string(path).map_err(|why| bad(format!("{}: {why}", path.display())))?;
    let known = office.known();
    let witness = Witness::of(office, known.trust.as_deref());
    genuine(&witness, &token).map_err(|why| bad(format!("the head: {why}")))
}

/// What tells a head of our own from any other.
pub(crate) struct Witness<'a> {
    /// Our authority.
    pub(crate) authority: &'a str,
    /// The keyring's own keys.
    pub(crate) own: Vec<PublicKey>,
    /// The lists in force, which know the keys that the keyring has forgotten.
    pub(crate) trust: Option<&'a Trust>,
}

impl<'a> Witness<'a> {
    fn of(office: &'a Office, trust: Option<&'a Trust>) -> Self {
        Self {
            authority: &office.settings.authority,
            own: office.keyring.public_keys(ServicePurpose::Receipt),
            trust,
        }
    }
}

/// A head that a key of ours signed while it was in use, or before the moment since which it is
/// called compromised.
pub(crate) fn genuine(witness: &Witness<'_>, token: &str) -> Result<LedgerHead, String> {
    let (head, finding) = open(witness, token)?;
    let at = Timestamp::from_secs(head.at);
    match finding {
        KeyFinding::Good => Ok(head),
        KeyFinding::Compromised { since } if at < since => Ok(head),
        KeyFinding::Compromised { .. } | KeyFinding::OutOfTime => {
            Err(NotGenuine::OutOfTime.to_string())
        }
    }
}

/// Opens a head with any key of this service, and says how the key stood then. A key that no
/// list knows yet is good: it is the keyring's own.
fn open(witness: &Witness<'_>, token: &str) -> Result<(LedgerHead, KeyFinding), String> {
    let mut listed = None;
    let map = signed_json::open_with(token.trim(), Message::LedgerHead, |kid| {
        listed = witness
            .trust
            .and_then(|trust| trust.key(kid, KeyUse::Receipt));
        let own = witness.own.iter().find(|key| key.kid().to_string() == kid);
        listed.map(|key| &key.public).or(own)
    });
    let map = map.map_err(|why| why.to_string())?;
    let head: LedgerHead =
        serde_json::from_value(Value::Object(map)).map_err(|why| why.to_string())?;
    if head.authority != witness.authority {
        return Err("it belongs to another authority".to_owned());
    }
    let at = Timestamp::from_secs(head.at);
    let finding = listed.map_or(KeyFinding::Good, |key| key.at(at));
    Ok((head, finding))
}
