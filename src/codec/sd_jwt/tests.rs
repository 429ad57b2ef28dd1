//! The RFC's own example, and everything it tells a verifier to reject.

use super::BadSdJwt;
use super::SdJwtParts;
use super::digest_of;
use super::disclose;
use super::process;
use crate::codec::base64url;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => panic!("not an object"),
    }
}

fn encoded(value: &Value) -> String {
    base64url::encode(value.to_string().as_bytes())
}

#[test]
fn the_example_digest_of_the_rfc_recomputes() {
    // RFC 9901 §4.2.3, the disclosure of family_name.
    let text = "WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
    assert_eq!(
        digest_of(text),
        "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY"
    );
}

#[test]
fn what_is_disclosed_comes_back_and_the_rest_stays_hidden() {
    let name = disclose(&[1; 16], "holder_name", &json!("杨敏"));
    let sex = disclose(&[2; 16], "sex", &json!("1"));
    let payload = json!({"iss": "did:web:x", "_sd_alg": "sha-256", "_sd": [sex.digest, name.digest, "decoy"]});
    let out = process(object(payload), &[&name.encoded]).unwrap();
    assert_eq!(
        Value::Object(out.claims),
        json!({"iss": "did:web:x", "holder_name": "杨敏"})
    );
    assert_eq!(out.disclosed, ["holder_name"]);
}

#[test]
fn disclosures_inside_disclosures_and_arrays_come_back() {
    let inner = disclose(&[1; 16], "city", &json!("锡林浩特"));
    let outer = disclose(
        &[2; 16],
        "address",
        &json!({"_sd": [inner.digest], "zip": "026000"}),
    );
    let element = encoded(&json!(["salt", "CN"]));
    let payload =
        json!({"_sd": [outer.digest], "n": ["x", {"...": digest_of(&element)}, {"...": "decoy"}]});
    let out = process(object(payload), &[&outer.encoded, &inner.encoded, &element]).unwrap();
    let wanted = json!({"address": {"zip": "026000", "city": "锡林浩特"}, "n": ["x", "CN"]});
    assert_eq!(Value::Object(out.claims), wanted);
}

#[test]
fn a_chain_of_disclosures_is_no_deeper_than_one_may_be() {
    // The payload is the first level, and the innermost link is a number.
    for (links, fits) in [(16, true), (17, false)] {
        let mut value = json!(1);
        let mut chain = Vec::new();
        for _ in 0..links {
            let link = disclose(&[1; 16], "d", &value);
            value = json!({"_sd": [link.digest]});
            chain.push(link.encoded);
        }
        let given: Vec<&str> = chain.iter().map(String::as_str).collect();
        let out = process(object(value), &given);
        assert_eq!(out.is_ok(), fits, "{links}");
        assert!(fits || out == Err(BadSdJwt::TooDeep));
    }
}

#[test]
fn everything_the_rfc_rejects_is_rejected() {
    let a = disclose(&[1; 16], "a", &json!(1));
    let again = disclose(&[3; 16], "a", &json!(2));
    let reserved = disclose(&[4; 16], "_sd", &json!([]));
    let element = encoded(&json!(["salt", 1]));
    let four = encoded(&json!(["salt", "a", 1, 2]));
    let number_name = encoded(&json!(["salt", 5, 1]));
    let cases: Vec<(Value, Vec<&str>, BadSdJwt)> = vec![
        (json!({"_sd": []}), vec![&a.encoded], BadSdJwt::Unreferenced),
        (
            json!({"_sd": [a.digest]}),
            vec![&a.encoded, &a.encoded],
            BadSdJwt::Doubled,
        ),
        (
            json!({"_sd": [a.digest, a.digest]}),
            vec![&a.encoded],
            BadSdJwt::Doubled,
        ),
        (json!({"_sd": ["x", "x"]}), vec![], BadSdJwt::Doubled),
        (
            json!({"_sd": ["x"], "o": {"_sd": ["x"]}}),
            vec![],
            BadSdJwt::Doubled,
        ),
        (
            json!({"_sd": [a.digest], "a": 0}),
            vec![&a.encoded],
            BadSdJwt::Name,
        ),
        (
            json!({"_sd": [a.digest, again.digest]}),
            vec![&a.encoded, &again.encoded],
            BadSdJwt::Name,
        ),
        (
            json!({"_sd": [reserved.digest]}),
            vec![&reserved.encoded],
            BadSdJwt::Name,
        ),
        (
            json!({"_sd": [digest_of(&element)]}),
            vec![&element],
            BadSdJwt::Disclosure,
        ),
        (
            json!({"l": [{"...": a.digest}]}),
            vec![&a.encoded],
            BadSdJwt::Disclosure,
        ),
        (
            json!({"l": [{"...": "x", "y": 1}]}),
            vec![],
            BadSdJwt::Digests,
        ),
        (json!({"_sd": "x"}), vec![], BadSdJwt::Digests),
        (json!({"_sd": [1]}), vec![], BadSdJwt::Digests),
        (json!({"...": "x"}), vec![], BadSdJwt::Digests),
        (json!({"_sd_alg": "md5"}), vec![], BadSdJwt::Algorithm),
        (json!({}), vec![&four], BadSdJwt::Disclosure),
        (json!({}), vec![&number_name], BadSdJwt::Disclosure),
        (json!({}), vec!["!"], BadSdJwt::Disclosure),
    ];
    for (payload, disclosures, why) in cases {
        let text = payload.to_string();
        assert_eq!(
            process(object(payload), &disclosures).unwrap_err(),
            why,
            "{text}"
        );
    }
}

#[test]
fn a_subset_keeps_the_signed_part_and_a_key_binding_is_refused() {
    let (a, b) = (
        disclose(&[1; 16], "a", &json!(1)),
        disclose(&[2; 16], "b", &json!(2)),
    );
    let text = format!("h.p.s~{}~{}~", a.encoded, b.encoded);
    let parts = SdJwtParts::parse(&text).unwrap();
    assert_eq!(
        parts.with_only(|key| key == "b"),
        format!("h.p.s~{}~", b.encoded)
    );
    let bound = format!("{text}x.y.z");
    assert_eq!(SdJwtParts::parse(&bound).unwrap_err(), BadSdJwt::KeyBinding);
    assert_eq!(SdJwtParts::parse("h.p.s").unwrap_err(), BadSdJwt::Shape);
    assert_eq!(SdJwtParts::parse("h.p.s~~").unwrap_err(), BadSdJwt::Shape);
}
