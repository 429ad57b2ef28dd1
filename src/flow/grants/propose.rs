//! Propose a grant: what narrows is in force at once, what widens waits for a second operator.

use super::Terms;
use super::changed;
use super::in_force;
use super::operator;
use super::put;
use super::written;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::usage::Grant;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::interface::fetchable;
use crate::flow::items::is_published;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::grants::GrantProposalRow;
use crate::store::grants::WAITING;
use crate::store::stored::stored_number;

/// What became of a grant that was proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// It narrows what was granted, and is in force, under this number.
    InForce(i64),
    /// It widens, and waits for a second operator, under this number of its own.
    Waits(i64),
}

/// Proposes a grant, in place of the one in force for the same agency, type and item.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is no operator, or when the agency is no user;
/// [`Reason::UnknownAgency`], [`Reason::UnknownType`]; [`Reason::UnknownItem`] for an item that is
/// not published, where items are; [`Reason::NoSuchField`] when the type has no such field;
/// [`Reason::BadRequest`] when something is missing or it has ended already.
pub fn propose(office: &Office, grant: &Grant, by: &Caller) -> Result<Proposed, Failure> {
    propose_once(office, grant, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`propose`], and [`Reason::KeyReused`].
pub fn propose_once(
    office: &Office,
    grant: &Grant,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<Proposed, Failure> {
    operator(by)?;
    let now = office.clock.now();
    let grant = good(office, grant, now)?;
    let work = |tx: &mut Tx<'_>| {
        let before = in_force(tx, &grant, now)?;
        let proposed = if grant.widens(before.as_ref()) {
            Proposed::Waits(wait(tx, &grant, before.as_ref(), (by, now))?)
        } else {
            Proposed::InForce(put(tx, &grant)?)
        };
        let (what, id) = match proposed {
            Proposed::Waits(id) => ("proposed", ("proposal", id)),
            Proposed::InForce(id) => ("narrowed", ("grant", id)),
        };
        changed(tx, office, (what, &grant), &[id], (by, now));
        Ok((proposed, proposed.reference()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, Proposed::of_reference, work))
}

impl Proposed {
    fn reference(self) -> String {
        match self {
            Self::InForce(id) => format!("grant {id}"),
            Self::Waits(id) => format!("proposal {id}"),
        }
    }

    fn of_reference(text: &str) -> Result<Self, Failure> {
        let read = |prefix: &str| text.strip_prefix(prefix)?.parse().ok();
        let found = read("grant ").map(Self::InForce);
        found
            .or_else(|| read("proposal ").map(Self::Waits))
            .ok_or_else(|| Failure::Broken("a request without its grant".to_owned()))
    }
}

/// A grant with every field and mode once, if everything that it names is there.
pub(super) fn good(office: &Office, grant: &Grant, now: Timestamp) -> Result<Grant, Failure> {
    let bad =
        |why: crate::domain::usage::BadGrant| Failure::because(Reason::BadRequest, why.to_string());
    let grant = grant.checked(now).map_err(bad)?;
    let known = office.known();
    let agency = known.agencies.get(&grant.agency);
    let agency = agency.ok_or(Failure::refused(Reason::UnknownAgency))?;
    if !agency.user {
        let what = "the agency is no user of certificates";
        return Err(Failure::because(Reason::Forbidden, what));
    }
    let of = known.type_numbered(grant.type_number);
    let of = of.ok_or(Failure::refused(Reason::UnknownType))?;
    if let Some(unknown) = grant.fields.iter().find(|field| !fetchable(of, field)) {
        return Err(Failure::because(Reason::NoSuchField, unknown.as_str()));
    }
    if !is_published(office, &grant.item)? {
        return Err(Failure::because(Reason::UnknownItem, grant.item.as_str()));
    }
    Ok(grant)
}

fn wait(
    tx: &mut Tx<'_>,
    grant: &Grant,
    before: Option<&Grant>,
    (by, now): (&Caller, Timestamp),
) -> Result<i64, Failure> {
    let id = tx.reserve("grant_proposal", 1)?;
    let (fields, modes) = written(grant)?;
    let against = before.map(|before| serde_json::to_string(&Terms::from(before)));
    let against = against.transpose();
    tx.insert_grant_proposal(&GrantProposalRow {
        id,
        agency: stored_number(grant.agency),
        type_number: stored_number(grant.type_number),
        item: grant.item.clone(),
        fields,
        modes,
        quota_per_day: stored_number(grant.quota_per_day),
        until: grant.until.millis(),
        against: against.map_err(|why| Failure::Broken(why.to_string()))?,
        proposed_by: by.id.clone(),
        proposed_at: now.millis(),
        state: WAITING,
        settled_by: None,
        settled_at: None,
    })?;
    Ok(id)
}
