//! Ask a holder on her phone, and see what she answered 扫码用证.

use serde::Serialize;

use super::asked::asked;
use super::consent::ANSWER_S;
use super::consent::Content;
use super::consent::is_late;
use super::consent::record;
use super::kept::Kept;
use super::kept::refused;
use super::person::opened;
use super::refusal::noted;
use super::served::Served;
use crate::codec::digest::sha256;
use crate::codec::presented::LIVE_LENGTH;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::case::Act;
use crate::domain::consent::Asked;
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::show::live::alphanumeric;
use crate::store::Tx;
use crate::store::consents::ConsentRow;
use crate::store::stored::stored_number;

/// A request that waits for its holder.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ConsentAsked {
    /// Its number, for the window.
    pub consent: i64,
    /// The code that leads the holder to it, shown once.
    pub code: String,
    /// The text of the picture for her phone.
    pub text: String,
    /// Until when she can answer.
    pub answer_by: String,
}

/// How a request stands, for the window that asked.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ConsentStanding {
    /// Its number.
    pub consent: i64,
    /// `asked`, `given`, `refused`, `expired` or `withdrawn`.
    pub state: &'static str,
    /// What was asked.
    pub asked: Asked,
    /// The text of the picture for her phone, while she has not answered.
    pub text: Option<String>,
    /// What came of it, while it may be used.
    pub served: Vec<Served>,
}

/// Asks somebody of a case for materials: exactly what the items need, for two minutes.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CaseClosed`], [`Reason::Unproven`], [`Reason::OverAsking`],
/// and those of the step for a material that cannot be asked for now. The refusal is recorded for
/// whom it concerns; nothing else was written then.
pub fn ask(
    office: &Office,
    number: &str,
    (person, places): (usize, &[usize]),
    by: &Caller,
) -> Result<ConsentAsked, Failure> {
    let asked = office
        .store
        .write(|tx| try_ask(office, tx, number, (person, places), by));
    noted(office, number, (person, places), asked, by)
}

fn try_ask(
    office: &Office,
    tx: &mut Tx<'_>,
    number: &str,
    (person, places): (usize, &[usize]),
    by: &Caller,
) -> Result<ConsentAsked, Failure> {
    let now = office.clock.now();
    let mut kept = opened(office, tx, number, by)?;
    let asked = asked(office, &kept, person, places, &by.id)?;
    let id = tx.reserve("consent", 1)?;
    for place in places {
        kept.case.act(*place, &Act::Ask(id), now).map_err(refused)?;
    }
    let code = alphanumeric(LIVE_LENGTH, &*office.randomness);
    let mode = match by.role {
        Role::System => ConsentMode::Online,
        _ => ConsentMode::Phone,
    };
    let content = Content {
        person,
        asked,
        record: None,
        served: Vec::new(),
        acted: Vec::new(),
        offer: None,
        for_use: None,
        code: Some(code.clone()),
    };
    let index = kept
        .indexes(office)
        .get(person)
        .copied()
        .unwrap_or_default();
    let row = row(office, &kept, id, (&code, index), mode, None, &content)?;
    tx.insert_consent(&row)?;
    kept.put(office, tx)?;
    record(office, tx, &kept, &row, ConsentState::Asked, by)?;
    Ok(ConsentAsked {
        consent: id,
        text: text_of(office, &code),
        code,
        answer_by: content.asked.answer_by,
    })
}

/// The text of the picture that leads a phone to a request.
fn text_of(office: &Office, code: &str) -> String {
    let host = office.settings.code_host.to_uppercase();
    format!("HTTPS://{host}/R/{code}")
}

