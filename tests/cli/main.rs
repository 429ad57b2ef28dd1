//! The command line, driven as an operator drives it: by the real binary, in a folder of its own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test that cannot go on should fail"
)]

mod interrupted;
mod keys;
mod office;
mod one;
mod refusals;
mod samples;
