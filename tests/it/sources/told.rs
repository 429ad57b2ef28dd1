//! What a running server tells of its sources: nothing needs a restart, and nobody is named.

use std::thread::sleep;
use std::time::Duration;

use mianzheng::flow::source;

use crate::sources::BATU;
use crate::sources::by_code;
use crate::sources::example;
use crate::sources::faults::configuration;
use crate::support::database::Database::Sqlite;
use crate::support::department::Department;
use crate::support::office::HEALTH;
use crate::support::office::operator;
use crate::support::server::Ask;
use crate::support::server::TestServer;

fn get(server: &TestServer, path: &str) -> (u16, String) {
    let answer = server.ask(&Ask::new("GET", path));
    (answer.status, String::from_utf8(answer.body).unwrap())
}

/// Waits until a page says something, as long as a server needs to look again.
fn until(server: &TestServer, path: &str, wanted: &str) -> String {
    for _ in 0..60 {
        let text = get(server, path).1;
        if text.contains(wanted) {
            return text;
        }
        sleep(Duration::from_millis(200));
    }
    panic!("{path} never said {wanted}: {}", get(server, path).1);
}

#[test]
fn one_file_and_one_command_give_a_running_server_a_type_and_its_source() {
    let server = TestServer::on(Sqlite);
    let code = "91152502MA0000001L998";
    let interface = format!("/api/v1/types/{code}");
    assert_eq!(get(&server, &interface).0, 404);
    // Another process, as `mianzheng source load` is one.
    let command = server.test.another_process();
    source::load(&command, &example("unseen.toml"), &operator()).unwrap();
    let contract = until(&server, &interface, "gait");
    assert!(contract.contains("骑乘搭档合格证"), "{contract}");
    until(
        &server,
        "/readyz",
        "\"source\":\"riding\",\"breaker\":\"closed\"",
    );
}

#[test]
fn questions_are_counted_and_health_is_told_without_anybodys_name() {
    let (server, department) = (TestServer::on(Sqlite), Department::over_tls());
    department.befriend(&server.test);
    server.test.load_source(&configuration(&department));
    let of = server.test.type_named(HEALTH);
    let pull = || source::pull(&server.test.office, &of, &by_code(BATU), &operator()).unwrap();
    pull();
    department.order("wrong_person");
    pull();
    let metrics = get(&server, "/metrics").1;
    for line in [
        "mianzheng_sources_asked_total{source=\"health-system\",outcome=\"found\"} 1",
        "mianzheng_sources_asked_total{source=\"health-system\",outcome=\"wrong_person\"} 1",
        "mianzheng_source_seconds_count{source=\"health-system\"} 2",
        "mianzheng_source_breaker_open{source=\"health-system\"} 0",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    let ready = get(&server, "/readyz").1;
    assert!(
        ready.contains("\"last_failure\":\"wrong_person\""),
        "{ready}"
    );
    assert!(ready.contains("\"ready\":true"), "{ready}");
    assert!(!ready.contains(BATU) && !metrics.contains(BATU));
}
