//! Decide about materials: waived, on paper, promised, to follow, asked of the issuer, disputed.

use serde_json::json;

use super::fit::single_uses;
use super::kept::Kept;
use super::kept::refused;
use super::person::opened;
use super::view::CaseView;
use super::view::look_after;
use crate::domain::caller::Caller;
use crate::domain::case::Act;
use crate::domain::case::PaperReason;
use crate::domain::case::State;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::tasks;
use crate::flow::tasks::TaskKind;
use crate::store::Tx;
use crate::store::stored::read_number;

/// The longest promise, note or dispute, in characters.
const LONGEST: usize = 1000;

/// The longest that a material may follow, in days.
const LONGEST_TOLERANCE: i64 = 90;

/// What an officer decides about a material.
#[derive(Clone, Debug)]
pub enum Decision {
    /// 免交: it need not be handed in.
    Waive {
        /// The officer compared face and card: needed for what was shown on paper or offline.
        matched: bool,
    },
    /// It is handed in on paper.
    Paper {
        /// Why.
        reason: PaperReason,
        /// What the officer adds.
        note: Option<String>,
    },
    /// 告知承诺.
    Promise {
        /// The text as it was signed.
        text: String,
    },
    /// 容缺: it may follow.
    Tolerate {
        /// Until the end of that day.
        until: Day,
    },
    /// 部门核验: its issuer is asked.
    Check {
        /// What the issuer should know.
        note: String,
    },
    /// The applicant disputes what the certificate says: her own document prevails.
    Dispute {
        /// What is wrong, in her words.
        note: String,
    },
    /// The identity card was read.
    Identify,
}

