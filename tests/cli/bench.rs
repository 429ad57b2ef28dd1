//! The benchmarks, from the outside.

use crate::office::Office;
use crate::office::example;
use crate::support::postgres::Postgres;

/// Runs a benchmark, which must print so many figures beside their limits.
fn prints(bench: &str, count: &str, figures: usize, more: &[&str]) {
    let office = Office::nowhere();
    let examples = example("");
    let args = ["--json", "bench", bench, "--examples", &examples];
    let args = [args.as_slice(), &["--count", count], more].concat();
    let measured = office.does(&args).json();
    let measured = measured["figures"].as_array().unwrap();
    assert_eq!(measured.len(), figures, "{bench}");
    for figure in measured {
        assert!(figure["least"].as_f64().unwrap() > 0.0, "{figure}");
        assert!(figure["share"].as_f64().unwrap() > 0.0, "{figure}");
    }
}

#[test]
fn every_benchmark_prints_ratios_to_its_limits() {
    for (bench, count, figures) in [
        ("verify", "20", 2),
        ("items", "700", 1),
        ("bulk", "300", 1),
        ("http", "400", 4),
    ] {
        prints(bench, count, figures, &[]);
    }
    prints("cases", "8", 5, &["--generated", "40"]);
}

#[test]
fn every_benchmark_of_a_register_runs_on_postgres() {
    let [one, two, three, four, five] = [(); 5].map(|()| Postgres::of_this_run().fresh());
    prints(
        "bulk",
        "300",
        1,
        &["--database-url", &one, "--empty-url", &two],
    );
    prints("http", "400", 4, &["--database-url", &three]);
    let few = ["--generated", "40", "--database-url", &five];
    prints("cases", "8", 5, &few);
    prints("memory", "50", 3, &["--database-url", &four]);
}
