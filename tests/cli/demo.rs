//! The demonstration and the benchmarks, from the outside.

use std::net::TcpListener;
use std::process::Command;

use crate::office::Office;
use crate::office::example;

/// The demonstration's server, stopped at the end of the test.
struct Running(String);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(&self.0).status();
    }
}

fn free() -> String {
    let bound = TcpListener::bind("127.0.0.1:0").unwrap();
    bound.local_addr().unwrap().to_string()
}

fn meant(told: &serde_json::Value) -> Vec<(String, String)> {
    let verdicts = told["verdicts"].as_array().unwrap();
    let each = verdicts.iter().map(|v| {
        let verdict = v["verdict"]["verdict"].as_str().unwrap();
        (v["meant"].as_str().unwrap().to_owned(), verdict.to_owned())
    });
    each.collect()
}

#[test]
fn the_demonstration_is_told_and_told_again() {
    let office = Office::nowhere();
    let early = office.runs(&["demo", "--examples", &office.path("none")]);
    assert_eq!(early.code, 1, "{}", early.err);
    for _ in 0..2 {
        let at = free();
        let examples = example("");
        let done = office.does(&["--json", "demo", "--listen", &at, "--examples", &examples]);
        let told = done.json();
        let _running = Running(told["pid"].to_string());
        let all = meant(&told);
        assert_eq!(all.len(), 5, "{all:?}");
        for (meant, verdict) in all {
            assert_eq!(meant, verdict);
        }
    }
}

#[test]
fn every_benchmark_prints_ratios_to_its_limits() {
    let office = Office::nowhere();
    for (bench, count, figures) in [("verify", "20", 2), ("bulk", "300", 1), ("http", "400", 4)] {
        let examples = example("");
        let done = office.does(&[
            "--json",
            "bench",
            bench,
            "--examples",
            &examples,
            "--count",
            count,
        ]);
        let measured = done.json();
        let measured = measured["figures"].as_array().unwrap();
        assert_eq!(measured.len(), figures, "{bench}");
        for figure in measured {
            assert!(figure["least"].as_f64().unwrap() > 0.0, "{figure}");
            assert!(figure["share"].as_f64().unwrap() > 0.0, "{figure}");
        }
    }
}
