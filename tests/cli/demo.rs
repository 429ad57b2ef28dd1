//! The demonstration, told twice on the same folder.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::process::Command;

use serde_json::Value;

use crate::office::Office;

#[test]
fn the_story_can_be_told_again() {
    let office = Office::nowhere();
    let address = free_address();
    for _ in 0..2 {
        let told = office.runs(&["--json", "demo", "--listen", &address]);
        let stopped = stop(&office);
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
        let told = told.json();
        let verdicts = told["verdicts"].as_array().unwrap();
        for verdict in verdicts {
            let came_to = &verdict["verdict"]["verdict"];
            assert_eq!(&verdict["meant"], came_to, "{verdict}");
        }
        assert_eq!(verdicts.len(), 5);
        assert_eq!(told["tokens"].as_object().unwrap().len(), 6);
        let accounts = told["accounts"].as_array().unwrap();
        let kinds: BTreeSet<&str> = accounts
            .iter()
            .map(|a| a["role"].as_str().unwrap())
            .collect();
        assert_eq!(
            kinds,
            BTreeSet::from(["auditor", "holder", "issuer", "operator", "window"])
        );
        for account in accounts {
            let coded = account["code_secret"].is_string();
            assert_eq!(coded, account["role"] == "operator", "{account}");
        }
        assert_eq!(told["pid"].as_u64().unwrap().to_string(), stopped);
    }
}

/// Where nobody listens.
pub(crate) fn free_address() -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}

/// Stops the server that was left running and waits for its end; its process id.
pub(crate) fn stop(office: &Office) -> String {
    let pid = fs::read_to_string(office.data().join("server.pid")).unwrap();
    let pid = pid.trim();
    let wait = "kill $0; for _ in $(seq 100); do kill -0 $0 || exit 0; sleep 0.1; done; exit 1";
    let ended = Command::new("bash").args(["-c", wait, pid]).output();
    assert!(ended.unwrap().status.success(), "the server does not stop");
    pid.to_owned()
}

#[test]
fn an_address_that_is_taken_is_told_before_anything_is_made() {
    let office = Office::nowhere();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = office.runs(&["--json", "demo", "--listen", &address]);
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &Value::from("port_in_use"))
    );
    assert!(!office.data().exists());
}

#[test]
fn a_demonstration_that_was_cut_off_is_made_whole() {
    let office = Office::nowhere();
    let address = free_address();
    let cut = office.runs(&["demo", "--listen", &address, "--examples", "nowhere"]);
    assert_eq!(cut.code, 1, "{}", cut.err);
    let told = office.runs(&["demo", "--listen", &address]);
    stop(&office);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
}
