//! Verify with the register: the same checks, and what only the register knows.
//!
//! A caller without a credential gets what signature, trust and status lists say; that is
//! answered from memory. A window or a system is recorded, spends live and offline codes, and
//! gets the legal word of an end.

use serde_json::json;

use crate::codec::compact::Kind;
use crate::codec::presented::Presented;
use crate::codec::presented::recognise;
use crate::codec::sd_jwt::SdJwtParts;
use crate::crypto::certificate_seal;
use crate::crypto::genuine::Certified;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::identifier::CheckFinding;
use crate::domain::identifier::ReadIdentifier;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Shown;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Verdict;
use crate::flow::failure::Failure;
use crate::flow::fetch::outcome;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::compact::reference_digest;
use crate::flow::show::live::KeptChoice;
use crate::flow::show::live::live_digest;
use crate::flow::show::live::spoken_index;
use crate::flow::status;
use crate::flow::verify::judge;
use crate::flow::verify::judge::Evidence;
use crate::flow::verify::judge::Recorded;
use crate::flow::verify::judge::StatusFound;
use crate::flow::verify::offline;
use crate::flow::verify::offline::Opened;
use crate::store::certificates::CertificateRow;
use crate::store::ledger::Event;
use crate::store::show_sessions::CHOICE;

/// Wrong spoken digits that one caller may give in [`SPOKEN_WINDOW_S`].
const SPOKEN_TRIES: i64 = 5;

/// Seconds in which wrong spoken digits count.
const SPOKEN_WINDOW_S: i64 = 600;

/// Answers from memory alone, if that can be done: for a caller who is not recorded, and a
/// certificate or self-contained code whose status list was read a moment ago.
#[must_use]
pub fn verify_from_memory(office: &Office, text: &str) -> Option<Verdict> {
    let now = office.clock.now();
    let known = office.known();
    let trust = known.trust.as_deref()?;
    let hosts = std::slice::from_ref(&office.settings.code_host);
    match offline::open(text, hosts, trust, &known.types, now) {
        Opened::Refused(shown_by, why) => Some(judge::refuse(shown_by, now, why)),
        Opened::NeedsRegister(_) => None,
        Opened::Certified(certified) => {
            let certified = certified.into_inner();
            if matches!(certified.key, KeyFinding::Compromised { .. }) {
                return None;
            }
            let status = office.status.in_memory(certified.status?, now)?;
            let evidence = Evidence {
                now,
                trust,
                types: &known.types,
                status,
                recorded: Recorded::NotAsked,
            };
            let mut verdict = judge::judge(&certified, judge::shown_by(&certified), &evidence);
            judge::note_unchecked(&mut verdict);
            Some(verdict)
        }
    }
}

/// Verifies any text for any caller.
///
/// # Errors
///
/// [`Reason::Unauthenticated`] for a live code or spoken digits from somebody without a
/// credential of a window or system; [`Reason::TooMany`] after five wrong spoken digits in ten
/// minutes; [`Failure`] if the register fails: nothing was spent or recorded then, so ask again.
pub fn verify(office: &Office, text: &str, by: &Caller) -> Result<Verdict, Failure> {
    let now = office.clock.now();
    let known = office.known();
    let trust = office.trust()?;
    let hosts = std::slice::from_ref(&office.settings.code_host);
    match recognise(text, hosts) {
        Presented::Live(code) => {
            let found = office.store.read(|rx| rx.live_code(&live_digest(&code)))?;
            spend_live(office, &trust, found, by)
        }
        Presented::Spoken(digits) => spoken(office, &trust, &digits, by),
        Presented::Identifier(read) => by_identifier(office, &read, by),
        Presented::Printed {
            reference,
            digits: None,
        } => by_reference(office, &reference, by),
        _ => match offline::open(text, hosts, &trust, &known.types, now) {
            Opened::Certified(certified) => certified_online(office, &trust, certified.get(), by),
            Opened::Refused(shown_by, why) => {
                let verdict = judge::refuse(shown_by, now, why);
                record(office, by, &verdict, None)?;
                Ok(verdict)
            }
            Opened::NeedsRegister(_) => Err(Failure::Broken("a code of no kind".to_owned())),
        },
    }
}