/// Decides about materials of a case, all of them or none.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CaseClosed`], [`Reason::WaivedBefore`],
/// [`Reason::NotAllowed`], [`Reason::WrongStep`], [`Reason::NeedsMatch`], [`Reason::UsedUp`],
/// [`Reason::NotGoodNow`] when a certificate is no longer in force, [`Reason::BadCause`] for a
/// text that is blank or too long, [`Reason::BadRequest`] for a day out of range. Nothing was
/// changed then.
pub fn decide(
    office: &Office,
    number: &str,
    places: &[usize],
    decision: &Decision,
    by: &Caller,
) -> Result<CaseView, Failure> {
    decide_once(office, number, places, decision, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`decide`], and [`Reason::KeyReused`].
pub fn decide_once(
    office: &Office,
    number: &str,
    places: &[usize],
    decision: &Decision,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CaseView, Failure> {
    let note = note(decision)?;
    let now = office.clock.now();
    if let Decision::Tolerate { until } = decision {
        let days = until.number() - now.day().number();
        if !(0..=LONGEST_TOLERANCE).contains(&days) {
            let what = "a day of the next 90";
            return Err(Failure::because(Reason::BadRequest, what));
        }
    }
    if places.is_empty() {
        return Err(Failure::because(Reason::BadRequest, "no material"));
    }
    let work = |tx: &mut Tx<'_>| {
        let mut kept = opened(office, tx, number, by)?;
        for place in places {
            let act = act(office, tx, &kept, *place, decision, by)?;
            give_back(tx, &kept, *place)?;
            kept.case.act(*place, &act, now).map_err(refused)?;
            if let (Some(material), Some(note)) = (kept.case.materials.get_mut(*place), &note) {
                material.note = Some(note.clone());
            }
        }
        kept.put(office, tx)?;
        let what = json!({"materials": places, "step": name(decision), "note": note});
        let mut event = kept.event(office, EventKind::CaseChanged, by, &what);
        let applicant = kept.indexes(office).first().copied();
        let subjects = tx.subjects(applicant.as_slice())?;
        event.subject = applicant.and_then(|index| subjects.get(&index).copied());
        tx.record(event);
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    look_after(office, number, by)
}

/// The step that a decision means for one material, with what it needs done first.
fn act(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    place: usize,
    decision: &Decision,
    by: &Caller,
) -> Result<Act, Failure> {
    Ok(match decision {
        Decision::Waive { matched } => {
            still_good(office, tx, kept, place, *matched)?;
            Act::Waive
        }
        Decision::Paper { reason, .. } => Act::Paper(*reason),
        Decision::Promise { .. } => Act::Promise,
        Decision::Tolerate { until } => Act::Tolerate(*until),
        Decision::Check { note } => {
            // Nobody is asked for what could not be decided so.
            may(kept, place, &Act::Check(0))?;
            Act::Check(tasks::ask(
                office,
                tx,
                kept,
                place,
                TaskKind::Check,
                note,
                by,
            )?)
        }
        Decision::Dispute { note } => {
            may(kept, place, &Act::Dispute(0))?;
            Act::Dispute(tasks::ask(
                office,
                tx,
                kept,
                place,
                TaskKind::Correction,
                note,
                by,
            )?)
        }
        Decision::Identify => Act::Identify,
    })
}

fn may(kept: &Kept, place: usize, act: &Act) -> Result<(), Failure> {
    kept.case.after(place, act).map(drop).map_err(refused)
}

/// A certificate that serves once serves again where its material is no longer waived.
pub(super) fn give_back(tx: &mut Tx<'_>, kept: &Kept, place: usize) -> Result<(), Failure> {
    let Some(material) = kept.case.material(place) else {
        return Ok(());
    };
    if matches!(material.state, State::Waived { .. }) {
        for used in &material.uses {
            tx.give_certificate_back(used.certificate, kept.row.id)?;
        }
    }
    Ok(())
}

/// What serves for a material must still be in force when it is waived, and what serves once
/// is used up by it.
fn still_good(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    place: usize,
    matched: bool,
) -> Result<(), Failure> {
    may(kept, place, &Act::Waive)?;
    let Some(material) = kept.case.material(place) else {
        return Err(Failure::refused(Reason::NotFound));
    };
    let known = office.known();
    let of = material.certificate_type.as_ref();
    let of = of.and_then(|code| known.newest.get(code));
    let single_use_for = of.map(|of| of.definition.single_use_for.as_slice());
    let bases = single_uses(&kept.case, material, single_use_for.unwrap_or_default());
    for used in &material.uses {
        if used.needs_match && !matched {
            return Err(Failure::refused(Reason::NeedsMatch));
        }
        let row = tx.certificate(used.certificate)?;
        let standing = row.and_then(|row| Standing::from_stored(row.status));
        if standing != Some(Standing::InForce) {
            return Err(Failure::refused(Reason::NotGoodNow));
        }
        for base in &bases {
            if !tx.spend_certificate(used.certificate, base, kept.row.id)?
                && tx.spent_for(used.certificate, base)? != Some(kept.row.id)
            {
                return Err(Failure::refused(Reason::UsedUp));
            }
        }
    }
    Ok(())
}

/// What was written down with a decision.
fn note(decision: &Decision) -> Result<Option<String>, Failure> {
    let (text, needed) = match decision {
        Decision::Promise { text } => (Some(text), true),
        Decision::Check { note } | Decision::Dispute { note } => (Some(note), true),
        Decision::Paper { note, .. } => (note.as_ref(), false),
        Decision::Waive { .. } | Decision::Tolerate { .. } | Decision::Identify => (None, false),
    };
    let text = text.map(|text| text.trim()).filter(|text| !text.is_empty());
    let long = text.is_some_and(|text| text.chars().count() > LONGEST);
    if long || (needed && text.is_none()) {
        return Err(Failure::refused(Reason::BadCause));
    }
    Ok(text.map(str::to_owned))
}

const fn name(decision: &Decision) -> &'static str {
    match decision {
        Decision::Waive { .. } => "waive",
        Decision::Paper { .. } => "paper",
        Decision::Promise { .. } => "promise",
        Decision::Tolerate { .. } => "tolerate",
        Decision::Check { .. } => "check",
        Decision::Dispute { .. } => "dispute",
        Decision::Identify => "identify",
    }
}

/// The number of the agency that a case belongs to.
pub(super) fn agency_of(kept: &Kept) -> u32 {
    read_number(kept.row.agency)
}
