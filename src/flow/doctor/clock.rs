//! This machine's clock against the database's, and against what the ledger has seen.

use super::check::Check;
use crate::domain::time::Timestamp;

/// Seconds that clocks may differ without a word.
const TOLERATED_S: i64 = 5;

/// Seconds that the clock may lie behind the ledger before issuing stops.
const STOPS_S: i64 = 60;

/// Against the database's clock, where it has one.
pub(super) fn against_the_database(now: Timestamp, there: Option<Timestamp>) -> Option<Check> {
    let apart = now.secs_since(there?).abs();
    let check = if apart <= TOLERATED_S {
        Check::good("clock_database", "clock_database")
    } else if apart <= STOPS_S {
        Check::attention("clock_database", "clock_database_off")
    } else {
        Check::wrong("clock_database", "clock_database_off")
    };
    Some(check.with("seconds", &apart.to_string()))
}

/// Against the last row of the ledger, in milliseconds since 1970.
pub(super) fn against_the_ledger(now: Timestamp, last: Option<i64>) -> Option<Check> {
    let behind = Timestamp::from_millis(last?).secs_since(now);
    let check = if behind <= TOLERATED_S {
        Check::good("clock_ledger", "clock_ledger")
    } else if behind <= STOPS_S {
        Check::attention("clock_ledger", "clock_behind")
    } else {
        Check::wrong("clock_ledger", "clock_behind")
    };
    Some(check.with("seconds", &behind.to_string()))
}

#[cfg(test)]
mod tests {
    use super::against_the_database;
    use super::against_the_ledger;
    use crate::domain::time::Timestamp;
    use crate::flow::doctor::Mark;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[test]
    fn a_clock_that_is_off_is_told_before_issuing_stops() {
        for (behind, mark) in [
            (-900, Mark::Good),
            (5, Mark::Good),
            (6, Mark::Attention),
            (60, Mark::Attention),
            (61, Mark::Wrong),
        ] {
            let last = NOW.plus_secs(behind).millis();
            let check = against_the_ledger(NOW, Some(last)).unwrap();
            assert_eq!(check.mark, mark, "{behind}");
        }
        assert_eq!(against_the_ledger(NOW, None), None);
    }

    #[test]
    fn the_databases_clock_counts_both_ways() {
        for (apart, mark) in [
            (0, Mark::Good),
            (-30, Mark::Attention),
            (30, Mark::Attention),
            (-90, Mark::Wrong),
        ] {
            let check = against_the_database(NOW, Some(NOW.plus_secs(apart))).unwrap();
            assert_eq!(check.mark, mark, "{apart}");
        }
        assert_eq!(against_the_database(NOW, None), None);
    }
}
