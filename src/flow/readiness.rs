//! Readiness: may this server be sent work?

use serde::Serialize;

use crate::flow::office::Office;
use crate::flow::source::SourceHealth;

/// Seconds the clock may lie behind the last ledger row.
const STEP_BACK_S: i64 = 60;

/// What readiness follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an answer of its own to whoever watches"
)]
pub struct Readiness {
    /// Whether all of it is well.
    pub ready: bool,
    /// Whether the database answers.
    pub database: bool,
    /// Whether the clock is where the ledger has seen it, or later.
    pub clock: bool,
    /// Seconds by which the clock lies behind the last ledger row; 0 when it does not.
    pub clock_behind_s: i64,
    /// The number of the last ledger row.
    pub ledger_seq: i64,
    /// Whether there is a trust list, its next one is not overdue, and no list is missing,
    /// older than one seen before, or unreadable.
    pub trust: bool,
    /// The trust list's sequence.
    pub trust_sequence: Option<u64>,
    /// Seconds since the trust list was signed.
    pub trust_age_s: Option<i64>,
    /// Seconds until the next trust list is due.
    pub trust_due_in_s: Option<i64>,
    /// Types in the catalogue.
    pub types: usize,
    /// How the sources are, as this server has seen it. A server is ready without them: who needs
    /// one is told how its case goes on.
    pub sources: Vec<SourceHealth>,
}

/// Looks whether this server is ready. It cannot fail: what does not answer is not ready.
#[must_use]
pub fn look(office: &Office) -> Readiness {
    let now = office.clock.now();
    let last = office.store.read(|rx| rx.last_ledger_row());
    let database = last.is_ok();
    let last = last.ok().flatten();
    let behind = last.as_ref().map_or(0, |row| row.at - now.millis());
    let clock_behind_s = behind.max(0) / 1000;
    let clock = clock_behind_s <= STEP_BACK_S;
    let known = office.known();
    let trust = known.trust.as_deref();
    let due = trust.map(|trust| trust.next_update.secs_since(now));
    let trusted = due.is_some_and(|due| due > 0) && known.doubt.is_none();
    Readiness {
        ready: database && clock && trusted,
        database,
        clock,
        clock_behind_s,
        ledger_seq: last.map_or(0, |row| row.seq),
        trust: trusted,
        trust_sequence: trust.map(|trust| trust.sequence),
        trust_age_s: trust.map(|trust| now.secs_since(trust.issued_at)),
        trust_due_in_s: due,
        types: known.newest.len(),
        sources: office.sources.health(&known, now),
    }
}