/// Whether verifying is recorded for a caller, and spends codes.
const fn is_recorded(by: &Caller) -> bool {
    matches!(by.role, Role::Window | Role::System | Role::Issuer)
}

fn certified_online(
    office: &Office,
    trust: &Trust,
    certified: &Certified,
    by: &Caller,
) -> Result<Verdict, Failure> {
    let now = office.clock.now();
    let known = office.known();
    let asks_register = is_recorded(by) || matches!(certified.key, KeyFinding::Compromised { .. });
    let row = if asks_register {
        Register::of(office).find(&certified.identifier)?
    } else {
        None
    };
    let status = match (&row, certified.status) {
        // Under an identifier of ours, but not what the register issued under it.
        (Some(row), _) if !is_of(certified, row) => StatusFound::Unknown,
        (Some(row), _) => standing_of(row),
        // Signed by a key of ours, but the register has no such certificate.
        (None, _) if asks_register => StatusFound::Unknown,
        (None, Some(at)) => status::find(office, at)?,
        (None, None) => StatusFound::Unknown,
    };
    let recorded = match (&row, certified.key) {
        (Some(row), KeyFinding::Compromised { .. }) => {
            let at = office
                .store
                .read(|rx| rx.recorded_at(row.id, &certified.digest))?;
            at.map_or(Recorded::Never, Recorded::At)
        }
        (None, KeyFinding::Compromised { .. }) => Recorded::Never,
        _ => Recorded::NotAsked,
    };
    let evidence = Evidence {
        now,
        trust,
        types: &known.types,
        status,
        recorded,
    };
    let shown_by = judge::shown_by(certified);
    let mut verdict = judge::judge(certified, shown_by, &evidence);
    if let Some(code) = certified.code
        && code.kind == Kind::Offline
        && verdict.verdict == Outcome::Valid
    {
        if is_recorded(by) {
            let end = code.expires_at.unwrap_or(now);
            let fresh = office
                .store
                .write(|tx| tx.spend_offline_code(&code.id, now, &by.id, end))?;
            if fresh {
                verdict.passed("spent", None);
            } else {
                verdict = verdict.failed("spent", Outcome::Replayed, None);
            }
        } else {
            verdict.skipped("spent");
        }
    }
    judge::note_unchecked(&mut verdict);
    record(office, by, &verdict, row.as_ref())?;
    Ok(verdict)
}

/// Whether a record is the one the register issued; codes are made of one each time anew.
fn is_of(certified: &Certified, row: &CertificateRow) -> bool {
    certified.code.is_some() || row.digest == certified.digest
}

fn standing_of(row: &CertificateRow) -> StatusFound {
    let Some(standing) = Standing::from_stored(row.status) else {
        return StatusFound::Unknown;
    };
    let word = match standing {
        Standing::Ended(word) => Some(word),
        _ => None,
    };
    StatusFound::Known {
        outcome: Outcome::of_standing(standing),
        word,
        age_s: 0,
    }
}

fn spoken(office: &Office, trust: &Trust, digits: &str, by: &Caller) -> Result<Verdict, Failure> {
    if !matches!(by.role, Role::Window | Role::System) {
        return Err(Failure::refused(Reason::Unauthenticated));
    }
    let now = office.clock.now();
    let since = now.plus_secs(-SPOKEN_WINDOW_S);
    let index = spoken_index(office.store.vault(), digits);
    let (failures, found) = office.store.read(|rx| {
        Ok::<_, Failure>((
            rx.spoken_failures_since(&by.id, since)?,
            rx.live_code_by_spoken(&index)?,
        ))
    })?;
    if failures >= SPOKEN_TRIES {
        return Err(Failure::because(
            Reason::TooMany,
            "five wrong codes in ten minutes",
        ));
    }
    if found.is_none() {
        office
            .store
            .write(|tx| tx.add_spoken_failure(&by.id, now))?;
    }
    spend_live(office, trust, found, by)
}

type FoundLive = Option<(
    crate::store::show_sessions::LiveCodeRow,
    crate::store::show_sessions::SessionRow,
)>;

