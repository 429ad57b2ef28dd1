//! Renewals, one certificate at a time.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::issue::one::OneIssued;
use mianzheng::flow::issue::renew::RenewRequest;
use mianzheng::flow::issue::renew::renew;
use mianzheng::flow::register::Register;
use mianzheng::store::idempotency::RequestKey;
use rstest::rstest;

use crate::corrections::sheet::certificates;
use crate::corrections::sheet::end;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::office::CDC;
use crate::support::office::MARKET;
use crate::support::office::TestOffice;
use crate::support::office::draft;
use crate::support::office::health_fields;
use crate::support::people::citizen;

#[rstest]
fn a_renewal_keeps_the_serial_and_the_holder(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let (code, number) = (citizen(1), "锡市健〔2026〕1700001号");
    let first = test.health(&code, number);
    test.clock.advance(86_400);
    let by = test.caller(Role::Issuer, CDC);
    let renewed = |identifier: &CertificateIdentifier, fields: &[(&str, &str)], by| {
        let draft = draft(fields);
        let request = RenewRequest {
            identifier,
            draft: &draft,
            pictures: Vec::new(),
            by,
            key: None,
        };
        renew(&test.office, request)
    };
    let reason = |refused: Result<OneIssued, Failure>| refused.unwrap_err().problem().reason;
    let mut fields = health_fields(&code, "锡市健〔2027〕1700001号");
    fields[5].1 = "2026-11-20";
    let next = renewed(&first, &fields, &by).unwrap();
    assert_eq!(next.outcome, "corrected");
    assert_eq!(next.identifier.serial, first.serial);
    assert_eq!(next.identifier.version.number(), 2);
    assert_eq!(
        test.verify(&test.record(&first)).verdict,
        Outcome::Superseded
    );
    assert_eq!(
        test.verify(&test.record(&next.identifier)).verdict,
        Outcome::Valid
    );
    let register = Register::of(&test.office);
    let [old, new] = [&first, &next.identifier].map(|of| register.find(of).unwrap().unwrap());
    assert_eq!(new.predecessor, Some(old.id));
    let named = Forgery::of(&test.record(&next.identifier));
    let named = &named.payload["associated_certificate_identifier"];
    assert_eq!(*named, first.to_string());
    // Another holder, an old version, another agency's officer, an ended one.
    let other = citizen(2);
    let others = health_fields(&other, "锡市健〔2027〕1700001号");
    assert_eq!(
        reason(renewed(&next.identifier, &others, &by)),
        Reason::HolderChanged
    );
    assert_eq!(reason(renewed(&first, &fields, &by)), Reason::Ended);
    let stranger = test.caller(Role::Issuer, MARKET);
    assert_eq!(
        reason(renewed(&next.identifier, &fields, &stranger)),
        Reason::NotFound
    );
    // A number that is in force on another certificate.
    let taken = "锡市健〔2026〕1700009号";
    test.health(&other, taken);
    let mut fields = fields.clone();
    fields[2].1 = taken;
    assert_eq!(
        reason(renewed(&next.identifier, &fields, &by)),
        Reason::Differs
    );
    end(&test, &next.identifier);
    assert_eq!(
        reason(renewed(&next.identifier, &fields, &by)),
        Reason::Ended
    );
    assert_eq!(certificates(&test), 3);
}

#[rstest]
fn a_renewal_sent_many_times_at_once_is_one(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let by = test.caller(Role::Issuer, CDC);
    // Each comes a little later, so that some meet the first halfway.
    for turn in 0..12 {
        let (code, number) = (
            citizen(turn),
            format!("锡市健〔2026〕{}号", 1_800_000 + turn),
        );
        let first = test.health(&code, &number);
        let mut fields = health_fields(&code, &number);
        fields[5].1 = "2026-11-20";
        let (draft, body) = (draft(&fields), format!("renewal {turn}"));
        let key = RequestKey {
            caller: "cdc",
            route: "renew",
            key: &body,
        };
        let send = || {
            let request = RenewRequest {
                identifier: &first,
                draft: &draft,
                pictures: Vec::new(),
                by: &by,
                key: Some((key, body.as_bytes())),
            };
            renew(&test.office, request)
        };
        let late = |place: u64| {
            thread::sleep(Duration::from_micros(place * 300));
            send()
        };
        let answers: Vec<_> = thread::scope(|scope| {
            let senders: Vec<_> = (0..16).map(|n| scope.spawn(move || late(n))).collect();
            senders.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let told = answers.into_iter().map(|answer| answer.unwrap().identifier);
        let told: BTreeSet<String> = told.map(|identifier| identifier.to_string()).collect();
        assert_eq!(told.len(), 1, "{turn}: {told:?}");
    }
    assert_eq!(certificates(&test), 24);
}
