//! Writes of agencies, tried twice.

use std::cell::RefCell;
use std::collections::BTreeSet;

use mianzheng::codec::digest::sha256;
use mianzheng::domain::caller::Role;
use mianzheng::domain::value::hex;
use serde_json::Value;
use serde_json::json;

use crate::http_once::PERSON;
use crate::http_once::case::Case;
use crate::http_once::case::csv_body;
use crate::http_once::case::json_body;
use crate::http_thread::health;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::birth_fields;
use crate::support::office::example;
use crate::support::pictures::portrait;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// What every write is tried with: a server, callers' tokens, and what was tried so far.
pub(crate) struct Trials<'a> {
    pub(crate) server: &'a TestServer,
    issuer: String,
    hospital: String,
    pub(crate) operator: String,
    pub(crate) holder: String,
    pub(crate) tried: RefCell<BTreeSet<&'static str>>,
}

fn number(n: u32) -> String {
    format!("锡市健〔2026〕{n}号")
}

fn at(identifier: &str, what: &str) -> String {
    format!("/api/v1/certificates/{identifier}/{what}")
}

impl<'a> Trials<'a> {
    pub(crate) fn on(server: &'a TestServer) -> Self {
        Self {
            issuer: server.token(Role::Issuer, Some(CDC), None),
            hospital: server.token(Role::Issuer, Some(HOSPITAL), None),
            operator: server.token(Role::Operator, None, None),
            holder: server.token(Role::Holder, None, Some(&format!("111:{PERSON}"))),
            tried: RefCell::default(),
            server,
        }
    }

    pub(crate) fn case(&self, case: &Case<'_>) -> Value {
        self.tried.borrow_mut().insert(case.name);
        case.try_out(self.server)
    }

    pub(crate) fn certificate(&self, n: u32) -> String {
        self.server.test.health(PERSON, &number(n)).to_string()
    }

    /// Certificates are issued, renewed and suspended.
    pub(crate) fn issued_renewed_and_suspended(&self) {
        self.case(&Case {
            name: "issue",
            path: "/api/v1/certificates".to_owned(),
            token: &self.issuer,
            body: Some(json_body(&health(&number(1)))),
            other: Some(json_body(&health(&number(2)))),
            same: "/identifier",
        });
        // A key that found everything there already stands for its request, too.
        let again = |key: &str, n: u32| {
            let ask = Ask::new("POST", "/api/v1/certificates")
                .token(&self.issuer)
                .key(key);
            self.server.ask(&ask.json(&health(&number(n))))
        };
        assert_eq!(again("second-key", 1).json()["outcome"], "same");
        assert_eq!(again("second-key", 2).code(), "key_reused");

        let fields = health(&number(3))["fields"].clone();
        let mut others = fields.clone();
        others["exam_date"] = "2026-11-01".into();
        self.case(&Case {
            name: "renew",
            path: at(&self.certificate(3), "renewals"),
            token: &self.issuer,
            body: Some(json_body(&json!({"fields": others}))),
            other: Some(json_body(&json!({"fields": fields}))),
            same: "/identifier",
        });

        let suspended = self.certificate(4);
        let change = |change: &str| json!({"change": change, "reason": "复查"});
        self.case(&Case {
            name: "change_status",
            path: at(&suspended, "status"),
            token: &self.issuer,
            body: Some(json_body(&change("suspend"))),
            other: Some(json_body(&change("resume"))),
            same: "/standing",
        });
        // What came later changes nothing of what was answered.
        let status = at(&suspended, "status");
        let step = |key: &str, what: &str| {
            let ask = Ask::new("POST", &status).token(&self.issuer).key(key);
            self.server.ask(&ask.json(&change(what))).json()["standing"].clone()
        };
        assert_eq!(step("resume", "resume"), "in_force");
        assert_eq!(step("the-key", "suspend"), "suspended");
    }

    /// A child gets its number, and a certificate its picture.
    pub(crate) fn bound_and_pictured(&self) {
        let born = self
            .server
            .test
            .issue(BIRTH, HOSPITAL, &birth_fields())
            .unwrap()
            .identifier;
        let child = |code: &str| json!({"holder": {"type": "111", "code": code}, "cause": "新生儿已登记户口"});
        self.case(&Case {
            name: "rebind",
            path: at(&born.to_string(), "rebinding"),
            token: &self.hospital,
            body: Some(json_body(&child("152502202611200029"))),
            other: Some(json_body(&child("152502202611200045"))),
            same: "/done",
        });

        let mut named = health(&number(5));
        let digest = hex(&sha256(&portrait(10)));
        named["fields"]["photo"] = json!({"sha256": digest, "media_type": "image/png"});
        let ask = Ask::new("POST", "/api/v1/certificates")
            .token(&self.issuer)
            .key("named");
        let named = self.server.ask(&ask.json(&named)).json();
        self.case(&Case {
            name: "add_picture",
            path: at(named["identifier"].as_str().unwrap(), "pictures/photo"),
            token: &self.issuer,
            body: Some(("image/png", portrait(10))),
            other: None,
            same: "/done",
        });
    }

    /// Files come in, and photos.
    pub(crate) fn sent_in_files(&self) {
        let code = self.server.test.type_named(HEALTH).definition.code.clone();
        self.case(&Case {
            name: "send_batch",
            path: format!("/api/v1/batches?type={code}&task=issue&dry_run=true"),
            token: &self.issuer,
            body: Some(csv_body(&number(6))),
            other: Some(csv_body(&number(7))),
            same: "/batch",
        });
        let code = self.server.test.type_named(BIRTH).definition.code.clone();
        let sheet = std::fs::read(example("samples/出生医学证明-2026年三季度.xlsx")).unwrap();
        let path = format!("/api/v1/batches?type={code}&task=issue&dry_run=true&photos=true");
        let ask = Ask::new("POST", &path).token(&self.hospital).key("photos");
        let batch = self.server.ask(&ask.bytes("text/csv", sheet)).json();
        self.case(&Case {
            name: "send_photos",
            path: format!(
                "/api/v1/batches/{}/photos",
                batch["batch"].as_str().unwrap()
            ),
            token: &self.hospital,
            body: Some(("application/zip", b"PK\x05\x06 one".to_vec())),
            other: Some(("application/zip", b"PK\x05\x06 two".to_vec())),
            same: "/batch",
        });
    }
}
