//! Rotate data: personal data comes under a new data key, while everybody goes on working.
//!
//! Each transaction seals a few values anew; a kill leaves a mixture that reads well, and the
//! next run goes on. The keys of the look-up indexes are others and stay: an index cannot be
//! told from its value, so changing its key would mean opening everything at once.

use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::rotate::add_data_key;
use crate::store::ledger::Event;
use crate::store::reseal::SealedRow;

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resealing {
    /// Values looked at.
    pub done: u64,
    /// Values there are to look at, as counted in the beginning.
    pub total: u64,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The data key that everything stands under now.
    pub key_id: u16,
    /// Whether the key was made by this run; if not, an earlier run is brought to its end.
    pub added: bool,
    /// Values sealed anew.
    pub resealed: u64,
    /// Values that could not be opened and stay as they are: `ledger verify` names them.
    pub unreadable: u64,
}

/// Seals all personal data under the newest data key. A new one is made first, unless some of
/// the data still waits for the newest there is.
///
/// `progress` is told after every transaction, and may stop the work by an error; what was done
/// until then stays done.
///
/// # Errors
///
/// Those of [`add_data_key`] and of `progress`; [`Failure`] if the register fails.
pub fn rotate_data(
    office: &Office,
    by: &Caller,
    progress: &mut dyn FnMut(Resealing) -> Result<(), Failure>,
) -> Result<Rotated, Failure> {
    let vault = office.store.vault();
    vault.renew();
    let mut rotated = Rotated {
        key_id: vault.current(),
        added: false,
        resealed: 0,
        unreadable: 0,
    };
    if waiting(office, &rotated)? == 0 {
        add_key(office, by, &mut rotated)?;
    }
    loop {
        let before = rotated.resealed;
        pass(office, &mut rotated, progress)?;
        // A server may have written under the key before until it took in the new one.
        if rotated.resealed > before {
            continue;
        }
        if rotated.added || rotated.resealed > 0 {
            break;
        }
        // Only what nobody can open was waiting: that must not stop a rotation for ever.
        add_key(office, by, &mut rotated)?;
    }
    office.store.write(|tx| {
        let mut event = Event::new(EventKind::KeyChanged, office.clock.now(), &by.id);
        event.details = Some(json!({
            "what": "data_resealed", "id": rotated.key_id, "values": rotated.resealed,
            "unreadable": rotated.unreadable,
        }));
        tx.record(event);
        Ok::<_, Failure>(())
    })?;
    Ok(rotated)
}

fn waiting(office: &Office, rotated: &Rotated) -> Result<u64, Failure> {
    let count = office.store.read(|rx| rx.count_stale(rotated.key_id))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

fn add_key(office: &Office, by: &Caller, rotated: &mut Rotated) -> Result<(), Failure> {
    rotated.key_id = add_data_key(office, by)?;
    rotated.added = true;
    office.store.vault().renew();
    Ok(())
}

/// Goes once over every sealed column.
fn pass(
    office: &Office,
    rotated: &mut Rotated,
    progress: &mut dyn FnMut(Resealing) -> Result<(), Failure>,
) -> Result<(), Failure> {
    rotated.unreadable = 0;
    let mut at = Resealing {
        done: 0,
        total: waiting(office, rotated)?,
    };
    for start in SealedRow::starts() {
        let mut after = start;
        while let Some(last) = next(office, &after, rotated, &mut at)? {
            after = last;
            progress(at)?;
        }
    }
    Ok(())
}

/// Seals the next few values of a column in one transaction; returns the last, if there was one.
fn next(
    office: &Office,
    after: &SealedRow,
    rotated: &mut Rotated,
    at: &mut Resealing,
) -> Result<Option<SealedRow>, Failure> {
    let found = office
        .store
        .read(|rx| rx.stale(after, rotated.key_id, after.at_once()))?;
    let Some((last, _)) = found.last() else {
        return Ok(None);
    };
    let last = last.clone();
    let vault = office.store.vault();
    let mut fresh = Vec::with_capacity(found.len());
    for (row, old) in found {
        at.done += 1;
        let place = row.place();
        let opened = row
            .row_id()
            .and_then(|id| Some((id, vault.open(&place, id, &old).ok()?)));
        let Some((id, plain)) = opened else {
            rotated.unreadable += 1;
            continue;
        };
        let new = vault.seal(&place, id, &plain, &*office.randomness);
        fresh.push((row, old, new));
    }
    let changed = office.store.write(|tx| {
        let mut changed = 0;
        for (row, old, new) in &fresh {
            changed += u64::from(tx.reseal(row, old, new)?);
        }
        Ok::<_, Failure>(changed)
    })?;
    rotated.resealed += changed;
    Ok(Some(last))
}
