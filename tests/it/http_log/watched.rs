//! A server whose every request is remembered, and every secret.

use std::cell::RefCell;
use std::collections::BTreeMap;

use mianzheng::domain::caller::Role;
use mianzheng::http::routes::TABLE;
use serde_json::Value;

use crate::http_log::PHONE;
use crate::support::log;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// A server, what was asked of it, and what must never be read in its log.
pub(crate) struct Watched {
    pub(crate) server: TestServer,
    pub(crate) asked: RefCell<BTreeMap<String, u16>>,
    pub(crate) secrets: RefCell<Vec<String>>,
}

impl Watched {
    /// Asks, with a browser that says too much of itself.
    pub(crate) fn ask(&self, ask: Ask<'_>) -> Answer {
        let answer = self
            .server
            .ask(&ask.header("user-agent", format!("phone of {PHONE}")));
        let trace_id = answer.header("x-trace-id").unwrap().to_owned();
        let before = self.asked.borrow_mut().insert(trace_id, answer.status);
        assert_eq!(before, None, "a trace id twice");
        answer
    }

    pub(crate) fn get(&self, path: &str, token: &str) -> Answer {
        self.ask(Ask::new("GET", path).token(token))
    }

    /// Posts under a key of its own, which says too much as well.
    pub(crate) fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        let key = format!("{PHONE}-{}", self.asked.borrow().len());
        self.ask(Ask::new("POST", path).token(token).key(&key).json(body))
    }

    /// What was answered is a secret from now on.
    pub(crate) fn secret(&self, text: &Value) -> String {
        let text = text
            .as_str()
            .unwrap_or_else(|| panic!("{text} is no text"))
            .to_owned();
        self.secrets.borrow_mut().push(text.clone());
        text
    }

    pub(crate) fn token(&self, role: Role, agency: Option<&str>, holder: Option<&str>) -> String {
        self.secret(&self.server.token(role, agency, holder).into())
    }

    /// One line for every request, with its id, its route as the table has it, its status.
    pub(crate) fn read_the_log(&self) {
        let log = log::kept();
        let mut asked = self.asked.borrow().clone();
        let place = asked.keys().next().unwrap()[..16].to_owned();
        for line in log.lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            for secret in self.secrets.borrow().iter() {
                assert!(
                    !line.contains(secret.as_str()),
                    "{secret} is in the log: {line}"
                );
            }
            let trace_id = event["trace_id"].as_str().unwrap_or_default();
            if event["target"] != "access" || !trace_id.starts_with(&place) {
                continue;
            }
            let status = asked.remove(trace_id);
            let status = status.unwrap_or_else(|| panic!("a second line, or none asked: {line}"));
            assert_eq!(event["status"], status, "{line}");
            assert!(
                event["ms"].is_number() && event["timestamp"].is_string(),
                "{line}"
            );
            let route = event["route"].as_str().unwrap();
            let known = TABLE.iter().any(|row| row.logged() == route);
            assert!(known || (route == "-" && status == 404), "{line}");
            assert!(!route.contains("{code}"), "{line}");
        }
        assert_eq!(asked, BTreeMap::new(), "not in the log");
    }

    pub(crate) fn read_the_counters(&self) {
        let counters = self.get("/metrics", "");
        let text = String::from_utf8(counters.body).unwrap();
        assert!(text.contains("mianzheng_http_requests_total"), "{text}");
        for secret in self.secrets.borrow().iter() {
            assert!(
                !text.contains(secret.as_str()),
                "{secret} is counted: {text}"
            );
        }
    }
}
