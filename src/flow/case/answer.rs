//! Answer a request: the holder reads who asks, why, which fields and until when, and gives,
//! refuses or takes back.

use serde::Serialize;

use super::acting::tell;
use super::ask::asked_at;
use super::ask::lapse;
use super::ask::request_digest;
use super::consent::Answer;
use super::consent::Content;
use super::consent::USE_MINUTES;
use super::consent::is_late;
use super::consent::left;
use super::consent::record;
use super::fetched::serve;
use super::kept::Kept;
use super::kept::refused;
use super::pending::holder;
use super::refusal::noted_of;
use super::served::Served;
use super::wanted::missing;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::case::Act;
use crate::domain::consent::Asked;
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::problem::Reason;
use crate::flow::acting::Answering;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::consents::ConsentRow;

/// A request as its holder sees it.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ConsentView {
    /// `asked`, `given`, `refused`, `expired` or `withdrawn`.
    pub state: &'static str,
    /// When it was asked.
    pub asked_at: String,
    /// `phone` or `online` where it is answered with yes or no, `case_code` where a yes gives a
    /// code for the case, `in_person`.
    pub mode: &'static str,
    /// Who asks, why, which fields, until when.
    pub asked: Asked,
    /// The names of materials of hers that a case asks for and for which there is no certificate
    /// in force, while she is asked.
    pub missing: Vec<String>,
    /// The signed record of the answer.
    pub record: Option<String>,
}

/// What a request asks.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder, [`Reason::NotFound`] for a code that
/// leads nowhere, [`Reason::OtherHolder`] when somebody else is asked.
pub fn read(office: &Office, code: &str, by: &Caller) -> Result<ConsentView, Failure> {
    let (row, _rights) = own(office, code, by)?;
    let mut view = view(office, &row)?;
    let is_open = row.state == ConsentState::Asked.number();
    if is_open && ConsentMode::from_number(row.mode) == ConsentMode::CaseCode {
        let kept = office.store.read(|rx| of_case(office, rx, &row))?;
        view.missing = missing(office, &kept, &holder(by)?)?;
    }
    Ok(view)
}

/// Gives what is asked, or refuses it. What is given serves at once.
///
/// # Errors
///
/// Those of [`read`]; [`Reason::ConsentLate`] after two minutes, [`Reason::WrongStep`] when it
/// was answered, [`Reason::CaseClosed`]. Nothing was disclosed then.
pub fn answer(
    office: &Office,
    code: &str,
    give: bool,
    by: &Caller,
) -> Result<ConsentView, Failure> {
    let now = office.clock.now();
    let (row, rights) = own(office, code, by)?;
    let row = office.store.write(|tx| {
        let mut kept = of_case(office, tx, &row)?;
        if is_late(&row, now) {
            return Ok(Err(lapse(office, tx, &mut kept, row.clone(), by)?));
        }
        if kept.case.is_closed() {
            return Err(Failure::refused(Reason::CaseClosed));
        }
        if give && ConsentMode::from_number(row.mode) == ConsentMode::CaseCode {
            let what = "it is given by a code for the case";
            return Err(Failure::because(Reason::WrongStep, what));
        }
        answered(office, tx, kept, row.clone(), (give, &rights), by).map(Ok)
    })?;
    match row {
        Ok(row) => view(office, &row),
        Err(_lapsed) => Err(Failure::refused(Reason::ConsentLate)),
    }
}

/// Takes back what was given: what is not waived yet can no longer be.
///
/// # Errors
///
/// Those of [`read`], and [`Reason::WrongStep`] when it does not stand as given.
pub fn withdraw(office: &Office, code: &str, by: &Caller) -> Result<ConsentView, Failure> {
    let now = office.clock.now();
    let (row, rights) = own(office, code, by)?;
    let row = office.store.write(|tx| {
        let mut row = row.clone();
        let mut kept = of_case(office, tx, &row)?;
        let mut content = Content::open(office, &row)?;
        for place in content.places() {
            let mine = |used: &crate::domain::case::Use| used.consent == Some(row.id);
            let gave = kept
                .case
                .material(place)
                .is_some_and(|m| m.uses.iter().any(mine));
            if gave && kept.case.can(place, &Act::Withdraw) {
                kept.case.act(place, &Act::Withdraw, now).map_err(refused)?;
                if let Some(material) = kept.case.materials.get_mut(place) {
                    material.uses.retain(|used| used.consent != Some(row.id));
                }
            }
        }
        if !kept.case.is_closed() {
            kept.put(office, tx)?;
        }
        content.served = Vec::new();
        row.state = ConsentState::Withdrawn.number();
        let subject = record(office, tx, &kept, &row, ConsentState::Withdrawn, by)?;
        let answer = Answer {
            state: ConsentState::Withdrawn,
            subject,
            rights: &rights,
        };
        content.sign(office, &row, &answer)?;
        content.seal(office, &mut row)?;
        if !tx.update_consent(&row, ConsentState::Given.number())? {
            return Err(Failure::refused(Reason::WrongStep));
        }
        Ok(row)
    })?;
    view(office, &row)
}

