//! Three ways to say who calls: a bearer token, a TLS certificate, and a signature under an app
//! key.

use std::process::Command;
use std::time::Duration;

use mianzheng::codec::digest::sha256;
use mianzheng::crypto::mac::MacKey;
use mianzheng::crypto::secret::Secret;
use mianzheng::domain::caller::Role;
use mianzheng::domain::value::hex;
use mianzheng::flow::app_keys;
use mianzheng::flow::app_keys::AppKey;
use mianzheng::flow::app_keys::SignedRequest;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::flow::forget::forget_expired;
use mianzheng::flow::ledger_check;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::examples::granted;
use crate::support::client::Client;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::example;
use crate::support::office::operator;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

fn new_key(server: &TestServer, role: Role, agency: Option<&str>) -> AppKey {
    let new = NewCredential {
        role,
        agency: agency.map(|name| server.test.agency(name).number),
        holder: None,
        label: "test",
        days: 30,
    };
    app_keys::create(&server.test.office, &new, &operator()).unwrap()
}

/// A request as the owner of a key would sign it now.
fn signed(server: &TestServer, key: &AppKey, target: &str, nonce: &str) -> SignedRequest {
    let mut request = SignedRequest {
        app_key: key.id.clone(),
        timestamp: server.test.now().secs().to_string(),
        nonce: nonce.to_owned(),
        method: "GET".to_owned(),
        target: target.to_owned(),
        body: sha256(b""),
        signature: String::new(),
    };
    sign(&mut request, key);
    request
}

fn sign(request: &mut SignedRequest, key: &AppKey) {
    let secret: [u8; 32] = key.secret.as_bytes().try_into().unwrap();
    let mac = MacKey::new(&Secret::new(secret));
    request.signature = hex(&mac.mac(&[request.text().as_bytes()]));
}

/// Sends it with this body, which may be another than was signed.
fn send(server: &TestServer, request: &SignedRequest, body: Option<&[u8]>) -> Answer {
    let mut ask = Ask::new(&request.method, &request.target)
        .header("x-app-key", &request.app_key)
        .header("x-timestamp", &request.timestamp)
        .header("x-nonce", &request.nonce)
        .header("x-signature", &request.signature)
        .key("k-1");
    if let Some(body) = body {
        ask = ask.header("x-content-sha256", hex(&request.body));
        ask = ask.bytes("application/json", body.to_vec());
    }
    server.ask(&ask)
}

/// What somebody on the way may have done to a request.
type Edit = fn(&mut SignedRequest, &AppKey);

const ROUTES: &str = "/api/v1/routes";
const NONCE: &str = "0123456789abcdef";

#[rstest]
fn a_signature_says_who_calls_and_once_only(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let key = new_key(&server, Role::Auditor, None);
    let request = signed(&server, &key, ROUTES, NONCE);
    assert_eq!(send(&server, &request, None).status, 200);
    assert_eq!(send(&server, &request, None).code(), "nonce_replayed");
    let mut same_nonce = signed(&server, &key, "/api/v1/credentials", NONCE);
    assert_eq!(send(&server, &same_nonce, None).code(), "nonce_replayed");
    same_nonce.nonce = "fedcba9876543210".to_owned();
    sign(&mut same_nonce, &key);
    assert_eq!(send(&server, &same_nonce, None).code(), "forbidden");
    // Another caller's nonces are her own.
    let other = new_key(&server, Role::Auditor, None);
    let request = signed(&server, &other, ROUTES, NONCE);
    assert_eq!(send(&server, &request, None).status, 200);
    // Nothing is forgotten while the request could still be sent.
    server.test.clock.advance(300);
    forget_expired(&server.test.office).unwrap();
    assert_eq!(send(&server, &request, None).code(), "nonce_replayed");
    assert_eq!(server.test.number("SELECT COUNT(*) FROM caller_nonces"), 3);
    server.test.clock.advance(2);
    forget_expired(&server.test.office).unwrap();
    assert_eq!(server.test.number("SELECT COUNT(*) FROM caller_nonces"), 0);
    assert_eq!(send(&server, &request, None).code(), "clock_off");
    let report = ledger_check::check(&server.test.office, None).unwrap();
    assert!(report.is_whole());
}

