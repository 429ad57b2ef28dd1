//! How the sources are, as this process has seen it: breaker, places, what is kept, health.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use serde::Serialize;

use super::BreakerState;
use super::LoadedSource;
use super::breaker::Breaker;
use super::cache::Cache;
use crate::domain::sourced::SourceCause;
use crate::domain::sourced::SourceWord;
use crate::domain::time::Timestamp;
use crate::flow::known::Known;
use crate::source::config::Source;
use crate::source::question::Question;
use crate::source::record::Record;

/// That a source was asked, without whom for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub source: String,
    /// What it came to.
    pub word: SourceWord,
    /// Exactly why, unless it was found.
    pub cause: Option<SourceCause>,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// How often the question was sent; 0 if what is kept was told, or nobody asked.
    pub tries: u32,
}

/// How a source is, as this process has seen it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SourceHealth {
    /// Its name.
    pub source: String,
    /// Whether it is asked.
    pub breaker: BreakerState,
    /// When it last answered as it should: with a record, or that it has none.
    pub last_success_at: Option<String>,
    /// When it last did not.
    pub last_failure_at: Option<String>,
    /// What that came to.
    pub last_failure: Option<&'static str>,
    /// Exactly why.
    pub last_failure_cause: Option<&'static str>,
}

type Listener = Box<dyn Fn(&Asked) + Send + Sync>;

/// The sources' states, by type. Nothing of it is stored.
#[derive(Default)]
pub struct SourceDesk {
    states: Mutex<HashMap<u32, Arc<State>>>,
    listener: OnceLock<Listener>,
}

/// The state of one source under one configuration.
#[derive(Default)]
pub(super) struct State {
    digest: [u8; 32],
    taken: AtomicUsize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    breaker: Breaker,
    cache: Cache,
    last_success: Option<Timestamp>,
    last_failure: Option<(SourceCause, Timestamp)>,
}

/// A place among those who may ask at once; free again when dropped.
pub(super) struct Seat(Arc<State>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Release);
    }
}

impl SourceDesk {
    /// Tells a listener of every question from now on; it is told nothing personal. There is one
    /// listener; a second is not told.
    pub fn listen(&self, listener: impl Fn(&Asked) + Send + Sync + 'static) {
        // Whoever came first is told.
        let _ = self.listener.set(Box::new(listener));
    }

    pub(super) fn tell(&self, asked: &Asked) {
        if let Some(listener) = self.listener.get() {
            listener(asked);
        }
    }

    /// The state of a type's source; a fresh one for another configuration.
    pub(super) fn state(&self, type_number: u32, source: &LoadedSource) -> Arc<State> {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let known = states.get(&type_number);
        if let Some(state) = known.filter(|state| state.digest == source.digest) {
            return Arc::clone(state);
        }
        let state = Arc::new(State {
            digest: source.digest,
            ..State::default()
        });
        states.insert(type_number, Arc::clone(&state));
        state
    }

    /// How every source is, by name.
    #[must_use]
    pub fn health(&self, known: &Known, now: Timestamp) -> Vec<SourceHealth> {
        let mut all: Vec<SourceHealth> = known
            .sources
            .iter()
            .map(|(number, source)| self.state(*number, source).health(&source.source, now))
            .collect();
        all.sort_by(|a, b| a.source.cmp(&b.source));
        all
    }
}

impl State {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A record that is kept, and when it came.
    pub(super) fn kept(
        &self,
        source: &Source,
        wanted: &Question,
        now: Timestamp,
    ) -> Option<(Record, Timestamp)> {
        self.inner().cache.find(source.cache, wanted, now)
    }

    pub(super) fn keep(&self, source: &Source, wanted: &Question, record: &Record, at: Timestamp) {
        self.inner().cache.keep(source.cache, wanted, record, at);
    }

    /// Lets one question in, if the source does not rest and a place is free.
    pub(super) fn enter(
        self: &Arc<Self>,
        source: &Source,
        now: Timestamp,
    ) -> Result<Seat, SourceCause> {
        if !self.inner().breaker.may_ask(source.breaker, now) {
            return Err(SourceCause::Resting);
        }
        let free = |taken: usize| (taken < source.places).then_some(taken + 1);
        let took = self
            .taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, free);
        if took.is_err() {
            self.inner().breaker.unasked();
            return Err(SourceCause::Busy);
        }
        Ok(Seat(Arc::clone(self)))
    }

    /// Notes for the breaker whether the source answered at all.
    pub(super) fn answered(&self, source: &Source, cause: Option<SourceCause>, now: Timestamp) {
        let mut inner = self.inner();
        if cause.is_some_and(|cause| cause.word().is_ill()) {
            inner.breaker.ill(source.breaker, now);
        } else {
            inner.breaker.well();
        }
    }

    /// Notes what the source was last seen to do.
    pub(super) fn note(&self, cause: Option<SourceCause>, now: Timestamp) {
        let mut inner = self.inner();
        match cause {
            None | Some(SourceCause::NoRecord) => inner.last_success = Some(now),
            Some(cause) => inner.last_failure = Some((cause, now)),
        }
    }

    fn health(&self, source: &Source, now: Timestamp) -> SourceHealth {
        let mut inner = self.inner();
        // Whoever looks also lets go of what is too old, so that nothing lies about unasked.
        inner.cache.forget(source.cache, now);
        let failure = inner.last_failure;
        SourceHealth {
            source: source.name.clone(),
            breaker: inner.breaker.state(now),
            last_success_at: inner.last_success.map(|at| at.to_string()),
            last_failure_at: failure.map(|(_, at)| at.to_string()),
            last_failure: failure.map(|(cause, _)| cause.word().name()),
            last_failure_cause: failure.map(|(cause, _)| cause.name()),
        }
    }
}
