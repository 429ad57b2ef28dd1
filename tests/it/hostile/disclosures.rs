//! Disclosures: unreferenced, doubled, of the wrong shape, nested.

use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;
use serde_json::json;

use crate::hostile::scene::Scene;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::forge::disclosure;
use crate::support::forge::element;
use crate::support::forge::raw_disclosure;
use crate::support::office::CDC;

#[rstest]
fn tokens_with_forged_disclosures_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let key = scene.key_of(CDC);
    let signed = |forged: Forgery| forged.signed(&*key);
    let loose = |encoded: String| {
        let mut forged = real.clone();
        forged.disclosures.push(encoded);
        forged.signed(&*key)
    };
    let name = |key: &str| disclosure(key, &"x".into());
    for (what, text) in [
        ("unreferenced", loose(name("rank").encoded)),
        ("doubled", loose(real.disclosures[0].clone())),
        ("no base64url", loose("*".to_owned())),
        ("padded", loose(format!("{}=", real.disclosures[0]))),
        ("no JSON", loose(raw_disclosure("x").encoded)),
        (
            "shadows a plain claim",
            signed(real.hiding(&name("issuing_agency"))),
        ),
        ("shadows another", signed(real.hiding(&name("holder_name")))),
        ("named _sd", signed(real.hiding(&name("_sd")))),
        ("named ...", signed(real.hiding(&name("...")))),
        (
            "an element for a member",
            signed(real.hiding(&element(&1.into()))),
        ),
        (
            "a member twice inside",
            signed(real.hiding(&raw_disclosure(r#"["s","rank",{"a":1,"a":2}]"#))),
        ),
        (
            "nested too deep",
            signed(real.hiding(&raw_disclosure(&format!(
                r#"["s","rank",{}1{}]"#,
                "[".repeat(60),
                "]".repeat(60)
            )))),
        ),
        (
            "four parts",
            signed(real.hiding(&raw_disclosure(r#"["s","rank",1,2]"#))),
        ),
        (
            "a salt that is none",
            signed(real.hiding(&raw_disclosure(r#"[1,"rank",1]"#))),
        ),
        (
            "trailing data",
            signed(real.hiding(&raw_disclosure(r#"["s","rank",1] 2"#))),
        ),
        (
            "a confirmation key",
            signed(real.hiding(&disclosure("cnf", &json!({"jwk": {}})))),
        ),
        (
            "a hidden stock mark",
            signed(real.hiding(&disclosure("stock", &true.into()))),
        ),
    ] {
        scene.expect(what, &text, Outcome::Tampered);
    }
    // A digest that stands twice, plain and in a disclosure.
    let mut twice = real.clone();
    let first = twice.payload["_sd"][0].clone();
    let digests = twice.payload["_sd"].as_array_mut().unwrap();
    digests.push(first.clone());
    scene.expect("a digest twice", &signed(twice), Outcome::Tampered);
    let nested = disclosure("rank", &json!({"_sd": [first]}));
    scene.expect(
        "a digest again inside",
        &signed(real.hiding(&nested)),
        Outcome::Tampered,
    );
    // What must be plain and is hidden.
    for hidden in ["iss", "vct", "iat", "status", "certificate_identifier"] {
        let text = signed(real.with_hidden(hidden));
        let verdict = verify_offline(&text, &scene.bundle, scene.server.test.now()).verdict;
        scene.expect(hidden, &text, verdict);
        assert_ne!(verdict, Outcome::Valid, "{hidden}");
    }
    let hidden_end = real.without("exp").with_hidden("valid_to");
    scene.expect("a hidden end", &signed(hidden_end), Outcome::Tampered);
    let hidden_end = real.without("valid_to").with_hidden("exp");
    scene.expect("a hidden exp", &signed(hidden_end), Outcome::Tampered);
    let hidden_start = real.without("nbf").with_hidden("valid_from");
    scene.expect(
        "a hidden beginning",
        &signed(hidden_start),
        Outcome::Tampered,
    );
    // Nested as the RFC allows, but as a whole no deeper than one disclosure may be.
    let inner = disclosure("inner", &"deep".into());
    let mut allowed = real.hiding(&disclosure("rank", &json!({"_sd": [inner.digest]})));
    allowed.disclosures.push(inner.encoded);
    scene.expect("nested digests", &signed(allowed), Outcome::Valid);
    let mut bomb = Forgery {
        disclosures: Vec::new(),
        ..real.clone()
    };
    let mut digest = None;
    for _ in 0..450 {
        let value = digest.map_or(json!(1), |digest: String| json!({"_sd": [digest]}));
        let next = disclosure("d", &value);
        bomb.disclosures.push(next.encoded);
        digest = Some(next.digest);
    }
    bomb.payload["_sd"] = json!([digest]);
    let text = signed(bomb);
    assert!(text.len() < 64 * 1024, "{}", text.len());
    scene.expect("a chain of disclosures", &text, Outcome::Unsupported);
}
