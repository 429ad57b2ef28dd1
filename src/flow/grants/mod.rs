//! Grants: which agency may use which fields of which type for which item, by which ways, how
//! often and until when.
//!
//! Nothing is granted by default. What lets an agency do more takes two operators; what lets it
//! do less, and taking a grant away, takes one, at once.

mod propose;
pub mod report;
mod settle;
mod waiting;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::usage::Grant;
use crate::domain::usage::UseMode;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::grants::GrantRow;
use crate::store::ledger::Event;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

pub use propose::Proposed;
pub use propose::propose;
pub use propose::propose_once;
pub use settle::confirm;
pub use settle::confirm_once;
pub use settle::take;
pub use settle::take_once;
pub use settle::withdraw;
pub use settle::withdraw_once;
pub use waiting::GrantWaiting;
pub use waiting::waiting;

/// A grant as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantLine {
    /// Its number.
    pub id: i64,
    /// What it grants; it may have run out.
    pub grant: Grant,
}

/// Every grant, by agency, type and item; those that ran out, too.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn list(office: &Office) -> Result<Vec<GrantLine>, Failure> {
    let rows = office.store.read(|rx| rx.grants())?;
    let line = |row: &GrantRow| {
        let grant = granted(row)?;
        Ok(GrantLine { id: row.id, grant })
    };
    rows.iter().map(line).collect()
}

/// Gives a grant by two operators: proposed by the first and confirmed by the second, where it
/// takes a second. Returns its number.
///
/// # Errors
///
/// Those of [`propose`](propose()) and [`confirm`]; then it may wait for another second operator.
pub fn give_by_two(
    office: &Office,
    grant: &Grant,
    (first, second): (&Caller, &Caller),
) -> Result<i64, Failure> {
    match propose(office, grant, first)? {
        Proposed::InForce(id) => Ok(id),
        Proposed::Waits(id) => confirm(office, id, second),
    }
}

/// What a row grants.
pub(crate) fn granted(row: &GrantRow) -> Result<Grant, Failure> {
    let (fields, modes) = listed((&row.fields, &row.modes))
        .map_err(|why| Failure::Broken(format!("grant {}: {why}", row.id)))?;
    Ok(Grant {
        agency: read_number(row.agency),
        type_number: read_number(row.type_number),
        item: row.item.clone(),
        fields,
        modes,
        quota_per_day: read_number(row.quota_per_day),
        until: Timestamp::from_millis(row.until),
    })
}

/// The lists of a row, which are kept as JSON.
fn listed((fields, modes): (&str, &str)) -> serde_json::Result<(Vec<String>, Vec<UseMode>)> {
    Ok((serde_json::from_str(fields)?, serde_json::from_str(modes)?))
}

/// The same lists as they are kept.
fn written(grant: &Grant) -> Result<(String, String), Failure> {
    let broken = |why: serde_json::Error| Failure::Broken(why.to_string());
    let fields = serde_json::to_string(&grant.fields).map_err(broken)?;
    let modes = serde_json::to_string(&grant.modes).map_err(broken)?;
    Ok((fields, modes))
}

/// Puts a grant in force; returns its number.
fn put(tx: &mut Tx<'_>, grant: &Grant) -> Result<i64, Failure> {
    let id = tx.reserve("grant", 1)?;
    let (fields, modes) = written(grant)?;
    Ok(tx.put_grant(&GrantRow {
        id,
        agency: stored_number(grant.agency),
        type_number: stored_number(grant.type_number),
        item: grant.item.clone(),
        fields,
        modes,
        quota_per_day: stored_number(grant.quota_per_day),
        until: grant.until.millis(),
    })?)
}

/// The grant in force for the same agency, type and item as another.
fn in_force(rx: &mut Rx<'_>, of: &Grant, now: Timestamp) -> Result<Option<Grant>, Failure> {
    let row = rx.grant_for(of.agency, of.type_number, &of.item)?;
    let row = row.filter(|row| row.until > now.millis());
    row.as_ref().map(granted).transpose()
}

/// What a grant lets an agency do, so that two can be compared after they were stored.
#[derive(Serialize, Deserialize, PartialEq)]
struct Terms {
    fields: Vec<String>,
    modes: Vec<UseMode>,
    quota_per_day: u32,
    until: i64,
}

impl From<&Grant> for Terms {
    fn from(grant: &Grant) -> Self {
        Self {
            fields: grant.fields.clone(),
            modes: grant.modes.clone(),
            quota_per_day: grant.quota_per_day,
            until: grant.until.millis(),
        }
    }
}

fn operator(by: &Caller) -> Result<(), Failure> {
    match by.role {
        Role::Operator => Ok(()),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

/// Tells the ledger what became of a grant or of a proposal.
fn changed(
    tx: &mut Tx<'_>,
    office: &Office,
    (what, grant): (&str, &Grant),
    ids: &[(&str, i64)],
    (by, now): (&Caller, Timestamp),
) {
    let known = office.known();
    let of = known.type_numbered(grant.type_number);
    let mut details = json!({
        "what": what,
        "type": of.map(|of| of.definition.code.as_str()),
        "item": grant.item,
        "fields": grant.fields,
        "modes": grant.modes,
        "quota_per_day": grant.quota_per_day,
        "until": grant.until.to_string(),
    });
    for (name, id) in ids {
        if let Some(map) = details.as_object_mut() {
            map.insert((*name).to_owned(), Value::from(*id));
        }
    }
    let mut event = Event::new(EventKind::GrantChanged, now, &by.id);
    event.agency = Some(grant.agency);
    event.details = Some(details);
    tx.record(event);
}
