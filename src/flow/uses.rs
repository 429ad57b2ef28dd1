//! What was done with somebody's certificates: who, which office, why, which fields, outcome.
//! Hers to read on her phone, or at any window on paper, and to object to.

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::contract::claim::label;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::words::Lang;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::choice::Showing;
use crate::flow::show::live::GRACE_S;
use crate::flow::show::live::HELD_S;
use crate::flow::tasks;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::ledger::DETAILS;
use crate::store::ledger::Event;
use crate::store::ledger::LedgerRow;
use crate::store::stored::read_number;

/// The most lines of one page.
pub const PAGE: usize = 100;

/// What counts as a use, a refusal or an answer of hers.
const KINDS: [EventKind; 8] = [
    EventKind::Verified,
    EventKind::Fetched,
    EventKind::FetchRefused,
    EventKind::Used,
    EventKind::ConsentChanged,
    EventKind::ReceiptChanged,
    EventKind::Objected,
    EventKind::CaseWithdrawn,
];

/// A line of her history.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct UseLine {
    /// The number of the record.
    pub record: i64,
    /// When.
    pub at: String,
    /// What: `verified`, `fetched`, `fetch_refused`, `used`, `consent_changed`,
    /// `receipt_changed`, `objected` or `case_withdrawn`.
    pub event: &'static str,
    /// What came of it, by its stable name.
    pub outcome: Option<String>,
    /// The agency whose officer or system it was.
    pub agency: Option<String>,
    /// The officer's or system's credential.
    pub by: String,
    /// The name of the certificate's type.
    pub type_name: Option<String>,
    /// The certificate.
    pub identifier: Option<String>,
    /// The number of the case.
    pub case: Option<String>,
    /// Why: the items or the cause that was stated.
    pub why: Vec<String>,
    /// The fields that were seen.
    pub fields: Vec<String>,
    /// The same as people call them, in Chinese.
    pub labels: Vec<String>,
}

/// What was done with the caller's certificates, newest first; a page before a record.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder.
pub fn mine(office: &Office, before: Option<i64>, by: &Caller) -> Result<Vec<UseLine>, Failure> {
    let (Role::Holder, Some(holder)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    office.store.read(|rx| lines(office, rx, &holder, before))
}

/// The same for somebody who stands at a window with her identity card: the officer read the
/// card and compared the face. That it was read is recorded, before it is told.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who works at no window, [`Reason::NeedsMatch`] without the face
/// check.
pub fn at_the_window(
    office: &Office,
    (code, face_checked): (&HolderCode, bool),
    before: Option<i64>,
    by: &Caller,
) -> Result<Vec<UseLine>, Failure> {
    if by.role != Role::Window {
        return Err(Failure::refused(Reason::Forbidden));
    }
    if !face_checked {
        return Err(Failure::refused(Reason::NeedsMatch));
    }
    let index = holder_index(office.store.vault(), code);
    office.store.write(|tx| {
        let told = lines(office, tx, &index, before)?;
        let subjects = tx.subjects(&[index])?;
        let mut event = Event::new(EventKind::Read, office.clock.now(), &by.id);
        event.agency = by.agency;
        event.subject = subjects.get(&index).copied();
        event.details = Some(json!({"what": "uses", "records": told.len()}));
        tx.record(event);
        Ok(told)
    })
}

fn lines(
    office: &Office,
    rx: &mut Rx<'_>,
    holder: &[u8; 32],
    before: Option<i64>,
) -> Result<Vec<UseLine>, Failure> {
    let Some(subject) = rx.subject_of(holder)? else {
        return Ok(Vec::new());
    };
    page(office, rx, (&subject, &KINDS), before.unwrap_or(i64::MAX))
}

/// Everything that the ledger tells of somebody, newest first, for her export.
pub(crate) fn history(
    office: &Office,
    rx: &mut Rx<'_>,
    subject: &[u8; 16],
) -> Result<Vec<UseLine>, Failure> {
    let kinds: Vec<EventKind> = EventKind::all().collect();
    let (mut all, mut before) = (Vec::new(), i64::MAX);
    loop {
        let lines = page(office, rx, (subject, &kinds), before)?;
        let Some(last) = lines.last() else {
            return Ok(all);
        };
        before = last.record;
        all.extend(lines);
    }
}

fn page(
    office: &Office,
    rx: &mut Rx<'_>,
    (subject, kinds): (&[u8; 16], &[EventKind]),
    before: i64,
) -> Result<Vec<UseLine>, Failure> {
    let kinds: Vec<i16> = kinds.iter().map(|kind| kind.number()).collect();
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let rows = rx.ledger_of_subject(subject, &kinds, (before, most))?;
    let register = Register::of(office);
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(line(office, rx, &register, &row)?);
    }
    Ok(all)
}

