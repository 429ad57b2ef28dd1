//! The fast list that can only take away: signed anew in the transaction of every change.

use std::sync::Arc;

use serde_json::json;

use crate::codec::trust_list::KeyUse;
use crate::codec::trust_list::RevocationList;
use crate::codec::trust_list::RevokedKey;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::signer::Signer;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::keys::StoredKeyState;
use crate::flow::office::Office;
use crate::flow::seen_lists;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::trust::KeyRow;

/// Lets no other list be made until the transaction ends: look at keys behind it only.
pub(crate) fn lock(tx: &mut Tx<'_>) -> Result<(), Failure> {
    tx.reserve("revocation_list", 0)?;
    Ok(())
}

/// Signs the next list, of every key called compromised in this transaction, and keeps it.
/// `trust` is the trust list in force with nothing taken away: one of its keys signs. Returns
/// the sequence.
///
/// # Errors
///
/// [`Reason::Setup`] when the keyring has no key that the trust list names for this.
pub(crate) fn put_next(
    office: &Office,
    tx: &mut Tx<'_>,
    trust: &Trust,
    by: &Caller,
) -> Result<u64, Failure> {
    lock(tx)?;
    let now = office.clock.now();
    let keys = tx.keys()?;
    let before = tx.latest_revocation_list()?.map_or(0, |(number, _)| number);
    let seen = seen_lists::of(office);
    let compromised = keys.iter().filter(|key| is_compromised(key));
    let list = RevocationList {
        authority: office.settings.authority.clone(),
        sequence: before.max(seen.revocations) + 1,
        iat: now.secs(),
        keys: compromised
            .map(|key| RevokedKey {
                kid: key.kid.clone(),
                since: Timestamp::from_millis(key.since.unwrap_or(0)).secs(),
            })
            .collect(),
    };
    let signer = signer(office, trust, &keys)?;
    let token = signed_json::seal(&*signer, Message::RevocationList, &list)?;
    if !tx.put_revocation_list(list.sequence, &token)? {
        let what = "another revocation list was published meanwhile";
        return Err(Failure::because(Reason::Unavailable, what));
    }
    let mut event = Event::new(EventKind::KeyChanged, now, &by.id);
    event.details = Some(json!({"what": "revocation_list", "sequence": list.sequence}));
    tx.record(event);
    Ok(list.sequence)
}

/// A key that the trust list names, for who reads the list knows no other. One called
/// compromised comes last: it can still be believed to take itself away.
fn signer(office: &Office, trust: &Trust, keys: &[KeyRow]) -> Result<Arc<dyn Signer>, Failure> {
    let now = office.clock.now();
    let named = |signer: &Arc<dyn Signer>| {
        let key = trust.key(&signer.kid().to_string(), KeyUse::Revocation);
        key.is_some_and(|key| key.at(now) == KeyFinding::Good)
    };
    let stolen = |signer: &Arc<dyn Signer>| {
        let kid = signer.kid().to_string();
        keys.iter().any(|key| key.kid == kid && is_compromised(key))
    };
    let signers = office.keyring.signers(ServicePurpose::Revocation);
    let mut signers: Vec<_> = signers.into_iter().filter(named).collect();
    signers.sort_by_key(stolen);
    signers.into_iter().next().ok_or_else(|| {
        let what = "no key of the keyring may sign revocation lists by the trust list: run \
                    `mianzheng keys rotate revocation`, then `mianzheng trust publish`";
        Failure::because(Reason::Setup, what)
    })
}

fn is_compromised(key: &KeyRow) -> bool {
    key.state == StoredKeyState::Compromised.number()
}