/// Spends a live code and shows what its holder chose. One conditional update decides who of
/// several readers is the first; earlier and later pictures of the session are spent with it.
fn spend_live(
    office: &Office,
    trust: &Trust,
    found: FoundLive,
    by: &Caller,
) -> Result<Verdict, Failure> {
    if !matches!(by.role, Role::Window | Role::System) {
        return Err(Failure::refused(Reason::Unauthenticated));
    }
    let now = office.clock.now();
    let mut verdict = Verdict::begin(ShownBy::Live, now);
    verdict.passed("read", None);
    let Some((code, session)) = found else {
        let verdict = verdict.failed("register", Outcome::NotFound, Some("unknown_code"));
        record(office, by, &verdict, None)?;
        return Ok(verdict);
    };
    if session.spent_at.is_none() && now.millis() >= code.expires_at {
        let verdict = verdict.failed("code_in_date", Outcome::StaleCode, None);
        record(office, by, &verdict, None)?;
        return Ok(verdict);
    }
    let opened = office
        .store
        .vault()
        .open(&CHOICE, session.id, &session.sealed_choice())?;
    let choices: Vec<KeptChoice> =
        serde_json::from_slice(&opened).map_err(|why| Failure::Broken(why.to_string()))?;
    let register = Register::of(office);
    let mut parts = Vec::with_capacity(choices.len());
    for choice in &choices {
        let row = office.store.read(|rx| rx.certificate(choice.certificate))?;
        let Some(row) = row else {
            return Err(Failure::Broken("a chosen card is gone".to_owned()));
        };
        parts.push(shown_live(office, trust, &register, &row, choice)?);
    }
    let first = office.store.write(|tx| {
        if !tx.spend_session(session.id, now, &by.id)? {
            return Ok::<_, Failure>(false);
        }
        for (choice, part) in choices.iter().zip(&parts) {
            let mut event = Event::new(EventKind::Verified, now, &by.id);
            event.agency = by.agency;
            event.certificate = Some(choice.certificate);
            event.subject = session.subject.clone().try_into().ok();
            event.details = Some(json!({
                "verdict": part.verdict.name(),
                "shown_by": "live",
                "fields": choice.fields,
            }));
            tx.record(event);
        }
        Ok(true)
    })?;
    if !first {
        let verdict = verdict.failed("spent", Outcome::Replayed, None);
        record(office, by, &verdict, None)?;
        return Ok(verdict);
    }
    Ok(together(parts, now))
}

fn shown_live(
    office: &Office,
    trust: &Trust,
    register: &Register<'_>,
    row: &CertificateRow,
    choice: &KeptChoice,
) -> Result<Verdict, Failure> {
    let record = register.record(row)?;
    let parts = SdJwtParts::parse(&record)
        .map_err(|_why| Failure::Broken(format!("certificate {} cannot be read", row.id)))?;
    let subset = parts.with_only(|key| choice.fields.iter().any(|f| f == key));
    let mut verdict = judge_own(office, trust, row, &subset, ShownBy::Live)?;
    for shown in &mut verdict.certificates {
        shown.fields.retain(|key, _| choice.fields.contains(key));
    }
    Ok(verdict)
}

/// Judges what the register itself hands out of a certificate as strictly as what is brought.
pub(crate) fn judge_own(
    office: &Office,
    trust: &Trust,
    row: &CertificateRow,
    subset: &str,
    shown_by: ShownBy,
) -> Result<Verdict, Failure> {
    let now = office.clock.now();
    let known = office.known();
    let certified = match certificate_seal::open(subset, trust, &known.types, now) {
        Ok(certified) => certified.into_inner(),
        Err(why) => return Ok(judge::refuse(shown_by, now, why)),
    };
    let recorded = match certified.key {
        KeyFinding::Compromised { .. } => {
            let at = office
                .store
                .read(|rx| rx.recorded_at(row.id, &certified.digest))?;
            at.map_or(Recorded::Never, Recorded::At)
        }
        _ => Recorded::NotAsked,
    };
    let evidence = Evidence {
        now,
        trust,
        types: &known.types,
        status: standing_of(row),
        recorded,
    };
    Ok(judge::judge(&certified, shown_by, &evidence))
}

/// One verdict for everything a live code carried: the first that is not valid decides.
fn together(parts: Vec<Verdict>, now: Timestamp) -> Verdict {
    let mut all = Verdict::begin(ShownBy::Live, now);
    let worst = parts
        .iter()
        .map(|p| p.verdict)
        .find(|v| *v != Outcome::Valid);
    for part in parts {
        all.steps.extend(part.steps);
        all.certificates.extend(part.certificates);
    }
    all.passed("spent", None);
    all.ended(worst.unwrap_or(Outcome::Valid))
}

