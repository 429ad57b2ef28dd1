//! Propose a mandate: one side says who is to act for whom, in what, until when.

mod check;

use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateKind;
use crate::domain::mandate::MandateState;
use crate::domain::mandate::Refusal;
use crate::domain::mandate::Scope;
use crate::domain::mandate::Side;
use crate::domain::mandate::fits_below;
use crate::domain::notice::NoticeFacts;
use crate::domain::notice::NoticeKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::mandates::chain;
use crate::flow::mandates::parties::Party;
use crate::flow::mandates::parties::Sealed;
use crate::flow::mandates::parties::SealedParty;
use crate::flow::mandates::parties::written;
use crate::flow::notices;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::mandates::MandateRow;
use crate::store::mandates::PARTIES;
use crate::store::mandates::PROPOSED;
use crate::store::stored::stored_number;

/// Proposals of one credential in a day that may wait at once: who is asked must not be
/// flooded.
const MOST_WAITING: i64 = 50;

/// A mandate as one side wants it.
pub struct Proposal<'a> {
    /// What whoever acts will be.
    pub kind: MandateKind,
    /// Who is acted for: for a clerk, and an agent of hers, the organisation.
    pub principal: &'a Party,
    /// Who will act.
    pub agent: &'a Party,
    /// The mandate it hangs on, for a clerk or an organisation's agent; found where the caller
    /// acts by one that fits.
    pub under: Option<i64>,
    /// In which matters.
    pub scope: &'a Scope,
    /// From when; at once if left out.
    pub from: Option<Timestamp>,
    /// The first moment it is no longer good.
    pub until: Timestamp,
    /// What an officer has before her: licence, identity card, the registrar's record. At most
    /// 200 characters, kept sealed.
    pub basis: Option<&'a str>,
}