/// The row of a new consent.
pub(super) fn row(
    office: &Office,
    kept: &Kept,
    id: i64,
    (code, index): (&str, [u8; 32]),
    mode: ConsentMode,
    slip: Option<&str>,
    content: &Content,
) -> Result<ConsentRow, Failure> {
    let now = office.clock.now();
    let mut row = ConsentRow {
        id,
        code_digest: request_digest(code).to_vec(),
        case_id: Some(kept.row.id),
        agency: stored_number(super::act::agency_of(kept)),
        slip: slip.map(str::to_owned),
        holder_index: index.to_vec(),
        mode: mode.number(),
        state: ConsentState::Asked.number(),
        asked_at: now.millis(),
        expires_at: now.plus_secs(ANSWER_S).millis(),
        answered_at: None,
        key_id: 0,
        sealed: Vec::new(),
        due_at: None,
    };
    content.seal(office, &mut row)?;
    Ok(row)
}

/// The digest under which the code of a request is kept.
pub(crate) fn request_digest(code: &str) -> [u8; 32] {
    sha256(&[b"request:", code.as_bytes()].concat())
}

/// How a request of one's own case stands. One that nobody answered in time lapses here.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is none or it is another agency's.
pub fn standing(
    office: &Office,
    number: &str,
    consent: i64,
    by: &Caller,
) -> Result<ConsentStanding, Failure> {
    let now = office.clock.now();
    let (kept, mut row) = office.store.read(|rx| {
        let kept = Kept::read(office, rx, number, by)?;
        let row = rx
            .consent(consent)?
            .filter(|row| row.case_id == Some(kept.row.id));
        let row = row.ok_or(Failure::refused(Reason::NotFound))?;
        Ok::<_, Failure>((kept, row))
    })?;
    if is_late(&row, now) {
        row = office.store.write(|tx| {
            let mut kept = Kept::read(office, tx, number, by)?;
            lapse(office, tx, &mut kept, row, by)
        })?;
    }
    let content = Content::open(office, &row)?;
    let state = ConsentState::from_number(row.state);
    let usable = state == Some(ConsentState::Given) && now.millis() < row.expires_at;
    let served = if usable { content.served } else { Vec::new() };
    let code = content.code.as_deref();
    let text = code.filter(|_| state == Some(ConsentState::Asked));
    let text = text.map(|code| text_of(office, code));
    // Whoever only waits for the answer is told of nobody.
    if !served.is_empty() {
        kept.reading("request", served.len(), office)
            .record(office, by)?;
    }
    Ok(ConsentStanding {
        consent,
        state: state.map_or("", ConsentState::name),
        asked: content.asked,
        text,
        served,
    })
}

/// Lets a request run out: its materials can be asked for again.
pub(super) fn lapse(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &mut Kept,
    row: ConsentRow,
    by: &Caller,
) -> Result<ConsentRow, Failure> {
    let (row, changed) = run_out(office, tx, kept, row, by)?;
    if changed {
        kept.put(office, tx)?;
    }
    Ok(row)
}

/// The same for a case that is put back afterwards; tells whether it changed.
pub(super) fn run_out(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &mut Kept,
    mut row: ConsentRow,
    by: &Caller,
) -> Result<(ConsentRow, bool), Failure> {
    let now = office.clock.now();
    let content = Content::open(office, &row)?;
    row.state = ConsentState::Expired.number();
    row.answered_at = Some(now.millis());
    row.due_at = None;
    if !tx.update_consent(&row, ConsentState::Asked.number())? {
        return Err(Failure::because(Reason::Unavailable, "answered just now"));
    }
    let mut waited = content.places();
    // What was decided meanwhile stays as it was decided.
    waited.retain(|place| kept.case.can(*place, &Act::Lapse(row.id)));
    for place in &waited {
        let lapsed = kept.case.act(*place, &Act::Lapse(row.id), now);
        lapsed.map_err(refused)?;
    }
    record(office, tx, kept, &row, ConsentState::Expired, by)?;
    Ok((row, !waited.is_empty()))
}

/// When something was asked, as a moment.
pub(super) const fn asked_at(row: &ConsentRow) -> Timestamp {
    Timestamp::from_millis(row.asked_at)
}
