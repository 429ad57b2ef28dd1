//! The examples of `examples/`, run as a stranger would run them.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use mianzheng::flow::anchors;
use mianzheng::flow::bundle;
use mianzheng::flow::show::compact;

use crate::support::database::Database;
use crate::support::office::TestOffice;
use crate::support::scratch::Scratch;

const PERSON: &str = "152502199003070019";

/// Where cargo puts the examples: beside the folder of the tests.
fn built(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let path = path.join("examples").join(name);
    assert!(
        path.exists(),
        "{} is missing: `cargo test` builds it, and `cargo test --all-targets` does not",
        path.display()
    );
    path
}

#[test]
fn the_offline_verifier_needs_a_bundle_and_the_roots_and_nothing_else() {
    let test = TestOffice::on(Database::Sqlite);
    let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
    let holder = test.holder(&format!("111:{PERSON}"));
    let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
    // The example looks at the computer's clock, so the lists must be good at that time, too:
    // what it says of the frozen year's code depends on the year, that it is genuine does not.
    let token = bundle::make(&test.office, 168).unwrap();
    let scratch = Scratch::new();
    std::fs::write(scratch.path("bundle.jwt"), token).unwrap();
    std::fs::write(
        scratch.path("anchors.json"),
        anchors::write(&test.office.anchors),
    )
    .unwrap();
    let mut child = Command::new(built("offline_verifier"))
        .args([scratch.path("bundle.jwt"), scratch.path("anchors.json")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let tampered = printed.text.replacen("#7", "#8", 1);
    let lines = format!("{}\n{tampered}x\nhttps://evil.example/v/1\n", printed.text);
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(lines[0].contains(&identifier.to_string()), "{said}");
    assert!(lines[0].contains("巴*尔"), "{said}");
    assert!(lines[1].starts_with("unreadable"), "{said}");
    assert!(lines[2].starts_with("unsupported"), "{said}");
}
