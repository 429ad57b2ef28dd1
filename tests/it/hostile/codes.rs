//! Offline and printed codes as a forger makes them.

use std::collections::BTreeMap;

use mianzheng::codec::compact::CompactClaims;
use mianzheng::codec::compact::FieldValue;
use mianzheng::codec::compact::Kind;
use mianzheng::crypto::code_seal;
use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::crypto::random::SeededRandomness;
use mianzheng::crypto::signer::Ed25519Signer;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;

use crate::hostile::scene::Scene;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge;
use crate::support::forge::claims_of;
use crate::support::office::CDC;
use crate::support::office::MARKET;

#[rstest]
fn forged_codes_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    // Long enough after the keys were made for codes that have run out.
    scene.server.test.clock.advance(2000);
    let key = scene.show_key();
    let offline = claims_of(&scene.offline);
    let (address, printed) = scene.printed.split_once('#').unwrap();
    let printed_claims = claims_of(printed);
    scene.expect("as printed", &scene.printed, Outcome::Valid);
    scene.expect("its digits alone", printed, Outcome::Valid);
    let seal = |claims: &CompactClaims| code_seal::seal(claims, &*key).unwrap();
    let now = scene.server.test.now().secs();
    let with = |change: &dyn Fn(&mut CompactClaims)| {
        let mut claims = offline.clone();
        claims.id = [9; 8];
        (claims.issued_at, claims.expires_at) = (now, Some(now + 900));
        change(&mut claims);
        seal(&claims)
    };
    let market = scene.server.test.agency(MARKET).number;
    let text = |text: &str| FieldValue::Text(text.to_owned());
    for (name, code, expected) in [
        (
            "another issuer",
            with(&|c| c.issuer_number = market),
            Outcome::UntrustedIssuer,
        ),
        (
            "no issuer",
            with(&|c| c.issuer_number = 99_999),
            Outcome::UntrustedIssuer,
        ),
        (
            "the service as issuer",
            with(&|c| c.issuer_number = 0),
            Outcome::UntrustedIssuer,
        ),
        (
            "an unknown type",
            with(&|c| c.type_number = 99_999),
            Outcome::Unsupported,
        ),
        (
            "an unknown version",
            with(&|c| c.definition_version = 2),
            Outcome::Unsupported,
        ),
        (
            "an unknown field",
            with(&|c| {
                c.fields.insert(222, text("x"));
            }),
            Outcome::Unsupported,
        ),
        (
            "run out",
            with(&|c| (c.issued_at, c.expires_at) = (now - 9, Some(now))),
            Outcome::StaleCode,
        ),
        (
            "without end",
            with(&|c| c.expires_at = None),
            Outcome::StaleCode,
        ),
        (
            "without a status",
            with(&|c| c.status = None),
            Outcome::Undetermined,
        ),
        (
            "of tomorrow",
            with(&|c| (c.issued_at, c.expires_at) = (now + 121, Some(now + 999))),
            Outcome::NotYetValid,
        ),
        (
            "from before the key",
            with(&|c| c.issued_at = 0),
            Outcome::UntrustedIssuer,
        ),
        (
            "its day not reached",
            with(&|c| {
                c.fields.insert(6, FieldValue::Int(40_000));
            }),
            Outcome::NotYetValid,
        ),
        (
            "its day over",
            with(&|c| {
                c.fields.insert(7, FieldValue::Int(100));
            }),
            Outcome::Expired,
        ),
        (
            "days that are none",
            with(&|c| {
                c.fields.insert(6, FieldValue::Int(i64::MIN));
                c.fields.insert(7, FieldValue::Int(i64::MIN));
            }),
            Outcome::Expired,
        ),
    ] {
        if expected == Outcome::Undetermined {
            let verdict = verify_offline(&code, &scene.bundle, scene.server.test.now());
            assert_eq!(verdict.verdict, expected, "{name}");
            let verdict = scene.server.test.verify(&code);
            assert_eq!(verdict.verdict, expected, "{name}");
            scene.expect_of_a_stranger(name, &code);
            // A register that knows the certificate knows its status.
            scene.expect_at_a_window(name, &code, Outcome::Valid);
        } else {
            scene.expect(name, &code, expected);
        }
    }
    // Somebody else's key, a key for something else, an agency's own.
    let thief = Ed25519Signer::generate(&SeededRandomness::new(b"thief"));
    let forged = code_seal::seal(&offline, &thief).unwrap();
    scene.expect("own key", &forged, Outcome::UntrustedIssuer);
    for key in [
        scene
            .server
            .test
            .office
            .keyring
            .signer(ServicePurpose::Status),
        scene.key_of(CDC),
    ] {
        let forged = code_seal::seal(&offline, &*key).unwrap();
        scene.expect(
            "a key for something else",
            &forged,
            Outcome::UntrustedIssuer,
        );
    }
    // One kind passed off as the other.
    for (kind, claims) in [(Kind::Printed, &offline), (Kind::Offline, &printed_claims)] {
        let swapped = forge::code(&claims.encode().unwrap(), kind.external_aad(), &*key);
        scene.expect("a swapped kind", &swapped, Outcome::Tampered);
    }
    // A printed code whose last day found no room runs out with its own end.
    let mut short = printed_claims.clone();
    short.fields = BTreeMap::new();
    (short.issued_at, short.expires_at) = (now - 1000, Some(now + 1));
    scene.expect("a second before", &seal(&short), Outcome::Valid);
    short.expires_at = Some(now);
    scene.expect("at its end", &seal(&short), Outcome::Expired);
    // Paper and code of different printings.
    let reference = address.rsplit_once('/').unwrap().1;
    let other = address.replace(reference, "ZZZZZZZZZZZZZZZZZZZZ");
    scene.expect(
        "another paper",
        &format!("{other}#{printed}"),
        Outcome::Tampered,
    );
    scene.expect(
        "an offline code on paper",
        &format!("{address}#{}", scene.offline),
        Outcome::Tampered,
    );
    for (name, text, expected) in [
        ("no digits", format!("{address}#"), Outcome::Unreadable),
        (
            "words for digits",
            format!("{address}#{}", "x".repeat(300)),
            Outcome::Unreadable,
        ),
        (
            "wide digits",
            format!("{address}#{}", "１".repeat(300)),
            Outcome::Unreadable,
        ),
        (
            "another host",
            scene.printed.replace("MZ.EXAMPLE", "EVIL.EXAMPLE"),
            Outcome::Unsupported,
        ),
        (
            "a user before the host",
            scene.printed.replace("MZ.", "X@MZ."),
            Outcome::Unsupported,
        ),
        (
            "another path",
            scene.printed.replace("/V/", "/W/"),
            Outcome::Unreadable,
        ),
        (
            "a query",
            scene.printed.replace('#', "?a=1#"),
            Outcome::Unreadable,
        ),
    ] {
        scene.expect(name, &text, expected);
    }
}
