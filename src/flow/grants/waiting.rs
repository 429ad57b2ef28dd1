//! The grants that wait for a second operator.

use super::listed;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::usage::Grant;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::grants::GrantProposalRow;
use crate::store::stored::read_number;

/// Proposals that are listed at once.
const MOST: i64 = 500;

/// A grant that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantWaiting {
    /// The proposal's number, by which it is confirmed or withdrawn.
    pub id: i64,
    /// What it would grant.
    pub grant: Grant,
    /// The id of the credential that proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Whether it waits for the caller: not if she proposed it.
    pub waits_for_you: bool,
}

/// The grants that wait for a second operator, oldest first.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is neither operator nor auditor; [`Failure`] if the register
/// cannot be read.
pub fn waiting(office: &Office, by: &Caller) -> Result<Vec<GrantWaiting>, Failure> {
    if !matches!(by.role, Role::Operator | Role::Auditor) {
        return Err(Failure::refused(Reason::Forbidden));
    }
    let rows = office.store.read(|rx| rx.grant_proposals_waiting(MOST))?;
    let line = |row: GrantProposalRow| {
        Ok(GrantWaiting {
            id: row.id,
            grant: proposed(&row)?,
            proposed_at: Timestamp::from_millis(row.proposed_at),
            waits_for_you: by.role == Role::Operator && row.proposed_by != by.id,
            proposed_by: row.proposed_by,
        })
    };
    rows.into_iter().map(line).collect()
}

/// What a proposal would grant.
pub(super) fn proposed(row: &GrantProposalRow) -> Result<Grant, Failure> {
    let (fields, modes) = listed((&row.fields, &row.modes))
        .map_err(|why| Failure::Broken(format!("grant proposal {}: {why}", row.id)))?;
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
