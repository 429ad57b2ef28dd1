//! Live codes at the counter: by their picture or by their spoken digits, spent once.

use crate::codec::sd_jwt::SdJwtParts;
use crate::crypto::trust::Trust;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Verdict;
use crate::flow::case::still_given;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::choice::ForCase;
use crate::flow::show::choice::KeptChoice;
use crate::flow::show::choice::Showing;
use crate::flow::show::live::live_digest;
use crate::flow::show::live::spoken_index;
use crate::flow::verify::judge;
use crate::flow::verify::online::Also;
use crate::flow::verify::own::judge_own;
use crate::flow::verify::used::Reading;
use crate::flow::verify::used::Use;
use crate::flow::verify::used::leave;
use crate::store::Rx;
use crate::store::certificates::CertificateRow;
use crate::store::lost_phones::PHONE_LOST;
use crate::store::show_sessions::LiveCodeRow;
use crate::store::show_sessions::SessionRow;

/// Wrong spoken digits that one caller may give in [`SPOKEN_WINDOW_S`].
const SPOKEN_TRIES: i64 = 5;

/// Seconds in which wrong spoken digits count.
const SPOKEN_WINDOW_S: i64 = 600;

/// Spends the code of a picture.
pub(super) fn pictured(
    office: &Office,
    trust: &Trust,
    code: &str,
    by: &Caller,
    also: Also<'_>,
) -> Result<Verdict, Failure> {
    may_spend(by)?;
    let found = office.store.read(|rx| rx.live_code(&live_digest(code)))?;
    spend_live(office, trust, found, by, also)
}

/// Spends the code whose digits were spoken.
pub(super) fn spoken(
    office: &Office,
    trust: &Trust,
    digits: &str,
    by: &Caller,
    also: Also<'_>,
) -> Result<Verdict, Failure> {
    may_spend(by)?;
    let now = office.clock.now();
    let since = now.plus_secs(-SPOKEN_WINDOW_S);
    let index = spoken_index(office.store.vault(), digits);
    let used = Use::of(office, by, None)?;
    let looked = office.store.write(|tx| {
        // One guess of an officer after the other, so that none slips by the count.
        tx.queue_spoken(&by.id)?;
        if tx.spoken_failures_since(&by.id, since)? >= SPOKEN_TRIES {
            return Err(Failure::because(
                Reason::TooMany,
                "five wrong codes in ten minutes",
            ));
        }
        if let Some(found) = tx.live_code_by_spoken(&index)? {
            return Ok(Looked::Found(Box::new(found)));
        }
        tx.add_spoken_failure(&by.id, now)?;
        let verdict = unknown(now);
        if let Some(used) = &used {
            used.leave(tx, now, &verdict)?;
        }
        Ok(Looked::Nothing(verdict))
    })?;
    match looked {
        Looked::Nothing(verdict) => Ok(verdict),
        Looked::Found(found) => spend_live(office, trust, Some(*found), by, also),
    }
}

/// What came of looking for spoken digits.
enum Looked {
    /// A code, in date or not.
    Found(Box<(LiveCodeRow, SessionRow)>),
    /// None; the guess was counted and recorded.
    Nothing(Verdict),
}

fn may_spend(by: &Caller) -> Result<(), Failure> {
    if matches!(by.role, Role::Window | Role::System) {
        Ok(())
    } else {
        Err(Failure::refused(Reason::Unauthenticated))
    }
}

/// The verdict on a live code that there is not, or not any more.
fn unknown(now: Timestamp) -> Verdict {
    let mut verdict = Verdict::begin(ShownBy::Live, now);
    verdict.passed("read", None);
    verdict.failed("register", Outcome::NotFound, Some("unknown_code"))
}

type FoundLive = Option<(LiveCodeRow, SessionRow)>;

/// Spends a live code and shows what its holder chose. One conditional update decides who of
/// several readers is the first; earlier and later pictures of the session are spent with it.
fn spend_live(
    office: &Office,
    trust: &Trust,
    found: FoundLive,
    by: &Caller,
    Also { case, work }: Also<'_>,
) -> Result<Verdict, Failure> {
    let now = office.clock.now();
    let Some((code, session)) = found else {
        return leave(office, by, None, unknown(now));
    };
    let mut verdict = Verdict::begin(ShownBy::Live, now);
    verdict.passed("read", None);
    let showing = Showing::open(office, &session)?;
    let choices = showing.choices();
    let read = Reading::of(&session, by, now);
    if session.spent_by.as_deref() == Some(PHONE_LOST) {
        let verdict = judge::denied(verdict);
        return office.store.write(|tx| {
            read.in_vain(tx, choices, &verdict);
            Ok(verdict)
        });
    }
    if session.spent_at.is_none() && now.millis() >= code.expires_at {
        let verdict = verdict.failed("code_in_date", Outcome::StaleCode, None);
        return office.store.write(|tx| {
            read.in_vain(tx, choices, &verdict);
            Ok(verdict)
        });
    }
    if matches!(showing, Showing::ToBeAsked(_)) {
        // It shows nothing, and stays unspent: a system asks with it.
        let verdict = verdict.failed("shows_nothing", Outcome::Unsupported, None);
        return leave(office, by, None, verdict);
    }
    let register = Register::of(office);
    let mut parts = Vec::with_capacity(choices.len());
    for choice in choices {
        let row = office.store.read(|rx| rx.certificate(choice.certificate))?;
        let Some(row) = row else {
            return Err(Failure::Broken("a chosen card is gone".to_owned()));
        };
        parts.push(shown_live(office, trust, &register, &row, choice)?);
    }
    let shown = together(parts.clone(), session.held, now);
    office.store.write(|tx| {
        // Whoever takes it back, or ends the right to give it, is either before this or after it.
        let mut refused = match showing.bound() {
            Some(bound) => refused(office, tx, bound, case)?,
            None => None,
        };
        if refused.is_none() && !tx.spend_session(session.id, now, &by.id)? {
            refused = Some(("spent", Outcome::Replayed));
        }
        if let Some((step, outcome)) = refused {
            let verdict = verdict.failed(step, outcome, None);
            read.in_vain(tx, choices, &verdict);
            return Ok(verdict);
        }
        for (choice, part) in choices.iter().zip(&parts) {
            read.record(tx, choice.certificate, (part.verdict, &choice.fields));
        }
        work(tx, &shown, showing.bound().map(|bound| bound.consent))?;
        Ok(shown)
    })
}

/// Why a code that was shown for a case is not read here, or no longer: it stays unspent.
fn refused(
    office: &Office,
    rx: &mut Rx<'_>,
    bound: &ForCase,
    case: Option<i64>,
) -> Result<Option<(&'static str, Outcome)>, Failure> {
    if case != Some(bound.case) {
        return Ok(Some(("other_case", Outcome::Mismatch)));
    }
    Ok(match still_given(office, rx, bound, false)? {
        Ok(()) => None,
        Err(Reason::CaseClosed) => return Err(Failure::refused(Reason::CaseClosed)),
        Err(Reason::ConsentRefused) => Some(("consent_withdrawn", Outcome::StaleCode)),
        Err(_) => Some(("right_ended", Outcome::StaleCode)),
    })
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

/// One verdict for everything a live code carried: the first that is not valid decides.
fn together(parts: Vec<Verdict>, held: bool, now: Timestamp) -> Verdict {
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
    if held {
        all.passed("held_still", None);
    }
    all.ended(worst.unwrap_or(Outcome::Valid))
}
