//! Values go in, a national result comes out.

use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json;
use mianzheng::crypto::signed_json::Message;
use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::interface::Wanted;
use rstest::rstest;
use serde_json::json;

use crate::support::cases::POLICE;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::system::PENSIONER;
use crate::support::system::System;
use crate::support::system::whose;

#[rstest]
fn values_match_in_any_spelling_that_files_have(#[values(Sqlite, Postgres)] database: Database) {
    let system = System::on(database);
    let wanted = whose(PENSIONER);
    for date in ["1945-01-01", "19450101", "1945年1月1日"] {
        let values = [("birth_date", json!(date)), ("holder_name", json!("敖登 "))];
        let matched = system.verify(&wanted, &values).unwrap();
        assert_eq!(
            (matched.result, matched.verdict),
            (0, Outcome::Valid),
            "{date}"
        );
        assert_eq!(matched.differs, Vec::<String>::new());
    }
    let matched = system
        .verify(&wanted, &[("birth_date", json!("1945-01-02"))])
        .unwrap();
    assert_eq!((matched.result, matched.verdict), (4, Outcome::Mismatch));
    assert_eq!(matched.differs, ["birth_date"]);
    // That it differs is told, and nothing of a field that was not granted.
    let values = [("head_name", json!("别人")), ("holder_name", json!("敖登"))];
    let matched = system.verify(&wanted, &values).unwrap();
    assert_eq!((matched.result, matched.differs.len()), (4, 0));
    // The answer is this service's.
    let trust = system.window.test.office.trust().unwrap();
    let keys = trust.keys_for(KeyUse::Receipt).map(|key| &key.public);
    let envelope = signed_json::open(&matched.envelope, Message::Envelope, keys).unwrap();
    assert_eq!(envelope["result"], 4);
    assert_eq!(envelope["use_record"], matched.use_record);
}

#[rstest]
fn how_it_stands_is_the_result(#[values(Sqlite, Postgres)] database: Database) {
    let system = System::on(database);
    let test = &system.window.test;
    let wanted = Wanted::Identifier(system.identifier.clone());
    let result = || {
        system
            .verify(&wanted, &[("holder_name", json!("敖登"))])
            .unwrap()
            .result
    };
    let by = test.caller(Role::Issuer, POLICE);
    let change = |change| {
        let request = ChangeRequest {
            identifier: &system.identifier,
            change,
            reason: "户籍核查",
            by: &by,
            key: None,
        };
        change_status(&test.office, &request).unwrap();
    };
    assert_eq!(result(), 0);
    change(Change::Suspend);
    assert_eq!(result(), 2);
    change(Change::End(EndWord::Cancelled));
    assert_eq!(result(), 3);
    let nobody = Wanted::Identifier({
        let mut absent = system.identifier.clone();
        absent.serial = "2026Z999999".parse().unwrap();
        absent
    });
    let none = system
        .verify(&nobody, &[("holder_name", json!("敖登"))])
        .unwrap();
    assert_eq!((none.result, none.verdict), (5, Outcome::NotFound));
}

#[rstest]
fn what_cannot_be_compared_is_refused(#[values(Sqlite, Postgres)] database: Database) {
    let system = System::on(database);
    let wanted = whose(PENSIONER);
    assert_eq!(system.verify(&wanted, &[]).unwrap_err(), Reason::BadRequest);
    let unknown = system.verify(&wanted, &[("nothing", json!("x"))]);
    assert_eq!(unknown.unwrap_err(), Reason::NoSuchField);
}
