//! When a source is left alone, and what is kept of it.

use serde::Deserialize;

/// When a source that fails is left alone.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Breaker {
    /// Failures in a row after which it rests, 1 to 100.
    pub failures: u32,
    /// Seconds for which it rests, 1 to 3,600; then one question is let through.
    pub rest_s: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failures: 5,
            rest_s: 30,
        }
    }
}

/// How long, and how many, records are kept in the process's memory.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Cache {
    /// Seconds for which a record is told again, at most 86,400; 0 keeps none.
    pub age_s: u32,
    /// Records at the same time, 1 to 10,000.
    pub records: usize,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            age_s: 0,
            records: 500,
        }
    }
}
