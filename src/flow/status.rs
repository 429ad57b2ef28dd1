//! Status lists: kept in memory for a moment, signed, published to everybody.
//!
//! A change is visible within 60 seconds: what was read from the register is used for 15, a
//! token that was signed with it is sent for another 15, and its readers keep it for 30.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use crate::codec::compact::StatusRef;
use crate::codec::digest::sha256;
use crate::codec::status_list::StatusBits;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::status_seal;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::domain::time::Timestamp;
use crate::domain::value::hex;
use crate::domain::verdict::Outcome;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::verify::judge::StatusFound;

/// Seconds after which a list is read again, and after which it is signed again.
const FRESH_S: i64 = 15;

/// Seconds that a reader may keep a list.
pub const TTL_S: i64 = 30;

/// Seconds that a list in the open is good for.
const LIFE_S: i64 = 600;

/// A status list as it was read from the register.
#[derive(Clone, Debug)]
pub struct ListSnapshot {
    /// When it was read.
    pub at: Timestamp,
    size: u32,
    /// The two bits of each place that is not in force.
    entries: BTreeMap<u32, u8>,
    /// Places whose row says what this program does not know.
    unknown: BTreeSet<u32>,
}

/// A signed status list, ready to be sent.
#[derive(Clone, Debug)]
pub struct PublishedList {
    /// When it was signed.
    pub at: Timestamp,
    /// The token.
    pub token: String,
    /// Its entity tag, without quotes.
    pub etag: String,
}

/// The lists an office has read of late.
#[derive(Default)]
pub struct StatusDesk {
    read: RwLock<HashMap<u32, Arc<ListSnapshot>>>,
    published: RwLock<HashMap<u32, Arc<PublishedList>>>,
}

impl StatusDesk {
    /// The status of a certificate from memory; `None` when the list must be read first.
    #[must_use]
    pub fn in_memory(&self, at: StatusRef, now: Timestamp) -> Option<StatusFound> {
        let lists = self.read.read().unwrap_or_else(PoisonError::into_inner);
        let list = lists
            .get(&at.list)
            .filter(|list| now.secs_since(list.at) < FRESH_S)?;
        Some(list.find(at.index, now))
    }
}

impl ListSnapshot {
    fn find(&self, index: u32, now: Timestamp) -> StatusFound {
        if index >= self.size || self.unknown.contains(&index) {
            return StatusFound::Unknown;
        }
        let bits = self.entries.get(&index).copied().unwrap_or_default();
        StatusFound::Known {
            outcome: Outcome::of_bits(bits),
            // A list has no words: they are for windows, who ask the register.
            word: None,
            age_s: now.secs_since(self.at),
        }
    }

    fn of(at: Timestamp, size: u32, rows: Vec<(u32, i16)>) -> Self {
        let mut list = Self {
            at,
            size,
            entries: BTreeMap::new(),
            unknown: BTreeSet::new(),
        };
        for (index, stored) in rows {
            let standing = Standing::from_stored(stored);
            if standing.is_none() {
                list.unknown.insert(index);
            }
            // What cannot be read is not in force to anybody, and nothing final is said of it.
            let standing = standing.unwrap_or(Standing::Suspended);
            list.entries.insert(index, standing.bits());
        }
        list
    }

    fn bits(&self) -> StatusBits {
        StatusBits::of_two(self.size, &self.entries)
    }
}

/// The status of a certificate, from memory or from the register.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn find(office: &Office, at: StatusRef) -> Result<StatusFound, Failure> {
    let now = office.clock.now();
    if let Some(found) = office.status.in_memory(at, now) {
        return Ok(found);
    }
    match snapshot(office, at.list)? {
        Some(list) => Ok(list.find(at.index, now)),
        None => Ok(StatusFound::Unknown),
    }
}

/// Reads a list if it is not fresh; `None` when there is no such list.
fn snapshot(office: &Office, number: u32) -> Result<Option<Arc<ListSnapshot>>, Failure> {
    let now = office.clock.now();
    {
        let lists = office
            .status
            .read
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = lists.get(&number)
            && now.secs_since(list.at) < FRESH_S
        {
            return Ok(Some(Arc::clone(list)));
        }
    }
    let read = office.store.read(|rx| {
        let Some(list) = rx.status_list(number)? else {
            return Ok::<_, Failure>(None);
        };
        Ok(Some((list.size, rx.status_entries(number)?)))
    })?;
    let Some((size, rows)) = read else {
        return Ok(None);
    };
    let list = Arc::new(ListSnapshot::of(now, size, rows));
    let mut lists = office
        .status
        .read
        .write()
        .unwrap_or_else(PoisonError::into_inner);
    lists.insert(number, Arc::clone(&list));
    Ok(Some(list))
}

/// Forgets what was read: after a change of our own the next reader sees it at once.
pub fn forget(office: &Office, number: u32) {
    office
        .status
        .read
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&number);
    office
        .status
        .published
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&number);
}

/// A signed status list: signed at most 15 seconds ago, with what was read at most 15 seconds
/// before.
///
/// # Errors
///
/// [`Reason::NotFound`] when there is no such list.
pub fn publish(office: &Office, number: u32) -> Result<Arc<PublishedList>, Failure> {
    let now = office.clock.now();
    {
        let lists = office
            .status
            .published
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = lists.get(&number)
            && now.secs_since(list.at) < FRESH_S
        {
            return Ok(Arc::clone(list));
        }
    }
    let token = sign(office, number, LIFE_S)?;
    let etag = hex(&sha256(token.as_bytes())).chars().take(32).collect();
    let list = Arc::new(PublishedList {
        at: now,
        token,
        etag,
    });
    let mut lists = office
        .status
        .published
        .write()
        .unwrap_or_else(PoisonError::into_inner);
    lists.insert(number, Arc::clone(&list));
    Ok(list)
}

/// Signs a list that is good for so many seconds.
///
/// # Errors
///
/// [`Reason::NotFound`] when there is no such list.
pub(crate) fn sign(office: &Office, number: u32, life_s: i64) -> Result<String, Failure> {
    let list = snapshot(office, number)?.ok_or(Failure::refused(Reason::NotFound))?;
    let signer = office.service_key(ServicePurpose::Status)?;
    let times = (list.at, TTL_S, life_s);
    Ok(status_seal::seal(
        &office.settings.authority,
        number,
        &list.bits(),
        times,
        &*signer,
    )?)
}