fn line(
    office: &Office,
    rx: &mut Rx<'_>,
    register: &Register<'_>,
    row: &LedgerRow,
) -> Result<UseLine, Failure> {
    let details = details(office, rx, row.seq)?;
    let certificate = row
        .certificate_id
        .map(|id| rx.certificate(id))
        .transpose()?;
    let certificate = certificate.flatten();
    let of = certificate
        .as_ref()
        .map(|row| register.definition(row))
        .transpose()?;
    let identifier = certificate
        .as_ref()
        .map(|row| register.identifier(row))
        .transpose()?;
    let known = office.known();
    let agency = row
        .agency
        .and_then(|number| known.agencies.get(&read_number(number)));
    // What a case tells stands one deeper than what a lone use tells.
    let told = |key: &str| {
        details
            .pointer(&format!("/what/{key}"))
            .or(details.get(key))
    };
    let texts = |key: &str| {
        let list = told(key).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|text| text.as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let outcome = ["outcome", "verdict", "step", "reason"];
    let outcome = outcome.iter().find_map(|key| told(key)?.as_str());
    let mut why = texts("items");
    why.extend(told("cause").and_then(Value::as_str).map(str::to_owned));
    let fields = texts("fields");
    let labels = fields.iter().map(|key| match &of {
        Some(of) => label(Lang::Zh, &of.definition, key),
        None => key.clone(),
    });
    Ok(UseLine {
        labels: labels.collect(),
        record: row.seq,
        at: Timestamp::from_millis(row.at).to_string(),
        event: EventKind::from_number(row.kind).map_or("", EventKind::name),
        outcome: outcome.map(str::to_owned),
        agency: agency.map(|agency| agency.name.clone()),
        by: row.actor.clone(),
        type_name: of.map(|of| of.definition.name.clone()),
        identifier: identifier.map(|identifier| identifier.to_string()),
        case: details
            .get("case")
            .and_then(Value::as_str)
            .map(str::to_owned),
        why,
        fields,
    })
}

/// The details of a record; nothing where they were deleted.
fn details(office: &Office, rx: &mut Rx<'_>, seq: i64) -> Result<Value, Failure> {
    let Some((_, sealed)) = rx.ledger_details(seq, seq)?.pop() else {
        return Ok(Value::Null);
    };
    let text = office.store.vault().open(&DETAILS, seq, &sealed)?;
    serde_json::from_slice(&text).map_err(|why| Failure::Broken(format!("record {seq}: {why}")))
}

/// 不是我: says of a use that it was not hers. Her live codes with that certificate are spent at
/// once, and its issuer gets a task; gives the task's number.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is no such record, it is not of her certificates, or of
/// none; [`Reason::BadCause`] for words that are blank or too long; [`Reason::KeyReused`].
pub fn object(
    office: &Office,
    record: i64,
    note: &str,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<i64, Failure> {
    let (Role::Holder, Some(holder)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    let note = note.trim();
    if !(1..=1000).contains(&note.chars().count()) {
        return Err(Failure::refused(Reason::BadCause));
    }
    let now = office.clock.now();
    let register = Register::of(office);
    let again = |task: &str| {
        let task = task.parse();
        task.map_err(|_why| Failure::Broken("an objection without its task".to_owned()))
    };
    let work = |tx: &mut Tx<'_>| {
        let none = || Failure::refused(Reason::NotFound);
        let subject = tx.subject_of(&holder)?.ok_or_else(none)?;
        let row = tx.ledger_row(record)?;
        let hers = |row: &LedgerRow| row.subject.as_deref() == Some(subject.as_slice());
        let row = row.filter(hers).ok_or_else(none)?;
        let certificate = row.certificate_id.ok_or_else(none)?;
        let card = tx.certificate(certificate)?.ok_or_else(none)?;
        let frozen = freeze(office, tx, &subject, certificate, by)?;
        let task = tasks::tell_not_me(office, tx, (&card, &register), note, by)?;
        let mut event = Event::new(EventKind::Objected, now, &by.id);
        event.certificate = Some(certificate);
        event.subject = Some(subject);
        event.details = Some(json!({"record": record, "task": task, "frozen": frozen}));
        tx.record(event);
        Ok((task, task.to_string()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))
}

/// Spends every live code that carries a certificate; gives how many.
fn freeze(
    office: &Office,
    tx: &mut Tx<'_>,
    subject: &[u8; 16],
    certificate: i64,
    by: &Caller,
) -> Result<usize, Failure> {
    let now = office.clock.now();
    let mut frozen = 0;
    // A session is renewed as long as its page is open: a day is longer than any.
    let since = now.plus_secs(-(86_400 + HELD_S + GRACE_S));
    for session in tx.open_sessions(subject, since)? {
        let showing = Showing::open(office, &session)?;
        let carries = showing
            .choices()
            .iter()
            .any(|choice| choice.certificate == certificate);
        if carries && tx.spend_session(session.id, now, &by.id)? {
            frozen += 1;
        }
    }
    Ok(frozen)
}
