//! The command line, driven as an operator drives it: by the real binary, in a folder of its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test that cannot go on should fail"
)]

mod accounts;
mod acting;
mod bench;
mod card;
mod case;
mod changes;
mod counter;
mod credentials;
mod demo;
mod doctor;
mod doctor_register;
mod figures;
mod grants;
mod init;
mod interrupted;
mod items;
mod keys;
mod league;
mod ledger;
mod office;
mod one;
mod query;
mod readme;
mod records;
mod refusals;
mod renew;
mod samples;
mod serve;
mod serving;
mod show;
mod source;
mod stop;
mod template;
mod thread;
mod verify;
mod verify_offline;
mod words;

/// What the other tests stand on, too.
#[path = "../it/support"]
mod support {
    pub(crate) mod built;
    pub(crate) mod pdf;
    pub(crate) mod postgres;
    pub(crate) mod scratch;
}
