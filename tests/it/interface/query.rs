//! A query: just the granted fields, still signed by their issuer, and recorded first.

use mianzheng::codec::base64url;
use mianzheng::codec::digest::sha256;
use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::certificate_seal;
use mianzheng::crypto::signed_json;
use mianzheng::crypto::signed_json::Message;
use mianzheng::crypto::trust::Trust;
use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::interface::Wanted;
use mianzheng::flow::keys;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::cases::HOUSEHOLD;
use crate::support::cases::POLICE;
use crate::support::cases::household;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::operator;
use crate::support::system::FIELDS;
use crate::support::system::PENSIONER;
use crate::support::system::System;
use crate::support::system::whose;

#[rstest]
fn exactly_the_granted_fields_come_with_their_proof(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    let test = &system.window.test;
    let by_identifier = Wanted::Identifier(system.identifier.clone());
    for (wanted, fields) in [
        (whose(PENSIONER), [].as_slice()),
        (by_identifier, &["birth_date", "holder_name"]),
    ] {
        let answer = system
            .query((HOUSEHOLD, &wanted), &system.duty(), fields)
            .unwrap();
        let [one] = answer.certificates.as_slice() else {
            panic!("{answer:?}");
        };
        assert_eq!(one.verdict, Outcome::Valid);
        assert_eq!(one.identifier, Some(system.identifier.to_string()));
        let evidence = one.evidence.as_deref().unwrap();
        let keys: Vec<&str> = one.fields.keys().map(String::as_str).collect();
        let granted: &[&str] = if fields.is_empty() { &FIELDS } else { fields };
        assert_eq!(keys, granted);
        assert_eq!(one.fields["holder_name"], "敖登");

        // With nothing but the published trust list, the issuer's signature holds, and says the
        // same as the plain fields.
        let (_, list) = test
            .office
            .store
            .read(|rx| rx.latest_trust_list())
            .unwrap()
            .unwrap();
        let trust = Trust::open(&list, &test.office.anchors, 0).unwrap();
        let types = &test.office.known().types;
        let opened = certificate_seal::open(evidence, &trust, types, test.now());
        let certified = opened.unwrap().into_inner();
        assert_eq!(certified.identifier, system.identifier);
        let plain = ["issue_date", "valid_from", "valid_to"];
        for (key, value) in &certified.fields {
            match one.fields.get(key) {
                Some(told) => assert_eq!(told, value, "{key}"),
                None => assert!(plain.contains(&key.as_str()), "{key} was not granted"),
            }
        }
        for key in one.fields.keys() {
            assert!(certified.fields.contains_key(key), "{key}");
        }
        assert!(!evidence.contains("152502194501010024"));

        // The envelope is this service's, and fits request and evidence.
        let receipts = trust.keys_for(KeyUse::Receipt).map(|key| &key.public);
        let envelope = signed_json::open(&answer.envelope, Message::Envelope, receipts).unwrap();
        let hash = |bytes: &[u8]| base64url::encode(&sha256(bytes));
        assert_eq!(envelope["request_hash"], hash(b"the request"));
        assert_eq!(envelope["evidence_hashes"][0], hash(evidence.as_bytes()));
        assert_eq!(envelope["use_record"], answer.use_record);
        assert_eq!(envelope["aud"], test.agency(HALL).code.as_str());

        // The record is there, of whose certificate it was, with who asked, why and by what.
        let row = system.last_row();
        assert_eq!(row.seq, answer.use_record);
        assert_eq!(row.kind, EventKind::Fetched.number());
        assert_eq!(row.agency, i32::try_from(test.agency(HALL).number).ok());
        let holder = test.holder(PENSIONER).holder.unwrap();
        let subject = test.office.store.read(|rx| rx.subject_of(&holder)).unwrap();
        assert_eq!(row.subject, subject.map(Vec::from));
        let details = system.details(row.seq);
        let purpose = system.duty();
        assert_eq!(details["item"], purpose.item);
        assert_eq!(details["case"], system.case.number);
        assert_eq!(details["cause"], purpose.cause);
        assert_eq!(details["mode"], "duty");
        assert_eq!(details["operator"]["account"], "wang.m");
        assert_eq!(details["ground"]["basis"], purpose.legal_basis.unwrap());
        assert_eq!(details["certificates"][0], system.identifier.to_string());
        let mut recorded: Vec<&str> = details["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f.as_str().unwrap())
            .collect();
        recorded.sort_unstable();
        assert_eq!(recorded, granted);
    }
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[rstest]
fn how_it_stands_comes_with_it(#[values(Sqlite, Postgres)] database: Database) {
    let system = System::on(database);
    let test = &system.window.test;
    let verdict = || system.ask(&system.duty()).unwrap().certificates[0].verdict;
    let by = test.caller(Role::Issuer, POLICE);
    let request = ChangeRequest {
        identifier: &system.identifier,
        change: Change::Suspend,
        reason: "户籍核查",
        by: &by,
        key: None,
    };
    change_status(&test.office, &request).unwrap();
    assert_eq!(verdict(), Outcome::Suspended);
    let resume = ChangeRequest {
        change: Change::Resume,
        ..request
    };
    change_status(&test.office, &resume).unwrap();
    assert_eq!(verdict(), Outcome::Valid);
    // Signed with a key that was stolen before.
    let key = test.office.issuing_key(test.agency(POLICE).number).unwrap();
    let kid = key.kid().to_string();
    keys::compromise(&test.office, &kid, test.now(), &operator()).unwrap();
    assert_eq!(verdict(), Outcome::Undetermined);
}

#[rstest]
fn more_than_one_answer_has_is_said_and_every_one_recorded(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    let test = &system.window.test;
    for n in 0..18 {
        test.clock.advance(1);
        household(test, "敖登", PENSIONER, &format!("蒙户2{n:06}"));
    }
    let before = system.last_row().seq;
    let answer = system.ask(&system.duty()).unwrap();
    assert_eq!((answer.certificates.len(), answer.more), (19, false));
    // The use record, and a line in the history of each of the others.
    assert_eq!(answer.use_record, before + 1);
    assert_eq!(system.last_row().seq, before + 19);
    let rows = test
        .office
        .store
        .read(|rx| rx.ledger_rows(before, 100))
        .unwrap();
    let certificates: std::collections::BTreeSet<_> =
        rows.iter().map(|row| row.certificate_id).collect();
    assert_eq!(certificates.len(), 19);
    assert!(rows.iter().all(|row| row.subject.is_some()));
    for n in 0..2 {
        household(test, "敖登", PENSIONER, &format!("蒙户3{n:06}"));
    }
    let answer = system.ask(&system.duty()).unwrap();
    assert_eq!((answer.certificates.len(), answer.more), (20, true));
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[rstest]
fn an_identifier_of_another_type_is_none_of_this_one(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    let other = Wanted::Identifier(system.window.birth());
    let none = system
        .query((HOUSEHOLD, &other), &system.duty(), &[])
        .unwrap();
    assert_eq!(none.certificates, []);
    let both = system.query(
        (HOUSEHOLD, &Wanted::Shown(String::new())),
        &system.duty(),
        &[],
    );
    assert_eq!(both.unwrap_err(), Reason::BadRequest);
}
