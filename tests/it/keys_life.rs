//! Keys come, overlap, retire, and are stolen: what they signed stays good or does not.

use std::collections::BTreeMap;

use mianzheng::codec::status_list::StatusBits;
use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::bundle::Bundle;
use mianzheng::crypto::certificate_seal;
use mianzheng::crypto::certificate_seal::Record;
use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::crypto::signed_json::NotGenuine;
use mianzheng::crypto::signer::Signer;
use mianzheng::crypto::status_seal;
use mianzheng::crypto::trust::BadTrust;
use mianzheng::crypto::trust::Trust;
use mianzheng::domain::caller::Role;
use mianzheng::domain::draft::Circumstances;
use mianzheng::domain::draft::judge;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::identifier::Serial;
use mianzheng::domain::identifier::Version;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::keys;
use mianzheng::flow::show::compact;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::office::draft;
use crate::support::office::health_fields;
use crate::support::office::operator;
use crate::support::people::citizen;

fn number(n: usize) -> String {
    format!("锡市健〔2026〕{:07}号", 1_700_000 + n)
}

/// Issues the n-th health certificate.
fn issued(test: &TestOffice, n: usize) -> CertificateIdentifier {
    test.health(&citizen(n), &number(n))
}

fn kid_of(test: &TestOffice, identifier: &CertificateIdentifier) -> String {
    let header = Forgery::of(&test.record(identifier)).header;
    header["kid"].as_str().unwrap().to_owned()
}

fn online(test: &TestOffice, identifier: &CertificateIdentifier) -> Outcome {
    let record = test.record(identifier);
    let everybody = test.verify(&record).verdict;
    assert_eq!(test.verify_at_window(&record).verdict, everybody);
    everybody
}

fn offline(test: &TestOffice, shown: &str) -> Outcome {
    verify_offline(shown, &test.bundle(), test.now()).verdict
}

/// A certificate that the register never saw, signed with a real key.
fn forged_with(test: &TestOffice, key: &dyn Signer, serial: u64) -> String {
    let (of, cdc) = (test.type_named(HEALTH), test.agency(CDC));
    let code = citizen(9000);
    let draft = draft(&health_fields(&code, "锡市健〔2026〕1709999号"));
    let by = Circumstances {
        today: test.now().day(),
        stock: false,
    };
    let content = judge(&draft, &of, by).content.unwrap();
    let identifier = CertificateIdentifier {
        type_code: of.code,
        issuer: mianzheng::domain::identifier::IssuerCode::Uscc(cdc.code),
        serial: Serial::ours(2026, serial),
        version: Version::FIRST,
    };
    let record = Record {
        authority: "mz.example",
        of: &of,
        issuer: &cdc,
        identifier: &identifier,
        status: mianzheng::codec::compact::StatusRef { list: 1, index: 7 },
        predecessor: None,
        at: test.now(),
    };
    let sealed = certificate_seal::seal(&content, record, key, &*test.office.randomness);
    sealed.unwrap().sd_jwt
}

#[rstest]
fn a_new_key_signs_once_the_trust_list_names_it(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let cdc = test.agency(CDC);
    let first = issued(&test, 1);
    test.clock.advance(60);
    let new = keys::create(&test.office, &cdc, &operator()).unwrap();
    // Known to the register, but to no verifier yet.
    let second = issued(&test, 2);
    assert_eq!(kid_of(&test, &second), kid_of(&test, &first));
    assert_eq!(online(&test, &second), Outcome::Valid);
    test.publish_trust();
    let third = issued(&test, 3);
    assert_eq!(kid_of(&test, &third), new.kid().to_string());
    for certificate in [&first, &second, &third] {
        assert_eq!(online(&test, certificate), Outcome::Valid);
        assert_eq!(offline(&test, &test.record(certificate)), Outcome::Valid);
    }
    // An agency's very first key signs nothing before it is trusted either.
    let hospital = test.agency("二连浩特市人民医院");
    keys::create(&test.office, &hospital, &operator()).unwrap();
    let code = citizen(4);
    let fields = health_fields(&code, "二市健〔2026〕1700001号");
    let refused = test.issue(HEALTH, &hospital.name, &fields).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::NoIssuingKey);
    test.publish_trust();
    assert!(test.issue(HEALTH, &hospital.name, &fields).is_ok());
}

