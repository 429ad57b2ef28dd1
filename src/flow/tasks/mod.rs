//! Tasks for issuers: confirm what a window could not find, mend what an applicant says is wrong.

mod ask;
mod kind;
mod withdraw;

pub(crate) use ask::ask;
pub(crate) use ask::tell_not_me;
pub use kind::TaskKind;
pub use kind::TaskState;
pub(crate) use withdraw::withdraw_checks;

use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::case::Act;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::case::kept::Kept;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;
use crate::store::tasks::TASK;
use crate::store::tasks::TaskRow;

/// The most tasks of one list.
const MOST: i64 = 200;

/// What is asked and answered, as it is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    material: String,
    type_code: Option<String>,
    identifier: Option<String>,
    name: String,
    code: String,
    note: String,
    answer: Option<String>,
}

/// A task as its issuer sees it.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct TaskView {
    /// Its number.
    pub id: i64,
    /// `check`, `correction` or `not_me`.
    pub kind: &'static str,
    /// `open`, `confirmed`, `denied` or `withdrawn`.
    pub state: &'static str,
    /// The material it is about.
    pub material: String,
    /// The type of certificate.
    pub type_code: Option<String>,
    /// The certificate.
    pub identifier: Option<String>,
    /// Whose, by name.
    pub name: String,
    /// And by code, as `type:number`.
    pub code: String,
    /// What the window wrote.
    pub note: String,
    /// What the issuer answered.
    pub answer: Option<String>,
    /// When it was opened.
    pub opened_at: String,
}

/// The open tasks of a caller's agency, oldest first.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no issuer.
pub fn list(office: &Office, by: &Caller) -> Result<Vec<TaskView>, Failure> {
    let agency = stored_number(issuer(by)?);
    let open = TaskState::Open.number();
    let rows = office
        .store
        .read(|rx| Ok::<_, Failure>(rx.tasks_of(agency, open, MOST)?))?;
    let tasks: Vec<TaskView> = rows
        .into_iter()
        .map(|row| told(office, &row))
        .collect::<Result<_, Failure>>()?;
    Reading::of("tasks", tasks.len()).record(office, by)?;
    Ok(tasks)
}

/// How many tasks no issuer has answered yet.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn waiting(office: &Office) -> Result<i64, Failure> {
    let open = TaskState::Open.number();
    office
        .store
        .read(|rx| Ok::<_, Failure>(rx.count_tasks(open)?))
}

/// Answers a task: whether it is so. A material that waits for a check is waived or needed on
/// paper by that, unless its case was closed meanwhile.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is none or it is another agency's; [`Reason::WrongStep`]
/// when it was answered; [`Reason::BadCause`] for an answer that is blank or too long.
pub fn answer(
    office: &Office,
    id: i64,
    (confirmed, text): (bool, &str),
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    let agency = issuer(by)?;
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 1000 {
        return Err(Failure::refused(Reason::BadCause));
    }
    let now = office.clock.now();
    let work = |tx: &mut Tx<'_>| {
        let found = tx.task(id)?.filter(|row| read_number(row.agency) == agency);
        let mut row = found.ok_or(Failure::refused(Reason::NotFound))?;
        let mut content = opened(office, &row)?;
        content.answer = Some(text.to_owned());
        row.state = if confirmed {
            TaskState::Confirmed.number()
        } else {
            TaskState::Denied.number()
        };
        row.answered_at = Some(now.millis());
        row.answered_by = Some(by.id.clone());
        seal(office, &mut row, &content)?;
        if !tx.update_task(&row, TaskState::Open.number())? {
            return Err(Failure::refused(Reason::WrongStep));
        }
        tell_the_case(office, tx, &row, confirmed, now)?;
        let mut event = Event::new(EventKind::TaskChanged, now, &by.id);
        event.agency = Some(agency);
        event.certificate = row.certificate_id;
        event.details = Some(json!({"task": id, "step": TaskState::name(row.state)}));
        tx.record(event);
        Ok(((), String::new()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))
}

fn tell_the_case(
    office: &Office,
    tx: &mut Tx<'_>,
    row: &TaskRow,
    confirmed: bool,
    now: Timestamp,
) -> Result<(), Failure> {
    let (Some(case), Some(place)) = (row.case_id, row.material) else {
        return Ok(());
    };
    let (Some(found), Ok(place)) = (tx.case_by_id(case)?, usize::try_from(place)) else {
        return Ok(());
    };
    let mut kept = Kept::opened(office, found)?;
    let act = Act::Answer {
        task: row.id,
        confirmed,
    };
    if kept.case.act(place, &act, now).is_ok() {
        kept.put(office, tx)?;
    }
    Ok(())
}

fn issuer(by: &Caller) -> Result<u32, Failure> {
    match (by.role, by.agency) {
        (Role::Issuer, Some(agency)) => Ok(agency),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

fn seal(office: &Office, row: &mut TaskRow, content: &Content) -> Result<(), Failure> {
    let text = serde_json::to_vec(content).map_err(|why| Failure::Broken(why.to_string()))?;
    let vault = office.store.vault();
    let sealed = vault.seal(&TASK, row.id, &text, &*office.randomness);
    row.key_id = stored_key_id(sealed.key_id);
    row.sealed = sealed.bytes;
    Ok(())
}

fn opened(office: &Office, row: &TaskRow) -> Result<Content, Failure> {
    let text = office.store.vault().open(&TASK, row.id, &row.sealed())?;
    serde_json::from_slice(&text).map_err(|why| Failure::Broken(format!("task {}: {why}", row.id)))
}

/// A task, opened.
pub(crate) fn told(office: &Office, row: &TaskRow) -> Result<TaskView, Failure> {
    let content = opened(office, row)?;
    Ok(TaskView {
        id: row.id,
        kind: TaskKind::from_number(row.kind).map_or("", TaskKind::name),
        state: TaskState::name(row.state),
        material: content.material,
        type_code: content.type_code,
        identifier: content.identifier,
        name: content.name,
        code: content.code,
        note: content.note,
        answer: content.answer,
        opened_at: Timestamp::from_millis(row.opened_at).to_string(),
    })
}
