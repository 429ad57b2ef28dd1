//! Signatures: one spelling each, and the hard cases of Wycheproof.

use mianzheng::codec::base64url;
use mianzheng::codec::trust_list::KeyState;
use mianzheng::codec::trust_list::KeyUse;
use mianzheng::codec::trust_list::ListedKey;
use mianzheng::codec::trust_list::TrustList;
use mianzheng::codec::trust_list::TrustedAgency;
use mianzheng::crypto::algorithm::Algorithm;
use mianzheng::crypto::code_seal;
use mianzheng::crypto::public_key::PublicKey;
use mianzheng::crypto::random::SeededRandomness;
use mianzheng::crypto::signed_json;
use mianzheng::crypto::signed_json::Message;
use mianzheng::crypto::signer::Ed25519Signer;
use mianzheng::crypto::signer::Signer;
use mianzheng::crypto::trust::Anchors;
use mianzheng::crypto::trust::BadTrust;
use mianzheng::crypto::trust::Trust;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;
use serde_json::Value;

use crate::hostile::scene::Scene;
use crate::hostile::scene::jwt;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::claims_of;

/// 2^252 + 27742317777372353535851937790883648493, the group's order, least byte first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[rstest]
fn a_signature_has_one_spelling(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let (input, signature) = jwt(&scene.record).rsplit_once('.').unwrap();
    let good = base64url::decode(signature).unwrap();
    let mut plus_order = good.clone();
    let mut carry = 0_u16;
    for (byte, order) in plus_order[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = u8::try_from(sum % 256).unwrap();
        carry = sum / 256;
    }
    let zeros = [0_u8; 32];
    let mut one = zeros;
    one[0] = 1;
    let r_of = |r: [u8; 32]| [r.as_slice(), &good[32..]].concat();
    for (name, bad) in [
        ("S + L", plus_order),
        ("R the neutral point", r_of(one)),
        ("R of order two", {
            let mut r = [0xff; 32];
            r[0] = 0xec;
            r[31] = 0x7f;
            r_of(r)
        }),
        ("R of order four", r_of(zeros)),
        ("R neutral and S zero", [one, zeros].concat()),
        ("all zero", vec![0; 64]),
        ("all ones", vec![0xff; 64]),
        ("cut off", good[..63].to_vec()),
        ("longer", [good.as_slice(), &[0]].concat()),
        ("twice", [good.as_slice(), &good].concat()),
        ("swapped halves", [&good[32..], &good[..32]].concat()),
        ("none", Vec::new()),
    ] {
        scene.expect(name, &real.with_signature(input, &bad), Outcome::Tampered);
    }
}

/// A trust list of one agency with these keys, signed by a root of the test's own.
fn trust_of(authority: &str, keys: Vec<ListedKey>) -> Result<Trust, BadTrust> {
    let root = Ed25519Signer::generate(&SeededRandomness::new(b"root"));
    let anchors = Anchors {
        authority: authority.to_owned(),
        roots: vec![root.public_key().clone()],
    };
    let list = TrustList {
        authority: authority.to_owned(),
        sequence: 1,
        iat: 0,
        next_update: i64::MAX / 1000,
        test: true,
        next_root: root.public_key().jwk_x(),
        agencies: vec![TrustedAgency {
            code: "11152502MY00000392".to_owned(),
            number: 1,
            name: "机构".to_owned(),
            department: "disease_control".to_owned(),
            keys,
        }],
    };
    let token = signed_json::seal(&root, Message::TrustList, &list).unwrap();
    Trust::open(&token, &anchors, 0)
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len() / 2).map(|i| &text[2 * i..2 * i + 2]);
    pairs.map(|p| u8::from_str_radix(p, 16).unwrap()).collect()
}

#[rstest]
fn the_hard_cases_of_ed25519_come_out_at_every_door(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let text = std::fs::read_to_string("tests/vectors/wycheproof-ed25519.json").unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let types = &scene.bundle.types;
    let mut done = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let key = unhex(group["publicKey"]["pk"].as_str().unwrap());
        let public = PublicKey::new(Algorithm::EdDsa, &key);
        for case in group["tests"].as_array().unwrap() {
            done += 1;
            let [message, signature] =
                ["msg", "sig"].map(|name| unhex(case[name].as_str().unwrap()));
            let valid = case["result"] == "valid";
            let fits = public
                .as_ref()
                .is_ok_and(|key| key.verify(&message, &signature).is_ok());
            assert_eq!(fits, valid, "{case}");
            let Ok(public) = &public else { continue };
            let listed = |key_use| ListedKey {
                kid: public.kid().to_string(),
                alg: "EdDSA".to_owned(),
                x: public.jwk_x(),
                key_use,
                not_before: 0,
                not_after: i64::MAX / 1000,
                state: KeyState::Active,
            };
            // The case's signature on a certificate: good on its own message, never here.
            let trust = trust_of("mz.example", vec![listed(KeyUse::Issue)]).unwrap();
            let issued = real.with_header("kid", public.kid().to_string().into());
            let input = format!(
                "{}.{}",
                base64url::encode(issued.header.to_string().as_bytes()),
                base64url::encode(issued.payload.to_string().as_bytes())
            );
            let token = issued.with_signature(&input, &signature);
            let mut bundle = scene.bundle.clone();
            bundle.trust = trust;
            let verdict = verify_offline(&token, &bundle, scene.test.now());
            assert_eq!(verdict.verdict, Outcome::Tampered, "{case}");
            // And on a code, where signatures have 64 bytes.
            let Ok(signature) = <[u8; 64]>::try_from(signature) else {
                continue;
            };
            let trust = trust_of("mz.example", vec![listed(KeyUse::Show)]).unwrap();
            let payload = claims_of(&scene.offline).encode().unwrap();
            let kid = public.kid().short();
            let bytes = mianzheng::codec::cose::encode(-8, kid, &payload, &signature);
            let digits = mianzheng::codec::digits::to_digits(&bytes);
            let opened = code_seal::open(&digits, &trust, types, scene.test.now());
            assert_eq!(opened.unwrap_err().outcome, Outcome::Tampered, "{case}");
        }
    }
    assert_eq!(done, 151);
}
