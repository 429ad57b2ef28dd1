//! Signatures: one spelling each, and the hard cases of Wycheproof.

use std::collections::BTreeMap;

use mianzheng::codec::base64url;
use mianzheng::codec::cose;
use mianzheng::codec::digits;
use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::algorithm::Algorithm;
use mianzheng::crypto::public_key::PublicKey;
use mianzheng::domain::verdict::Outcome;
use mianzheng::store::StoreError;
use mianzheng::store::Tx;
use mianzheng::store::trust::KeyRow;
use rstest::rstest;
use serde_json::Value;

use crate::hostile::scene::Scene;
use crate::hostile::scene::jwt;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::claims_of;
use crate::support::office::CDC;

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

fn unhex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len() / 2).map(|i| &text[2 * i..2 * i + 2]);
    pairs.map(|p| u8::from_str_radix(p, 16).unwrap()).collect()
}

/// A case of Wycheproof whose key can be one.
struct Hard {
    name: String,
    key: PublicKey,
    signature: Vec<u8>,
}

/// The cases; each comes out as it should on the message it was made for.
fn hard_cases() -> Vec<Hard> {
    let text = std::fs::read_to_string("tests/vectors/wycheproof-ed25519.json").unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let (mut cases, mut done) = (Vec::new(), 0);
    for group in file["testGroups"].as_array().unwrap() {
        let key = unhex(group["publicKey"]["pk"].as_str().unwrap());
        let key = PublicKey::new(Algorithm::EdDsa, &key);
        for case in group["tests"].as_array().unwrap() {
            done += 1;
            let [message, signature] =
                ["msg", "sig"].map(|name| unhex(case[name].as_str().unwrap()));
            let fits = key
                .as_ref()
                .is_ok_and(|key| key.verify(&message, &signature).is_ok());
            assert_eq!(fits, case["result"] == "valid", "{case}");
            cases.extend(key.clone().ok().map(|key| Hard {
                name: format!("case {}: {}", case["tcId"], case["comment"]),
                key,
                signature,
            }));
        }
    }
    assert_eq!(done, 151);
    cases
}

/// Makes the keys of all cases keys of the CDC, as far as they were not yet, and all of them
/// keys for this use, as the trust list says.
fn trust_them(scene: &mut Scene, cases: &[Hard], key_use: KeyUse) {
    let test = &scene.server.test;
    let agency = i32::try_from(test.agency(CDC).number).unwrap();
    let keys: BTreeMap<_, _> = cases
        .iter()
        .map(|case| (case.key.kid().to_string(), case.key.jwk_x()))
        .collect();
    let write = |tx: &mut Tx<'_>| {
        for (kid, x) in keys {
            if tx.key(&kid)?.is_none() {
                tx.insert_key(&KeyRow {
                    name: format!("hard-{kid}"),
                    kid,
                    agency,
                    key_use: key_use.name().to_owned(),
                    alg: "EdDSA".to_owned(),
                    x,
                    not_before: 0,
                    not_after: i64::MAX,
                    state: 0,
                    since: None,
                })?;
            }
        }
        Ok::<_, StoreError>(())
    };
    test.office.store.write(write).unwrap();
    let name = key_use.name();
    test.sql(&format!(
        "UPDATE keys SET key_use = '{name}' WHERE name LIKE 'hard-%'"
    ));
    test.publish_trust();
    scene.bundle = test.bundle();
}

#[rstest]
fn the_hard_cases_of_ed25519_come_out_at_every_door(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let mut scene = Scene::on(database);
    let cases = hard_cases();
    // The case's signature on a certificate: good on its own message, never here.
    trust_them(&mut scene, &cases, KeyUse::Issue);
    let real = scene.forgery();
    for case in &cases {
        let issued = real.with_header("kid", case.key.kid().to_string().into());
        let input = format!(
            "{}.{}",
            base64url::encode(issued.header.to_string().as_bytes()),
            base64url::encode(issued.payload.to_string().as_bytes())
        );
        let token = issued.with_signature(&input, &case.signature);
        scene.expect(&case.name, &token, Outcome::Tampered);
    }
    // And on a code, where signatures have 64 bytes.
    trust_them(&mut scene, &cases, KeyUse::Show);
    let payload = claims_of(&scene.offline).encode().unwrap();
    for case in &cases {
        let Ok(signature) = <[u8; 64]>::try_from(&*case.signature) else {
            continue;
        };
        let kid = case.key.kid().short();
        let bytes = cose::encode(cose::EDDSA, kid, &payload, &signature);
        let digits = digits::to_digits(&bytes);
        scene.expect(&case.name, &digits, Outcome::Tampered);
    }
}