fn by_identifier(office: &Office, read: &ReadIdentifier, by: &Caller) -> Result<Verdict, Failure> {
    let now = office.clock.now();
    let mut verdict = Verdict::begin(ShownBy::None, now);
    verdict.passed("read", None);
    match read.check {
        CheckFinding::Right => verdict.passed("check_character", None),
        CheckFinding::Legacy => verdict.skipped("check_character_legacy"),
        CheckFinding::Wrong => verdict.skipped("check_character_wrong"),
    }
    let row = Register::of(office).find(&read.identifier)?;
    let verdict = by_register(office, verdict, row.as_ref())?;
    record(office, by, &verdict, row.as_ref())?;
    Ok(verdict)
}

fn by_reference(office: &Office, reference: &str, by: &Caller) -> Result<Verdict, Failure> {
    let now = office.clock.now();
    let mut verdict = Verdict::begin(ShownBy::Printed, now);
    verdict.passed("read", None);
    let code = office
        .store
        .read(|rx| rx.compact_code_by_reference(&reference_digest(reference)))?;
    let row = match code {
        Some(code) => office
            .store
            .read(|rx| rx.certificate(code.certificate_id))?,
        None => None,
    };
    let verdict = by_register(office, verdict, row.as_ref())?;
    record(office, by, &verdict, row.as_ref())?;
    Ok(verdict)
}

/// What the register alone says of a certificate: no field of it.
fn by_register(
    office: &Office,
    mut verdict: Verdict,
    row: Option<&CertificateRow>,
) -> Result<Verdict, Failure> {
    let Some(row) = row else {
        return Ok(verdict.failed("register", Outcome::NotFound, None));
    };
    let register = Register::of(office);
    let of = register.definition(row)?;
    let definition = &of.definition;
    let issuer = register.issuer(row)?;
    let word = match Standing::from_stored(row.status) {
        Some(Standing::Ended(word)) => Some(word.name()),
        _ => None,
    };
    verdict.certificates.push(Shown {
        type_code: definition.code.clone(),
        type_version: of.version,
        type_name: definition.name.clone(),
        identifier: register.identifier(row)?.to_string(),
        issuer_code: issuer.code.to_string(),
        issuer_name: issuer.name.clone(),
        end_word: word,
        ..Shown::default()
    });
    verdict.passed("register", Some(0));
    if office.trust()?.in_doubt {
        return Ok(verdict.failed("trust", Outcome::Undetermined, Some("lists_in_doubt")));
    }
    let outcome = outcome(office, row);
    verdict = match outcome {
        Outcome::Valid => {
            verdict.passed("in_date", None);
            verdict.passed("status", Some(0));
            verdict.ended(outcome)
        }
        Outcome::NotYetValid | Outcome::Expired => verdict.failed("in_date", outcome, None),
        _ => verdict.failed("status", outcome, word),
    };
    judge::note_unchecked(&mut verdict);
    Ok(verdict)
}

/// Leaves a use record, for callers who are recorded.
fn record(
    office: &Office,
    by: &Caller,
    verdict: &Verdict,
    row: Option<&CertificateRow>,
) -> Result<(), Failure> {
    if !is_recorded(by) {
        return Ok(());
    }
    let holders = match row {
        Some(row) => office.store.read(|rx| rx.holders_of(row.id))?,
        None => Vec::new(),
    };
    let index: Option<[u8; 32]> = holders
        .into_iter()
        .next()
        .and_then(|h| h.holder_index.try_into().ok());
    office.store.write(|tx| {
        let subjects = tx.subjects(index.as_slice())?;
        let mut event = Event::new(EventKind::Verified, office.clock.now(), &by.id);
        event.agency = by.agency;
        event.certificate = row.map(|r| r.id);
        event.subject = index.and_then(|i| subjects.get(&i).copied());
        let fields: Vec<&String> = verdict
            .certificates
            .iter()
            .flat_map(|c| c.fields.keys())
            .collect();
        event.details = Some(json!({
            "verdict": verdict.verdict.name(),
            "shown_by": verdict.shown_by,
            "fields": fields,
        }));
        tx.record(event);
        Ok(())
    })
}
