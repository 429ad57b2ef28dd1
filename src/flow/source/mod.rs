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

pub use crate::source::question::Question;
pub use crate::source::record::Upstream;

use std::sync::Arc;

use crate::domain::caller::Caller;
use crate::domain::certificate::Content;
use crate::domain::definition::CertificateType;
use crate::domain::draft::Draft;
use crate::domain::problem::FindingWords;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::sourced::SourceCause;
use crate::domain::sourced::SourceWord;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome as Verdict;
use crate::domain::words::Lang;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::source::config::AskBy;
use crate::source::config::IssueRule;
use crate::source::config::Source;

/// A record that can be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What it says, judged by the type's rules; [`Content::facts`] gives it by field.
    pub content: Content,
    /// The same as it was handed in to be judged.
    pub draft: Draft,
    /// Whether it became a certificate.
    pub issuing: Issuing,
    /// How it stands there, where the source says so.
    pub standing: Option<Verdict>,
    /// The answer that it was a part of, where a platform gave it.
    pub upstream: Option<Upstream>,
}

/// What asking came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A record that can be used.
    Found(Box<Found>),
    /// None, and exactly why.
    Not(SourceCause),
}

impl Outcome {
    /// One of the eight words.
    #[must_use]
    pub const fn word(&self) -> SourceWord {
        match self {
            Self::Found(_) => SourceWord::Found,
            Self::Not(cause) => cause.word(),
        }
    }
}

/// What asking a source came to, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Pulled {
    /// What it came to.
    pub outcome: Outcome,
    /// The source's name.
    pub source: String,
    /// When the source gave it.
    pub at: Timestamp,
    /// Seconds since then; 0 unless it was kept for a while.
    pub age_s: i64,
    /// What is wrong or odd about the record, by field.
    pub findings: Vec<FindingWords>,
}

impl Pulled {
    /// What happened, for a clerk.
    #[must_use]
    pub fn what(&self, lang: Lang) -> String {
        self.outcome.word().what(lang)
    }

    /// What the clerk can do now.
    #[must_use]
    pub fn act(&self, lang: Lang) -> String {
        self.outcome.word().act(lang)
    }

    /// The record, if there is one.
    #[must_use]
    pub fn found(&self) -> Option<&Found> {
        match &self.outcome {
            Outcome::Found(found) => Some(found),
            Outcome::Not(_) => None,
        }
    }
}

/// Whether a type's records live in a source.
#[must_use]
pub fn has(office: &Office, of: &CertificateType) -> bool {
    office.known().sources.contains_key(&of.number)
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
    let mut pulled = ask_and_judge(office, &source, of, wanted)?;
    if let (Outcome::Found(found), IssueRule::Always) = (&mut pulled.outcome, source.source.issue) {
        found.issuing = issue::issued(office, &source.source, of, &found.draft, by);
    }
    Ok(pulled)
}

fn source_of(office: &Office, of: &CertificateType) -> Result<Arc<LoadedSource>, Failure> {
    let known = office.known();
    let source = known.sources.get(&of.number).cloned();
    source.ok_or_else(|| Failure::because(Reason::NoSource, &*of.definition.name))
}

/// Asks, or takes what is kept, and judges it by today's rules.
fn ask_and_judge(
    office: &Office,
    source: &Arc<LoadedSource>,
    of: &CertificateType,
    wanted: &Question,
) -> Result<Pulled, Failure> {
    knows_what_to_ask(&source.source, wanted)?;
    let begun = office.clock.now();
    let state = office.sources.state(of.number, source);
    let kept = state.kept(&source.source, wanted, begun);
    let (came, at, tries) = if let Some((record, at)) = kept {
        (Ok(record), at, 0)
    } else {
        let (came, tries) = ask::through_the_door(office, source, &state, wanted);
        (came, office.clock.now(), tries)
    };
    let judged = came.map(|record| {
        let judged = judge::judge(&source.source, of, wanted, &record, begun.day());
        if judged.outcome.is_ok() && tries > 0 {
            state.keep(&source.source, wanted, &record, at);
        }
        judged
    });
    let (outcome, findings, standing, upstream) = match judged {
        Ok(judged) => (
            judged.outcome,
            judged.findings,
            judged.standing,
            judged.upstream,
        ),
        Err(cause) => (Err(cause), Vec::new(), None, None),
    };
    let now = office.clock.now();
    let outcome = match outcome {
        Ok((content, draft)) => Outcome::Found(Box::new(Found {
            content,
            draft,
            issuing: Issuing::No,
            standing,
            upstream,
        })),
        Err(cause) => Outcome::Not(cause),
    };
    let cause = match &outcome {
        Outcome::Found(_) => None,
        Outcome::Not(cause) => Some(*cause),
    };
    if tries > 0 {
        state.note(cause, now);
    }
    office.sources.tell(&Asked {
        source: source.source.name.clone(),
        word: outcome.word(),
        cause,
        millis: now.millis() - begun.millis(),
        tries,
    });
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
