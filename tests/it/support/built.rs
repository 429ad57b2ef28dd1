//! The programs of `examples/`, as they were built beside the tests.

use std::path::PathBuf;

/// Where cargo puts the examples: beside the folder of the tests.
pub(crate) fn built(name: &str) -> PathBuf {
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
