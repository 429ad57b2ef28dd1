//! The holder reads who asks, why, which fields and until when, and gives, refuses or takes back.

use serde_json::json;

use super::for_use;
use super::whose;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::flow::acting::Answering;
use crate::flow::acting::Matter;
use crate::flow::case::ConsentView;
use crate::flow::case::ask::request_digest;
use crate::flow::case::consent::Answer;
use crate::flow::case::consent::Content;
use crate::flow::case::consent::USE_MINUTES;
use crate::flow::case::consent::is_late;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::consents::ConsentRow;
use crate::store::ledger::Event;

/// Whether a code leads to a request for a use outside of our cases.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub(crate) fn is_for_use(office: &Office, code: &str) -> Result<bool, Failure> {
    let row = office
        .store
        .read(|rx| rx.consent_by_code(&request_digest(code)))?;
    Ok(row.is_some_and(|row| row.case_id.is_none()))
}

/// What a request asks.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder, [`Reason::NotFound`] for a code that
/// leads nowhere, [`Reason::OtherHolder`] when somebody else is asked, which is recorded for
/// whom it concerns.
pub(crate) fn read(office: &Office, code: &str, by: &Caller) -> Result<ConsentView, Failure> {
    let (row, _right) = own(office, code, by)?;
    view(office, &row)
}

/// Gives what is asked, or refuses it. The right to answer is asked in the transaction that
/// takes the answer in.
///
/// # Errors
///
/// Those of [`read`]; [`Reason::ConsentLate`] when the time is over, [`Reason::WrongStep`] when
/// it was answered. Nothing was disclosed then.
pub(crate) fn answer(
    office: &Office,
    code: &str,
    give: bool,
    by: &Caller,
) -> Result<ConsentView, Failure> {
    let now = office.clock.now();
    let (row, _right) = own(office, code, by)?;
    if is_late(&row, now) {
        return Err(Failure::refused(Reason::ConsentLate));
    }
    let state = if give {
        ConsentState::Given
    } else {
        ConsentState::Refused
    };
    let row = office.store.write(|tx| {
        let mut row = row.clone();
        row.expires_at = now.plus_secs(USE_MINUTES * 60).millis();
        settle(office, tx, row, (ConsentState::Asked, state), by)
    })?;
    view(office, &row)
}

/// Takes back what was given: nothing can be fetched by it any more.
///
/// # Errors
///
/// Those of [`read`], and [`Reason::WrongStep`] when it does not stand as given.
pub(crate) fn withdraw(office: &Office, code: &str, by: &Caller) -> Result<ConsentView, Failure> {
    let (row, _right) = own(office, code, by)?;
    let steps = (ConsentState::Given, ConsentState::Withdrawn);
    let row = office
        .store
        .write(|tx| settle(office, tx, row.clone(), steps, by))?;
    view(office, &row)
}

/// Takes a step with a request: signed, and recorded for whom it concerns.
fn settle(
    office: &Office,
    tx: &mut Tx<'_>,
    mut row: ConsentRow,
    (was, state): (ConsentState, ConsentState),
    by: &Caller,
) -> Result<ConsentRow, Failure> {
    let now = office.clock.now();
    let mut content = Content::open(office, &row)?;
    let right = answering(office, tx, (&row, &content), by)?;
    let index = whose(&row)?;
    let subjects = tx.subjects(&[index])?;
    let subject = subjects.get(&index).copied().unwrap_or_default();
    row.state = state.number();
    row.answered_at = Some(now.millis());
    let rights = [right];
    let answer = Answer {
        state,
        subject,
        rights: &rights,
    };
    content.sign(office, &row, &answer)?;
    content.seal(office, &mut row)?;
    row.due_at = None;
    if !tx.update_consent(&row, was.number())? {
        return Err(Failure::refused(Reason::WrongStep));
    }
    let items = content.asked.items.join("、");
    for right in &rights {
        right.tell(office, tx, (&items, &by.id))?;
    }
    let mut event = Event::new(EventKind::ConsentChanged, now, &by.id);
    event.agency = u32::try_from(row.agency).ok();
    event.subject = Some(subject);
    event.details = Some(json!({
        "consent": row.id, "step": state.name(), "items": content.asked.items,
        "cause": content.asked.cause, "case": content.asked.case,
    }));
    tx.record(event);
    Ok(row)
}

/// The request to which a code leads, and by what right the caller answers it. Whoever has none
/// is recorded for whom it concerns.
fn own(office: &Office, code: &str, by: &Caller) -> Result<(ConsentRow, Answering), Failure> {
    if by.role != Role::Holder {
        return Err(Failure::refused(Reason::Forbidden));
    }
    let (row, right) = office.store.read(|rx| {
        let row = rx.consent_by_code(&request_digest(code))?;
        let row = row.filter(|row| row.case_id.is_none());
        let row = row.ok_or(Failure::refused(Reason::NotFound))?;
        let content = Content::open(office, &row)?;
        let right = answering(office, rx, (&row, &content), by);
        Ok::<_, Failure>((row, right))
    })?;
    if let Err(Failure::Refused(why)) = &right {
        office.store.write(|tx| {
            let mut event = Event::new(EventKind::ConsentChanged, office.clock.now(), &by.id);
            event.subject = tx.subject_of(&whose(&row)?)?;
            event.details = Some(json!({"consent": row.id, "outcome": why.reason.code()}));
            tx.record(event);
            Ok::<_, Failure>(())
        })?;
    }
    Ok((row, right?))
}

/// By what right a caller answers.
fn answering(
    office: &Office,
    rx: &mut Rx<'_>,
    (row, content): (&ConsentRow, &Content),
    by: &Caller,
) -> Result<Answering, Failure> {
    let acting = by.holder.ok_or(Failure::refused(Reason::Forbidden))?;
    let wanted = for_use(content)?;
    let code = wanted.whose.as_deref().map(HolderCode::read).transpose();
    let code = code.map_err(|_why| Failure::Broken(format!("consent {}", row.id)))?;
    let material = content.asked.materials.first();
    let types: Vec<&str> = material.iter().map(|m| m.type_code.as_str()).collect();
    let item = content.asked.items.first().map_or("", String::as_str);
    let matter = Matter {
        shown_name: material.map_or("", |material| material.whose.as_str()),
        index: whose(row)?,
        code: code.as_ref(),
        items: &[(&wanted.item, item)],
        types: &types,
    };
    Answering::of(office, rx, (0, matter), &acting)
}

/// A request as its holder sees it.
fn view(office: &Office, row: &ConsentRow) -> Result<ConsentView, Failure> {
    let content = Content::open(office, row)?;
    let state = if is_late(row, office.clock.now()) {
        Some(ConsentState::Expired)
    } else {
        ConsentState::from_number(row.state)
    };
    Ok(ConsentView {
        state: state.map_or("", ConsentState::name),
        asked_at: crate::domain::time::Timestamp::from_millis(row.asked_at).to_string(),
        mode: ConsentMode::from_number(row.mode).name(),
        asked: content.asked,
        missing: Vec::new(),
        record: content.record,
    })
}
