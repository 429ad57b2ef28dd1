//! What changed a certificate is told whole, however often it was used.

use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::own_certificate;
use mianzheng::store::StoreError;
use mianzheng::store::ledger::Event;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::people::citizen;

#[rstest]
fn its_end_is_told_after_many_uses(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let identifier = test.health(&citizen(1), "锡市健〔2026〕1700001号");
    let used = test.number("SELECT id FROM certificates");
    test.office
        .store
        .write(|tx| {
            for _ in 0..600 {
                let mut event = Event::new(EventKind::Verified, test.now(), "w1");
                event.certificate = Some(used);
                tx.record(event);
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let change = ChangeRequest {
        identifier: &identifier,
        change: Change::End(EndWord::Cancelled),
        reason: "注销",
        by: &operator(),
        key: None,
    };
    change_status(&test.office, &change).unwrap();
    let issuer = test.caller(Role::Issuer, CDC);
    let own = own_certificate::look_up(&test.office, &identifier, None, &issuer).unwrap();
    let told: Vec<_> = own.history.iter().map(|l| (l.event, l.standing)).collect();
    assert_eq!(
        told,
        [
            ("issued", Some("in_force")),
            ("status_changed", Some("cancelled"))
        ]
    );
}
