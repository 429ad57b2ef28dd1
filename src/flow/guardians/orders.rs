//! Record an order about a guardian: a revocation, a custody order, a restoration. One officer
//! proposes it with the number of the paper, a second one confirms it, and then it counts.

use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::guardian::OrderKind;
use crate::domain::holder::HolderCode;
use crate::domain::notice::NoticeFacts;
use crate::domain::notice::NoticeKind;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::guardians;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::notices;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::guardian_orders::ORDER;
use crate::store::guardian_orders::OrderRow;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::stored::sealed;
use crate::store::stored::stored_number;

/// An order as an officer has it before her.
pub struct NewOrder<'a> {
    /// The child, by a code that the register knows it under.
    pub child: &'a HolderCode,
    /// The guardian it is about: whose right it takes or gives back.
    pub guardian: &'a HolderCode,
    /// What it does.
    pub kind: OrderKind,
    /// The first day it counts; today if left out.
    pub from: Option<Day>,
    /// The number of the paper, in at most 200 characters, kept sealed.
    pub reference: &'a str,
}

/// What an order's row keeps sealed.
#[derive(Deserialize, Serialize)]
struct Sealed {
    /// The child's code, as `type:number`.
    child: String,
    /// The guardian's.
    guardian: String,
    reference: String,
}

/// Whether the sealed people are those whose indexes stand beside them.
pub(crate) fn people_fit(office: &Office, row: &OrderRow) -> bool {
    let vault = office.store.vault();
    let opened = || {
        let value = sealed(row.key_id, row.sealed.clone());
        let text = vault.open(&ORDER, row.id, &value).ok()?;
        let people: Sealed = serde_json::from_slice(&text).ok()?;
        let index = |written: &str| {
            let code = HolderCode::read(written).ok()?;
            Some(holder_index(vault, &code).to_vec())
        };
        Some((index(&people.child)?, index(&people.guardian)?))
    };
    opened() == Some((row.child_index.clone(), row.guardian_index.clone()))
}

/// The number of the paper of an order.
pub(crate) fn reference(office: &Office, row: &OrderRow) -> Result<String, Failure> {
    let value = sealed(row.key_id, row.sealed.clone());
    let text = office.store.vault().open(&ORDER, row.id, &value)?;
    let opened: Sealed = serde_json::from_slice(&text)
        .map_err(|_why| Failure::Broken(format!("order {} cannot be read", row.id)))?;
    Ok(opened.reference)
}

/// Proposes an order; it counts for nothing until a second officer confirms it. Returns its
/// number.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an officer; [`Reason::BadCause`] without the number of
/// the paper; [`Reason::NoGuardian`] when the register knows no such guardian of the child;
/// [`Reason::KeyReused`].
pub fn propose_once(
    office: &Office,
    order: &NewOrder<'_>,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<i64, Failure> {
    officer(by)?;
    let reference = order.reference.trim();
    if reference.is_empty() || reference.chars().count() > 200 {
        let said = Said::of("fault", "reference_needed");
        return Err(Failure::saying(
            Reason::BadCause,
            "no reference, or a long one",
            said,
        ));
    }
    let vault = office.store.vault();
    let now = office.clock.now();
    let child = holder_index(vault, order.child);
    let guardian = holder_index(vault, order.guardian);
    let known = guardians::of(office, &child, now)?;
    if !known.guardians.iter().any(|g| g.index == guardian) {
        return Err(Failure::refused(Reason::NoGuardian));
    }
    let text = json!(Sealed {
        child: order.child.written(),
        guardian: order.guardian.written(),
        reference: reference.to_owned(),
    })
    .to_string();
    let work = |tx: &mut Tx<'_>| {
        let id = tx.reserve("guardian_order", 1)?;
        let sealed = vault.seal(&ORDER, id, text.as_bytes(), &*office.randomness);
        tx.insert_guardian_order(&OrderRow {
            id,
            child_index: child.to_vec(),
            guardian_index: guardian.to_vec(),
            what: order.kind.stored(),
            at: order.from.map_or(now, Day::start).millis(),
            agency: by.agency.map(stored_number),
            proposed_at: now.millis(),
            proposed_by: by.id.clone(),
            confirmed_at: None,
            confirmed_by: None,
            key_id: stored_key_id(sealed.key_id),
            sealed: sealed.bytes,
        })?;
        changed(tx, child, "proposed", (id, order.kind), by, now)?;
        Ok((id, id.to_string()))
    };
    let again = |id: &str| {
        let id = id.parse();
        id.map_err(|_why| Failure::Broken("a request without its order".to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))
}