/// Takes an answer in: signed, recorded, and served from the register where it was yes.
pub(super) fn answered(
    office: &Office,
    tx: &mut Tx<'_>,
    mut kept: Kept,
    mut row: ConsentRow,
    (give, rights): (bool, &[Answering]),
    by: &Caller,
) -> Result<ConsentRow, Failure> {
    let now = office.clock.now();
    let mut content = Content::open(office, &row)?;
    let state = if give {
        ConsentState::Given
    } else {
        ConsentState::Refused
    };
    for place in content.places() {
        // What was decided meanwhile stays as it was decided.
        if !kept.case.can(place, &Act::Refuse(row.id)) {
            continue;
        }
        if give {
            let served = serve(office, tx, &mut kept, (content.person, place), row.id, by)?;
            settle(&mut kept, place, &served, office)?;
            content.served.push(served);
        } else {
            kept.case
                .act(place, &Act::Refuse(row.id), now)
                .map_err(refused)?;
        }
    }
    for answering in rights {
        tell(office, tx, &kept, (answering, &by.id))?;
    }
    kept.put(office, tx)?;
    row.state = state.number();
    row.answered_at = Some(now.millis());
    row.expires_at = now.plus_secs(USE_MINUTES * 60).millis();
    let subject = record(office, tx, &kept, &row, state, by)?;
    let answer = Answer {
        state,
        subject,
        rights,
    };
    content.sign(office, &row, &answer)?;
    content.seal(office, &mut row)?;
    if !tx.update_consent(&row, ConsentState::Asked.number())? {
        return Err(Failure::refused(Reason::WrongStep));
    }
    Ok(row)
}

/// A material for which nothing served is needed on paper, for the reason that was found; one
/// for which not all have served yet waits for the others.
fn settle(kept: &mut Kept, place: usize, served: &Served, office: &Office) -> Result<(), Failure> {
    let now = office.clock.now();
    let waits = kept.case.material(place).map(|m| m.state.clone());
    let Some(crate::domain::case::State::Waiting { consent }) = waits else {
        return Ok(());
    };
    let act = if served.outcome == "serves" {
        Act::Lapse(consent)
    } else {
        Act::Paper(left(served))
    };
    kept.case.act(place, &act, now).map_err(refused)
}

/// The request to which a code leads, and by what right the caller answers it.
pub(super) fn own(
    office: &Office,
    code: &str,
    by: &Caller,
) -> Result<(ConsentRow, Vec<Answering>), Failure> {
    let (Role::Holder, Some(holder)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    let (row, kept, rights) = office.store.read(|rx| {
        let row = rx.consent_by_code(&request_digest(code))?;
        let row = row.ok_or(Failure::refused(Reason::NotFound))?;
        let kept = of_case(office, rx, &row)?;
        let rights = Content::open(office, &row)?.rights(office, rx, &kept, &holder);
        Ok::<_, Failure>((row, kept, rights))
    })?;
    let rights = noted_of(office, &kept, &row, rights, by)?;
    Ok((row, rights))
}

pub(super) fn of_case(office: &Office, rx: &mut Rx<'_>, row: &ConsentRow) -> Result<Kept, Failure> {
    let case = row.case_id.map(|case| rx.case_by_id(case)).transpose()?;
    let case = case
        .flatten()
        .ok_or_else(|| Failure::Broken(format!("consent {}", row.id)))?;
    Kept::opened(office, case)
}

pub(super) fn view(office: &Office, row: &ConsentRow) -> Result<ConsentView, Failure> {
    let content = Content::open(office, row)?;
    let state = ConsentState::from_number(row.state);
    Ok(ConsentView {
        state: state.map_or("", ConsentState::name),
        asked_at: asked_at(row).to_string(),
        mode: ConsentMode::from_number(row.mode).name(),
        asked: content.asked,
        missing: Vec::new(),
        record: content.record,
    })
}
