//! Whether a consent covers what a query wants.

use super::super::UseRequest;
use super::super::gate::Claimed;
use super::super::ground::Consented;
use super::for_use;
use super::whose;
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::problem::Reason;
use crate::domain::usage::UseMode;
use crate::flow::case::consent::Content;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::stored::stored_number;

/// The consent by which a query may fetch: given to this agency, by this way, for this type, item
/// and at least these fields, and not more than half an hour ago.
///
/// # Errors
///
/// [`Reason::ConsentMissing`] where there is none for this, which is also what is said of another
/// agency's; [`Reason::ConsentOpen`], [`Reason::ConsentRefused`], [`Reason::ConsentWithdrawn`],
/// [`Reason::ConsentLate`]; [`Reason::OverAsking`] for a field that she was not asked for.
pub(in crate::flow::interface) fn given(
    office: &Office,
    request: &UseRequest<'_>,
    claimed: &Claimed,
) -> Result<Consented, Failure> {
    let missing = || Failure::refused(Reason::ConsentMissing);
    let consent = request.purpose.consent.ok_or_else(missing)?;
    let row = office.store.read(|rx| rx.consent(consent))?;
    let agency = stored_number(claimed.agency);
    let row = row.filter(|row| row.agency == agency && row.case_id.is_none());
    let row = row.ok_or_else(missing)?;
    let mode = match ConsentMode::from_number(row.mode) {
        ConsentMode::Phone => UseMode::Shown,
        ConsentMode::Online => UseMode::Online,
        ConsentMode::InPerson | ConsentMode::CaseCode => return Err(missing()),
    };
    let content = Content::open(office, &row)?;
    let asked_for = for_use(&content)?;
    let material = content.asked.materials.first();
    let same = mode == request.purpose.mode
        && asked_for.item == claimed.item.code.to_string()
        && material.is_some_and(|material| material.type_code == request.of.definition.code);
    if !same {
        return Err(missing());
    }
    let now = office.clock.now().millis();
    let reason = match ConsentState::from_number(row.state) {
        Some(ConsentState::Given) if now < row.expires_at => None,
        Some(ConsentState::Asked) if now < row.expires_at => Some(Reason::ConsentOpen),
        Some(ConsentState::Refused) => Some(Reason::ConsentRefused),
        Some(ConsentState::Withdrawn) => Some(Reason::ConsentWithdrawn),
        _ => Some(Reason::ConsentLate),
    };
    if let Some(reason) = reason {
        return Err(Failure::refused(reason));
    }
    let covered = |field: &String| asked_for.fields.contains(field);
    if !request.fields.iter().all(covered) {
        return Err(Failure::refused(Reason::OverAsking));
    }
    Ok(Consented {
        request: consent,
        holder: whose(&row)?,
        fields: asked_for.fields.clone(),
    })
}

/// Asks again, in the transaction of the use record, whether a consent stands as given.
///
/// # Errors
///
/// [`Reason::ConsentWithdrawn`] if it was taken back meanwhile.
pub(in crate::flow::interface) fn still_given(
    rx: &mut Rx<'_>,
    consent: i64,
) -> Result<(), Failure> {
    let given = ConsentState::Given.number();
    let stands = rx.consent(consent)?.is_some_and(|row| row.state == given);
    if stands {
        Ok(())
    } else {
        Err(Failure::refused(Reason::ConsentWithdrawn))
    }
}