#[rstest]
fn what_a_retired_key_signed_in_its_time_stays_good(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let cdc = test.agency(CDC);
    let first = issued(&test, 1);
    let kid = kid_of(&test, &first);
    let old_key = test.office.issuing_key(cdc.number).unwrap();
    test.clock.advance(3600);
    keys::retire(&test.office, &kid, &operator()).unwrap();
    let twice = keys::retire(&test.office, &kid, &operator()).unwrap_err();
    assert_eq!(twice.problem().reason, Reason::WrongStep);
    // It signs no more, from this moment on.
    let none = test.office.issuing_key(cdc.number).unwrap_err();
    assert_eq!(none.problem().reason, Reason::NoIssuingKey);
    test.publish_trust();
    assert_eq!(online(&test, &first), Outcome::Valid);
    assert_eq!(offline(&test, &test.record(&first)), Outcome::Valid);
    test.clock.advance(1);
    let late = forged_with(&test, &*old_key, 900);
    assert_eq!(test.verify(&late).verdict, Outcome::UntrustedIssuer);
    assert_eq!(offline(&test, &late), Outcome::UntrustedIssuer);
    test.give_keys(std::slice::from_ref(&cdc));
    assert_eq!(online(&test, &issued(&test, 2)), Outcome::Valid);
}

#[rstest]
fn of_a_stolen_key_only_what_was_recorded_before_counts(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let cdc = test.agency(CDC);
    let before = issued(&test, 1);
    let key = test.office.issuing_key(cdc.number).unwrap();
    let old_bundle = test.bundle();
    test.clock.advance(3600);
    let since = test.now();
    let at = issued(&test, 2);
    test.clock.advance(3600);
    let after = issued(&test, 3);
    // Nobody knows yet. A window is told that the register has no such certificate, or another
    // one under its identifier.
    let forged = forged_with(&test, &*key, 900);
    assert_eq!(
        test.verify_at_window(&forged).verdict,
        Outcome::Undetermined
    );
    let own = before.serial.as_str()[5..].parse().unwrap();
    let under_anothers = forged_with(&test, &*key, own);
    let verdict = test.verify_at_window(&under_anothers).verdict;
    assert_eq!(verdict, Outcome::Undetermined);

    keys::compromise(&test.office, &kid_of(&test, &before), since, &operator()).unwrap();
    // No new trust list: the revocation list alone takes the key away.
    assert_eq!(online(&test, &before), Outcome::Valid);
    for later in [&at, &after] {
        assert_eq!(online(&test, later), Outcome::Undetermined);
    }
    for forged in [&forged, &under_anothers] {
        assert_eq!(test.verify(forged).verdict, Outcome::Undetermined);
        assert_eq!(test.verify_at_window(forged).verdict, Outcome::Undetermined);
    }
    let now = test.now();
    let with_old = verify_offline(&test.record(&before), &old_bundle, now);
    assert_eq!(with_old.verdict, Outcome::Valid);
    for certificate in [&before, &at, &after] {
        let record = test.record(certificate);
        assert_eq!(offline(&test, &record), Outcome::Undetermined);
    }
    let none = test.office.issuing_key(cdc.number).unwrap_err();
    assert_eq!(none.problem().reason, Reason::NoIssuingKey);
    // The next trust list says the same, and a new key issues again.
    test.give_keys(std::slice::from_ref(&cdc));
    assert_eq!(online(&test, &before), Outcome::Valid);
    assert_eq!(online(&test, &after), Outcome::Undetermined);
    assert_eq!(online(&test, &issued(&test, 4)), Outcome::Valid);
}

#[rstest]
fn a_rolled_back_revocation_list_is_refused(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let cdc = test.agency(CDC);
    let first = issued(&test, 1);
    let since = test.now();
    test.clock.advance(60);
    test.give_keys(std::slice::from_ref(&cdc));
    let second = issued(&test, 2);
    let latest = || {
        let list = test.office.store.read(|rx| rx.latest_revocation_list());
        list.unwrap().unwrap()
    };
    keys::compromise(&test.office, &kid_of(&test, &first), since, &operator()).unwrap();
    let (one, old) = latest();
    keys::compromise(&test.office, &kid_of(&test, &second), since, &operator()).unwrap();
    let (two, new) = latest();
    assert!(two > one);
    let (_, token) = test
        .office
        .store
        .read(|rx| rx.latest_trust_list())
        .unwrap()
        .unwrap();
    let mut trust = Trust::open(&token, &test.office.anchors, 0).unwrap();
    trust.revoke(&new, 0).unwrap();
    assert_eq!(trust.revocations, Some(two));
    let refused = trust.revoke(&old, two).unwrap_err();
    assert_eq!(
        refused,
        BadTrust::RolledBack {
            offered: one,
            seen: two
        }
    );
    // Nor does an office that runs believe a register from which the newest was taken.
    test.sql(&format!(
        "DELETE FROM revocation_lists WHERE sequence = {two};
         UPDATE settings SET value = '0' WHERE name = 'generation';"
    ));
    test.office.refresh().unwrap();
    assert!(test.office.known().doubt.is_some());
    test.sql("DELETE FROM revocation_lists");
    test.office.refresh().unwrap();
    assert!(test.office.known().doubt.is_some());
    assert_eq!(test.office.trust().unwrap().revocations, Some(two));
    assert_eq!(
        test.verify(&test.record(&first)).verdict,
        Outcome::Undetermined
    );
}

