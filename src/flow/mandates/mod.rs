//! Mandates: propose, confirm, end and list who may act for whom, and decide whether somebody
//! may now.
//!
//! The face that other flows need is [`authority`], or [`authority_in`] inside the transaction
//! that relies on it; [`told`] puts the chain into words for receipts and logs.

mod list;
mod parties;
mod propose;
mod settle;

pub use list::MandateLine;
pub use list::list;
pub use parties::Party;
pub(crate) use parties::displayed;
pub(crate) use parties::parties_fit;
pub(crate) use parties::standing;
pub use propose::Proposal;
pub use propose::propose;
pub use propose::propose_once;
pub use settle::confirm;
pub use settle::confirm_once;
pub use settle::end;
pub use settle::end_once;

use crate::domain::mandate::Authority;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::Refusal;
use crate::domain::mandate::may_act;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::mandates::parties::opened;
use crate::flow::mandates::parties::read;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::mandates::MandateRow;

/// Mandates between the same two that are looked at, the newest first.
const MOST: i64 = 200;

/// Links that are climbed: one more than are allowed, so that a longer chain shows as one.
const CLIMBED: usize = 4;

/// Whether somebody may act for somebody in a matter at a time, and by which chain.
///
/// `principal` and `acting` are blind indexes of codes
/// ([`holder_index`](crate::flow::issue::holder_index)); `item` is the code of an item or base
/// item, `type_code` that of the certificate's type where one is used. `Ok(Err(..))` says why
/// not: of several mandates, the one that comes nearest. Who acts for themselves needs no
/// mandate, and guardians have [`crate::flow::guardians::authority`].
///
/// # Errors
///
/// [`Failure`] if it could not be found out.
pub fn authority(
    office: &Office,
    principal: &[u8; 32],
    acting: &[u8; 32],
    item: &str,
    type_code: Option<&str>,
    now: Timestamp,
) -> Result<Result<Authority, Refusal>, Failure> {
    let ask = |rx: &mut Rx<'_>| authority_in(rx, principal, acting, item, type_code, now);
    office.store.read(ask)
}

/// The same in a transaction, so that a mandate that is ended at the same moment counts as one
/// or the other.
///
/// # Errors
///
/// As [`authority`].
pub fn authority_in(
    rx: &mut Rx<'_>,
    principal: &[u8; 32],
    acting: &[u8; 32],
    item: &str,
    type_code: Option<&str>,
    now: Timestamp,
) -> Result<Result<Authority, Refusal>, Failure> {
    let mut nearest = Refusal::NoMandate;
    for row in rx.mandates_between(principal, acting, MOST)? {
        match may_act(&chain(rx, &row)?, item, type_code, now) {
            Ok(authority) => return Ok(Ok(authority)),
            Err(why) => nearest = nearest.max(why),
        }
    }
    Ok(Err(nearest))
}

/// A link of a chain in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkTold {
    /// The mandate's number.
    pub mandate: i64,
    /// `representative`, `clerk` or `agent`.
    pub kind: &'static str,
    /// Who acts by it, masked.
    pub name: String,
    /// The first moment it is no longer good.
    pub until: Timestamp,
}

/// The chain of an authority as a receipt or a log names it, from the principal's side.
///
/// # Errors
///
/// [`Failure`] if a link cannot be opened.
pub fn told(office: &Office, authority: &Authority) -> Result<Vec<LinkTold>, Failure> {
    office.store.read(|rx| told_in(office, rx, authority))
}

/// The same in a transaction.
pub(crate) fn told_in(
    office: &Office,
    rx: &mut Rx<'_>,
    authority: &Authority,
) -> Result<Vec<LinkTold>, Failure> {
    let links = authority.links().iter().map(|link| {
        let row = rx.mandate(link.mandate)?;
        let row = row.ok_or_else(|| Failure::Broken(format!("no mandate {}", link.mandate)))?;
        Ok(LinkTold {
            mandate: link.mandate,
            kind: link.kind.name(),
            name: opened(office, &row)?.agent.displayed()?,
            until: link.until,
        })
    });
    links.collect()
}

/// The chain that ends in a mandate, from the link that the principal gave.
fn chain(rx: &mut Rx<'_>, last: &MandateRow) -> Result<Vec<Mandate>, Failure> {
    let mut links = vec![read(last)?];
    let mut above = last.parent;
    while let Some(id) = above {
        // A parent that is not there leaves a chain whose first link names one: no mandate.
        let Some(row) = rx.mandate(id)? else { break };
        links.push(read(&row)?);
        above = row.parent;
        if links.len() >= CLIMBED {
            break;
        }
    }
    links.reverse();
    Ok(links)
}