#[rstest]
fn whatever_was_changed_is_not_what_was_signed(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let key = new_key(&server, Role::Auditor, None);
    let other = new_key(&server, Role::Operator, None);
    let good = || signed(&server, &key, ROUTES, NONCE);
    let edits: [(&str, Edit); 9] = [
        ("method", |r, _| r.method = "HEAD".to_owned()),
        ("query", |r, _| r.target = format!("{ROUTES}?x=1")),
        ("path", |r, _| r.target = "/api/v1/figures".to_owned()),
        ("time", |r, _| r.timestamp.push('0')),
        ("nonce", |r, _| r.nonce.push('0')),
        ("key", |r, other| r.app_key.clone_from(&other.id)),
        ("unknown", |r, _| r.app_key = "c999".to_owned()),
        ("odd", |r, _| {
            r.app_key = format!("{}0", r.app_key.replacen('c', "c0", 1));
        }),
        ("cut", |r, _| r.signature.truncate(62)),
    ];
    for (what, edit) in edits {
        let mut request = good();
        edit(&mut request, &other);
        let answer = send(&server, &request, None);
        assert_eq!(answer.status, 401, "{what}");
        assert!(
            what == "method" || answer.code() == "unauthenticated",
            "{what}"
        );
    }
    // A header that is not there, or twice.
    for name in ["x-timestamp", "x-nonce", "x-signature"] {
        let request = good();
        let all = [
            ("x-app-key", &request.app_key),
            ("x-timestamp", &request.timestamp),
            ("x-nonce", &request.nonce),
            ("x-signature", &request.signature),
        ];
        for twice in [false, true] {
            let mut ask = Ask::new("GET", ROUTES);
            for (header, value) in all {
                if header != name || twice {
                    ask = ask.header(header, value);
                }
                if header == name && twice {
                    ask = ask.header(header, value);
                }
            }
            assert_eq!(server.ask(&ask).code(), "unauthenticated", "{name} {twice}");
        }
    }
    // None of these used the nonce up; a bad one is told only to whoever signed it.
    for nonce in ["short", &"n".repeat(65), "white space is bad"] {
        let request = signed(&server, &key, ROUTES, nonce);
        assert_eq!(send(&server, &request, None).code(), "bad_request");
    }
    assert_eq!(send(&server, &good(), None).status, 200);
    // Revoked and run out look like unknown.
    credentials::revoke(&server.test.office, &key.id, &operator()).unwrap();
    let request = signed(&server, &key, ROUTES, "revoked-revoked-");
    assert_eq!(send(&server, &request, None).code(), "unauthenticated");
    assert_eq!(server.test.number("SELECT COUNT(*) FROM app_secrets"), 1);
    server.test.clock.advance(31 * 86_400);
    let request = signed(&server, &other, ROUTES, "expired-expired-");
    assert_eq!(send(&server, &request, None).code(), "unauthenticated");
    // A secret is no token, and a token no app key.
    let answer = server.ask(&Ask::new("GET", ROUTES).token(&other.secret));
    assert_eq!(answer.code(), "unauthenticated");
    let report = ledger_check::check(&server.test.office, None).unwrap();
    assert!(report.is_whole());
}

#[rstest]
fn a_clock_that_is_off_is_told_the_time(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let key = new_key(&server, Role::Auditor, None);
    let now = server.test.now().secs();
    for (off, status) in [(-301, 401), (301, 401), (-300, 200), (300, 200)] {
        let mut request = signed(&server, &key, ROUTES, &format!("{off:0>16}"));
        request.timestamp = (now + off).to_string();
        // Whoever did not sign is not told.
        assert_eq!(send(&server, &request, None).code(), "unauthenticated");
        sign(&mut request, &key);
        let answer = send(&server, &request, None);
        assert_eq!(answer.status, status, "{off}");
        if status == 401 {
            assert_eq!(answer.code(), "clock_off");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(&now.to_string()), "{detail}");
        }
    }
}

