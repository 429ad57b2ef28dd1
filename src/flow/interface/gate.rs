//! The gate that every use passes, from what costs nothing to what asks the register.

use std::sync::Arc;

use super::UseRequest;
use super::ground::Ground;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::item::Item;
use crate::domain::item::ItemCode;
use crate::domain::problem::Reason;
use crate::domain::usage::Grant;
use crate::domain::usage::LONGEST_CAUSE;
use crate::domain::usage::stated;
use crate::flow::failure::Failure;
use crate::flow::grants::granted;
use crate::flow::office::Office;

/// What a system may be told, by what it says and its grant alone.
pub(super) struct Claimed {
    /// The agency that uses.
    pub(super) agency: u32,
    /// The item.
    pub(super) item: Arc<Item>,
    /// The grant it stands on.
    pub(super) grant: (i64, Grant),
    /// The fields that may be told.
    pub(super) fields: Vec<String>,
}

/// A use that was let through the gate, so far as it does not depend on whose certificate it is.
pub(super) struct Permit {
    /// What it says, and its grant.
    pub(super) claimed: Claimed,
    /// What authorises it.
    pub(super) ground: Ground,
}

/// The agency of a system.
///
/// # Errors
///
/// [`Reason::Forbidden`] for whoever is none.
pub(super) fn agency_of(by: &Caller) -> Result<u32, Failure> {
    match (by.role, by.agency) {
        (Role::System, Some(agency)) => Ok(agency),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

/// Takes what is said of a use, or says which piece is missing or wrong: the first in this order,
/// so that every piece has a code of its own.
///
/// # Errors
///
/// The refusal. Nothing was disclosed; recording it is the caller's part.
pub(super) fn claimed(
    office: &Office,
    request: &UseRequest<'_>,
    by: &Caller,
) -> Result<Claimed, Failure> {
    let agency = agency_of(by)?;
    let purpose = request.purpose;
    if stated(&purpose.cause, LONGEST_CAUSE).is_none() {
        return Err(Failure::refused(Reason::BadCause));
    }
    let item = item(office, &purpose.item, &purpose.item_name)?;
    let grant = grant(office, agency, request, &item)?;
    let fields = within(&grant.1, request.fields)?;
    Ok(Claimed {
        agency,
        item,
        grant,
        fields,
    })
}

/// Lets a use through: what is said is taken, and the evidence of its way holds.
///
/// # Errors
///
/// Those of [`claimed`], and the piece of evidence that is missing or wrong.
pub(super) fn admit(
    office: &Office,
    request: &UseRequest<'_>,
    by: &Caller,
) -> Result<Permit, Failure> {
    let mut claimed = claimed(office, request, by)?;
    let ground = Ground::of(office, request, &claimed)?;
    if let (Ground::Consent(given), []) = (&ground, request.fields) {
        claimed.fields.retain(|field| given.fields.contains(field));
    }
    Ok(Permit { claimed, ground })
}

/// The published item of a code and a name that fits it.
fn item(office: &Office, code: &str, name: &str) -> Result<Arc<Item>, Failure> {
    let unknown = || Failure::refused(Reason::UnknownItem);
    let code: ItemCode = code.trim().parse().map_err(|_why| unknown())?;
    let items = office.items()?;
    let item = items.item(&code).ok_or_else(unknown)?;
    if item.name == name.trim() {
        Ok(Arc::clone(item))
    } else {
        Err(Failure::refused(Reason::ItemDiffers))
    }
}

/// The grant for an item: its own, or that of the base item within it. Its own counts alone, also
/// once it has ended: otherwise whoever ends a narrower one would let more be seen.
fn grant(
    office: &Office,
    agency: u32,
    request: &UseRequest<'_>,
    item: &Item,
) -> Result<(i64, Grant), Failure> {
    let (own, base) = (item.code.to_string(), item.code.base().to_string());
    let now = office.clock.now().millis();
    let found = office.store.read(|rx| {
        let of = request.of.number;
        match rx.grant_for(agency, of, &own)? {
            Some(own) => Ok::<_, Failure>(Some(own)),
            None => Ok(rx.grant_for(agency, of, &base)?),
        }
    })?;
    let row = found.filter(|row| row.until > now);
    let row = row.ok_or(Failure::refused(Reason::NoGrant))?;
    let grant = granted(&row)?;
    if grant.modes.contains(&request.purpose.mode) {
        Ok((row.id, grant))
    } else {
        Err(Failure::refused(Reason::ModeNotGranted))
    }
}

/// The fields that may be told of those that are asked for: all that are granted if none is
/// named.
fn within(grant: &Grant, asked: &[String]) -> Result<Vec<String>, Failure> {
    if asked.is_empty() {
        return Ok(grant.fields.clone());
    }
    if asked.iter().all(|field| grant.fields.contains(field)) {
        Ok(asked.to_vec())
    } else {
        Err(Failure::refused(Reason::FieldNotGranted))
    }
}
