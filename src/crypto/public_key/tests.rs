//! Wycheproof's cases, RFC 8037's key, and the keys that must not get in.

use serde_json::json;

use super::*;

/// RFC 8037, appendix A.2.
const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

#[test]
fn every_wycheproof_case_comes_out_as_it_says() {
    let text = include_str!("../../../tests/vectors/wycheproof-ed25519.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let mut seen = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let key = PublicKey::new(Algorithm::EdDsa, &hex(&group["publicKey"]["pk"]));
        for case in group["tests"].as_array().unwrap() {
            let verified = match &key {
                Ok(key) => key.verify(&hex(&case["msg"]), &hex(&case["sig"])).is_ok(),
                Err(_) => false,
            };
            assert_eq!(verified, case["result"] == "valid", "tcId {}", case["tcId"]);
            seen += 1;
        }
    }
    assert_eq!(seen, 151);
}

fn hex(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn the_jwk_is_complete() {
    let jwk = PublicKey::from_jwk_x(X).unwrap().jwk();
    let expected = json!({
        "kty": "OKP", "crv": "Ed25519", "x": X, "alg": "EdDSA", "use": "sig",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    });
    assert_eq!(jwk, expected);
}

#[test]
fn the_pem_is_wycheproofs() {
    let x = "fU0Of2FTpptiQrUiq77mhf2kQg-INLEIw72uNp71Sfo";
    assert_eq!(
        PublicKey::from_jwk_x(x).unwrap().pem(),
        "-----BEGIN PUBLIC KEY-----\n\
         MCowBQYDK2VwAyEAfU0Of2FTpptiQrUiq77mhf2kQg+INLEIw72uNp71Sfo=\n\
         -----END PUBLIC KEY-----\n"
    );
}

#[test]
fn weak_and_malformed_keys_are_refused() {
    let refused = |bytes: &[u8]| PublicKey::new(Algorithm::EdDsa, bytes).unwrap_err();
    let mut identity = [0; 32];
    identity[0] = 1;
    assert_eq!(refused(&identity), BadPublicKey::Weak);
    assert_eq!(refused(&[0; 32]), BadPublicKey::Weak);
    // y = 2^255 - 19 + 1: a second spelling of the identity.
    let mut second_spelling = [0xff; 32];
    second_spelling[0] = 0xee;
    second_spelling[31] = 0x7f;
    assert_eq!(refused(&second_spelling), BadPublicKey::Weak);
    assert_eq!(refused(&[0; 31]), BadPublicKey::Length);
    assert_eq!(refused(&[0; 33]), BadPublicKey::Length);
    assert_eq!(refused(&[]), BadPublicKey::Length);
    assert_eq!(
        PublicKey::from_jwk_x("=").unwrap_err(),
        BadPublicKey::NotBase64url
    );
}

#[test]
fn no_point_has_two_spellings() {
    // y = 2^255 - 19 + n for n in 0..19 are the encodings above the prime.
    let mut refused = Vec::new();
    for low in 0xed..=0xff {
        for high in [0x7f, 0xff] {
            let mut bytes = [0xff; 32];
            bytes[0] = low;
            bytes[31] = high;
            refused.push(PublicKey::new(Algorithm::EdDsa, &bytes).unwrap_err());
        }
    }
    assert!(refused.contains(&BadPublicKey::NotCanonical));
}

#[test]
fn a_listed_key_is_of_the_algorithm_the_list_says() {
    for alg in ["EdDSA", "Ed25519"] {
        let key = PublicKey::listed(alg, X).unwrap();
        assert_eq!(key, PublicKey::from_jwk_x(X).unwrap());
    }
    let refused = |alg| PublicKey::listed(alg, X).unwrap_err();
    assert_eq!(refused("SM2"), BadPublicKey::Unsupported(Algorithm::Sm2));
    assert_eq!(refused("none"), BadPublicKey::UnknownAlgorithm);
}

#[test]
fn reserved_algorithms_have_no_keys_yet() {
    for algorithm in [Algorithm::Es256, Algorithm::Sm2] {
        let refused = PublicKey::new(algorithm, &[0; 32]).unwrap_err();
        assert_eq!(refused, BadPublicKey::Unsupported(algorithm));
    }
}
