//! The signed head of the ledger that lies outside the database.

use std::fs;

use super::check::Check;
use crate::domain::settings::Settings;
use crate::domain::time::Timestamp;
use crate::flow::ledger_head::FILE;
use crate::flow::ledger_head::LedgerHead;
use crate::flow::ledger_head::Witness;
use crate::flow::ledger_head::genuine;
use crate::flow::ledger_head::goes_on;
use crate::store::Store;

/// Hours after which a head that new rows have followed is called old.
const OLD_HOURS: i64 = 24;

/// Looks at the newest head, where the keyring could be opened.
pub(super) fn check(
    settings: &Settings,
    witness: Option<&Witness<'_>>,
    store: &Store,
    last: i64,
    now: Timestamp,
) -> Option<Check> {
    let witness = witness?;
    let path = settings.heads().join(FILE);
    let Ok(token) = fs::read_to_string(&path) else {
        let check = Check::attention("ledger_head", "ledger_head_missing");
        return Some(check.with("path", &path.display().to_string()));
    };
    let check = match genuine(witness, &token) {
        Ok(head) => {
            let row = store.read(|rx| rx.ledger_rows(head.seq - 1, 1)).ok()?.pop();
            let row = row.filter(|row| row.seq == head.seq);
            let other = head.seq > 0 && goes_on(&head, last, row.as_ref()).is_err();
            judge(&head, last, other, now)
        }
        Err(_why) => Check::attention("ledger_head", "ledger_head_bad"),
    };
    Some(check.with("path", &path.display().to_string()))
}

fn judge(head: &LedgerHead, last: i64, other: bool, now: Timestamp) -> Check {
    let hours = now.secs_since(Timestamp::from_secs(head.at)) / 3600;
    let check = if head.seq > last {
        Check::wrong("ledger_head", "ledger_cut")
    } else if other {
        Check::wrong("ledger_head", "ledger_head_differs")
    } else if head.seq < last && hours >= OLD_HOURS {
        Check::attention("ledger_head", "ledger_head_old")
    } else {
        Check::good("ledger_head", "ledger_head")
    };
    check
        .with("hours", &hours.to_string())
        .with("seq", &head.seq.to_string())
        .with("last", &last.to_string())
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::domain::time::Timestamp;
    use crate::flow::ledger_head::LedgerHead;

    #[test]
    fn a_head_is_old_when_rows_followed_it_and_a_day_went_by() {
        let now = Timestamp::from_secs(1_800_000_000);
        let said = |seq: i64, hours: i64, last: i64| {
            let head = LedgerHead {
                authority: "a".to_owned(),
                seq,
                mac: String::new(),
                at: now.plus_secs(-hours * 3600).secs(),
            };
            judge(&head, last, false, now).said
        };
        assert_eq!(said(7, 100, 7), "ledger_head");
        assert_eq!(said(7, 23, 9), "ledger_head");
        assert_eq!(said(7, 24, 9), "ledger_head_old");
        assert_eq!(said(9, 1, 7), "ledger_cut");
    }
}
