//! The open cases that ask something of somebody, and the one that she means.

use std::collections::BTreeMap;

use serde::Serialize;

use super::kept::Kept;
use super::wanted::wanted;
use crate::codec::presented::case_number;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::cases::CaseRow;
use crate::store::holders::HolderRole;
use crate::store::stored::read_number;

/// The most cases of one person that are looked through, and people for whom she may act.
const MOST: i64 = 50;

/// The last digits of a case's number that are enough where she is named.
const SHORT: usize = 6;

/// An open case that asks something of whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PendingCase {
    /// Its number.
    pub number: String,
    /// The last six digits, which are enough for her.
    pub short: String,
    /// The agency whose window has it.
    pub agency: String,
    /// The names of its items.
    pub items: Vec<String>,
    /// When it was opened.
    pub opened_at: String,
}

/// The open cases that ask something of the caller, or of somebody for whom she may act; newest
/// first.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder.
pub fn pending(office: &Office, by: &Caller) -> Result<Vec<PendingCase>, Failure> {
    let me = holder(by)?;
    let known = office.known();
    let mut all = Vec::new();
    for row in office.store.read(|rx| concerning(rx, &me))? {
        let kept = Kept::opened(office, row)?;
        let asks = wanted(office, &kept, &me)?;
        if asks.is_ok_and(|wanted| !wanted.pieces.is_empty()) {
            let agency = known.agencies.get(&read_number(kept.row.agency));
            all.push(PendingCase {
                short: short(&kept.row.number).to_owned(),
                agency: agency.map(|agency| agency.name.clone()).unwrap_or_default(),
                items: kept.case.items.iter().map(|i| i.name.clone()).collect(),
                opened_at: Timestamp::from_millis(kept.row.opened_at).to_string(),
                number: kept.row.number,
            });
        }
    }
    Ok(all)
}

/// The case that somebody means by its number, by what the window's screen shows, or, where it
/// names her, by its last six digits.
///
/// # Errors
///
/// [`Reason::NotOfCase`] where there is none, which is also what strangers to a case are told.
pub(super) fn meant(office: &Office, text: &str, me: &[u8; 32]) -> Result<Kept, Failure> {
    let hosts = std::slice::from_ref(&office.settings.code_host);
    let nobody = || Failure::refused(Reason::NotOfCase);
    let number = case_number(text, hosts).ok_or_else(nobody)?;
    let row = office.store.read(|rx| {
        if number.len() > SHORT {
            return Ok::<_, Failure>(rx.case(&number)?);
        }
        let own = concerning(rx, me)?;
        let fits = |row: &CaseRow| short(&row.number) == number;
        Ok(own.into_iter().find(fits))
    })?;
    Kept::opened(office, row.ok_or_else(nobody)?)
}

/// Who asks as a holder.
pub(super) fn holder(by: &Caller) -> Result<[u8; 32], Failure> {
    match (by.role, by.holder) {
        (Role::Holder, Some(holder)) => Ok(holder),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

/// The open cases that name her, a child of hers, or whoever mandated her; newest first.
/// Whether she may act there is asked of each.
fn concerning(rx: &mut Rx<'_>, me: &[u8; 32]) -> Result<Vec<CaseRow>, Failure> {
    let mut whose = vec![*me];
    let mut add = |index: Vec<u8>| {
        if let Ok(index) = <[u8; 32]>::try_from(index)
            && !whose.contains(&index)
        {
            whose.push(index);
        }
    };
    for (row, role) in rx.certificates_of_holder(me, None, MOST)? {
        if role == HolderRole::Guardian {
            let people = rx.holders_of(row.id)?.into_iter();
            let children = people.filter(|p| p.role != HolderRole::Guardian.stored());
            children.for_each(|child| add(child.holder_index));
        }
    }
    for row in rx.mandates_of(me, MOST)? {
        if row.agent_index == me {
            add(row.principal_index);
        }
    }
    let mut open = BTreeMap::new();
    for index in whose {
        let cases = rx.cases_of(&index, MOST)?.into_iter();
        open.extend(cases.filter(|c| c.closed_at.is_none()).map(|c| (c.id, c)));
    }
    Ok(open.into_values().rev().collect())
}

fn short(number: &str) -> &str {
    let from = number.len().saturating_sub(SHORT);
    number.get(from..).unwrap_or(number)
}
