//! Confirm a mandate by its other side, or end it by either.

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStanding;
use crate::domain::mandate::Side;
use crate::domain::mandate::fits_below;
use crate::domain::notice::NoticeFacts;
use crate::domain::notice::NoticeKind;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::mandates::chain;
use crate::flow::mandates::parties::opened;
use crate::flow::mandates::propose::changed;
use crate::flow::notices;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::mandates::MandateRow;
use crate::store::stored::stored_number;

/// Mandates below one that are told of its end.
const MOST_BELOW: i64 = 1000;

/// Confirms a mandate that the other side proposed. It is good from then on, or from the time
/// it names.
///
/// # Errors
///
/// [`Reason::NotFound`] for a mandate that the caller has no part in; [`Reason::NotConfirmed`]
/// for the side that proposed it, which cannot say yes for the other; [`Reason::SecondPerson`]
/// for the officer who proposed it; [`Reason::MandateStep`] when it does not wait for a yes;
/// the reason of a refusal when what it hangs on was ended meanwhile; [`Reason::KeyReused`].
pub fn confirm(office: &Office, id: i64, by: &Caller) -> Result<(), Failure> {
    confirm_once(office, id, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`confirm`].
pub fn confirm_once(
    office: &Office,
    id: i64,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        let found = Found::by(tx, id, by)?;
        let mandate = found.last();
        match (found.side, found.as_side(by)) {
            (Side::Office, Some(Side::Office)) if found.row.proposed_by == by.id => {
                return Err(Failure::refused(Reason::SecondPerson));
            }
            (Side::Office, Some(Side::Office)) | (Side::Giver, Some(Side::Agent)) => {}
            // Whoever stands further above may end it, but it is not theirs to give.
            (Side::Agent, Some(Side::Giver)) if by.holder == Some(found.giver()) => {}
            _ => return Err(Failure::refused(Reason::NotConfirmed)),
        }
        if mandate.standing(now) == MandateStanding::Expired {
            return Err(Failure::refused(Reason::MandateEnded));
        }
        if mandate.state.confirm(now).is_err() {
            return Err(Failure::refused(Reason::MandateStep));
        }
        fits_below(found.above(), mandate, now).map_err(|why| Failure::refused(why.reason()))?;
        if !tx.confirm_mandate(id, now, &by.id)? {
            return Err(Failure::refused(Reason::MandateStep));
        }
        let what = ("confirmed", id, mandate.kind);
        changed(tx, mandate.principal, what, by, now)?;
        let facts = facts(office, &found.row, mandate)?;
        let to = found.told(by);
        let told = (NoticeKind::MandateGiven, &facts);
        notices::tell(tx, office, told, &to, (now, &by.id))?;
        Ok(())
    })
}

/// Ends a mandate, or declines one that waits: either side may, whoever stands above in its
/// chain, and for what officers recorded an officer. All that hangs on it ends with it.
///
/// # Errors
///
/// [`Reason::NotFound`] for a mandate that the caller has no part in; [`Reason::MandateStep`]
/// when it was ended before; [`Reason::KeyReused`].
pub fn end(office: &Office, id: i64, by: &Caller) -> Result<(), Failure> {
    end_once(office, id, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`end`].
pub fn end_once(
    office: &Office,
    id: i64,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        let found = Found::by(tx, id, by)?;
        let mandate = found.last();
        if mandate.state.revoke(now).is_err() || !tx.end_mandate(id, now, &by.id)? {
            return Err(Failure::refused(Reason::MandateStep));
        }
        changed(tx, mandate.principal, ("ended", id, mandate.kind), by, now)?;
        let own = facts(office, &found.row, mandate)?;
        let at = (now, by.id.as_str());
        let told = (NoticeKind::MandateEnded, &own);
        notices::tell(tx, office, told, &found.told(by), at)?;
        for below in below(tx, id)? {
            let facts = facts(office, &below, &super::read(&below)?)?;
            let agent = <[u8; 32]>::try_from(below.agent_index.as_slice());
            let told = (NoticeKind::ChainBroken, &facts);
            notices::tell(tx, office, told, agent.ok().as_slice(), at)?;
        }
        Ok(())
    })
}

/// Everything that hangs on a mandate and is not ended by itself.
fn below(rx: &mut Rx<'_>, id: i64) -> Result<Vec<MandateRow>, Failure> {
    let mut all = Vec::new();
    let mut level = vec![id];
    while !level.is_empty() {
        let rows = rx.mandates_below(&level, MOST_BELOW)?;
        level = rows.iter().map(|row| row.id).collect();
        let alive = |row: &MandateRow| row.state == crate::store::mandates::CONFIRMED;
        all.extend(rows.into_iter().filter(alive));
    }
    Ok(all)
}

/// A mandate that the caller has a part in, with the chain it ends.
struct Found {
    row: MandateRow,
    links: Vec<Mandate>,
    last: Mandate,
    side: Side,
}

impl Found {
    fn by(tx: &mut Tx<'_>, id: i64, by: &Caller) -> Result<Self, Failure> {
        let hidden = || Failure::refused(Reason::NotFound);
        let row = tx.mandate(id)?.ok_or_else(hidden)?;
        let side = Side::from_stored(row.side);
        let mut links = chain(tx, &row)?;
        let (Some(side), Some(last)) = (side, links.pop()) else {
            return Err(Failure::Broken(format!("mandate {id} cannot be read")));
        };
        let found = Self {
            row,
            links,
            last,
            side,
        };
        if found.as_side(by).is_none() {
            return Err(hidden());
        }
        Ok(found)
    }

    fn last(&self) -> &Mandate {
        &self.last
    }

    fn above(&self) -> &[Mandate] {
        &self.links
    }

    fn giver(&self) -> [u8; 32] {
        let above = self.links.last();
        above.map_or(self.last.principal, |link| link.agent)
    }

    /// Which side the caller is; none for a stranger. Whoever stands further above, and the
    /// organisation itself, is on the giver's side when it is to be ended, and only then.
    fn as_side(&self, by: &Caller) -> Option<Side> {
        match by.role {
            Role::Operator => (self.side == Side::Office).then_some(Side::Office),
            Role::Window => {
                let own = self.row.office == by.agency.map(stored_number);
                let colleague = own || self.row.office.is_none();
                (self.side == Side::Office && colleague).then_some(Side::Office)
            }
            Role::Holder => {
                let me = by.holder?;
                if me == self.last.agent {
                    return Some(Side::Agent);
                }
                let above = self.links.iter().any(|link| link.agent == me);
                (above || me == self.last.principal).then_some(Side::Giver)
            }
            _ => None,
        }
    }

    /// Whom to tell what the caller did: both sides, but for the caller.
    fn told(&self, by: &Caller) -> Vec<[u8; 32]> {
        let mut all = vec![self.last.agent, self.giver()];
        all.dedup();
        all.retain(|index| Some(*index) != by.holder);
        all
    }
}

fn facts(office: &Office, row: &MandateRow, mandate: &Mandate) -> Result<NoticeFacts, Failure> {
    let parties = opened(office, row)?;
    Ok(NoticeFacts {
        who: parties.agent.displayed()?,
        whom: parties.principal.displayed()?,
        about: Some(mandate.id),
        kind: mandate.kind.name().to_owned(),
        when: mandate.until.to_string(),
        ..NoticeFacts::default()
    })
}
