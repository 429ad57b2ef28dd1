//! Rebind: a newborn's certificate gets the identity number the child was given later.
//!
//! The signed bytes stay as they are: they say what was known at birth. That the child is now
//! found by its own number is an event of the register.

use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::holder::HolderCodeType;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::flow::change_status::owned;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::holders::HolderRole;
use crate::store::ledger::Event;
use crate::store::stored::read_number;

/// Binds a certificate whose holder had no number (type 999) to the citizen number it has now.
///
/// # Errors
///
/// [`Reason::NotFound`]; [`Reason::WrongStep`] when its holder has a number already, on its
/// face or by an earlier rebinding; [`Reason::BadRequest`] when the code is no citizen number.
pub fn rebind(
    office: &Office,
    identifier: &CertificateIdentifier,
    child: &HolderCode,
    cause: &str,
    by: &Caller,
) -> Result<(), Failure> {
    rebind_once(office, identifier, child, cause, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`rebind`], and [`Reason::KeyReused`].
pub fn rebind_once(
    office: &Office,
    identifier: &CertificateIdentifier,
    child: &HolderCode,
    cause: &str,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    if child.kind() != HolderCodeType::CITIZEN {
        return Err(Failure::because(
            Reason::BadRequest,
            "only to a citizen identity number",
        ));
    }
    if cause.trim().is_empty() || cause.chars().count() > 200 {
        let said = Said::of("fault", "reason_needed");
        return Err(Failure::saying(
            Reason::BadCause,
            "no cause, or a long one",
            said,
        ));
    }
    let row = owned(office, identifier, by)?;
    let facts = Register::of(office).facts(&row)?;
    let kind = facts
        .get("holder_code_type")
        .and_then(serde_json::Value::as_str);
    if kind != Some(HolderCodeType::OTHER_PERSON.to_string().as_str()) {
        return Err(Failure::saying(
            Reason::WrongStep,
            "its holder has a number of their own",
            Said::of("fault", "holder_has_number"),
        ));
    }
    let index = holder_index(office.store.vault(), child);
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.is_some() {
            return Ok(());
        }
        let people = tx.holders_of(row.id)?;
        if people
            .iter()
            .any(|p| p.role == HolderRole::Rebound.stored())
        {
            return Err(Failure::saying(
                Reason::WrongStep,
                "it was bound to a number before",
                Said::of("fault", "bound_before"),
            ));
        }
        tx.add_holder(
            row.id,
            read_number(row.type_number),
            HolderRole::Rebound,
            &index,
        )?;
        let subjects = tx.subjects(&[index])?;
        let mut event = Event::new(EventKind::Rebound, now, &by.id);
        event.agency = Some(read_number(row.issuer));
        event.certificate = Some(row.id);
        event.subject = subjects.get(&index).copied();
        // A rebinding is replayed by `ledger verify`: the index it made stands in the chain.
        event.digest = Some(index);
        event.details = Some(json!({"cause": cause.trim()}));
        tx.record(event);
        Ok(())
    })
}
