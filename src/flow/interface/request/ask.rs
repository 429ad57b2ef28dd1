//! Ask a holder: by a code that she shows, or by name.

use serde_json::json;

use super::super::UseRequest;
use super::super::Wanted;
use super::super::gate::Claimed;
use super::super::gate::claimed;
use super::super::limits::Limits;
use super::super::record;
use super::ANSWER_ONLINE_S;
use crate::codec::presented::LIVE_LENGTH;
use crate::codec::presented::Presented;
use crate::codec::presented::recognise;
use crate::domain::caller::Caller;
use crate::domain::consent::Asked;
use crate::domain::consent::AskedField;
use crate::domain::consent::AskedMaterial;
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::contract::claim::label;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::domain::usage::LONGEST_CAUSE;
use crate::domain::usage::Operator;
use crate::domain::usage::UseMode;
use crate::domain::usage::stated;
use crate::domain::words::Lang;
use crate::flow::case::ask::ConsentAsked;
use crate::flow::case::ask::request_digest;
use crate::flow::case::consent::ANSWER_S;
use crate::flow::case::consent::Content;
use crate::flow::case::consent::ForUse;
use crate::flow::case::consent::USE_MINUTES;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::show::choice::Showing;
use crate::flow::show::choice::ToBeAsked;
use crate::flow::show::live::alphanumeric;
use crate::flow::show::live::live_digest;
use crate::store::Tx;
use crate::store::consents::ConsentRow;
use crate::store::ledger::Event;
use crate::store::stored::stored_number;

/// Asks a holder for the granted fields of one type, for one item: for two minutes by a code that
/// she shows, for ten by name. Whether the register knows her is not told: who is not there just
/// never answers.
///
/// # Errors
///
/// The refusals of the gate; [`Reason::ConsentMissing`] for a code that is no live one, or was
/// used; [`Reason::BadRequest`] for a certificate rather than somebody, or a mode that is not
/// hers to consent by. It is recorded, and nobody was asked then.
pub fn ask(
    office: &Office,
    request: &UseRequest<'_>,
    by: &Caller,
) -> Result<ConsentAsked, Failure> {
    let asked = claimed(office, request, by).and_then(|claimed| {
        let mode = match request.wanted {
            Wanted::Shown(_) => Some(UseMode::Shown),
            Wanted::Holders(_, None) => Some(UseMode::Online),
            Wanted::Holders(..) | Wanted::Identifier(_) => None,
        };
        if mode != Some(request.purpose.mode) {
            let what = "by a code it is shown, by name it is online";
            return Err(Failure::because(Reason::BadRequest, what));
        }
        office
            .store
            .write(|tx| put(office, tx, request, &claimed, by))
    });
    asked.map_err(|why| record::refused(office, request, why, by))
}