/// Confirms an order that another officer proposed. From then on it counts, and the guardian
/// it is about and the others are told.
///
/// # Errors
///
/// [`Reason::Forbidden`]; [`Reason::NotFound`], also for an officer of another agency;
/// [`Reason::SecondPerson`] for the one who proposed it; [`Reason::MandateStep`] when it was
/// confirmed before; [`Reason::KeyReused`].
pub fn confirm_once(
    office: &Office,
    id: i64,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    officer(by)?;
    let hidden = || Failure::refused(Reason::NotFound);
    let row = office.store.read(|rx| rx.guardian_order(id))?;
    let row = row.filter(|row| may_see(row, by)).ok_or_else(hidden)?;
    if row.proposed_by == by.id {
        return Err(Failure::refused(Reason::SecondPerson));
    }
    let kind = OrderKind::from_stored(row.what);
    let index = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).ok();
    let (Some(kind), Some(child), Some(guardian)) =
        (kind, index(&row.child_index), index(&row.guardian_index))
    else {
        return Err(Failure::Broken(format!("order {id} cannot be read")));
    };
    let now = office.clock.now();
    let known = guardians::of(office, &child, now)?;
    let about = known.guardians.iter().find(|g| g.index == guardian);
    let facts = NoticeFacts {
        who: about.map(|g| g.name.clone()).unwrap_or_default(),
        whom: known.name.clone(),
        about: Some(id),
        kind: kind.name().to_owned(),
        when: Timestamp::from_millis(row.at).day().to_string(),
        ..NoticeFacts::default()
    };
    let others: Vec<[u8; 32]> = known.others(&guardian).collect();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        if !tx.confirm_guardian_order(id, now, &by.id)? {
            return Err(Failure::refused(Reason::MandateStep));
        }
        changed(tx, child, "confirmed", (id, kind), by, now)?;
        let at = (now, by.id.as_str());
        let own = (NoticeKind::OwnOrder, &facts);
        notices::tell(tx, office, own, &[guardian], at)?;
        let told = (NoticeKind::GuardianOrder, &facts);
        notices::tell(tx, office, told, &others, at)?;
        Ok(())
    })
}

/// Takes an order back that nobody has confirmed yet: it counts for nothing, and its people and
/// the number of its paper are forgotten; that it was proposed and withdrawn stays in the ledger.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but the officer who proposed it; [`Reason::NotFound`], also
/// for an officer of another agency; [`Reason::MandateStep`] once it is confirmed;
/// [`Reason::KeyReused`].
pub fn withdraw_once(
    office: &Office,
    id: i64,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    officer(by)?;
    let now = office.clock.now();
    office.store.write(|tx| {
        // First of all: what was withdrawn before is no longer there to be found.
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        let row = tx.guardian_order(id)?.filter(|row| may_see(row, by));
        let row = row.ok_or(Failure::refused(Reason::NotFound))?;
        if row.proposed_by != by.id {
            return Err(Failure::refused(Reason::Forbidden));
        }
        let kind = OrderKind::from_stored(row.what);
        let child = <[u8; 32]>::try_from(row.child_index.as_slice());
        let (Some(kind), Ok(child)) = (kind, child) else {
            return Err(Failure::Broken(format!("order {id} cannot be read")));
        };
        if !tx.delete_guardian_order(id)? {
            return Err(Failure::refused(Reason::MandateStep));
        }
        changed(tx, child, "withdrawn", (id, kind), by, now)
    })
}

/// Whether an order is of an officer's own agency, or an operator's.
fn may_see(row: &OrderRow, by: &Caller) -> bool {
    let colleague = by.role == Role::Operator || row.agency == by.agency.map(stored_number);
    colleague || row.agency.is_none()
}

fn officer(by: &Caller) -> Result<(), Failure> {
    match by.role {
        Role::Window | Role::Operator => Ok(()),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

fn changed(
    tx: &mut Tx<'_>,
    child: [u8; 32],
    what: &str,
    (id, kind): (i64, OrderKind),
    by: &Caller,
    now: Timestamp,
) -> Result<(), Failure> {
    let subjects = tx.subjects(&[child])?;
    let mut event = Event::new(EventKind::GuardianChanged, now, &by.id);
    event.agency = by.agency;
    event.subject = subjects.get(&child).copied();
    event.details = Some(json!({"order": id, "what": what, "kind": kind.name()}));
    tx.record(event);
    Ok(())
}