/// Proposes a mandate. It is good for nothing until the other side confirms it.
///
/// An officer proposes in person who represents an organisation, or who helps a person that has
/// no phone, and a second officer confirms. An organisation's own credential proposes its
/// representative where the register has a registration certificate that names them. All others
/// give what they have, or ask for it.
///
/// # Errors
///
/// [`Reason::BadRequest`] for what does not fit together, [`Reason::BadCause`] for an officer
/// without a basis, [`Reason::UnknownType`]; [`Reason::NoProof`]; [`Reason::GuardianNeeded`]
/// where the principal is below 14; the reason of a [`Refusal`] when it does not fit below what
/// it hangs on; [`Reason::TooMany`]; [`Reason::KeyReused`]. Nothing was proposed then.
pub fn propose(office: &Office, proposal: &Proposal<'_>, by: &Caller) -> Result<i64, Failure> {
    propose_once(office, proposal, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`propose`].
pub fn propose_once(
    office: &Office,
    proposal: &Proposal<'_>,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<i64, Failure> {
    let now = office.clock.now();
    check::proposal(office, proposal, by, now)?;
    let vault = office.store.vault();
    let principal = holder_index(vault, &proposal.principal.code);
    let agent = holder_index(vault, &proposal.agent.code);
    let mandate = Mandate {
        id: 0,
        kind: proposal.kind,
        parent: None,
        principal,
        agent,
        scope: proposal.scope.clone(),
        // From today means from now: nothing was allowed before somebody asked.
        from: proposal.from.map_or(now, |from| from.max(now)),
        until: proposal.until,
        state: MandateState::Proposed,
    };
    let sealed = Sealed {
        principal: SealedParty::of(proposal.principal),
        agent: SealedParty::of(proposal.agent),
        basis: proposal.basis.map(|text| text.trim().to_owned()),
    };
    let facts = NoticeFacts {
        who: sealed.agent.displayed()?,
        whom: sealed.principal.displayed()?,
        kind: proposal.kind.name().to_owned(),
        when: proposal.until.to_string(),
        ..NoticeFacts::default()
    };
    let text = json!(sealed).to_string();
    let of_person = !proposal.principal.code.kind().is_organisation();
    let is_first = proposal.kind == MandateKind::Representative
        || (proposal.kind == MandateKind::Agent && of_person);
    let work = |tx: &mut Tx<'_>| {
        if tx.proposals_by(&by.id, now.plus_secs(-86_400))? >= MOST_WAITING {
            return Err(Failure::refused(Reason::TooMany));
        }
        let placed = place(tx, (&mandate, is_first), proposal.under, by, now)?;
        let id = tx.reserve("mandate", 1)?;
        let sealed = vault.seal(&PARTIES, id, text.as_bytes(), &*office.randomness);
        tx.insert_mandate(&MandateRow {
            id,
            kind: mandate.kind.stored(),
            parent: placed.parent,
            principal_index: principal.to_vec(),
            agent_index: agent.to_vec(),
            items: written(&mandate.scope.items),
            types: written(&mandate.scope.types),
            valid_from: mandate.from.millis(),
            until: mandate.until.millis(),
            side: placed.side.stored(),
            state: PROPOSED,
            office: by.agency.map(stored_number),
            proposed_at: now.millis(),
            proposed_by: by.id.clone(),
            confirmed_at: None,
            confirmed_by: None,
            ended_at: None,
            ended_by: None,
            key_id: stored_key_id(sealed.key_id),
            sealed: sealed.bytes,
        })?;
        changed(tx, principal, ("proposed", id, mandate.kind), by, now)?;
        let facts = NoticeFacts {
            about: Some(id),
            ..facts.clone()
        };
        let other = match placed.side {
            Side::Giver => Some(agent),
            Side::Agent => Some(placed.giver),
            Side::Office => None,
        };
        let told = (NoticeKind::MandateProposed, &facts);
        let at = (now, by.id.as_str());
        notices::tell(tx, office, told, other.as_slice(), at)?;
        Ok((id, id.to_string()))
    };
    let again = |id: &str| {
        let id = id.parse();
        id.map_err(|_why| Failure::Broken("a request without its mandate".to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))
}

/// Where a mandate hangs, who gives it, and which side the caller is.
struct Placed {
    parent: Option<i64>,
    giver: [u8; 32],
    side: Side,
}

fn place(
    rx: &mut Rx<'_>,
    (new, is_first): (&Mandate, bool),
    under: Option<i64>,
    by: &Caller,
    now: Timestamp,
) -> Result<Placed, Failure> {
    let refuse = |why: Refusal| Failure::refused(why.reason());
    if by.role != Role::Holder {
        fits_below(&[], new, now).map_err(refuse)?;
        return Ok(Placed {
            parent: None,
            giver: new.principal,
            side: Side::Office,
        });
    }
    let me = by.holder.ok_or(Failure::refused(Reason::Forbidden))?;
    let above = match under {
        Some(id) => {
            let row = rx.mandate(id)?;
            // One of another principal is as good as none.
            let row = row.filter(|row| row.principal_index == new.principal);
            let row = row.ok_or_else(|| refuse(Refusal::NoMandate))?;
            chain(rx, &row)?
        }
        None if is_first && (me == new.principal || me == new.agent) => Vec::new(),
        None => return by_own(rx, new, me, now),
    };
    let parent = above.last().map(|link| link.id);
    let giver = above.last().map_or(new.principal, |link| link.agent);
    let side = if me == giver {
        Side::Giver
    } else if me == new.agent {
        Side::Agent
    } else {
        return Err(refuse(Refusal::NoMandate));
    };
    let hung = Mandate {
        parent,
        ..new.clone()
    };
    fits_below(&above, &hung, now).map_err(refuse)?;
    Ok(Placed {
        parent,
        giver,
        side,
    })
}

/// Hangs it on the caller's own mandate: the newest that it fits below.
fn by_own(rx: &mut Rx<'_>, new: &Mandate, me: [u8; 32], now: Timestamp) -> Result<Placed, Failure> {
    let mut nearest = Refusal::NoMandate;
    for row in rx.mandates_between(&new.principal, &me, super::MOST)? {
        let hung = Mandate {
            parent: Some(row.id),
            ..new.clone()
        };
        match fits_below(&chain(rx, &row)?, &hung, now) {
            Ok(()) => {
                return Ok(Placed {
                    parent: hung.parent,
                    giver: me,
                    side: Side::Giver,
                });
            }
            Err(why) => nearest = nearest.max(why),
        }
    }
    Err(Failure::refused(nearest.reason()))
}

/// Tells the ledger what became of a mandate.
pub(super) fn changed(
    tx: &mut Tx<'_>,
    principal: [u8; 32],
    (what, id, kind): (&str, i64, MandateKind),
    by: &Caller,
    now: Timestamp,
) -> Result<(), Failure> {
    let subjects = tx.subjects(&[principal])?;
    let mut event = Event::new(EventKind::MandateChanged, now, &by.id);
    event.agency = by.agency;
    event.subject = subjects.get(&principal).copied();
    event.details = Some(json!({"mandate": id, "what": what, "kind": kind.name()}));
    tx.record(event);
    Ok(())
}
