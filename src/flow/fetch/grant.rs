//! Whether a fetch is granted, and the record of one that is refused.

use serde_json::json;

use super::FetchRequest;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::ledger::Event;

pub(super) fn check(
    office: &Office,
    request: &FetchRequest<'_>,
    agency: u32,
) -> Result<Vec<String>, Failure> {
    let stated = |text: &str, most: usize| {
        let text = text.trim();
        !text.is_empty() && text.chars().count() <= most
    };
    let good =
        stated(request.cause, 200) && stated(request.case_number, 64) && stated(request.item, 64);
    if !good {
        return Err(Failure::refused(Reason::BadCause));
    }
    let none = || Failure::refused(Reason::NoGrant);
    let grant = office
        .store
        .read(|rx| rx.grant_for(agency, request.of.number, request.item))?
        .filter(|grant| grant.until > office.clock.now().millis())
        .ok_or_else(none)?;
    let granted: Vec<String> =
        serde_json::from_str(&grant.fields).map_err(|why| Failure::Broken(why.to_string()))?;
    if request.fields.is_empty() {
        return Ok(granted);
    }
    if request.fields.iter().all(|field| granted.contains(field)) {
        Ok(request.fields.to_vec())
    } else {
        Err(none())
    }
}

pub(super) fn record_refusal(
    office: &Office,
    request: &FetchRequest<'_>,
    by: &Caller,
    reason: Reason,
) -> Result<(), Failure> {
    let cut = |text: &str| text.chars().take(200).collect::<String>();
    let now = office.clock.now();
    office.store.write(|tx| {
        let mut event = Event::new(EventKind::FetchRefused, now, &by.id);
        event.agency = by.agency;
        event.details = Some(json!({
            "type": request.of.definition.code,
            "item": cut(request.item),
            "case": cut(request.case_number),
            "cause": cut(request.cause),
            "fields": request.fields.iter().take(64).collect::<Vec<_>>(),
            "reason": reason.code(),
        }));
        tx.record(event);
        Ok(())
    })
}
