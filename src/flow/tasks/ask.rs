//! Ask an issuer.

use serde_json::Value;
use serde_json::json;

use super::Content;
use super::TaskKind;
use super::TaskState;
use super::seal;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::flow::case::kept::Kept;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;
use crate::store::ledger::Event;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;
use crate::store::tasks::TaskRow;

/// Asks the issuer of a material's certificate; gives the task's number.
///
/// # Errors
///
/// [`Reason::NotAllowed`] when there is no such issuer.
pub(crate) fn ask(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    place: usize,
    kind: TaskKind,
    note: &str,
    by: &Caller,
) -> Result<i64, Failure> {
    let Some(material) = kept.case.material(place) else {
        return Err(Failure::refused(Reason::NotFound));
    };
    let used = material.uses.last();
    let person = used.map(|used| used.person);
    let person = person.or_else(|| kept.case.people_of(material).first().copied());
    let person = person.and_then(|place| kept.case.people.get(place));
    // An issuer that says "it is so" tells as much as a certificate: of nobody whom the case does
    // not concern.
    let Some(person) = person.filter(|person| person.is_proven(material.whose)) else {
        let what = "nobody of the case is proven to be whom this is about";
        return Err(Failure::because(Reason::Unproven, what));
    };
    let row = used
        .map(|used| tx.certificate(used.certificate))
        .transpose()?
        .flatten();
    let agency = match &row {
        Some(row) => Some(read_number(row.issuer)),
        None => issuer_for(office, kept, material.certificate_type.as_deref()),
    };
    let Some(agency) = agency else {
        return Err(Failure::because(
            Reason::NotAllowed,
            "nobody here issues it",
        ));
    };
    let content = Content {
        material: material.name.clone(),
        type_code: material.certificate_type.clone(),
        identifier: used.map(|used| used.identifier.clone()),
        name: person.name.clone(),
        code: person.code.written(),
        note: note.trim().to_owned(),
        answer: None,
    };
    let id = tx.reserve("task", 1)?;
    let mut task = TaskRow {
        id,
        kind: kind.number(),
        agency: stored_number(agency),
        case_id: Some(kept.row.id),
        material: i16::try_from(place).ok(),
        certificate_id: row.map(|row| row.id),
        state: TaskState::Open.number(),
        opened_at: office.clock.now().millis(),
        opened_by: by.id.clone(),
        answered_at: None,
        answered_by: None,
        key_id: 0,
        sealed: Vec::new(),
    };
    put(office, tx, &mut task, &content, (agency, kind), by)?;
    Ok(id)
}

/// The agency nearest to the case's that may issue a type: of the same division, else any.
fn issuer_for(office: &Office, kept: &Kept, type_code: Option<&str>) -> Option<u32> {
    let known = office.known();
    let definition = &known.newest.get(type_code?)?.definition;
    let here = known.agencies.get(&read_number(kept.row.agency))?.division;
    let departments = definition.issuing_departments();
    let mut able: Vec<_> = known
        .agencies
        .values()
        .filter(|agency| agency.issuer && departments.contains(&agency.department.as_str()))
        .collect();
    able.sort_by_key(|agency| (agency.division != here, agency.number));
    able.first().map(|agency| agency.number)
}

/// Tells the issuer that the holder of a certificate says of a use that it was not hers; gives
/// the task's number.
///
/// # Errors
///
/// [`Failure`] if it cannot be written.
pub(crate) fn tell_not_me(
    office: &Office,
    tx: &mut Tx<'_>,
    (row, register): (&CertificateRow, &Register<'_>),
    note: &str,
    by: &Caller,
) -> Result<i64, Failure> {
    let facts = register.facts(row)?;
    let fact = |key: &str| facts.get(key).and_then(Value::as_str).unwrap_or_default();
    let of = register.definition(row)?;
    let content = Content {
        material: of.definition.name.clone(),
        type_code: Some(of.definition.code.clone()),
        identifier: Some(register.identifier(row)?.to_string()),
        name: fact("holder_name").to_owned(),
        code: fact("holder_code").to_owned(),
        note: note.to_owned(),
        answer: None,
    };
    let agency = read_number(row.issuer);
    let id = tx.reserve("task", 1)?;
    let mut task = TaskRow {
        id,
        kind: TaskKind::NotMe.number(),
        agency: row.issuer,
        case_id: None,
        material: None,
        certificate_id: Some(row.id),
        state: TaskState::Open.number(),
        opened_at: office.clock.now().millis(),
        opened_by: by.id.clone(),
        answered_at: None,
        answered_by: None,
        key_id: 0,
        sealed: Vec::new(),
    };
    put(
        office,
        tx,
        &mut task,
        &content,
        (agency, TaskKind::NotMe),
        by,
    )?;
    Ok(id)
}

/// Writes a task, and that it was opened.
fn put(
    office: &Office,
    tx: &mut Tx<'_>,
    task: &mut TaskRow,
    content: &Content,
    (agency, kind): (u32, TaskKind),
    by: &Caller,
) -> Result<(), Failure> {
    seal(office, task, content)?;
    tx.insert_task(task)?;
    let mut event = Event::new(EventKind::TaskChanged, office.clock.now(), &by.id);
    event.agency = Some(agency);
    event.certificate = task.certificate_id;
    event.details = Some(json!({"task": task.id, "kind": kind.name(), "step": "opened"}));
    tx.record(event);
    Ok(())
}
