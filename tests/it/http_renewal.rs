//! Renewals over the network: a new picture, the old one, and what is suspended.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mianzheng::codec::digest::sha256;
use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::value::hex;
use mianzheng::flow::register::Register;
use mianzheng::store::Rx;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::http_thread::health;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::pictures::portrait;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// What the register keeps as the portrait of a certificate: the digest its face names, and
/// that of the bytes.
fn kept(server: &TestServer, identifier: &str) -> (String, Option<String>) {
    let office = &server.test.office;
    let register = Register::of(office);
    let identifier = CertificateIdentifier::read(identifier).unwrap().identifier;
    let row = register.find(&identifier).unwrap().unwrap();
    let facts = register.facts(&row).unwrap();
    let bytes = office
        .store
        .read(|rx: &mut Rx<'_>| rx.picture(row.id, "photo"));
    let named = facts["photo"]["sha256"].as_str().unwrap().to_owned();
    (named, bytes.unwrap().map(|picture| hex(&picture.sha256)))
}

fn identifier(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["identifier"].as_str().unwrap().to_owned()
}

#[rstest]
fn a_renewal_brings_a_new_picture_or_keeps_the_old(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let post = |path: &str, key: &str, body: &Value| {
        server.ask(&Ask::new("POST", path).token(&issuer).key(key).json(body))
    };
    let (old, new) = (portrait(10), portrait(200));
    let digest = |bytes: &[u8]| hex(&sha256(bytes));
    let mut body = health("锡市健〔2026〕1700001号");
    body["pictures"] = json!({"photo": STANDARD.encode(&old)});
    let first = identifier(&post("/api/v1/certificates", "k-1", &body));
    assert_eq!(kept(&server, &first), (digest(&old), Some(digest(&old))));

    // With a new one.
    let mut fields = body["fields"].clone();
    let renewal = json!({"fields": fields, "pictures": {"photo": STANDARD.encode(&new)}});
    let path = |identifier: &str| format!("/api/v1/certificates/{identifier}/renewals");
    let second = post(&path(&first), "k-2", &renewal);
    let again = post(&path(&first), "k-2", &renewal);
    let second = identifier(&second);
    assert_eq!(identifier(&again), second);
    assert_eq!(kept(&server, &second), (digest(&new), Some(digest(&new))));
    assert_eq!(kept(&server, &first), (digest(&old), Some(digest(&old))));

    // The one it has, named by its digest.
    fields["photo"] = json!({"sha256": digest(&new), "media_type": "image/png"});
    let third = post(
        &path(&second),
        "k-3",
        &json!({"fields": fields, "pictures": {}}),
    );
    let third = identifier(&third);
    assert_eq!(kept(&server, &third), (digest(&new), Some(digest(&new))));

    // One that is named only: its bytes may follow.
    fields["photo"]["sha256"] = digest(&old).into();
    let fourth = identifier(&post(&path(&third), "k-4", &json!({"fields": fields})));
    assert_eq!(kept(&server, &fourth), (digest(&old), None));
    let place = format!("/api/v1/certificates/{fourth}/pictures/photo");
    let put = Ask::new("PUT", &place).token(&issuer).key("k-5");
    assert_eq!(server.ask(&put.bytes("image/png", old.clone())).status, 200);
    assert_eq!(kept(&server, &fourth).1, Some(digest(&old)));

    // Bytes that are no picture, no picture's field, another picture than the one named.
    let refused = |pictures: Value, fields: &Value| {
        let body = json!({"fields": fields, "pictures": pictures});
        let answer = post(&path(&fourth), "k-6", &body);
        (answer.status, answer.code())
    };
    let plain = &body["fields"];
    let of = |code: &str| (422, code.to_owned());
    let bad = of("bad_picture");
    assert_eq!(refused(json!({"photo": "!"}), plain), bad);
    assert_eq!(refused(json!({"photo": "GIF8"}), plain), bad);
    let portrait = STANDARD.encode(&new);
    assert_eq!(refused(json!({"exam_unit": portrait}), plain), bad);
    let other = refused(json!({"photo": portrait}), &fields);
    assert_eq!(other, of("bad_draft"));
}

#[rstest]
fn what_is_suspended_is_resumed_before_it_is_renewed(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    let post = |path: &str, key: &str, body: &Value| {
        server.ask(&Ask::new("POST", path).token(&issuer).key(key).json(body))
    };
    let body = health("锡市健〔2026〕1700001号");
    let first = identifier(&post("/api/v1/certificates", "k-1", &body));
    let status = format!("/api/v1/certificates/{first}/status");
    let step = |key: &str, change: &str| {
        let changed = post(&status, key, &json!({"change": change, "reason": "复查"}));
        assert_eq!(changed.status, 200, "{changed:?}");
    };
    step("k-2", "suspend");
    let path = format!("/api/v1/certificates/{first}/renewals");
    let mut renewal = json!({"fields": body["fields"]});
    renewal["fields"]["exam_date"] = "2026-11-20".into();
    let refused = post(&path, "k-3", &renewal);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "suspended")
    );
    let problem = refused.json();
    assert!(problem["title_zh"].as_str().unwrap().contains("先恢复"));
    let mut correction = body.clone();
    correction["fields"]["exam_unit"] = "盟医院".into();
    correction["as_correction"] = true.into();
    let refused = post("/api/v1/certificates", "k-4", &correction);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "suspended")
    );
    step("k-5", "resume");
    // A refusal used up no key.
    let renewed = identifier(&post(&path, "k-3", &renewal));
    assert!(renewed.contains(".002."), "{renewed}");
}
