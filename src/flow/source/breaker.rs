//! When a source that fails is left alone, and when it is tried again.

use crate::domain::time::Timestamp;
use crate::source::config::Breaker as Rule;

/// How a source's breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// It is asked.
    Closed,
    /// It rests: nobody asks.
    Open,
    /// It has rested: one question is let through, or is on its way.
    Trying,
}

/// Counts failures in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    rests_until: Option<Timestamp>,
    /// Since when the one question that was let through is on its way.
    tried_at: Option<Timestamp>,
}

impl Breaker {
    /// Whether it may be asked now; after a rest, one question at a time.
    pub(super) fn may_ask(&mut self, rule: Rule, now: Timestamp) -> bool {
        let Some(until) = self.rests_until else {
            return true;
        };
        if now < until {
            return false;
        }
        // A question that never came back does not keep the source shut for ever.
        let on_its_way = self
            .tried_at
            .is_some_and(|at| now < at.plus_secs(i64::from(rule.rest_s).max(60)));
        if !on_its_way {
            self.tried_at = Some(now);
        }
        !on_its_way
    }

    /// It answered, whatever the answer was.
    pub(super) fn well(&mut self) {
        *self = Self::default();
    }

    /// It failed.
    pub(super) fn ill(&mut self, rule: Rule, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        self.tried_at = None;
        if self.failures >= rule.failures {
            self.rests_until = Some(now.plus_secs(rule.rest_s.into()));
        }
    }

    /// The question that was let through was not asked after all.
    pub(super) fn unasked(&mut self) {
        self.tried_at = None;
    }

    pub(super) fn state(&self, now: Timestamp) -> BreakerState {
        match self.rests_until {
            None => BreakerState::Closed,
            Some(until) if now < until => BreakerState::Open,
            Some(_) => BreakerState::Trying,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Breaker;
    use super::BreakerState;
    use super::Rule;
    use crate::domain::time::Timestamp;

    const RULE: Rule = Rule {
        failures: 3,
        rest_s: 30,
    };

    fn at(s: i64) -> Timestamp {
        Timestamp::from_secs(1_795_000_000 + s)
    }

    #[test]
    fn it_rests_after_failures_in_a_row_and_is_tried_by_one() {
        let mut breaker = Breaker::default();
        for s in 0..2 {
            assert!(breaker.may_ask(RULE, at(s)));
            breaker.ill(RULE, at(s));
        }
        breaker.well();
        for s in 2..5 {
            assert!(breaker.may_ask(RULE, at(s)));
            breaker.ill(RULE, at(s));
        }
        assert_eq!(breaker.state(at(5)), BreakerState::Open);
        assert!(!breaker.may_ask(RULE, at(5)));
        assert!(!breaker.may_ask(RULE, at(33)));
        assert_eq!(breaker.state(at(34)), BreakerState::Trying);
        assert!(breaker.may_ask(RULE, at(34)));
        assert!(!breaker.may_ask(RULE, at(34)), "one at a time");
        breaker.ill(RULE, at(35));
        assert!(!breaker.may_ask(RULE, at(64)), "it rests again");
        assert!(breaker.may_ask(RULE, at(65)));
        breaker.well();
        assert_eq!(breaker.state(at(65)), BreakerState::Closed);
    }

    #[test]
    fn a_try_that_never_came_back_is_not_waited_for() {
        let mut breaker = Breaker::default();
        for s in 0..3 {
            breaker.ill(RULE, at(s));
        }
        assert!(breaker.may_ask(RULE, at(40)));
        assert!(!breaker.may_ask(RULE, at(99)));
        assert!(breaker.may_ask(RULE, at(100)));
        breaker.unasked();
        assert!(breaker.may_ask(RULE, at(100)));
    }
}
