//! Verbs: one file, one thing a person can do.

pub mod anchors;
pub mod batch;
pub mod bundle;
pub mod catalogue;
pub mod change_status;
pub mod credentials;
pub mod failure;
pub mod fetch;
pub mod grants;
pub mod init;
pub mod issue;
pub mod key_list;
pub mod keys;
pub mod ledger_check;
pub mod ledger_head;
pub mod office;
pub mod open;
mod paths;
pub mod rebind;
pub mod register;
pub mod rotate;
pub mod show;
pub mod status;
pub mod surroundings;
pub mod tls_files;
pub mod trust_list;
pub mod verify;