fn put(
    office: &Office,
    tx: &mut Tx<'_>,
    request: &UseRequest<'_>,
    claimed: &Claimed,
    by: &Caller,
) -> Result<ConsentAsked, Failure> {
    let now = office.clock.now();
    let (index, whose, mode, wait_s) = match request.wanted {
        Wanted::Holders(code, _) => {
            let index = holder_index(office.store.vault(), code);
            (
                index,
                Some(code.written()),
                ConsentMode::Online,
                ANSWER_ONLINE_S,
            )
        }
        Wanted::Shown(text) => {
            let shown = spent(office, tx, text, by)?;
            (shown.to_be_asked, shown.code, ConsentMode::Phone, ANSWER_S)
        }
        Wanted::Identifier(_) => return Err(Failure::refused(Reason::BadRequest)),
    };
    let id = tx.reserve("consent", 1)?;
    let named = match request.wanted {
        Wanted::Holders(code, _) => Some(code),
        Wanted::Shown(_) | Wanted::Identifier(_) => None,
    };
    let code = alphanumeric(LIVE_LENGTH, &*office.randomness);
    let answer_by = now.plus_secs(wait_s);
    let content = Content {
        person: 0,
        asked: asked(office, request, claimed, (named, answer_by.to_string()))?,
        record: None,
        served: Vec::new(),
        acted: Vec::new(),
        offer: None,
        for_use: Some(ForUse {
            item: claimed.item.code.to_string(),
            fields: claimed.fields.clone(),
            whose,
            code: code.clone(),
        }),
        code: None,
    };
    let mut row = ConsentRow {
        id,
        code_digest: request_digest(&code).to_vec(),
        case_id: None,
        agency: stored_number(claimed.agency),
        slip: None,
        holder_index: index.to_vec(),
        mode: mode.number(),
        state: ConsentState::Asked.number(),
        asked_at: now.millis(),
        expires_at: answer_by.millis(),
        answered_at: None,
        key_id: 0,
        sealed: Vec::new(),
        due_at: None,
    };
    content.seal(office, &mut row)?;
    tx.insert_consent(&row)?;
    // What others lock before the head of the ledger stands above, counts behind it.
    tx.next_record()?;
    Limits::of_asking(office, request, claimed, by).count(tx)?;
    let mut event = Event::new(EventKind::ConsentChanged, now, &by.id);
    event.agency = by.agency;
    event.subject = tx.subject_of(&index)?;
    event.details = Some(json!({
        "consent": id, "step": ConsentState::Asked.name(), "items": content.asked.items,
        "cause": content.asked.cause, "case": content.asked.case, "fields": claimed.fields,
    }));
    tx.record(event);
    Ok(ConsentAsked {
        consent: id,
        text: format!(
            "HTTPS://{}/R/{code}",
            office.settings.code_host.to_uppercase()
        ),
        code,
        answer_by: content.asked.answer_by,
    })
}

/// Who shows a code, which is spent by asking.
fn spent(office: &Office, tx: &mut Tx<'_>, text: &str, by: &Caller) -> Result<ToBeAsked, Failure> {
    let no_code = || Failure::refused(Reason::ConsentMissing);
    let now = office.clock.now();
    let Presented::Live(code) = recognise(text, &office.settings.hosts()) else {
        return Err(no_code());
    };
    let (code, session) = tx.live_code(&live_digest(&code))?.ok_or_else(no_code)?;
    let Showing::ToBeAsked(who) = Showing::open(office, &session)? else {
        return Err(no_code());
    };
    if now.millis() >= code.expires_at || !tx.spend_session(session.id, now, &by.id)? {
        return Err(no_code());
    }
    Ok(who)
}

/// What she is shown before she answers.
pub(super) fn asked(
    office: &Office,
    request: &UseRequest<'_>,
    claimed: &Claimed,
    (named, answer_by): (Option<&HolderCode>, String),
) -> Result<Asked, Failure> {
    let known = office.known();
    let agency = known.agencies.get(&claimed.agency);
    let agency = agency.ok_or(Failure::refused(Reason::UnknownAgency))?;
    let definition = &request.of.definition;
    let item = claimed.item.name.clone();
    let fields = claimed.fields.iter().map(|key| AskedField {
        key: key.clone(),
        label: label(Lang::Zh, definition, key),
        needed_for: vec![item.clone()],
    });
    let purpose = request.purpose;
    let operator = purpose.operator.as_ref().map(Operator::checked);
    let operator = operator
        .transpose()
        .map_err(|why| Failure::because(Reason::OperatorMissing, why.to_string()))?;
    let case = purpose.case.as_deref().and_then(|case| stated(case, 64));
    Ok(Asked {
        case: case.unwrap_or_default().to_owned(),
        agency: agency.name.clone(),
        agency_code: agency.code.to_string(),
        officer: operator.map_or_else(
            || agency.name.clone(),
            |operator| format!("{}（{}）", operator.name, operator.window),
        ),
        items: vec![item.clone()],
        cause: stated(&purpose.cause, LONGEST_CAUSE).map(str::to_owned),
        materials: vec![AskedMaterial {
            material: 0,
            name: definition.name.clone(),
            type_code: definition.code.clone(),
            type_name: definition.name.clone(),
            fields: fields.collect(),
            whose: named
                .map(|code| format!("****{}", code.last4()))
                .unwrap_or_default(),
            certificate: None,
            required: true,
        }],
        answer_by,
        use_minutes: USE_MINUTES,
    })
}
