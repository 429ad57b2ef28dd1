//! The orders that wait for a second officer.

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::guardian::OrderKind;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::guardians::of;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::store::guardian_orders::OrderRow;
use crate::store::stored::stored_number;

/// Orders that are listed at once.
const MOST: i64 = 200;

/// An order that waits, as an officer reads it: without anybody's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// Its number.
    pub id: i64,
    /// What it would do.
    pub kind: OrderKind,
    /// The first day it would count.
    pub from: Day,
    /// The child's name, masked.
    pub child: String,
    /// The guardian's name, masked.
    pub guardian: String,
    /// Whether the caller may confirm it: not the one who proposed it.
    pub waits: bool,
}

/// The orders of the officer's agency that wait for a second officer, oldest first; an
/// operator reads all.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an officer; [`Failure`] if one cannot be read.
pub fn waiting(office: &Office, by: &Caller) -> Result<Vec<OrderLine>, Failure> {
    let agency = match by.role {
        Role::Operator => None,
        Role::Window => by.agency.map(stored_number),
        _ => return Err(Failure::refused(Reason::Forbidden)),
    };
    let rows = office
        .store
        .read(|rx| rx.guardian_orders_waiting(agency, MOST))?;
    let lines: Vec<OrderLine> = rows
        .iter()
        .map(|row| line(office, row, by))
        .collect::<Result<_, Failure>>()?;
    Reading::of("orders", lines.len()).record(office, by)?;
    Ok(lines)
}

fn line(office: &Office, row: &OrderRow, by: &Caller) -> Result<OrderLine, Failure> {
    let broken = || Failure::Broken(format!("order {} cannot be read", row.id));
    let child = <[u8; 32]>::try_from(row.child_index.as_slice());
    let child = of(
        office,
        &child.map_err(|_long| broken())?,
        office.clock.now(),
    )?;
    let about = |index: &[u8; 32]| row.guardian_index == index;
    let guardian = child.guardians.iter().find(|g| about(&g.index));
    Ok(OrderLine {
        id: row.id,
        kind: OrderKind::from_stored(row.what).ok_or_else(broken)?,
        from: Timestamp::from_millis(row.at).day(),
        guardian: guardian.map(|g| g.name.clone()).unwrap_or_default(),
        child: child.name,
        waits: row.proposed_by != by.id,
    })
}
