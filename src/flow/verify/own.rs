//! What the register holds, judged as strictly as what is brought: its own record is opened,
//! its issuer's key, the trust list, the days and the status are asked, whoever names it by
//! which number.

use crate::codec::sd_jwt::SdJwtParts;
use crate::crypto::certificate_seal;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::standing::Standing;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Shown;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Step;
use crate::domain::verdict::StepOutcome;
use crate::domain::verdict::Verdict;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::verify::judge;
use crate::flow::verify::judge::Evidence;
use crate::flow::verify::judge::Recorded;
use crate::flow::verify::judge::StatusFound;
use crate::store::certificates::CertificateRow;

/// Judges what the register itself hands out of a certificate as strictly as what is brought.
pub(crate) fn judge_own(
    office: &Office,
    trust: &Trust,
    row: &CertificateRow,
    subset: &str,
    shown_by: ShownBy,
) -> Result<Verdict, Failure> {
    let then = (office.clock.now(), standing_of(row));
    judge_then(office, trust, row, (subset, shown_by), then)
}

/// The same with how it stood at a time that is over.
fn judge_then(
    office: &Office,
    trust: &Trust,
    row: &CertificateRow,
    (subset, shown_by): (&str, ShownBy),
    (at, status): (Timestamp, StatusFound),
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
        at,
        trust,
        types: &known.types,
        status,
        recorded,
    };
    Ok(judge::judge(&certified, shown_by, &evidence))
}

/// The same of a certificate as a whole, with none of its fields.
fn judge_whole(
    office: &Office,
    register: &Register<'_>,
    row: &CertificateRow,
    shown_by: ShownBy,
    then: (Timestamp, StatusFound),
) -> Result<Verdict, Failure> {
    let record = register.record(row)?;
    let parts = SdJwtParts::parse(&record)
        .map_err(|_why| Failure::Broken(format!("certificate {} cannot be read", row.id)))?;
    let trust = office.trust()?;
    let nothing = parts.with_only(|_| false);
    judge_then(office, &trust, row, (&nothing, shown_by), then)
}

/// How a certificate of the register stands now.
///
/// # Errors
///
/// [`Failure`] if its record cannot be opened, or there is no trust list to ask.
pub(crate) fn stands(
    office: &Office,
    register: &Register<'_>,
    row: &CertificateRow,
) -> Result<Outcome, Failure> {
    let then = (office.clock.now(), standing_of(row));
    Ok(judge_whole(office, register, row, ShownBy::None, then)?.verdict)
}

/// Goes on with a verdict on a certificate that was named by a number alone: how it stands and
/// whose it is, and no field of it.
pub(crate) fn by_register(
    office: &Office,
    verdict: Verdict,
    row: Option<&CertificateRow>,
) -> Result<Verdict, Failure> {
    let Some(row) = row else {
        return Ok(verdict.failed("register", Outcome::NotFound, None));
    };
    by_register_then(office, verdict, row, (office.clock.now(), standing_of(row)))
}

/// The same with how it stood at a time that is over.
pub(super) fn by_register_then(
    office: &Office,
    mut verdict: Verdict,
    row: &CertificateRow,
    then: (Timestamp, StatusFound),
) -> Result<Verdict, Failure> {
    let register = Register::of(office);
    let of = register.definition(row)?;
    let issuer = register.issuer(row)?;
    let judged = judge_whole(office, &register, row, verdict.shown_by, then)?;
    let shown = judged.certificates.first();
    verdict.certificates.push(Shown {
        type_code: of.definition.code.clone(),
        type_version: of.version,
        type_name: of.definition.name.clone(),
        identifier: register.identifier(row)?.to_string(),
        issuer_code: issuer.code.to_string(),
        issuer_name: issuer.name.clone(),
        end_word: shown.and_then(|shown| shown.end_word),
        stock: shown.is_some_and(|shown| shown.stock),
        ..Shown::default()
    });
    verdict.passed("register", Some(0));
    // It was the number that was read; the record was at hand.
    let read = |step: &Step| step.code == "read" && step.outcome == StepOutcome::Passed;
    let steps = judged.steps.into_iter().filter(|step| !read(step));
    verdict.steps.extend(steps);
    verdict = verdict.ended(judged.verdict);
    judge::note_unchecked(&mut verdict);
    Ok(verdict)
}

/// What a row says of a certificate's status; one it cannot say is not known, never good.
pub(crate) fn standing_of(row: &CertificateRow) -> StatusFound {
    stood(row.status)
}

/// The same of a standing as it is stored.
pub(super) fn stood(stored: i16) -> StatusFound {
    let Some(standing) = Standing::from_stored(stored) else {
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
