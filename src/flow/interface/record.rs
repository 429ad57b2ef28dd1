//! The use record 用证记录: who, for whom, what, why, how and with which result, before anything
//! is sent; and of what was refused as well.

use serde_json::Value;
use serde_json::json;

use super::UseRequest;
use super::Wanted;
use super::copy::Made;
use super::envelope::upstream_told;
use super::gate::Permit;
use super::limits;
use super::limits::Limits;
use super::query::Gathered;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::usage::Purpose;
use crate::domain::usage::UseMode;
use crate::domain::verdict::Outcome;
use crate::flow::alarms;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::source::Pulled;
use crate::store::Tx;
use crate::store::compact_codes::CompactCodeRow;
use crate::store::copies::CopyRow;
use crate::store::ledger::Event;

/// What came of a use.
pub(super) struct Used<'a> {
    /// By which operation.
    pub(super) what: &'static str,
    /// The first verdict or result, by its stable name.
    pub(super) outcome: &'a str,
    /// What may be told of.
    pub(super) gathered: &'a Gathered,
    /// The copy that was made, if one was.
    pub(super) copy: Option<&'a Made>,
}

/// Records a use and gives the number of its record: a line for whom it concerns, and one for
/// every other certificate and holder. What was hidden leaves one line, like what is not there,
/// so that the numbers of records tell nothing either.
///
/// # Errors
///
/// [`Reason::QuotaSpent`], [`Reason::OperatorLimit`], [`Reason::AgencyLimit`], or [`Failure`].
/// Nothing was written then, and nothing may be sent.
pub(super) fn used(
    office: &Office,
    request: &UseRequest<'_>,
    used: &Used<'_>,
    by: &Caller,
) -> Result<i64, Failure> {
    let gathered = used.gathered;
    let register = Register::of(office);
    let found = gathered.found.iter();
    let identifiers = found.map(|one| Ok(register.identifier(&one.row)?.to_string()));
    let identifiers = identifiers.collect::<Result<Vec<_>, Failure>>()?;
    let named = match request.wanted {
        Wanted::Holders(one, _) => Some(holder_index(office.store.vault(), one)),
        Wanted::Identifier(_) | Wanted::Shown(_) => None,
    };
    let permit = &gathered.permit;
    let foreign_case = match &gathered.hidden {
        Some(_) => None,
        None => foreign_case(office, request, permit)?,
    };
    let mut details = told(request, &permit.claimed.fields);
    if let Some(map) = details.as_object_mut() {
        map.insert("what".to_owned(), used.what.into());
        map.insert("ground".to_owned(), permit.ground.told());
        map.insert("certificates".to_owned(), identifiers.into());
        if let Some(made) = used.copy {
            map.insert("copy".to_owned(), json!(made.kept));
        }
        // Which answer of a platform it rests on; the mirror keeps that answer.
        let pulled = gathered.pulled.as_ref().and_then(Pulled::found);
        if let Some(upstream) = pulled.and_then(|found| found.upstream.as_ref()) {
            map.insert("upstream".to_owned(), upstream_told(upstream));
        }
        if let Some(case) = foreign_case {
            map.insert("foreign_case".to_owned(), case.into());
        }
        let reason = gathered.hidden.as_ref().map(|(_, why)| why.code());
        let outcome = reason.unwrap_or(used.outcome);
        map.insert("outcome".to_owned(), outcome.into());
    }
    let line = |kind, details| {
        let mut event = Event::new(kind, office.clock.now(), &by.id);
        event.agency = by.agency;
        event.details = Some(details);
        event
    };
    let kind = match gathered.hidden {
        Some(_) => EventKind::FetchRefused,
        None => EventKind::Fetched,
    };
    let hidden = gathered.hidden.as_ref().map(|(one, _)| one);
    let one = gathered.found.first().or(hidden);
    let mut first = line(kind, details);
    first.certificate = one.map(|one| one.row.id);
    // What a key that is called compromised later is judged by.
    first.digest = used.copy.map(|made| made.code);
    let whose = named.or_else(|| one?.holders.first().copied());
    // Whoever holds any of them reads of this use, and the history of each has it.
    let told = json!({
        "fields": permit.claimed.fields, "outcome": used.outcome,
        "cause": request.purpose.cause.trim(), "case": request.purpose.case,
    });
    let mut beside = Vec::new();
    for (number, one) in gathered.found.iter().enumerate() {
        for holder in &one.holders {
            if number > 0 || Some(*holder) != whose {
                let mut event = line(EventKind::Fetched, told.clone());
                event.certificate = Some(one.row.id);
                beside.push((event, *holder));
            }
        }
    }
    let lines = Lines {
        limits: Limits::of(office, request, &permit.claimed, by),
        first,
        whose,
        beside,
        foreign_case,
        copy: used
            .copy
            .map(|made| (made.code_row.clone(), made.link_row.clone())),
    };
    let in_vain = request.purpose.mode == UseMode::Duty && used.outcome == Outcome::NotFound.name();
    let odd = gathered.hidden.is_some() || in_vain;
    if odd || permit.ground.settles() {
        office.store.write(|tx| {
            permit
                .ground
                .settle(office, tx, (request, &permit.claimed))?;
            let use_record = lines.put(tx)?;
            if odd {
                count_odd(office, tx, request, (use_record, by))?;
            }
            Ok(use_record)
        })
    } else {
        office.store.write_shared(move |tx| lines.put(tx))
    }
}

