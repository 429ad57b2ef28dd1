//! A department's system: the simulator of `examples/`, really another process.

use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use crate::support::authority::Authority;
use crate::support::built::built;
use crate::support::office::TestOffice;
use crate::support::office::example;

/// A running department, gone with the test.
pub(crate) struct Department {
    /// Where it answers questions.
    pub(crate) address: String,
    control: String,
    authority: Authority,
    process: Child,
}

impl Drop for Department {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Department {
    /// One that speaks TLS and lets nobody in without a TLS certificate.
    pub(crate) fn over_tls() -> Self {
        let authority = Authority::new();
        let files = authority.server_files();
        let roots = files.client_roots.unwrap();
        let files = [files.chain, files.key, roots].map(|path| path.to_str().unwrap().to_owned());
        let [chain, key, roots] = &files;
        let args = ["--tls-chain", chain, "--tls-key", key, "--client-ca", roots];
        Self::start(authority, &args)
    }

    /// One on this machine without TLS.
    pub(crate) fn in_the_plain(args: &[&str]) -> Self {
        Self::start(Authority::new(), args)
    }

    fn start(authority: Authority, args: &[&str]) -> Self {
        let mut process = Command::new(built("department_simulator"))
            .arg("--records")
            .arg(example("department/people.json"))
            .arg("--with-parent")
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut told = |what: &str| {
            let line = lines.next().unwrap().unwrap();
            let address = line.strip_prefix(what).unwrap().trim();
            address.replace("127.0.0.1", "localhost")
        };
        Self {
            address: told("listening"),
            control: told("control"),
            authority,
            process,
        }
    }

    /// Orders a fault, or `none`.
    pub(crate) fn order(&self, fault: &str) {
        let url = format!("{}/fault?name={fault}", self.control);
        let told = agent().post(&url).send_empty().unwrap();
        assert_eq!(told.status(), 200, "{fault}");
    }

    /// How many questions it has had, and how many came by following it elsewhere.
    pub(crate) fn seen(&self) -> (u64, u64) {
        let url = format!("{}/seen", self.control);
        let mut told = agent().get(&url).call().unwrap();
        let told = told.body_mut().read_to_string().unwrap();
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        let count = |name: &str| told[name].as_u64().unwrap();
        (count("asked"), count("followed"))
    }

    /// Puts what an office needs to be let in into its folder.
    pub(crate) fn befriend(&self, test: &TestOffice) {
        let folder = test.office.settings.path("sources/health");
        fs::create_dir_all(&folder).unwrap();
        let root = fs::read(self.authority.folder.path("roots.pem")).unwrap();
        fs::write(folder.join("ca.pem"), root).unwrap();
        let (leaf, key) = self.authority.identity_pem();
        fs::write(folder.join("client.pem"), leaf).unwrap();
        fs::write(folder.join("client.key"), key).unwrap();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .proxy(None)
        .build()
        .new_agent()
}
