//! Trust lists, bundles and status lists: old, forged, rolled back, too large.

use std::collections::BTreeMap;

use mianzheng::codec::base64url;
use mianzheng::codec::status_list::StatusBits;
use mianzheng::crypto::bundle::BadBundle;
use mianzheng::crypto::bundle::Bundle;
use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::crypto::random::SeededRandomness;
use mianzheng::crypto::signed_json;
use mianzheng::crypto::signed_json::Message;
use mianzheng::crypto::signer::Ed25519Signer;
use mianzheng::crypto::signer::Signer;
use mianzheng::crypto::trust::Anchors;
use mianzheng::crypto::trust::BadTrust;
use mianzheng::crypto::trust::Trust;
use mianzheng::domain::time::Timestamp;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::bundle;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::hostile::scene::Scene;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;

#[rstest]
fn a_trust_list_that_is_old_forged_or_rolled_back_gives_nothing(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let scene = Scene::on(database);
    let office = &scene.server.test.office;
    // Past its next update nothing is certain any more; the bundle itself would be older still.
    let mut bundle = scene.bundle.clone();
    let due = bundle.trust.next_update;
    bundle.expires_at = due.plus_secs(86_400);
    for list in bundle.status.values_mut() {
        list.expires_at = due.plus_secs(86_400);
    }
    let at = |now: Timestamp| verify_offline(&scene.record, &bundle, now).verdict;
    assert_eq!(at(due.plus_secs(-1)), Outcome::Valid);
    assert_eq!(at(due), Outcome::Undetermined);
    // The bundle past its end, and its status lists past theirs.
    let now = scene.server.test.now();
    let mut old = scene.bundle.clone();
    old.expires_at = now;
    let verdict = verify_offline(&scene.record, &old, now).verdict;
    assert_eq!(verdict, Outcome::Undetermined);
    let mut old = scene.bundle.clone();
    old.status.clear();
    let verdict = verify_offline(&scene.record, &old, now).verdict;
    assert_eq!(verdict, Outcome::Undetermined);

    let token = bundle::make(office, 24).unwrap();
    let first = Bundle::open(&token, &office.anchors, 0).unwrap();
    let later = bundle::make(office, 24).unwrap();
    let second = Bundle::open(&later, &office.anchors, first.sequence).unwrap();
    assert!(second.sequence > first.sequence);
    let rolled_back = Bundle::open(&token, &office.anchors, second.sequence).unwrap_err();
    let offered = first.sequence;
    let seen = second.sequence;
    assert_eq!(rolled_back, BadBundle::RolledBack { offered, seen });

    let thief = Ed25519Signer::generate(&SeededRandomness::new(b"thief"));
    let others = Anchors {
        authority: office.anchors.authority.clone(),
        roots: vec![thief.public_key().clone()],
    };
    assert!(matches!(
        Bundle::open(&token, &others, 0),
        Err(BadBundle::Trust(BadTrust::NotGenuine(_)))
    ));
    let elsewhere = Anchors {
        authority: "other.example".to_owned(),
        ..office.anchors.clone()
    };
    assert!(matches!(
        Bundle::open(&token, &elsewhere, 0),
        Err(BadBundle::Trust(BadTrust::OtherAuthority))
    ));
    // Content changed and signed by a key that is trusted for something else, or by nobody.
    let parts: Vec<&str> = token.split('.').collect();
    let content: Value = serde_json::from_slice(&base64url::decode(parts[1]).unwrap()).unwrap();
    let sealed = |content: &Value, key: &dyn Signer| {
        signed_json::seal(key, Message::Bundle, content).unwrap()
    };
    let bundle_key = office.keyring.signer(ServicePurpose::Bundle);
    for key in [
        office.keyring.signer(ServicePurpose::Status),
        scene.key_of(CDC),
    ] {
        let opened = Bundle::open(&sealed(&content, &*key), &office.anchors, 0);
        assert!(matches!(opened, Err(BadBundle::NotGenuine(_))));
    }
    let opened = Bundle::open(&sealed(&content, &thief), &office.anchors, 0);
    assert!(matches!(opened, Err(BadBundle::NotGenuine(_))));
    // A trust list of the forger's own inside a bundle of the service.
    let list = signed_json::open(
        content["trust_list"].as_str().unwrap(),
        Message::TrustList,
        &office.anchors.roots,
    );
    let list = Value::Object(list.unwrap());
    let forged = signed_json::seal(&thief, Message::TrustList, &list).unwrap();
    let mut inside = content.clone();
    inside["trust_list"] = forged.into();
    let opened = Bundle::open(&sealed(&inside, &*bundle_key), &office.anchors, 0);
    assert!(matches!(
        opened,
        Err(BadBundle::Trust(BadTrust::NotGenuine(_)))
    ));
    // A status list that would fill the memory.
    let zeros = StatusBits::of_two(64 << 20, &BTreeMap::new()).lst();
    assert!(zeros.len() < 64 * 1024);
    let status_key = office.keyring.signer(ServicePurpose::Status);
    let bomb = json!({
        "iss": "did:web:mz.example", "sub": "https://mz.example/status/1",
        "iat": now.secs(), "exp": now.secs() + 999, "ttl": 30,
        "status_list": {"bits": 2, "lst": zeros},
    });
    let bomb = signed_json::seal(&*status_key, Message::StatusList, &bomb).unwrap();
    let mut inside = content.clone();
    inside["status_lists"] = json!([bomb]);
    let opened = Bundle::open(&sealed(&inside, &*bundle_key), &office.anchors, 0);
    assert!(matches!(opened, Err(BadBundle::NotGenuine(_))));
    // A format that came later, one that is none, and denied codes that are none.
    let mut inside = content.clone();
    inside["format"] = json!(3);
    let opened = Bundle::open(&sealed(&inside, &*bundle_key), &office.anchors, 0);
    assert!(matches!(opened, Err(BadBundle::TooNew(3))));
    for (member, value) in [("format", json!("2")), ("denied", json!(["!"]))] {
        let mut inside = content.clone();
        inside[member] = value;
        let opened = Bundle::open(&sealed(&inside, &*bundle_key), &office.anchors, 0);
        assert!(matches!(opened, Err(BadBundle::Unreadable)), "{member}");
    }
    for nonsense in ["", "~", "a.b.c", "e30.e30.", &"A".repeat(1_000_000)] {
        assert!(Bundle::open(nonsense, &office.anchors, 0).is_err());
    }
    // A list of a lower number, and one that was changed.
    let token = content["trust_list"].as_str().unwrap();
    let seen = scene.bundle.trust.sequence + 1;
    let rolled_back = Trust::open(token, &office.anchors, seen).unwrap_err();
    assert!(matches!(rolled_back, BadTrust::RolledBack { .. }));
    let root = Ed25519Signer::generate(&SeededRandomness::new(b"wrong root"));
    let forged = signed_json::seal(&root, Message::TrustList, &list).unwrap();
    let refused = Trust::open(&forged, &office.anchors, 0).unwrap_err();
    assert!(matches!(refused, BadTrust::NotGenuine(_)));
}
