//! The server as a process of its own, and what asks it.

use std::fs;
use std::net::TcpListener;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::Body;
use ureq::http::Response;

use crate::office::Office;

/// A server that runs, and a caller's token.
pub(crate) struct Serving {
    child: Child,
    agent: Agent,
    url: String,
    authorization: String,
}

impl Serving {
    /// Starts the server of an office, in plain HTTP on a port that is free, and waits until it
    /// is ready.
    pub(crate) fn of(office: &Office, token: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let file = office.data().join("mianzheng.toml");
        let settings = fs::read_to_string(&file).unwrap();
        let (settings, _) = settings.split_once("[tls]").unwrap_or((&settings, ""));
        let listens = |line: &str| line.starts_with("listen = ");
        let lines = settings.lines().map(|line| match line {
            line if listens(line) => format!("listen = \"{address}\"\n"),
            line => format!("{line}\n"),
        });
        fs::write(&file, lines.collect::<String>()).unwrap();
        let child = office
            .command()
            .args(["serve", "--log", "warn"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let agent = Agent::config_builder().http_status_as_error(false).build();
        let mut serving = Self {
            child,
            agent: agent.new_agent(),
            url: format!("http://{address}"),
            authorization: format!("Bearer {token}"),
        };
        serving.wait_until_ready();
        serving
    }

    fn wait_until_ready(&mut self) {
        for _ in 0..600 {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {ended:?}");
            let ready = self.agent.get(format!("{}/readyz", self.url)).call();
            if ready.is_ok_and(|ready| ready.status() == 200) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("the server is not ready");
    }

    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        let request = self.agent.get(format!("{}{path}", self.url));
        whole(request.header("Authorization", &self.authorization).call())
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.get(path)).unwrap()
    }

    /// Sends a sheet that is to be issued, and returns the batch.
    pub(crate) fn send(&self, of: &str, key: &str, sheet: &str) -> String {
        let request = self.agent.post(format!("{}/api/v1/batches", self.url));
        let request = request
            .query_pairs([("type", of), ("task", "issue")])
            .header("Authorization", &self.authorization)
            .header("Idempotency-Key", key)
            .content_type("text/csv");
        let answer: Value = serde_json::from_slice(&whole(request.send(sheet))).unwrap();
        answer["batch"].as_str().unwrap().to_owned()
    }

    /// Issues a certificate; its identifier, or nothing when that was not acknowledged.
    pub(crate) fn issue(&self, key: &str, request: &Value) -> Option<String> {
        let post = self.agent.post(format!("{}/api/v1/certificates", self.url));
        let post = post
            .header("Authorization", &self.authorization)
            .header("Idempotency-Key", key)
            .content_type("application/json");
        let mut answer = post.send(&request.to_string()).ok()?;
        let body = answer.body_mut().read_to_vec().ok()?;
        let told: Value = serde_json::from_slice(&body).unwrap();
        let done = answer.status().is_success();
        done.then(|| told["identifier"].as_str().unwrap().to_owned())
    }

    /// Asks it to stop, as a service manager does.
    pub(crate) fn ask_to_stop(&self) {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        assert!(asked.unwrap().success());
    }

    /// How it ended, if it did within so many seconds.
    pub(crate) fn ended_within(mut self, seconds: u64) -> Option<ExitStatus> {
        for _ in 0..seconds * 50 {
            if let Some(ended) = self.child.try_wait().unwrap() {
                return Some(ended);
            }
            sleep(Duration::from_millis(20));
        }
        None
    }

    /// Ends it as a power cut would: without a word, in the middle of whatever it does.
    pub(crate) fn kill(mut self) {
        assert_eq!(self.child.try_wait().unwrap(), None, "it ended before");
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn whole(answer: Result<Response<Body>, ureq::Error>) -> Vec<u8> {
    let mut answer = answer.unwrap();
    let body = answer.body_mut().read_to_vec().unwrap();
    let status = answer.status();
    assert!(
        status.is_success(),
        "{status}: {}",
        String::from_utf8_lossy(&body)
    );
    body
}