#[rstest]
fn another_body_than_was_signed_is_not_read(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let operator = new_key(&server, Role::Operator, None);
    let issuer = new_key(&server, Role::Issuer, Some(CDC));
    let body = json!({"role": "auditor", "label": "审计", "days": 30, "hmac": true}).to_string();
    let post = |key: &AppKey, target: &str, nonce: &str| {
        let mut request = signed(&server, key, target, nonce);
        request.method = "POST".to_owned();
        request.body = sha256(body.as_bytes());
        sign(&mut request, key);
        request
    };
    let request = post(&operator, "/api/v1/credentials", NONCE);
    let longer = body.replacen("30", "300", 1);
    let answer = send(&server, &request, Some(longer.as_bytes()));
    assert_eq!(
        (answer.status, answer.code()),
        (401, "unauthenticated".to_owned())
    );
    let request = post(&operator, "/api/v1/credentials", "another-nonce-01");
    let unsigned = send(
        &server,
        &SignedRequest {
            body: sha256(b"x"),
            ..request
        },
        Some(b"{}"),
    );
    assert_eq!(unsigned.code(), "unauthenticated");
    // A body that no digest was sent of was not signed.
    let mut bare = signed(
        &server,
        &operator,
        "/api/v1/credentials",
        "another-nonce-02",
    );
    bare.method = "POST".to_owned();
    sign(&mut bare, &operator);
    let ask = Ask::new("POST", "/api/v1/credentials")
        .header("x-app-key", &bare.app_key)
        .header("x-timestamp", &bare.timestamp)
        .header("x-nonce", &bare.nonce)
        .header("x-signature", &bare.signature)
        .key("k-2")
        .bytes("application/json", body.clone().into_bytes());
    assert_eq!(server.ask(&ask).code(), "unauthenticated");
    // As it was signed, it makes another app key, whose secret is told once.
    let request = post(&operator, "/api/v1/credentials", "another-nonce-03");
    let given = send(&server, &request, Some(body.as_bytes())).json();
    let secret = given["secret"].as_str().unwrap();
    assert!(secret.len() == 32 && given["token"].is_null(), "{given}");
    let request = post(&operator, "/api/v1/credentials", "another-nonce-04");
    let again = send(&server, &request, Some(body.as_bytes())).json();
    assert_eq!(
        (&again["id"], &again["secret"]),
        (&given["id"], &Value::Null)
    );
    let listed = signed(
        &server,
        &operator,
        "/api/v1/credentials",
        "another-nonce-05",
    );
    let listed = send(&server, &listed, None).json();
    assert_eq!(listed["credentials"][2]["kind"], "app_key");
    assert!(!listed.to_string().contains(secret));
    // A file that comes in as a stream is dropped whole.
    let target = "/api/v1/batches?type=食品从业人员健康证明&task=issue";
    let target = target.replace(
        "食品从业人员健康证明",
        &server
            .test
            .type_named("食品从业人员健康证明")
            .definition
            .code,
    );
    let request = post(&issuer, &target, "another-nonce-06");
    assert_eq!(
        send(&server, &request, Some(b"a,b\n1,2\n")).code(),
        "unauthenticated"
    );
    // It goes on a thread of its own.
    let gone = || server.test.number("SELECT COUNT(*) FROM batches") == 0;
    let tries = (0..100).find(|_| {
        std::thread::sleep(Duration::from_millis(50));
        gone()
    });
    assert!(tries.is_some());
}

#[rstest]
fn wrong_signatures_are_counted_like_wrong_tokens(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let key = new_key(&server, Role::Auditor, None);
    let mut told = Vec::new();
    for n in 0..80 {
        let mut request = signed(&server, &key, ROUTES, &format!("{n:0>16}"));
        request.signature = "00".repeat(32);
        told.push(send(&server, &request, None).status);
    }
    assert_eq!(told[0], 401);
    assert!(told.contains(&429), "{told:?}");
}

#[test]
fn three_worked_examples_call_the_same_route() {
    let client = Client::over_tls();
    let ([request, _], _) = granted(&client);
    let office = &client.server.test.office;
    let key = new_key(&client.server, Role::System, Some(HALL));
    let key = json!({"app_key": key.id, "secret": *key.secret}).to_string();
    let identity = client.server.identity();
    let new = NewCredential {
        role: Role::System,
        agency: Some(client.server.test.agency(HALL).number),
        holder: None,
        label: "test",
        days: 30,
    };
    let print = sha256(identity.leaf.as_ref());
    credentials::enter_tls_certificate(office, &new, print, &operator()).unwrap();
    let (leaf, private) = identity.pems();
    let token = client.server.token(Role::System, Some(HALL), None);
    let cacert = client.cacert.clone().unwrap();
    let run = |name: &str, proof: &[String]| {
        let output = Command::new("bash")
            .arg(example(&format!("callers/{name}.sh")))
            .args([&client.url, cacert.to_str().unwrap()])
            .args(proof)
            .args(["/api/v1/interfaces/11152500MY0000012D002/query", &request])
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let fields = "\"exam_result\":\"1\",\"holder_name\":\"巴特尔\"";
    let proofs = [
        ("bearer", vec![client.keep("token", token)]),
        (
            "tls",
            vec![
                client.keep("leaf.pem", leaf),
                client.keep("leaf.key", private),
            ],
        ),
        ("hmac", vec![client.keep("app-key.json", key)]),
    ];
    for (name, proof) in proofs {
        let (code, out, err) = run(name, &proof);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{name}: {out}");
        assert!(out.contains(fields), "{name}: {out}");
    }
    let wrong = json!({"app_key": "c1", "secret": "mzs_0000000000000000000000000000"});
    let (code, out, err) = run("hmac", &[client.keep("wrong.json", wrong.to_string())]);
    assert!(code != Some(0) && err.contains("401"), "{out} {err}");
}
