//! Publish whom we trust: the root's list, and with it a fast list that its keys vouch for.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use crate::codec::trust_list::KeyState;
use crate::codec::trust_list::KeyUse;
use crate::codec::trust_list::ListedKey;
use crate::codec::trust_list::TrustList;
use crate::codec::trust_list::TrustedAgency;
use crate::crypto::key_store::KeyStore;
use crate::crypto::public_key::PublicKey;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::signer::Signer;
use crate::crypto::trust::Trust;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::settings::Mode;
use crate::domain::time::Timestamp;
use crate::flow::anchors;
use crate::flow::anchors::NEXT_ROOT;
use crate::flow::anchors::ROOT;
use crate::flow::catalogue::bump_generation;
use crate::flow::failure::Failure;
use crate::flow::key_stores::root_store;
use crate::flow::keys::StoredKeyState;
use crate::flow::office::Office;
use crate::flow::revocation_list;
use crate::flow::seen_lists;
use crate::flow::seen_lists::SeenLists;
use crate::store::ledger::Event;
use crate::store::stored::read_number;
use crate::store::trust::KeyRow;

/// The longest a trust list may be good for, in days.
pub const LONGEST_DAYS: i64 = 30;

/// Signs and publishes the next trust list with the root keys in a folder.
///
/// # Errors
///
/// [`Reason::Setup`] when the root keys are not there, and those of [`publish`].
pub fn publish_from(
    office: &Office,
    folder: &Path,
    days: i64,
    by: &Caller,
) -> Result<u64, Failure> {
    publish_with(office, &*root_store(folder)?, days, by)
}

/// Signs and publishes the next trust list with the root that a key store keeps.
///
/// # Errors
///
/// [`Failure::KeyStore`] when the roots are not in the store, and those of [`publish`].
pub fn publish_with(
    office: &Office,
    roots: &dyn KeyStore,
    days: i64,
    by: &Caller,
) -> Result<u64, Failure> {
    let open = |name: &str| match name.parse() {
        Ok(name) => Ok(roots.open(&name)?),
        Err(_) => Err(Failure::Broken(format!("{name} is no key name"))),
    };
    let (root, next) = (open(ROOT)?, open(NEXT_ROOT)?);
    publish(office, &*root, next.public_key(), days, by)
}

/// The trust list in force, as the root signed it.
///
/// # Errors
///
/// [`Reason::Setup`] before the first trust list.
pub fn signed(office: &Office) -> Result<String, Failure> {
    let latest = office
        .store
        .read(|rx| Ok::<_, Failure>(rx.latest_trust_list()?))?;
    let none = || {
        let what = "no trust list yet: run `mianzheng trust publish`";
        Failure::saying(Reason::Setup, what, Said::of("doctor", "trust_missing"))
    };
    latest.map(|(_, token)| token).ok_or_else(none)
}

/// Signs and publishes the next trust list with the root key, and with it the next revocation
/// list: one that a key signed which this list no longer names could not be opened any more.
///
/// # Errors
///
/// [`Reason::Setup`] if the signer is not a pinned root, or the keyring holds no key in use for
/// revocation lists; [`Failure`] if the register fails. The lists before stay in force then.
pub fn publish(
    office: &Office,
    root: &dyn Signer,
    next_root: &PublicKey,
    days: i64,
    by: &Caller,
) -> Result<u64, Failure> {
    if !office.anchors.roots.contains(root.public_key()) {
        return Err(Failure::because(
            Reason::Setup,
            "that key is not a pinned root",
        ));
    }
    let now = office.clock.now();
    let days = days.clamp(1, LONGEST_DAYS);
    let seen = seen_lists::of(office);
    let lists = office.store.write(|tx| {
        let before = tx.latest_trust_list()?.map_or(0, |(number, _)| number);
        let list = TrustList {
            authority: office.settings.authority.clone(),
            sequence: before.max(seen.trust) + 1,
            iat: now.secs(),
            next_update: now.plus_secs(days * 86_400).secs(),
            test: office.settings.mode == Mode::Demo
                || anchors::are_for_demonstration(&office.anchors),
            next_root: next_root.jwk_x(),
            agencies: agencies(office, &tx.keys()?)?,
        };
        let token = signed_json::seal(root, Message::TrustList, &list)?;
        if !tx.put_trust_list(list.sequence, &token)? {
            return Err(Failure::because(
                Reason::WrongStep,
                "another list was published meanwhile",
            ));
        }
        let mut event = Event::new(EventKind::KeyChanged, now, &by.id);
        event.details = Some(json!({"what": "trust_list", "sequence": list.sequence}));
        tx.record(event);
        let trust = Trust::open(&token, &office.anchors, 0)
            .map_err(|why| Failure::Broken(why.to_string()))?;
        let revocations = revocation_list::put_next(office, tx, &trust, by)?;
        bump_generation(tx)?;
        Ok(SeenLists {
            trust: list.sequence,
            revocations,
        })
    })?;
    seen_lists::published(office, lists)?;
    office.refresh()?;
    Ok(lists.trust)
}

/// The agencies that have keys, and the service itself as number 0.
fn agencies(office: &Office, keys: &[KeyRow]) -> Result<Vec<TrustedAgency>, Failure> {
    let known = office.known();
    let mut by_agency: BTreeMap<u32, Vec<ListedKey>> = BTreeMap::new();
    for key in keys {
        by_agency
            .entry(read_number(key.agency))
            .or_default()
            .push(listed(key)?);
    }
    let mut all = Vec::with_capacity(by_agency.len());
    for (number, keys) in by_agency {
        let agency = known.agencies.get(&number);
        if number != 0 && agency.is_none() {
            return Err(Failure::Broken(format!(
                "a key belongs to the unknown agency {number}"
            )));
        }
        all.push(TrustedAgency {
            code: agency.map(|a| a.code.to_string()).unwrap_or_default(),
            number,
            name: agency.map_or_else(|| "mianzheng".to_owned(), |a| a.name.clone()),
            department: agency.map(|a| a.department.clone()).unwrap_or_default(),
            keys,
        });
    }
    Ok(all)
}

fn listed(key: &KeyRow) -> Result<ListedKey, Failure> {
    let secs = |ms: i64| Timestamp::from_millis(ms).secs();
    let since = key.since.map_or(0, secs);
    let state = match StoredKeyState::from_number(key.state) {
        Some(StoredKeyState::Active) => KeyState::Active,
        Some(StoredKeyState::Retired) => KeyState::Retired { since },
        Some(StoredKeyState::Compromised) => KeyState::Compromised { since },
        None => return Err(Failure::Broken(format!("the key {} has no state", key.kid))),
    };
    let key_use = KeyUse::from_name(&key.key_use);
    Ok(ListedKey {
        kid: key.kid.clone(),
        alg: key.alg.clone(),
        x: key.x.clone(),
        key_use: key_use
            .ok_or_else(|| Failure::Broken(format!("the key {} has no use", key.kid)))?,
        not_before: secs(key.not_before),
        not_after: secs(key.not_after),
        state,
    })
}
