//! Evidence before strangers: a verifier with nothing of ours proves it, and every changed
//! character of an answer is found out; whoever needs no proof needs nothing but JSON.

use std::io::Write;
use std::process::Command;
use std::process::Stdio;

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::keys;
use serde_json::Value;
use serde_json::json;

use crate::examples::granted;
use crate::examples::sourced;
use crate::support::built::built;
use crate::support::client::Client;
use crate::support::client::Said;
use crate::support::client::Written;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::operator;
use crate::support::server::Ask;

/// A system that keeps what it was answered, with its request, and the lists of the day.
struct Kept {
    client: Client,
    request: String,
    answer: String,
}

impl Kept {
    fn on() -> Self {
        Self::with(|_client| {})
    }

    fn with(change: impl FnOnce(&Client)) -> Self {
        let client = Client::over_tls();
        let ([request, _], _) = granted(&client);
        change(&client);
        let token = client.server.token(Role::System, Some(HALL), None);
        let code = &client.server.test.type_named(HEALTH).definition.code;
        let path = format!("/api/v1/interfaces/{code}/query");
        let body = std::fs::read(&request).unwrap();
        let ask = Ask::new("POST", &path).token(&token);
        let answer = client.server.ask(&ask.bytes("application/json", body));
        assert_eq!(answer.status, 200, "{answer:?}");
        Self {
            answer: String::from_utf8(answer.body).unwrap(),
            client,
            request,
        }
    }

    /// A public file of the service, kept beside the answer.
    fn list(&self, path: &str, name: &str) -> Option<String> {
        let answer = self.client.server.ask(&Ask::new("GET", path));
        (answer.status == 200).then(|| self.client.keep(name, answer.body))
    }

