//! Alarms 预警: when one hand at an agency uses oddly often for one item on one day.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::alarms::ALARM;
use crate::store::alarms::AlarmRow;
use crate::store::ledger::DETAILS;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

/// Alarms that are listed at once, and use records of one alarm.
const MOST: i64 = 1000;

/// The most characters of what was found.
const LONGEST_NOTE: usize = 200;

/// What an alarm's row keeps sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Found {
    /// Whose hand it was, as whoever counted it named her: opaque here.
    operator: String,
    /// What was found when somebody looked.
    note: Option<String>,
}

/// An alarm that nobody settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AlarmLine {
    /// Its number.
    pub alarm: i64,
    /// The name of the agency whose system it was.
    pub agency_name: String,
    /// The item's code.
    pub item: String,
    /// The day.
    pub day: String,
    /// When it was raised.
    pub raised_at: String,
    /// How many uses were odd until now.
    pub uses: i64,
    /// When it was settled.
    pub settled_at: Option<String>,
}

/// A use that was odd.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OddUse {
    /// The number of the use record.
    pub record: i64,
    /// When.
    pub at: String,
    /// What: `fetched` or `fetch_refused`.
    pub event: String,
    /// Why it was refused, by its stable code; none for one that found no record.
    pub reason: Option<String>,
    /// The cause that was stated.
    pub cause: Option<String>,
    /// The number of the case that was stated.
    pub case: Option<String>,
    /// Whose certificate it was, masked; none where the record names nobody.
    pub holder: Option<String>,
}

/// An alarm with its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AlarmView {
    /// The alarm.
    pub alarm: AlarmLine,
    /// What was found when it was settled.
    pub note: Option<String>,
    /// Those before and after it was raised, until it is settled; oldest first.
    pub list: Vec<OddUse>,
}

/// How many times as many odd uses a credential may have as one of the operators whom it names, of
/// those that raised no alarm for the operator: their names are the caller's to invent.
const OPERATORS: i64 = 5;

/// Counts an odd use of an operator and, as long as it raises no alarm of hers, of the credential that
/// names her. Returns whether an alarm was raised by it.
///
/// # Errors
///
/// [`Failure`] if the register cannot be written.
pub fn count_odd_of(
    office: &Office,
    tx: &mut Tx<'_>,
    (agency, operator, credential, item): (u32, &str, &str, &str),
    record: i64,
    now: Timestamp,
) -> Result<bool, Failure> {
    let after = i64::from(office.settings.limits.alarm_after);
    let counted = count(office, tx, (agency, operator, item), (record, now), after)?;
    if counted != Counted::Below || operator == credential {
        return Ok(counted == Counted::Raised);
    }
    let hand = (agency, credential, item);
    let after = after.saturating_mul(OPERATORS);
    Ok(count(office, tx, hand, (record, now), after)? == Counted::Raised)
}

/// What counting an odd use came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// There are too few for an alarm.
    Below,
    /// It raised one.
    Raised,
    /// One was raised before.
    Before,
}

/// Counts an odd use: one that was refused, or by duty without a record. `operator` is whose hand
/// it was, as a key that says nothing by itself; `record` the number of the use record. Returns
/// whether an alarm was raised by it: once for each operator, item and day.
///
/// # Errors
///
/// [`Failure`] if the register cannot be written.
pub fn count_odd(
    office: &Office,
    tx: &mut Tx<'_>,
    (agency, operator, item): (u32, &str, &str),
    record: i64,
    now: Timestamp,
) -> Result<bool, Failure> {
    let after = i64::from(office.settings.limits.alarm_after);
    let hand = (agency, operator, item);
    Ok(count(office, tx, hand, (record, now), after)? == Counted::Raised)
}

fn count(
    office: &Office,
    tx: &mut Tx<'_>,
    (agency, operator, item): (u32, &str, &str),
    (record, now): (i64, Timestamp),
    after: i64,
) -> Result<Counted, Failure> {
    let (scope, day) = (scope(agency, operator, item), now.day());
    let uses = tx.count(&scope, day)?;
    let alarm = tx.alarm_of(&scope, day)?;
    if alarm.as_ref().is_none_or(|row| row.settled_at.is_none()) {
        tx.insert_odd_use(&scope, day, record)?;
    }
    if alarm.is_some() {
        return Ok(Counted::Before);
    }
    if uses < after {
        return Ok(Counted::Below);
    }
    let mut row = AlarmRow {
        id: tx.reserve("alarm", 1)?,
        agency: stored_number(agency),
        item: item.to_owned(),
        scope,
        day: i32::try_from(day.number()).unwrap_or(i32::MAX),
        raised_at: now.millis(),
        settled_at: None,
        settled_by: None,
        key_id: 0,
        sealed: Vec::new(),
    };
    let found = Found {
        operator: operator.to_owned(),
        note: None,
    };
    seal(office, &mut row, &found)?;
    let raised = tx.insert_alarm(&row)?;
    if raised {
        record_change(tx, &row, "raised", ("alarm", now));
    }
    Ok(if raised {
        Counted::Raised
    } else {
        Counted::Before
    })
}

/// Under what uses are counted: each part with its length, so that none runs into the next, and
/// only a digest of it, so that the table names nobody.
fn scope(agency: u32, operator: &str, item: &str) -> String {
    let text = format!(
        "mianzheng odd 1:{agency}:{}:{operator}:{item}",
        operator.len()
    );
    format!("odd:{}", base64url::encode(&sha256(text.as_bytes())))
}

fn seal(office: &Office, row: &mut AlarmRow, found: &Found) -> Result<(), Failure> {
    let text = serde_json::to_vec(found).map_err(|why| Failure::Broken(why.to_string()))?;
    let vault = office.store.vault();
    let sealed = vault.seal(&ALARM, row.id, &text, &*office.randomness);
    row.key_id = stored_key_id(sealed.key_id);
    row.sealed = sealed.bytes;
    Ok(())
}

