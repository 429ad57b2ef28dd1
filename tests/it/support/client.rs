//! The examples that speak to a service, each a process of its own with nothing but a few files.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use mianzheng::domain::caller::Role;
use mianzheng::domain::time::Clock;
use mianzheng::domain::time::SystemClock;
use mianzheng::flow::anchors;
use mianzheng::store::Rx;
use serde_json::Value;
use serde_json::json;

use crate::support::built::built;
use crate::support::database::Database;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::example;
use crate::support::office::health_fields;
use crate::support::people::citizen;
use crate::support::scratch::Scratch;
use crate::support::server::TestServer;

/// Whose the single certificate is that issuing clients issue.
pub(crate) const PERSON: &str = "152502199003070019";

/// In which language an example is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Written {
    Rust,
    Shell,
}

/// A service, and a client of it at another desk with nothing but a few files.
pub(crate) struct Client {
    pub(crate) server: TestServer,
    pub(crate) url: String,
    pub(crate) cacert: Option<PathBuf>,
    desk: Scratch,
}

/// What a client said, and how it ended.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Client {
    /// Of a service over TLS.
    pub(crate) fn over_tls() -> Self {
        let server = TestServer::at(SystemClock.now(), Database::Sqlite, |_| {});
        let cacert = Some(server.cacert());
        Self::of(server, "https", cacert)
    }

    /// Of a service on this machine that speaks plain HTTP.
    pub(crate) fn in_the_plain() -> Self {
        let server = TestServer::at(SystemClock.now(), Database::Sqlite, |set| set.tls = None);
        Self::of(server, "http", None)
    }

    fn of(server: TestServer, scheme: &str, cacert: Option<PathBuf>) -> Self {
        let client = Self {
            url: format!("{scheme}://localhost:{}", server.address.port()),
            desk: Scratch::new(),
            server,
            cacert,
        };
        let anchors = anchors::write(&client.server.test.office.anchors);
        client.keep("anchors.json", anchors);
        client
    }

    pub(crate) fn keep(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.desk.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn kept(&self, name: &str) -> String {
        fs::read_to_string(self.desk.path(name)).unwrap()
    }

    /// Runs an example with a token of this role.
    pub(crate) fn runs(
        &self,
        what: &str,
        written: Written,
        role: Role,
        agency: &str,
        args: &[&str],
    ) -> Said {
        let token = self.desk.path(role.name());
        if !token.exists() {
            self.keep(role.name(), self.server.token(role, Some(agency), None));
        }
        let mut command = match written {
            Written::Rust => Command::new(built(&format!("{what}_client"))),
            Written::Shell => {
                let mut command = Command::new("bash");
                command.arg(example(&format!("{what}.sh")));
                command
            }
        };
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .args(["--url", &self.url, "--token-file"])
            .arg(token);
        if let Some(cacert) = &self.cacert {
            command.arg("--cacert").arg(cacert);
        }
        let output = command.args(args).output().unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn issues(&self, written: Written, sheet: &str) -> Said {
        let number = "锡市健〔2026〕1700000号";
        let fields = self.health(PERSON, number);
        let fields: Value = fields.into_iter().collect();
        let one = self.keep(
            "one.json",
            json!({"type": HEALTH, "fields": fields}).to_string(),
        );
        let out = self.desk.path("");
        let args = [
            "--type",
            HEALTH,
            "--out",
            out.to_str().unwrap(),
            &one,
            sheet,
        ];
        self.runs("issuing", written, Role::Issuer, CDC, &args)
    }

    pub(crate) fn fetches(&self, written: Written, requests: &[&str]) -> Said {
        let anchors = self.desk.path("anchors.json");
        let of = &self.server.test.type_named(HEALTH).definition.code;
        let named = ["--anchors", anchors.to_str().unwrap(), "--type", of];
        let args = [&named, requests].concat();
        self.runs("fetching", written, Role::System, HALL, &args)
    }

    /// The fields of a health certificate that was issued a month ago.
    pub(crate) fn health<'a>(&self, code: &'a str, number: &'a str) -> Vec<(&'a str, String)> {
        let day = self.server.test.now().day().plus(0, -1, 0).to_string();
        let fields = health_fields(code, number).into_iter();
        let recent = fields.map(|(key, text)| match key {
            "exam_date" | "issue_date" => (key, day.clone()),
            _ => (key, text.to_owned()),
        });
        recent.collect()
    }

    /// A sheet with a row for every result of an examination.
    pub(crate) fn sheet(&self, name: &str, results: &[&str]) -> String {
        let rows = results.iter().enumerate().map(|(n, result)| {
            let (code, number) = (citizen(n), format!("锡市健〔2026〕18{n:05}号"));
            let fields = self.health(&code, &number);
            let row = fields.iter().map(|(key, text)| match *key {
                "exam_result" => *result,
                _ => text,
            });
            row.collect::<Vec<_>>().join(",") + "\n"
        });
        let header: Vec<_> = health_fields("", "")
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        let text = header.join(",") + "\n" + &rows.collect::<String>();
        self.keep(name, text)
    }

    /// How many certificates there are.
    pub(crate) fn certificates(&self) -> usize {
        let office = &self.server.test.office;
        let rows = office
            .store
            .read(|rx: &mut Rx<'_>| rx.certificates_after(0, 100));
        rows.unwrap().len()
    }
}
