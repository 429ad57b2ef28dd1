//! Payloads of tokens: members twice, bombs, times and places that cannot be.

use mianzheng::domain::verdict::Outcome;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::hostile::scene::Scene;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::office::CDC;

#[rstest]
fn tokens_with_a_forged_payload_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let key = scene.key_of(CDC);
    let header = real.header.to_string();
    let payload = real.payload.to_string();
    let raw = |payload: &str| real.signed_as(header.as_bytes(), payload.as_bytes(), &*key);
    let nest = |open: &str, close: &str, n: usize| {
        let bomb = format!("{}1{}", open.repeat(n), close.repeat(n));
        payload.replacen('{', &format!(r#"{{"bomb":{bomb},"#), 1)
    };
    for (name, payload) in [
        ("a member twice", payload.replacen('{', r#"{"iss":"x","#, 1)),
        ("trailing data", format!("{payload}{{}}")),
        ("a bomb of lists", nest("[", "]", 60)),
        ("a deep bomb of lists", nest("[", "]", 4000)),
        ("a bomb of objects", nest(r#"{"a":"#, "}", 4000)),
        ("a huge number", payload.replacen('{', r#"{"n":1e400,"#, 1)),
        ("not JSON", "certificate".to_owned()),
        ("a list", "[]".to_owned()),
        ("a NUL", payload.replacen('{', "{\0", 1)),
    ] {
        scene.expect(name, &raw(&payload), Outcome::Unsupported);
    }
    let signed = |forged: Forgery| forged.signed(&*key);
    let status = |index: Value, uri: &str| {
        real.with("status", json!({"status_list": {"idx": index, "uri": uri}}))
    };
    let own_list = "https://mz.example/status/1";
    for (name, forged, expected) in [
        (
            "a date that is none",
            real.with("valid_to", "soon".into()),
            Outcome::Unsupported,
        ),
        ("two ends", real.with("exp", 1.into()), Outcome::Unsupported),
        (
            "a huge end",
            real.with("exp", json!(1e30)),
            Outcome::Unsupported,
        ),
        (
            "an end that is text",
            real.with("exp", "1".into()),
            Outcome::Unsupported,
        ),
        (
            "no end but a last day",
            real.without("exp"),
            Outcome::Unsupported,
        ),
        (
            "two beginnings",
            real.with("nbf", 1.into()),
            Outcome::Unsupported,
        ),
        (
            "no beginning but a day",
            real.without("nbf"),
            Outcome::Unsupported,
        ),
        (
            "no time of signing",
            real.without("iat"),
            Outcome::Unsupported,
        ),
        (
            "signed at half past",
            real.with("iat", json!(1.5)),
            Outcome::Unsupported,
        ),
        (
            "signed long ago",
            real.with("iat", i64::MIN.into()),
            Outcome::UntrustedIssuer,
        ),
        (
            "signed at the end",
            real.with("iat", i64::MAX.into()),
            Outcome::UntrustedIssuer,
        ),
        ("no status", real.without("status"), Outcome::Unsupported),
        (
            "a foreign list",
            status(1.into(), "https://evil.example/status/1"),
            Outcome::Unsupported,
        ),
        (
            "a list by http",
            status(1.into(), "http://mz.example/status/1"),
            Outcome::Unsupported,
        ),
        (
            "a list beside",
            status(1.into(), "https://mz.example/status/../1"),
            Outcome::Unsupported,
        ),
        (
            "a negative place",
            status((-1).into(), own_list),
            Outcome::Unsupported,
        ),
        (
            "a huge place",
            status(u64::MAX.into(), own_list),
            Outcome::Unsupported,
        ),
        ("no issuer", real.without("iss"), Outcome::UntrustedIssuer),
        ("no type", real.without("vct"), Outcome::Unsupported),
        (
            "another digest",
            real.with("_sd_alg", "sha-512".into()),
            Outcome::Tampered,
        ),
        (
            "digests of no list",
            real.with("_sd", "x".into()),
            Outcome::Tampered,
        ),
        (
            "digests of numbers",
            real.with("_sd", json!([1])),
            Outcome::Tampered,
        ),
    ] {
        scene.expect(name, &signed(forged), expected);
    }
    // Places on no list, or behind its end: the register knows the certificate itself.
    for (name, forged) in [
        ("behind the end", status((1 << 18).into(), own_list)),
        (
            "on no list",
            status(1.into(), "https://mz.example/status/999"),
        ),
    ] {
        scene.expect(name, &signed(forged), Outcome::Undetermined);
    }
    let vct = real.payload["vct"].as_str().unwrap();
    for forged in [
        vct.replace("mz.example", "evil.example"),
        vct.replace("https:", "http:"),
        vct.replace("/1", "/2"),
        vct.replace("/1", "/01"),
        format!("{vct}/"),
        String::new(),
    ] {
        let text = signed(real.with("vct", forged.as_str().into()));
        scene.expect(&forged, &text, Outcome::Unsupported);
    }
    let now = scene.server.test.now().secs();
    for (ahead, expected) in [
        (119, Outcome::Valid),
        (120, Outcome::Valid),
        (121, Outcome::NotYetValid),
    ] {
        let text = signed(real.with("iat", (now + ahead).into()));
        scene.expect(&format!("{ahead} s ahead"), &text, expected);
    }
}

#[rstest]
fn the_last_second_counts_and_the_next_does_not(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let key = scene.key_of(CDC);
    let today = scene.server.test.now().day();
    let real = scene.forgery();
    let ends_today = real
        .with("valid_to", today.to_string().into())
        .with("exp", today.end().secs().into());
    let text = ends_today.signed(&*key);
    scene.server.test.clock.set(today.end().plus_secs(-1));
    scene.expect("a second before", &text, Outcome::Valid);
    let tomorrow = today.end().day();
    let begins = real
        .with("valid_from", tomorrow.to_string().into())
        .with("nbf", tomorrow.start().secs().into());
    let begins = begins.signed(&*key);
    scene.expect("a second early", &begins, Outcome::NotYetValid);
    scene.server.test.clock.set(today.end());
    // The bundle is a day old at nine, and the code was of yesterday.
    scene.expect("at midnight", &text, Outcome::Expired);
    scene.expect("from midnight", &begins, Outcome::Valid);
}