fn opened(office: &Office, row: &AlarmRow) -> Result<Found, Failure> {
    let text = office.store.vault().open(&ALARM, row.id, &row.sealed())?;
    serde_json::from_slice(&text).map_err(|why| Failure::Broken(format!("alarm {}: {why}", row.id)))
}

fn record_change(tx: &mut Tx<'_>, row: &AlarmRow, what: &str, (actor, now): (&str, Timestamp)) {
    let mut event = Event::new(EventKind::AlarmChanged, now, actor);
    event.agency = Some(read_number(row.agency));
    event.details = Some(json!({"what": {"step": what}, "alarm": row.id, "item": row.item}));
    tx.record(event);
}

/// The alarms that nobody settled, oldest first.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is neither operator nor auditor.
pub fn list(office: &Office, by: &Caller) -> Result<Vec<AlarmLine>, Failure> {
    supervisor(by)?;
    office.store.read(|rx| {
        let rows = rx.alarms_open(MOST)?;
        rows.iter().map(|row| line(office, rx, row)).collect()
    })
}

/// An alarm with its list. That it was read is recorded, before it is told.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is neither operator nor auditor; [`Reason::NotFound`].
pub fn show(office: &Office, id: i64, by: &Caller) -> Result<AlarmView, Failure> {
    supervisor(by)?;
    office.store.write(|tx| {
        let row = tx.alarm(id)?.ok_or(Failure::refused(Reason::NotFound))?;
        let mut list = Vec::new();
        for record in tx.odd_uses(&row.scope, row.day, MOST)? {
            list.extend(odd_use(office, tx, record)?);
        }
        let view = AlarmView {
            alarm: line(office, tx, &row)?,
            note: opened(office, &row)?.note,
            list,
        };
        let mut event = Event::new(EventKind::Read, office.clock.now(), &by.id);
        event.agency = Some(read_number(row.agency));
        event.details = Some(json!({"what": "alarm", "alarm": id, "records": view.list.len()}));
        tx.record(event);
        Ok(view)
    })
}

/// Settles an alarm: says what was found.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is no operator; [`Reason::NotFound`]; [`Reason::WrongStep`] when
/// it was settled before; [`Reason::BadCause`] without a note, or for one of more than 200
/// characters.
pub fn settle(office: &Office, id: i64, note: &str, by: &Caller) -> Result<(), Failure> {
    settle_once(office, id, note, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`settle`], and [`Reason::KeyReused`].
pub fn settle_once(
    office: &Office,
    id: i64,
    note: &str,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    if by.role != Role::Operator {
        return Err(Failure::refused(Reason::Forbidden));
    }
    let note = note.trim();
    if !(1..=LONGEST_NOTE).contains(&note.chars().count()) {
        return Err(Failure::refused(Reason::BadCause));
    }
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        let row = tx.alarm(id)?;
        let mut row = row.ok_or(Failure::refused(Reason::NotFound))?;
        let mut found = opened(office, &row)?;
        found.note = Some(note.to_owned());
        row.settled_at = Some(now.millis());
        row.settled_by = Some(by.id.clone());
        seal(office, &mut row, &found)?;
        if !tx.settle_alarm(&row)? {
            return Err(Failure::refused(Reason::WrongStep));
        }
        record_change(tx, &row, "settled", (&by.id, now));
        Ok(())
    })
}

fn supervisor(by: &Caller) -> Result<(), Failure> {
    match by.role {
        Role::Operator | Role::Auditor => Ok(()),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

fn line(office: &Office, rx: &mut Rx<'_>, row: &AlarmRow) -> Result<AlarmLine, Failure> {
    let known = office.known();
    let agency = known.agencies.get(&read_number(row.agency));
    let moment = |millis: i64| Timestamp::from_millis(millis).to_string();
    Ok(AlarmLine {
        alarm: row.id,
        agency_name: agency.map_or_else(String::new, |agency| agency.name.clone()),
        item: row.item.clone(),
        day: Day::from_number(row.day.into()).to_string(),
        raised_at: moment(row.raised_at),
        uses: rx.count_odd_uses(&row.scope, row.day)?,
        settled_at: row.settled_at.map(moment),
    })
}

/// What the ledger says of an odd use; nothing of a record that was deleted.
fn odd_use(office: &Office, rx: &mut Rx<'_>, record: i64) -> Result<Option<OddUse>, Failure> {
    let Some(row) = rx.ledger_row(record)? else {
        return Ok(None);
    };
    let details = rx.ledger_details(record, record)?.into_iter().next();
    let told = match details {
        Some((seq, sealed)) => {
            let text = office.store.vault().open(&DETAILS, seq, &sealed)?;
            serde_json::from_slice(&text).unwrap_or_default()
        }
        None => Value::Null,
    };
    let text = |name: &str| told.get(name).and_then(Value::as_str).map(str::to_owned);
    let certificate = match row.certificate_id {
        Some(id) => rx.certificate(id)?,
        None => None,
    };
    let facts = certificate.map(|row| Register::of(office).facts(&row));
    let masked = facts.transpose()?.and_then(|facts| {
        let name = facts.get("holder_name_masked")?.as_str()?;
        Some(name.to_owned())
    });
    Ok(Some(OddUse {
        record,
        at: Timestamp::from_millis(row.at).to_string(),
        event: EventKind::from_number(row.kind).map_or_else(String::new, |k| k.name().to_owned()),
        reason: text("reason"),
        cause: text("cause"),
        case: text("case"),
        holder: masked.or_else(|| text("holder")),
    }))
}