    /// What the verifier says of answers, one a line.
    fn proves(&self, request: &str, answers: &[u8]) -> Said {
        let anchors = self
            .client
            .keep("anchors.json", self.client.kept("anchors.json"));
        let trust = self.list("/.well-known/mianzheng/trust-list", "trust.jwt");
        let revoked = self.list("/.well-known/mianzheng/revocation-list", "revoked.jwt");
        let answer: Value = serde_json::from_str(&self.answer).unwrap();
        let evidence = answer["certificates"][0]["evidence"].as_str().unwrap();
        let record =
            mianzheng::codec::jws::UnverifiedJws::parse(evidence.split('~').next().unwrap());
        let claims = record.unwrap().claims_unverified().unwrap();
        let uri = claims["status"]["status_list"]["uri"].as_str().unwrap();
        let uri = uri.strip_prefix("https://mz.example").unwrap();
        let status = self.list(uri, "status.jwt").unwrap();
        let mut child = Command::new(built("evidence_verifier"))
            .env_clear()
            .args(["--request", request, "--status", &status, &anchors])
            .args(trust.into_iter().chain(revoked))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let answers = answers.to_vec();
        let writing = std::thread::spawn(move || input.write_all(&answers));
        let output = child.wait_with_output().unwrap();
        let _ = writing.join().unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[test]
fn a_stranger_proves_an_answer_and_finds_every_change() {
    let kept = Kept::on();
    let good = kept.proves(&kept.request, kept.answer.as_bytes());
    assert_eq!(good.code, 0, "{good:?}");
    let says: Value = serde_json::from_str(good.out.strip_prefix("proven  ").unwrap()).unwrap();
    let one = &says["certificates"][0];
    assert_eq!(
        (&one["issuer"], &one["status"]),
        (&CDC.into(), &"valid".into())
    );
    assert_eq!(one["fields"]["holder_name"], "巴特尔");

    let letters: Vec<char> = kept.answer.chars().collect();
    let mut changed = Vec::new();
    for at in 0..letters.len() {
        let mut other = letters.clone();
        other[at] = if other[at] == 'x' { 'y' } else { 'x' };
        changed.extend(other.into_iter().collect::<String>().into_bytes());
        changed.push(b'\n');
    }
    let said = kept.proves(&kept.request, &changed);
    assert_eq!(said.out.lines().count(), letters.len(), "{}", said.err);
    for (at, line) in said.out.lines().enumerate() {
        assert!(
            !line.starts_with("proven"),
            "{at}: {:?}",
            &letters[at.saturating_sub(20)..at]
        );
    }
    // A digit for a digit leaves good JSON.
    let digits: Vec<usize> = (0..letters.len())
        .filter(|at| letters[*at].is_ascii_digit())
        .collect();
    let mut changed = Vec::new();
    for at in &digits {
        let mut other = letters.clone();
        other[*at] = if other[*at] == '7' { '8' } else { '7' };
        changed.extend(other.into_iter().collect::<String>().into_bytes());
        changed.push(b'\n');
    }
    let said = kept.proves(&kept.request, &changed);
    assert_eq!(
        said.out
            .lines()
            .filter(|line| line.starts_with("proven"))
            .count(),
        0
    );
    assert_eq!(said.out.lines().count(), digits.len());
    // The same answer to another request.
    let other = kept.client.keep("other.json", "{}");
    let said = kept.proves(&other, kept.answer.as_bytes());
    assert_eq!(said.code, 2);
    assert!(said.out.contains("信封不是对这个请求的"), "{said:?}");
    // A field or a disclosure left out on one side.
    let mut less: Value = serde_json::from_str(&kept.answer).unwrap();
    less["certificates"][0]["fields"]
        .as_object_mut()
        .unwrap()
        .remove("holder_name");
    let said = kept.proves(&kept.request, less.to_string().as_bytes());
    assert!(said.out.contains("明文与证据不一致"), "{said:?}");
}

#[test]
fn what_a_source_told_is_proven_to_be_its_words() {
    let kept = Kept::with(sourced);
    let answer: Value = serde_json::from_str(&kept.answer).unwrap();
    assert_eq!(answer["certificates"].as_array().unwrap().len(), 2);
    let good = kept.proves(&kept.request, kept.answer.as_bytes());
    assert_eq!(good.code, 0, "{good:?}");
    let says: Value = serde_json::from_str(good.out.strip_prefix("proven  ").unwrap()).unwrap();
    assert_eq!(says["source"]["name"], "beside");
    assert_eq!(says["relayed"][0]["holder_name"], "巴特尔");
    let forgeries: [fn(&mut Value); 9] = [
        |told| told["source"]["name"] = "elsewhere".into(),
        |told| told["source"]["at"] = "2026-01-01T00:00:00+08:00".into(),
        |told| told["source"]["outcome"] = "mirrored".into(),
        |told| {
            let upstream = json!({"address": "https://elsewhere.example", "evidence_hash": "x"});
            told["source"]["upstream"] = upstream;
        },
        |told| told["source"] = Value::Null,
        |told| told["source"]["signed_by"] = "nobody".into(),
        |told| told["certificates"][1]["identifier"] = "1.2.156".into(),
        |told| told["certificates"][1]["evidence"] = 1.into(),
        |told| told["certificates"][0]["evidence"] = Value::Null,
    ];
    let mut changed = Vec::new();
    for forge in forgeries {
        let mut other = answer.clone();
        forge(&mut other);
        changed.extend(other.to_string().into_bytes());
        changed.push(b'\n');
    }
    let said = kept.proves(&kept.request, &changed);
    assert_eq!(said.out.lines().count(), forgeries.len(), "{said:?}");
    assert!(!said.out.contains("proven"), "{said:?}");
}

#[test]
fn evidence_of_a_compromised_key_proves_nothing() {
    let kept = Kept::on();
    let test = &kept.client.server.test;
    let key = test.office.issuing_key(test.agency(CDC).number).unwrap();
    keys::compromise(
        &test.office,
        &key.kid().to_string(),
        test.now(),
        &operator(),
    )
    .unwrap();
    let said = kept.proves(&kept.request, kept.answer.as_bytes());
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.out.starts_with("undetermined  密钥已失守"), "{said:?}");
}

#[test]
fn what_ended_since_is_told_by_the_status_list() {
    let kept = Kept::on();
    let test = &kept.client.server.test;
    let answer: Value = serde_json::from_str(&kept.answer).unwrap();
    let identifier = answer["certificates"][0]["identifier"].as_str().unwrap();
    let change = ChangeRequest {
        identifier: &CertificateIdentifier::read(identifier).unwrap().identifier,
        change: Change::End(EndWord::Cancelled),
        reason: "持证人申请",
        by: &test.caller(Role::Issuer, CDC),
        key: None,
    };
    change_status(&test.office, &change).unwrap();
    let said = kept.proves(&kept.request, kept.answer.as_bytes());
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("\"status\":\"revoked\""), "{said:?}");
    assert!(said.out.contains("\"verdict\":\"valid\""), "{said:?}");
}

#[test]
fn plain_fields_need_nothing_but_json() {
    let client = Client::over_tls();
    let (requests, identifier) = granted(&client);
    let requests = requests.each_ref().map(String::as_str);
    let of = &client.server.test.type_named(HEALTH).definition.code;
    let args = [&["--type", of.as_str()][..], &requests[..]].concat();
    let said = client.runs("plain_fields", Written::Shell, Role::System, HALL, &args);
    assert_eq!(said.code, 0, "{said:?}");
    let valid = format!("{identifier}  valid\n  exam_result: 1\n  holder_name: 巴特尔\n");
    assert_eq!(said.out.matches(&valid).count(), 2, "{said:?}");
}
