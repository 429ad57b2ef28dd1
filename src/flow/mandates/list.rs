//! The mandates somebody gave, received, or has to confirm.

use std::collections::BTreeMap;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateKind;
use crate::domain::mandate::MandateStanding;
use crate::domain::mandate::Side;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::mandates::chain;
use crate::flow::mandates::parties::opened;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::store::Rx;
use crate::store::mandates::MandateRow;
use crate::store::stored::stored_number;

/// Mandates that are listed at once.
const MOST: i64 = 500;

/// A mandate as one of its sides, or an officer, reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct MandateLine {
    /// The mandate.
    pub mandate: Mandate,
    /// How it stands by itself.
    pub standing: MandateStanding,
    /// Whether everything above it is in force, too.
    pub chain_stands: bool,
    /// Whether the caller acts by it; otherwise they, or somebody they stand above, gave it.
    pub received: bool,
    /// Whether it waits for the caller.
    pub waits: bool,
    /// Who is acted for: an organisation's name, a person's masked.
    pub principal: String,
    /// Who acts, masked.
    pub agent: String,
}

/// The newest mandates of the caller, newest first: those received, those given, those that
/// hang on one of theirs, and for a representative all of the organisation. An officer reads
/// those that wait for a second officer of the agency, without anybody's number.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who can have none; [`Failure`] if one cannot be opened.
pub fn list(office: &Office, by: &Caller) -> Result<Vec<MandateLine>, Failure> {
    let now = office.clock.now();
    let found = office.store.read(|rx| {
        let rows = match (by.role, by.holder) {
            (Role::Window, _) => waiting(rx, by.agency.map(stored_number))?,
            (Role::Operator, _) => waiting(rx, None)?,
            (Role::Holder, Some(me)) => own(rx, &me)?,
            _ => return Err(Failure::refused(Reason::Forbidden)),
        };
        let chained = rows.into_values().rev().map(|row| {
            let links = chain(rx, &row)?;
            Ok::<_, Failure>((row, links))
        });
        chained.collect::<Result<Vec<_>, Failure>>()
    })?;
    let lines = found.into_iter().map(|(row, mut links)| {
        let Some(mandate) = links.pop() else {
            return Err(Failure::Broken(format!("mandate {} is no chain", row.id)));
        };
        line(office, &row, &links, mandate, by, now)
    });
    let lines: Vec<MandateLine> = lines.collect::<Result<_, Failure>>()?;
    if by.role != Role::Holder {
        Reading::of("mandates", lines.len()).record(office, by)?;
    }
    Ok(lines)
}

fn waiting(rx: &mut Rx<'_>, office: Option<i32>) -> Result<BTreeMap<i64, MandateRow>, Failure> {
    let rows = rx.mandates_waiting(Side::Office.stored(), office, MOST)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

fn own(rx: &mut Rx<'_>, me: &[u8; 32]) -> Result<BTreeMap<i64, MandateRow>, Failure> {
    let rows = rx.mandates_of(me, MOST)?;
    let mine: Vec<i64> = rows
        .iter()
        .filter(|row| row.agent_index == me)
        .map(|row| row.id)
        .collect();
    let mut all: BTreeMap<i64, MandateRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut level = mine;
    // Two levels: a chain is no deeper.
    for _ in 0..2 {
        let below = rx.mandates_below(&level, MOST)?;
        level = below.iter().map(|row| row.id).collect();
        all.extend(below.into_iter().map(|row| (row.id, row)));
    }
    Ok(all)
}

fn line(
    office: &Office,
    row: &MandateRow,
    above: &[Mandate],
    mandate: Mandate,
    by: &Caller,
    now: Timestamp,
) -> Result<MandateLine, Failure> {
    let parties = opened(office, row)?;
    let standing = mandate.standing(now);
    let received = by.holder == Some(mandate.agent);
    let giver = above.last().map_or(mandate.principal, |link| link.agent);
    let asked = match Side::from_stored(row.side) {
        Some(Side::Giver) => received,
        Some(Side::Agent) => by.holder == Some(giver),
        Some(Side::Office) => by.role != Role::Holder && by.id != row.proposed_by,
        None => false,
    };
    let whole = above
        .iter()
        .all(|link| link.standing(now) == MandateStanding::InForce);
    let rooted = above
        .first()
        .is_none_or(|first| first.parent.is_none() && first.kind != MandateKind::Clerk);
    Ok(MandateLine {
        standing,
        chain_stands: whole && rooted,
        received,
        waits: asked && standing == MandateStanding::Proposed,
        principal: parties.principal.displayed()?,
        agent: parties.agent.displayed()?,
        mandate,
    })
}
