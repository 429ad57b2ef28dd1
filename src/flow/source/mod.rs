//! Ask the source of a type: a department's own system, a view of its database, a file it drops.
//!
//! Whoever needs a record that may live elsewhere writes one line:
//!
//! ```text
//! let pulled = source::pull(office, &of, &question, &by)?;
//! ```
//!
//! and then looks at `pulled.outcome`: [`Outcome::Found`] has the content, judged by the type's
//! rules, and what was issued of it; [`Outcome::Not`] the exact cause. In words for a clerk either
//! is `pulled.what(lang)` and `pulled.act(lang)`; how old a record is that was kept for a while,
//! `pulled.age_s`. Whether a type has a source at all: [`has`].
//!
//! It is called off the event loop and outside any transaction: it may wait for the source's whole
//! time limit, and never longer. Nothing is recorded here but what is issued; whoever tells the
//! fields to somebody records that, as with fields of the register.

mod ask;
mod breaker;
mod cache;
mod check;
mod desk;
mod issue;
mod judge;
mod load;
mod loaded;
mod mirror;
mod pulled;

pub use breaker::BreakerState;
pub use check::CheckedField;
pub use check::Tried;
pub use check::check;
pub use desk::Asked;
pub use desk::SourceDesk;
pub use desk::SourceHealth;
pub use issue::Issuing;
pub use issue::issue;
pub use load::SourceLine;
pub use load::SourceLoaded;
pub use load::configuration;
pub use load::list;
pub use load::load;
pub use load::remove;
pub use loaded::LoadedSource;
pub(crate) use mirror::opened as mirror_opened;
pub use pulled::Found;
pub use pulled::Outcome;
pub use pulled::Pulled;

pub use crate::source::question::Question;
pub use crate::source::record::Upstream;

use std::sync::Arc;

use self::judge::Judged;
use self::judge::judge;
use self::mirror::Mirror;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::definition::RegisterKeeper;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::sourced::SourceCause;
use crate::domain::sourced::SourceWord;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::source::config::AskBy;
use crate::source::config::IssueRule;
use crate::source::config::Source;
use crate::source::record::Record;

/// Whether a type's records live in a source.
#[must_use]
pub fn has(office: &Office, of: &CertificateType) -> bool {
    let known = office.known();
    let source = known.sources.get(&of.number);
    source.is_some_and(|source| may_speak(&source.source, of))
}

/// Asks the source of a type for the record of a holder or a number, and issues it where the
/// source's rule is `always`.
///
/// # Errors
///
/// [`Reason::NoSource`] if the type has none; [`Reason::BadRequest`] if what it is asked by was
/// not given. Then nobody was asked. That a record could not be issued is no error: it stands in
/// [`Found::issuing`].
pub fn pull(
    office: &Office,
    of: &CertificateType,
    wanted: &Question,
    by: &Caller,
) -> Result<Pulled, Failure> {
    let source = source_of(office, of)?;
    let mut pulled = ask_and_judge(office, (&source, of), wanted, by)?;
    if let (Outcome::Found(found), IssueRule::Always) = (&mut pulled.outcome, source.source.issue) {
        found.issuing = issue::issued(office, &source.source, of, &found.draft, by);
    }
    Ok(pulled)
}

fn source_of(office: &Office, of: &CertificateType) -> Result<Arc<LoadedSource>, Failure> {
    let known = office.known();
    let source = known.sources.get(&of.number);
    let source = source.filter(|source| may_speak(&source.source, of));
    source
        .cloned()
        .ok_or_else(|| Failure::because(Reason::NoSource, &*of.definition.name))
}

/// Whether a source may speak for a type: of the region's and the nation's only a platform may. It
/// is asked again here, for the definition may have changed since the source was loaded.
fn may_speak(source: &Source, of: &CertificateType) -> bool {
    of.definition.issued_by == RegisterKeeper::Local || source.platform().is_some()
}

/// Asks, or takes what is kept, and judges it by today's rules. Where a platform of the region or
/// the nation does not answer, what it last gave is judged in the same way.
fn ask_and_judge(
    office: &Office,
    (source, of): (&Arc<LoadedSource>, &CertificateType),
    wanted: &Question,
    by: &Caller,
) -> Result<Pulled, Failure> {
    knows_what_to_ask(&source.source, wanted)?;
    let begun = office.clock.now();
    let state = office.sources.state(of.number, source);
    let judged = |record: &Record| judge(&source.source, of, wanted, record, begun.day());
    let kept = state.kept(&source.source, wanted, begun);
    let (came, mut at, tries) = if let Some((record, at)) = kept {
        (Ok(record), at, 0)
    } else {
        let (came, tries) = ask::through_the_door(office, source, &state, wanted);
        (came, office.clock.now(), tries)
    };
    let mut judgement = match &came {
        Ok(record) => judged(record),
        Err(cause) => Judged::not(*cause, Vec::new()),
    };
    let cause = judgement.outcome.as_ref().err().copied();
    if let (Ok(record), None, 1..) = (&came, cause, tries) {
        state.keep(&source.source, wanted, record, at);
    }
    let now = office.clock.now();
    if tries > 0 {
        state.note(cause, now);
    }
    office.sources.tell(&Asked {
        source: source.source.name.clone(),
        word: cause.map_or(SourceWord::Found, SourceCause::word),
        cause,
        millis: now.millis() - begun.millis(),
        tries,
    });
    let mirror = Mirror::of(office, source, of, wanted);
    let fresh = came.ok().filter(|_| tries > 0);
    let mut mirrored = None;
    match (mirror, cause) {
        (Some(mirror), None) => mirror.keep(fresh.as_ref(), at, by)?,
        (Some(mirror), Some(SourceCause::NoRecord)) => mirror.drop(by)?,
        (Some(mirror), Some(why)) if why.word().is_ill() => {
            if let Some((record, then)) = mirror.find(now)? {
                let again = judged(&record);
                if again.outcome.is_ok() {
                    (judgement, at, mirrored) = (again, then, Some(why));
                }
            }
        }
        _ => {}
    }
    let Judged {
        outcome,
        findings,
        standing,
        upstream,
    } = judgement;
    let outcome = match outcome {
        Ok((content, draft)) => Outcome::Found(Box::new(Found {
            content,
            draft,
            issuing: Issuing::No,
            standing,
            upstream,
            mirrored,
        })),
        Err(cause) => Outcome::Not(cause),
    };
    Ok(Pulled {
        outcome,
        source: source.source.name.clone(),
        at,
        age_s: now.secs_since(at).max(0),
        findings,
    })
}

fn knows_what_to_ask(source: &Source, wanted: &Question) -> Result<(), Failure> {
    let known = |by: &AskBy| wanted.fill(by.name()).is_some_and(|text| !text.is_empty());
    match source.ask_by.iter().find(|by| !known(by)) {
        None => Ok(()),
        Some(by) => {
            let what = format!("the source is asked by {}", by.name());
            let said = Said::of("fault", "source_asked_by").with("by", by.name());
            Err(Failure::saying(Reason::BadRequest, what, said))
        }
    }
}
