//! Pages, through the front door: what a browser without scripts sends and gets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what stands between a test and its question may stop it"
)]

mod agency;
mod check;
mod dev;
mod frame;
mod login;
#[expect(
    dead_code,
    unused_imports,
    reason = "pages stand on less than the other tests do"
)]
#[path = "../it/support/mod.rs"]
mod support;
mod wallet;
mod words;