/// The case of another system that a use was made for: the one it stands on, or, where it needs none,
/// the one that it names.
fn foreign_case(
    office: &Office,
    request: &UseRequest<'_>,
    permit: &Permit,
) -> Result<Option<i64>, Failure> {
    if let Some(case) = permit.ground.case() {
        return Ok(case.foreign);
    }
    let Some(number) = request.purpose.case.as_deref() else {
        return Ok(None);
    };
    let agency = permit.claimed.agency;
    let row = office
        .store
        .read(|rx| rx.foreign_case(agency, number.trim()))?;
    Ok(row.map(|row| row.id))
}

/// Counts a use towards an alarm of its operator or credential, item and day.
fn count_odd(
    office: &Office,
    tx: &mut Tx<'_>,
    request: &UseRequest<'_>,
    (record, by): (i64, &Caller),
) -> Result<(), Failure> {
    let Some(agency) = by.agency else {
        return Ok(());
    };
    let (operator, credential) = (limits::operator(request, by), limits::credential(by));
    let item = request.purpose.item.trim();
    let now = office.clock.now();
    let hands = (agency, operator.as_str(), credential.as_str(), item);
    alarms::count_odd_of(office, tx, hands, record, now)?;
    Ok(())
}

/// What a use leaves in the ledger, once it is within its limits.
struct Lines {
    limits: Limits,
    first: Event,
    whose: Option<[u8; 32]>,
    /// For whoever else holds one of the certificates.
    beside: Vec<(Event, [u8; 32])>,
    /// The case of another system that it was made for.
    foreign_case: Option<i64>,
    /// The code on a copy, and its link.
    copy: Option<(CompactCodeRow, CopyRow)>,
}

impl Lines {
    /// Writes them, and gives the number of the first.
    fn put(self, tx: &mut Tx<'_>) -> Result<i64, Failure> {
        // Counts are locked behind the head of the ledger.
        let use_record = tx.next_record()?;
        self.limits.count(tx)?;
        let mut first = self.first;
        let whose = self.whose.map(|index| tx.subject_of(&index)).transpose()?;
        first.subject = whose.flatten();
        tx.record(first);
        if let Some(case) = self.foreign_case {
            tx.insert_foreign_use(use_record, case)?;
        }
        if let Some((code, mut link)) = self.copy {
            link.use_record = use_record;
            tx.insert_compact_code(&code)?;
            tx.insert_copy(&link)?;
        }
        for (mut event, holder) in self.beside {
            event.subject = tx.subject_of(&holder)?;
            if let Some(Value::Object(details)) = &mut event.details {
                details.insert("use_record".to_owned(), use_record.into());
            }
            tx.record(event);
        }
        Ok(use_record)
    }
}

/// Records that a use was refused, for whom it concerns where that is known, and passes the
/// refusal on. What is to be asked again is none.
pub(super) fn refused(
    office: &Office,
    request: &UseRequest<'_>,
    why: Failure,
    by: &Caller,
) -> Failure {
    let Failure::Refused(problem) = &why else {
        return why;
    };
    if problem.reason == Reason::Unavailable {
        return why;
    }
    let mut details = told(request, request.fields);
    if let Some(map) = details.as_object_mut() {
        map.insert("reason".to_owned(), problem.reason.code().into());
    }
    let written = office.store.write(|tx| {
        let mut event = Event::new(EventKind::FetchRefused, office.clock.now(), &by.id);
        event.agency = by.agency;
        event.details = Some(details);
        (event.certificate, event.subject) = whom(office, tx, request)?;
        let record = tx.next_record()?;
        tx.record(event);
        if limits::is_odd(problem.reason) {
            count_odd(office, tx, request, (record, by))?;
        }
        Ok::<_, Failure>(())
    });
    written.err().unwrap_or(why)
}

/// Whom a request concerns, as far as the register knows.
fn whom(
    office: &Office,
    tx: &mut Tx<'_>,
    request: &UseRequest<'_>,
) -> Result<(Option<i64>, Option<[u8; 16]>), Failure> {
    match request.wanted {
        Wanted::Holders(one, _) => {
            let index = holder_index(office.store.vault(), one);
            Ok((None, tx.subject_of(&index)?))
        }
        Wanted::Shown(_) => Ok((None, None)),
        Wanted::Identifier(identifier) => {
            let Some(row) = Register::of(office).find_in(tx, identifier)? else {
                return Ok((None, None));
            };
            let holder = tx.holders_of(row.id)?.into_iter().next();
            let index = holder.and_then(|h| <[u8; 32]>::try_from(h.holder_index).ok());
            let subject = index.map(|index| tx.subject_of(&index)).transpose()?;
            Ok((Some(row.id), subject.flatten()))
        }
    }
}

/// What was asked, as it is kept: bounded, whatever was sent.
fn told(request: &UseRequest<'_>, fields: &[String]) -> Value {
    let cut = |text: &str| text.trim().chars().take(200).collect::<String>();
    let Purpose {
        mode,
        item,
        item_name,
        case,
        cause,
        operator,
        ..
    } = request.purpose;
    let operator = operator.as_ref().map(|operator| {
        json!({
            "account": cut(&operator.account),
            "name": cut(&operator.name),
            "organisation": cut(&operator.organisation),
            "window": cut(&operator.window),
        })
    });
    let holder = match request.wanted {
        Wanted::Holders(code, _) => Some(format!("****{}", code.last4())),
        Wanted::Identifier(_) | Wanted::Shown(_) => None,
    };
    json!({
        "type": request.of.definition.code,
        "holder": holder,
        "mode": mode.name(),
        "item": cut(item),
        "items": [cut(item_name)],
        "case": case.as_deref().map(cut),
        "cause": cut(cause),
        "operator": operator,
        "fields": fields.iter().take(64).map(|field| cut(field)).collect::<Vec<_>>(),
    })
}
