//! The benchmarks, from the outside.

use crate::office::Office;
use crate::office::example;

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
