//! Benchmarks: our paths beside limits measured in the same run. Only ratios are worth
//! quoting; machines and neighbours vary.

pub mod bulk;
pub mod verify;

use std::path::Path;
use std::time::Duration;

use crate::domain::settings::Mode;
use crate::domain::settings::Settings;
use crate::flow::demo;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::surroundings::Surroundings;

/// A figure beside its limit.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// What the limit is.
    pub limit: String,
    /// Ours, in microseconds each (or seconds, where `unit` says so).
    pub ours: f64,
    /// The limit, in the same unit.
    pub least: f64,
    /// The unit of both.
    pub unit: &'static str,
    /// The share of the limit that is reached: `least / ours`.
    pub share: f64,
}

impl Figure {
    fn new(what: &str, limit: &str, (ours, least): (f64, f64), unit: &'static str) -> Self {
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
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// Microseconds of one of so many.
pub(crate) fn micros_each(taken: Duration, count: u32) -> f64 {
    taken.as_secs_f64() * 1e6 / f64::from(count)
}

/// An office to measure, with catalogue and keys, in a folder of its own.
///
/// # Errors
///
/// [`Failure`] if it cannot be made.
pub fn office(
    surroundings: &Surroundings,
    folder: &Path,
    database_url: &str,
    examples: &Path,
) -> Result<Office, Failure> {
    let settings = Settings {
        folder: folder.to_path_buf(),
        authority: "mz.example".to_owned(),
        code_host: "mz.example".to_owned(),
        database_url: database_url.to_owned(),
        database_connections: 8,
        mode: Mode::Demo,
        accept_non_sm: false,
        passphrase_file: folder.join("passphrase"),
        credentials_folder: None,
        listen: "127.0.0.1:0".to_owned(),
        tls: None,
        plain_http: false,
        workers: 2,
        rate: (1_000_000, 1_000_000),
    };
    let office = surroundings.init(settings)?;
    demo::prepare(&office, examples)?;
    Ok(office)
}
