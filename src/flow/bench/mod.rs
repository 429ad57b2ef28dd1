//! Benchmarks: our paths beside limits measured in the same run. Only ratios are worth
//! quoting; machines and neighbours vary.

pub mod bulk;
pub mod cases;
pub mod generated;
pub mod items;
pub mod query;
pub mod verify;

use std::path::Path;
use std::time::Duration;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::settings::Settings;
use crate::flow::credentials;
use crate::flow::credentials::NewCredential;
use crate::flow::demo;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::surroundings::Surroundings;

/// Rounds of which the fastest counts.
const ROUNDS: usize = 9;

/// A figure beside its limit.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// What the limit is.
    pub limit: String,
    /// Ours, in `unit`.
    pub ours: f64,
    /// The limit, in the same unit.
    pub least: f64,
    /// The unit of both.
    pub unit: &'static str,
    /// The share of the limit that is reached: `least / ours`.
    pub share: f64,
}

impl Figure {
    /// A figure; `(ours, least)` are in the same unit.
    #[must_use]
    pub fn new(what: &str, limit: &str, (ours, least): (f64, f64), unit: &'static str) -> Self {
        Self {
            what: what.to_owned(),
            limit: limit.to_owned(),
            ours,
            least,
            unit,
            share: least / ours,
        }
    }
}

/// How long some work takes on the wall.
#[expect(
    clippy::disallowed_methods,
    reason = "benchmarks measure time, nothing else does"
)]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// Microseconds of this thread's processor time that one of so many takes, in the fastest of
/// some rounds. Neighbours make a round slower even so, by what they leave in the caches.
///
/// # Errors
///
/// [`Failure`] where the system does not say (proc(5), `schedstat`).
pub(crate) fn processor_us(count: u32, work: impl Fn()) -> Result<f64, Failure> {
    let mut least = f64::MAX;
    for _ in 0..ROUNDS {
        let before = processor_ns()?;
        (0..count).for_each(|_| work());
        let taken = Duration::from_nanos(processor_ns()?.saturating_sub(before));
        least = least.min(micros_each(taken, count));
    }
    Ok(least)
}

/// Nanoseconds that this thread has been on a processor.
pub(crate) fn processor_ns() -> Result<u64, Failure> {
    // A thread that gives way has its time added up first.
    std::thread::yield_now();
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat");
    let first = |text: String| text.split(' ').next().and_then(|ns| ns.parse().ok());
    let ns = stat.ok().and_then(first);
    ns.ok_or_else(|| Failure::Broken("no schedstat in /proc".to_owned()))
}

/// Microseconds of one of so many.
pub(crate) fn micros_each(taken: Duration, count: u32) -> f64 {
    taken.as_secs_f64() * 1e6 / f64::from(count)
}

/// An office to measure, with catalogue and keys.
///
/// # Errors
///
/// [`Failure`] if it cannot be made.
pub fn office(
    surroundings: &Surroundings,
    settings: Settings,
    examples: &Path,
) -> Result<Office, Failure> {
    let office = surroundings.init(settings)?;
    demo::prepare(&office, examples)?;
    Ok(office)
}

/// A bearer token for whoever asks the server that is measured.
///
/// # Errors
///
/// [`Failure`] if it cannot be made.
pub fn token(office: &Office, role: Role, agency: &str) -> Result<String, Failure> {
    let new = NewCredential {
        role,
        agency: Some(office.known().agency_named(agency)?.number),
        holder: None,
        label: "bench",
        days: 1,
    };
    credentials::create_token(office, &new, &Caller::at_the_machine())
}
