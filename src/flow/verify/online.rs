//! Verify with the register: the same checks, and what only the register knows.
//!
//! A caller without a credential gets what signature, trust and status lists say; that is
//! answered from memory. A window or a system is recorded, spends live and offline codes, and
//! gets the legal word of an end.

use crate::codec::compact::Kind;
use crate::codec::presented::Presented;
use crate::codec::presented::recognise;
use crate::crypto::genuine::Certified;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::caller::Caller;
use crate::domain::identifier::CheckFinding;
use crate::domain::identifier::ReadIdentifier;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Verdict;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::compact::copy_reference_digest;
use crate::flow::show::compact::reference_digest;
use crate::flow::status;
use crate::flow::verify::judge;
use crate::flow::verify::judge::Evidence;
use crate::flow::verify::judge::Recorded;
use crate::flow::verify::judge::StatusFound;
use crate::flow::verify::live;
use crate::flow::verify::offline;
use crate::flow::verify::offline::Opened;
use crate::flow::verify::own::by_register;
use crate::flow::verify::own::standing_of;
use crate::flow::verify::used::Use;
use crate::flow::verify::used::is_recorded;
use crate::flow::verify::used::leave;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;

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
            // Only the register knows which offline codes were taken back since then.
            if matches!(certified.key, KeyFinding::Compromised { .. }) || is_offline(&certified) {
                return None;
            }
            let status = office.status.in_memory(certified.status?, now)?;
            let evidence = Evidence {
                now,
                at: now,
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
/// [`Reason::Unauthenticated`](crate::domain::problem::Reason::Unauthenticated) for a live code or spoken digits from somebody without a
/// credential of a window or system; [`Reason::TooMany`](crate::domain::problem::Reason::TooMany) after five wrong spoken digits in ten
/// minutes; [`Failure`] if the register fails: nothing was spent or recorded then, so ask again.
pub fn verify(office: &Office, text: &str, by: &Caller) -> Result<Verdict, Failure> {
    let mut nothing = |_: &mut Tx<'_>, _: &Verdict, _: Option<i64>| Ok(());
    let also = Also {
        case: None,
        work: &mut nothing,
    };
    verify_and(office, text, by, also)
}

/// For what a code is read, and what else is done in the transaction that spends it and records
/// its use: all of it, or nothing.
pub(crate) struct Also<'a> {
    /// The case for which it is read: a code that was shown for another serves nowhere else.
    pub(crate) case: Option<i64>,
    /// What is done with the verdict, under the consent by which the code was shown for the case.
    pub(crate) work: Work<'a>,
}

type Work<'a> = &'a mut dyn FnMut(&mut Tx<'_>, &Verdict, Option<i64>) -> Result<(), Failure>;

/// The same, and something with it where a certificate was read: a code or record that is
/// refused for what it is, and a bare number, come to nothing else.
///
/// # Errors
///
/// Those of [`verify`], and of `also`: the code was not spent then.
pub(crate) fn verify_and(
    office: &Office,
    text: &str,
    by: &Caller,
    also: Also<'_>,
) -> Result<Verdict, Failure> {
    let mut verdict = verdict(office, text, by, also)?;
    if !is_recorded(by) {
        verdict.keep_the_word();
    }
    Ok(verdict)
}

fn verdict(office: &Office, text: &str, by: &Caller, also: Also<'_>) -> Result<Verdict, Failure> {
    let now = office.clock.now();
    let known = office.known();
    let trust = office.trust()?;
    let hosts = std::slice::from_ref(&office.settings.code_host);
    match recognise(text, hosts) {
        Presented::Live(code) => live::pictured(office, &trust, &code, by, also),
        Presented::Spoken(digits) => live::spoken(office, &trust, &digits, by, also),
        Presented::Identifier(read) => by_identifier(office, &read, by),
        Presented::Printed {
            reference,
            digits: None,
        } => by_reference(office, &reference, by),
        _ => match offline::open(text, hosts, &trust, &known.types, now) {
            Opened::Certified(certified) => {
                certified_online(office, &trust, certified.get(), by, also.work)
            }
            Opened::Refused(shown_by, why) => {
                leave(office, by, None, judge::refuse(shown_by, now, why))
            }
            Opened::NeedsRegister(_) => Err(Failure::Broken("a code of no kind".to_owned())),
        },
    }
}

fn certified_online(
    office: &Office,
    trust: &Trust,
    certified: &Certified,
    by: &Caller,
    work: Work<'_>,
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
        at: now,
        trust,
        types: &known.types,
        status,
        recorded,
    };
    let shown_by = judge::shown_by(certified);
    let mut verdict = judge::judge(certified, shown_by, &evidence);
    let Some(used) = Use::of(office, by, row.as_ref())? else {
        if is_offline(certified)
            && verdict.verdict == Outcome::Valid
            && let Some(code) = certified.code
            && office.store.read(|rx| rx.is_denied(&code.id))?
        {
            verdict = judge::denied(verdict);
        }
        judge::note_unchecked(&mut verdict);
        return Ok(verdict);
    };
    // Spent and recorded at once, or neither: who is told to ask again has lost nothing.
    office.store.write(|tx| {
        if let Some(code) = certified.code
            && code.kind == Kind::Offline
            && verdict.verdict == Outcome::Valid
        {
            let end = code.expires_at.unwrap_or(now);
            if tx.is_denied(&code.id)? {
                verdict = judge::denied(verdict);
            } else if tx.spend_offline_code(&code.id, now, &by.id, end)? {
                verdict.passed("spent", None);
            } else {
                verdict = verdict.failed("spent", Outcome::Replayed, None);
            }
        }
        judge::note_unchecked(&mut verdict);
        used.leave(tx, now, &verdict)?;
        work(tx, &verdict, None)?;
        Ok(verdict)
    })
}

/// Whether it is a code that was prepared for a place without a network.
fn is_offline(certified: &Certified) -> bool {
    certified
        .code
        .is_some_and(|code| code.kind == Kind::Offline)
}

/// Whether a record is the one the register issued; codes are made of one each time anew.
pub(super) fn is_of(certified: &Certified, row: &CertificateRow) -> bool {
    certified.code.is_some() || row.digest == certified.digest
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
    leave(office, by, row.as_ref(), verdict)
}

fn by_reference(office: &Office, reference: &str, by: &Caller) -> Result<Verdict, Failure> {
    let now = office.clock.now();
    let (printed, copied) = office.store.read(|rx| {
        let printed = rx.compact_code_by_reference(&reference_digest(reference))?;
        let copied = rx.compact_code_by_reference(&copy_reference_digest(reference))?;
        Ok::<_, Failure>((printed, copied))
    })?;
    let shown_by = match (&printed, &copied) {
        (None, Some(_)) => ShownBy::Copy,
        _ => ShownBy::Printed,
    };
    let mut verdict = Verdict::begin(shown_by, now);
    verdict.passed("read", None);
    if shown_by == ShownBy::Copy {
        verdict.skipped("original");
    }
    let end = copied.as_ref().and_then(|copy| copy.expires_at);
    if shown_by == ShownBy::Copy && end.is_none_or(|end| now.millis() >= end) {
        let over = verdict.failed("code_in_date", Outcome::StaleCode, None);
        return leave(office, by, None, over);
    }
    let code = printed.or(copied);
    let row = match code {
        Some(code) => office
            .store
            .read(|rx| rx.certificate(code.certificate_id))?,
        None => None,
    };
    let verdict = by_register(office, verdict, row.as_ref())?;
    leave(office, by, row.as_ref(), verdict)
}
