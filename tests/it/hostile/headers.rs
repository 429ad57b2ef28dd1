//! Headers of tokens: algorithms, embedded keys, whose key it is.

use mianzheng::codec::base64url;
use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::crypto::random::SeededRandomness;
use mianzheng::crypto::signer::Ed25519Signer;
use mianzheng::domain::verdict::Outcome;
use rstest::rstest;
use serde_json::json;

use crate::hostile::scene::Scene;
use crate::hostile::scene::jwt;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::MARKET;

#[rstest]
fn tokens_with_a_forged_header_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let key = scene.key_of(CDC);
    scene.expect("as issued", &scene.record, Outcome::Valid);
    scene.expect("signed again", &real.signed(&*key), Outcome::Valid);
    for alg in [
        "none", "None", "ES256", "HS256", "SM2", "eddsa", "EDDSA", "Ed448", "",
    ] {
        let forged = real.with_header("alg", alg.into());
        scene.expect(alg, &forged.signed(&*key), Outcome::Tampered);
    }
    let none = real.with_header("alg", "none".into());
    let jwt_parts: Vec<&str> = jwt(&scene.record).split('.').collect();
    let header = base64url::encode(none.header.to_string().as_bytes());
    let input = format!("{header}.{}", jwt_parts[1]);
    scene.expect(
        "no signature",
        &real.with_signature(&input, b""),
        Outcome::Tampered,
    );
    let jwk = key.public_key().jwk();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", "https://evil.example/keys".into()),
        ("x5c", json!(["MIIB"])),
        ("x5u", "https://evil.example/c".into()),
        ("crit", json!(["exp"])),
        ("b64", false.into()),
        ("zip", "DEF".into()),
    ] {
        let forged = real.with_header(name, value);
        scene.expect(name, &forged.signed(&*key), Outcome::Unsupported);
    }
    // The forger's own key, under its own name and under the agency's.
    let thief = Ed25519Signer::generate(&SeededRandomness::new(b"thief"));
    scene.expect("own key", &real.signed_by(&thief), Outcome::UntrustedIssuer);
    scene.expect(
        "own key, their name",
        &real.signed(&thief),
        Outcome::Tampered,
    );
    for purpose in ServicePurpose::ALL {
        let key = scene.server.test.office.keyring.signer(purpose);
        scene.expect(
            "a service key",
            &real.signed_by(&*key),
            Outcome::UntrustedIssuer,
        );
    }
    // Another agency, as this one and as itself.
    let market = scene.key_of(MARKET);
    scene.expect(
        "another's key",
        &real.signed_by(&*market),
        Outcome::UntrustedIssuer,
    );
    let code = scene.server.test.agency(MARKET).code;
    let own = real.with("iss", format!("did:web:mz.example:a:{code}").into());
    scene.expect(
        "another issuer",
        &own.signed_by(&*market),
        Outcome::UntrustedIssuer,
    );
    let mut identifier = scene.forgery().payload["certificate_identifier"]
        .as_str()
        .unwrap()
        .to_owned();
    identifier = identifier.replace(scene.server.test.agency(CDC).code.as_str(), code.as_str());
    let read = mianzheng::domain::identifier::CertificateIdentifier::read(&identifier).unwrap();
    let own = own.with("certificate_identifier", read.identifier.to_string().into());
    scene.expect(
        "not its type",
        &own.signed_by(&*market),
        Outcome::UntrustedIssuer,
    );
    for (name, header) in [
        (
            "twice alg",
            r#"{"alg":"EdDSA","alg":"none","kid":"k","typ":"dc+sd-jwt"}"#,
        ),
        ("no kid", r#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#),
        (
            "alg a list",
            r#"{"alg":["EdDSA"],"kid":"k","typ":"dc+sd-jwt"}"#,
        ),
        ("no object", "[]"),
        ("nothing", ""),
        (
            "trailing",
            r#"{"alg":"EdDSA","kid":"k","typ":"dc+sd-jwt"} "x""#,
        ),
    ] {
        let payload = real.payload.to_string();
        let text = real.signed_as(header.as_bytes(), payload.as_bytes(), &*key);
        scene.expect(name, &text, Outcome::Unreadable);
    }
    let nested = format!(r#"{{"alg":{}1{}}}"#, "[".repeat(60), "]".repeat(60));
    let text = real.signed_as(nested.as_bytes(), b"{}", &*key);
    scene.expect("a bomb in the header", &text, Outcome::Unreadable);
    for typ in ["JWT", "statuslist+jwt", "mianzheng-trust-list+jwt"] {
        let forged = real.with_header("typ", typ.into());
        scene.expect(typ, &forged.signed(&*key), Outcome::Unsupported);
    }
}
