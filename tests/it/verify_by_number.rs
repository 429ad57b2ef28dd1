//! A certificate that is named by a number alone is judged as strictly as one that is brought.

use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::keys;
use mianzheng::flow::own_certificate;
use mianzheng::flow::show;
use mianzheng::flow::show::compact;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::office::CDC;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::people::citizen;

/// Everything that tells how a certificate of the first citizen stands, by number alone.
fn told(test: &TestOffice, identifier: &CertificateIdentifier, reference: &str) -> Vec<Outcome> {
    let number = identifier.to_string();
    let issuer = test.caller(Role::Issuer, CDC);
    let own = own_certificate::look_up(&test.office, identifier, None, &issuer).unwrap();
    let holder = test.holder(&format!("111:{}", citizen(1)));
    let cards = show::cards(&test.office, &holder).unwrap();
    let card = cards.iter().find(|card| card.identifier == number).unwrap();
    let by_name = |name: &str| Outcome::ALL.into_iter().find(|o| o.name() == name).unwrap();
    vec![
        test.verify(&number).verdict,
        test.verify_at_window(&number).verdict,
        test.verify(reference).verdict,
        test.verify_at_window(reference).verdict,
        by_name(own.verdict),
        card.standing,
    ]
}

#[rstest]
fn a_number_is_as_good_as_the_certificate_behind_it(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let certificate = |n: usize| {
        let identifier = test.health(&citizen(1), &format!("锡市健〔2026〕17{n:05}号"));
        let holder = test.holder(&format!("111:{}", citizen(1)));
        let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
        (identifier, printed.address.unwrap())
    };
    let before = certificate(1);
    test.clock.advance(3600);
    let since = test.now();
    let after = certificate(2);
    let header = Forgery::of(&test.record(&before.0)).header;
    let kid = header["kid"].as_str().unwrap();
    for (identifier, reference) in [&before, &after] {
        assert_eq!(told(&test, identifier, reference), [Outcome::Valid; 6]);
    }
    test.clock.advance(60);
    keys::compromise(&test.office, kid, since, &operator()).unwrap();
    assert_eq!(told(&test, &before.0, &before.1), [Outcome::Valid; 6]);
    assert_eq!(told(&test, &after.0, &after.1), [Outcome::Undetermined; 6]);
    let verdict = test.verify(&after.1);
    let steps = &verdict.steps;
    assert!(
        steps.iter().any(|s| s.detail == Some("key_compromised")),
        "{steps:?}"
    );
    assert!(verdict.certificates[0].fields.is_empty());
    // A trust list that is overdue says nothing good of anybody.
    test.clock.advance(40 * 86_400);
    assert_eq!(
        told(&test, &before.0, &before.1),
        [Outcome::Undetermined; 6]
    );
    test.publish_trust();
    assert_eq!(told(&test, &before.0, &before.1), [Outcome::Valid; 6]);
}

#[rstest]
fn another_regions_certificate_cannot_be_checked_yet(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let identifier = test.health(&citizen(1), "锡市健〔2026〕1700001号");
    let mut foreign = Forgery::of(&test.record(&identifier));
    let key = test.office.service_key(ServicePurpose::Receipt).unwrap();
    // Of our own issuer, under a key that nobody issues with: a forgery.
    let forged = foreign.signed_by(&*key);
    assert_eq!(test.verify(&forged).verdict, Outcome::UntrustedIssuer);
    foreign.payload["iss"] = "did:web:other.example:a:12150100MY00000000".into();
    let foreign = foreign.signed_by(&*key);
    for verdict in [
        test.verify(&foreign),
        test.verify_at_window(&foreign),
        verify_offline(&foreign, &test.bundle(), test.now()),
    ] {
        assert_eq!(verdict.verdict, Outcome::Unsupported);
        assert_eq!(verdict.steps.last().unwrap().detail, Some("other_region"));
        assert!(verdict.certificates.is_empty());
    }
}