#[rstest]
fn of_a_stolen_show_key_only_codes_recorded_before_count(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let identifier = issued(&test, 1);
    let holder = test.holder(&format!("111:{}", citizen(1)));
    let printed = || compact::printed(&test.office, &identifier, &holder).unwrap();
    let before = printed();
    let day_code = compact::offline(&test.office, &identifier, &[], 600, &holder).unwrap();
    test.clock.advance(3600);
    let since = test.now();
    let after = printed();
    let key = test.office.keyring.signer(ServicePurpose::Show);
    // Never recorded at all, though it says that it was made before.
    let mut claims = crate::support::forge::claims_of(before.text.split_once('#').unwrap().1);
    claims.id = [b'Z'; 8];
    let forged = mianzheng::crypto::code_seal::seal(&claims, &*key).unwrap();
    let kid = key.kid().to_string();
    keys::compromise(&test.office, &kid, since, &operator()).unwrap();
    for (code, expected) in [
        (&before.text, Outcome::Valid),
        (&day_code.text, Outcome::Valid),
        (&after.text, Outcome::Undetermined),
        (&forged, Outcome::Undetermined),
    ] {
        assert_eq!(test.verify(code).verdict, expected);
        let window = test.caller(Role::Window, HALL);
        let verdict = mianzheng::flow::verify::online::verify(&test.office, code, &window);
        assert_eq!(verdict.unwrap().verdict, expected);
        assert_eq!(offline(&test, code), Outcome::Undetermined);
    }
    // Certificates themselves were signed by others.
    assert_eq!(online(&test, &identifier), Outcome::Valid);
}

#[rstest]
fn a_stolen_bundle_or_status_key_makes_no_bundle(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    issued(&test, 1);
    let token = mianzheng::flow::bundle::make(&test.office, 24).unwrap();
    assert!(Bundle::open(&token, &test.office.anchors, 0).is_ok());
    let trust_before = test.office.trust().unwrap();
    for purpose in [ServicePurpose::Status, ServicePurpose::Bundle] {
        let kid = test.office.keyring.signer(purpose).kid().to_string();
        keys::compromise(&test.office, &kid, test.now(), &operator()).unwrap();
        let refused = mianzheng::flow::bundle::make(&test.office, 24).unwrap_err();
        assert_eq!(refused.problem().reason, Reason::Setup);
    }
    // What a thief makes with them is not opened either.
    let list = status_seal::seal(
        "mz.example",
        1,
        &StatusBits::of_two(8, &BTreeMap::new()),
        (test.now(), 30, 600),
        &*test.office.keyring.signer(ServicePurpose::Status),
    );
    let list = list.unwrap();
    assert!(status_seal::open(&list, &trust_before).is_ok());
    let refused = status_seal::open(&list, &test.office.trust().unwrap());
    assert_eq!(refused.unwrap_err(), NotGenuine::UnknownKey);
}

#[rstest]
fn two_keys_stolen_at_once_are_both_taken_away(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let keys = [
        ServicePurpose::Show,
        ServicePurpose::Receipt,
        ServicePurpose::Status,
    ];
    let kids = keys.map(|purpose| test.office.keyring.signer(purpose).kid().to_string());
    let barrier = std::sync::Barrier::new(kids.len());
    std::thread::scope(|scope| {
        for kid in &kids {
            let (test, barrier) = (&test, &barrier);
            scope.spawn(move || {
                barrier.wait();
                keys::compromise(&test.office, kid, test.now(), &operator()).unwrap();
            });
        }
    });
    test.office.refresh().unwrap();
    let trust = test.office.trust().unwrap();
    for key_use in [KeyUse::Show, KeyUse::Receipt, KeyUse::Status] {
        assert_eq!(trust.keys_for(key_use).count(), 0, "{key_use:?}");
    }
}

#[rstest]
fn a_key_file_that_was_left_behind_is_in_nobodys_way(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let cdc = test.agency(CDC);
    let name = format!("{}-issue-2026-2", cdc.code);
    // As if the register had failed after the file was written.
    let left = test
        .office
        .agency_keys
        .create(&name.parse().unwrap(), &*test.office.randomness);
    left.unwrap();
    test.clock.advance(60);
    let made = keys::create(&test.office, &cdc, &operator()).unwrap();
    test.publish_trust();
    let kid = kid_of(&test, &issued(&test, 1));
    assert_eq!(kid, made.kid().to_string());
}
