//! What another process on the same register does to a certificate is seen by everybody within
//! a minute, whatever is kept where.

use std::sync::Arc;

use mianzheng::codec::compact::StatusRef;
use mianzheng::crypto::bundle::Bundle;
use mianzheng::crypto::status_seal;
use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::office::Office;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::people::citizen;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// A certificate, a service that strangers ask about it, and a clerk at another machine.
struct Scene {
    server: TestServer,
    other: Arc<Office>,
    identifier: CertificateIdentifier,
    record: String,
    place: StatusRef,
}

/// A file that a reader keeps as long as its headers allow.
struct Kept {
    file: Answer,
    until: i64,
}

impl Scene {
    fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        let test = &server.test;
        let identifier = test.health(&citizen(1), "锡市健〔2026〕1700001号");
        let record = test.record(&identifier);
        let status = &Forgery::of(&record).payload["status"]["status_list"];
        let list = status["uri"].as_str().unwrap().rsplit('/').next().unwrap();
        let place = StatusRef {
            list: list.parse().unwrap(),
            index: u32::try_from(status["idx"].as_u64().unwrap()).unwrap(),
        };
        Self {
            other: test.another_process(),
            server,
            identifier,
            record,
            place,
        }
    }

    /// The seconds on everybody's clock.
    fn now(&self) -> i64 {
        self.server.test.now().secs()
    }

    fn revoke_elsewhere(&self) {
        let request = ChangeRequest {
            identifier: &self.identifier,
            change: Change::End(EndWord::Revoked),
            reason: "行政处罚",
            by: &self.server.test.caller(Role::Issuer, CDC),
            key: None,
        };
        change_status(&self.other, &request).unwrap();
    }

    /// What the service tells a caller about the record.
    fn verdict(&self, token: &str) -> String {
        let ask = Ask::new("POST", "/api/v1/verify").token(token);
        let answer = self.server.ask(&ask.json(&json!({"code": self.record})));
        answer.json()["verdict"].as_str().unwrap().to_owned()
    }

    fn fetch(&self, path: &str) -> Kept {
        let file = self.server.ask(&Ask::new("GET", path));
        let control = file.header("cache-control").unwrap();
        let seconds: i64 = control.rsplit('=').next().unwrap().parse().unwrap();
        let until = self.now() + seconds;
        Kept { file, until }
    }

    fn status_list(&self) -> Kept {
        self.fetch(&format!("/status/{}", self.place.list))
    }

    /// What a verifier without a network says, who has this bundle.
    fn offline(&self, bundle: &Kept) -> Outcome {
        let token = std::str::from_utf8(&bundle.file.body).unwrap();
        let test = &self.server.test;
        let bundle = Bundle::open(token, &test.office.anchors, 0).unwrap();
        verify_offline(&self.record, &bundle, test.now()).verdict
    }

    /// Whether a status list says that the certificate is in force.
    fn is_in_force(&self, list: &Kept) -> bool {
        let token = std::str::from_utf8(&list.file.body).unwrap();
        let trust = self.server.test.office.trust().unwrap();
        let list = status_seal::open(token, &trust).unwrap();
        Outcome::of_bits(list.bits.get(self.place.index).unwrap()) == Outcome::Valid
    }
}

#[rstest]
fn what_another_process_revokes_is_seen_within_a_minute(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let scene = Scene::on(database);
    let window = scene.server.token(Role::Window, Some(HALL), None);
    let clock = &scene.server.test.clock;
    // As unlucky as can be: the list is read just before the change, signed when it may just
    // be used, and fetched at the last second by a reader who keeps it as long as he may.
    assert_eq!(scene.verdict(""), "valid");
    let old_bundle = scene.fetch("/api/v1/bundle");
    let changed = scene.now();
    scene.revoke_elsewhere();
    assert_eq!(
        scene.verdict(&window),
        "revoked",
        "a window is told at once"
    );
    clock.advance(14);
    assert!(scene.is_in_force(&scene.status_list()));
    clock.advance(1);
    assert_eq!(scene.verdict(""), "revoked", "a stranger within 15 seconds");
    clock.advance(13);
    let kept = scene.status_list();
    assert!(scene.is_in_force(&kept), "not as unlucky as can be");
    assert!(kept.until < changed + 60);
    let again = |kept: &Kept| clock.advance(kept.until - scene.now());
    again(&kept);
    assert!(!scene.is_in_force(&scene.status_list()));
    // The next bundle knows it as well.
    assert_eq!(scene.offline(&old_bundle), Outcome::Valid);
    again(&old_bundle);
    assert!(scene.now() <= changed + 60);
    let bundle = scene.fetch("/api/v1/bundle");
    assert_eq!(scene.offline(&bundle), Outcome::Revoked);
}
