//! The heads that are written down: evidence that nobody writes over.

use mianzheng::domain::problem::Reason;
use mianzheng::domain::value::hex;
use mianzheng::flow::ledger_check;
use mianzheng::flow::ledger_check::LedgerFinding::CutOff;
use mianzheng::flow::ledger_check::LedgerFinding::HeadDiffers;
use mianzheng::flow::ledger_head;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::TestOffice;

fn last(test: &TestOffice) -> i64 {
    test.office.store.read(|rx| rx.ledger_head()).unwrap().seq
}

/// Cuts the ledger off behind a row, and sets the head to it.
fn cut(test: &TestOffice, seq: i64) {
    let rows = test.office.store.read(|rx| rx.ledger_rows(seq - 1, 1));
    let mac = hex(&rows.unwrap()[0].mac);
    test.sql(&format!(
        "DELETE FROM ledger_details WHERE seq > {seq}; DELETE FROM ledger WHERE seq > {seq};
         UPDATE ledger_head SET seq = {seq}, mac = x'{mac}'"
    ));
}

fn something_happens(test: &TestOffice) {
    test.verify_at_window("12345");
}

#[rstest]
fn a_head_is_never_written_over_by_one_that_does_not_go_on_from_it(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    something_happens(&test);
    something_happens(&test);
    let path = ledger_head::write(&test.office).unwrap();
    let kept = std::fs::read_to_string(&path).unwrap();
    let end = last(&test);
    cut(&test, end - 2);
    for _ in 0..2 {
        let refused = ledger_head::write(&test.office).unwrap_err().problem();
        assert_eq!(refused.reason, Reason::LedgerDiffers);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), kept);
    }
    let head = ledger_head::read(&test.office, &path).unwrap();
    let check = || {
        ledger_check::check(&test.office, Some(&head))
            .unwrap()
            .findings
    };
    let cut_off = CutOff {
        last: end - 2,
        head: end,
    };
    assert_eq!(check(), [cut_off]);
    // Nor does it help to fill the place up again.
    test.clock.advance(1);
    for _ in 0..4 {
        something_happens(&test);
    }
    let refused = ledger_head::write(&test.office).unwrap_err().problem();
    assert_eq!(refused.reason, Reason::LedgerDiffers);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), kept);
    assert_eq!(check(), [HeadDiffers { seq: end }]);
    // A head that cannot be read is not thrown away either.
    std::fs::write(&path, "x").unwrap();
    let refused = ledger_head::write(&test.office).unwrap_err().problem();
    assert_eq!(refused.reason, Reason::LedgerDiffers);
}

#[rstest]
fn every_day_keeps_its_last_head(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let of_day = |day: &str| {
        let path = test.office.settings.heads().join(format!("{day}.jwt"));
        ledger_head::read(&test.office, &path).unwrap().seq
    };
    ledger_head::write(&test.office).unwrap();
    something_happens(&test);
    ledger_head::write(&test.office).unwrap();
    let monday = last(&test);
    assert_eq!(of_day("2026-11-23"), monday);
    test.clock.advance(86_400);
    something_happens(&test);
    ledger_head::write(&test.office).unwrap();
    assert_eq!(of_day("2026-11-24"), monday + 1);
    assert_eq!(of_day("2026-11-23"), monday);
    // A clock that steps back does not reach a day that is over.
    test.clock.advance(-86_400);
    something_happens(&test);
    ledger_head::write(&test.office).unwrap();
    assert_eq!(of_day("2026-11-23"), monday);
}
