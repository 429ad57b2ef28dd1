//! Confirm, withdraw or refuse a grant that waits, and take one away.

use super::Terms;
use super::changed;
use super::granted;
use super::in_force;
use super::operator;
use super::propose::good;
use super::put;
use super::waiting::proposed;
use crate::domain::account::account_number;
use crate::domain::caller::Caller;
use crate::domain::item::ItemCode;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::usage::Grant;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::grants::CONFIRMED;
use crate::store::grants::GrantProposalRow;
use crate::store::grants::REFUSED;
use crate::store::grants::WAITING;
use crate::store::grants::WITHDRAWN;

/// Puts a grant in force that another operator proposed; returns its number.
///
/// # Errors
///
/// [`Reason::SecondPerson`] for the credential that proposed it, and for one that was given only
/// afterwards; [`Reason::GrantSettled`] when it does not wait any more; [`Reason::GrantMoved`]
/// when what is in force is no longer what it was proposed against; [`Reason::NotFound`]; those of
/// [`propose`](super::propose()) when what it names is no longer there.
pub fn confirm(office: &Office, id: i64, by: &Caller) -> Result<i64, Failure> {
    confirm_once(office, id, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`confirm`], and [`Reason::KeyReused`].
pub fn confirm_once(
    office: &Office,
    id: i64,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<i64, Failure> {
    operator(by)?;
    let now = office.clock.now();
    let row = office.store.read(|rx| rx.grant_proposal(id))?;
    let row = row.ok_or(Failure::refused(Reason::NotFound))?;
    // What a proposal says never changes, only how it stands; and the items are read on another
    // connection than the transaction's.
    let grant = good(office, &proposed(&row)?, now);
    let again = |id: &str| {
        let id = id.parse();
        id.map_err(|_why| Failure::Broken("a confirmation without its grant".to_owned()))
    };
    let work = |tx: &mut Tx<'_>| {
        let row = waits(tx, id)?;
        second(tx, &row, by)?;
        let grant = grant?;
        if !still(&row, in_force(tx, &grant, now)?.as_ref())? {
            return Err(Failure::refused(Reason::GrantMoved));
        }
        settle(tx, id, CONFIRMED, (by, now))?;
        let given = put(tx, &grant)?;
        let ids = [("grant", given), ("proposal", id)];
        changed(tx, office, ("given", &grant), &ids, (by, now));
        Ok((given, given.to_string()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))
}

/// Ends a proposal without effect: who proposed it takes it back, any other operator refuses it.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is no operator; [`Reason::GrantSettled`] when it does not wait any
/// more; [`Reason::NotFound`].
pub fn withdraw(office: &Office, id: i64, by: &Caller) -> Result<(), Failure> {
    withdraw_once(office, id, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`withdraw`], and [`Reason::KeyReused`].
pub fn withdraw_once(
    office: &Office,
    id: i64,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    operator(by)?;
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        let row = waits(tx, id)?;
        let (state, what) = if row.proposed_by == by.id {
            (WITHDRAWN, "withdrawn")
        } else {
            (REFUSED, "refused")
        };
        settle(tx, id, state, (by, now))?;
        let grant = proposed(&row)?;
        changed(tx, office, (what, &grant), &[("proposal", id)], (by, now));
        Ok(())
    })
}

/// Takes a grant away, at once. Where the base item's would then show more, it is ended and stays, so
/// that the base item's does not count for the item: that takes a grant for it, by two operators.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is no operator; [`Reason::NotFound`].
pub fn take(office: &Office, id: i64, by: &Caller) -> Result<(), Failure> {
    take_once(office, id, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`take`], and [`Reason::KeyReused`].
pub fn take_once(
    office: &Office,
    id: i64,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    operator(by)?;
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        let row = tx.grant(id)?.ok_or(Failure::refused(Reason::NotFound))?;
        let mut grant = granted(&row)?;
        if base_shows_more(tx, &grant, now)? {
            grant.until = grant.until.min(now);
            put(tx, &grant)?;
        } else {
            tx.remove_grant(id)?;
        }
        changed(tx, office, ("taken", &grant), &[("grant", id)], (by, now));
        Ok(())
    })
}

/// Whether the base item's grant would let an agency do more for an item, were the item's own gone.
fn base_shows_more(rx: &mut Rx<'_>, own: &Grant, now: Timestamp) -> Result<bool, Failure> {
    let Ok(code) = own.item.parse::<ItemCode>() else {
        return Ok(false);
    };
    let of_base = Grant {
        item: code.base().to_string(),
        ..own.clone()
    };
    let Some(base) = in_force(rx, &of_base, now)? else {
        return Ok(false);
    };
    let for_item = Grant {
        item: own.item.clone(),
        ..base
    };
    Ok(for_item.widens(Some(own).filter(|own| own.until > now)))
}

fn waits(rx: &mut Rx<'_>, id: i64) -> Result<GrantProposalRow, Failure> {
    let row = rx.grant_proposal(id)?;
    let row = row.ok_or(Failure::refused(Reason::NotFound))?;
    if row.state == WAITING {
        Ok(row)
    } else {
        Err(Failure::refused(Reason::GrantSettled))
    }
}

/// Whoever confirms comes with another credential, and not with one that was made for it.
fn second(rx: &mut Rx<'_>, row: &GrantProposalRow, by: &Caller) -> Result<(), Failure> {
    let given = match account_number(&by.id) {
        // Who gave an account another password could be both.
        Some(account) => rx.account(account)?.map(|row| row.changed_at),
        None => rx.credential(&by.id)?.map(|line| line.created_at),
    };
    if row.proposed_by == by.id || given.is_some_and(|at| at > row.proposed_at) {
        return Err(Failure::refused(Reason::SecondPerson));
    }
    Ok(())
}

/// Whether what is in force now is what a grant was proposed against.
fn still(row: &GrantProposalRow, now: Option<&Grant>) -> Result<bool, Failure> {
    let broken = |why| Failure::Broken(format!("grant proposal {}: {why}", row.id));
    let against: Option<Terms> = match &row.against {
        Some(text) => Some(serde_json::from_str(text).map_err(broken)?),
        None => None,
    };
    Ok(against == now.map(Terms::from))
}

fn settle(
    tx: &mut Tx<'_>,
    id: i64,
    state: i16,
    (by, now): (&Caller, Timestamp),
) -> Result<(), Failure> {
    if tx.settle_grant_proposal(id, state, (now, &by.id))? {
        Ok(())
    } else {
        Err(Failure::refused(Reason::GrantSettled))
    }
}
