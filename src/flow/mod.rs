//! Verbs: one file, one thing a person can do.

pub mod anchors;
pub mod batch;
pub mod catalogue;
pub mod failure;
pub mod init;
pub mod issue;
pub mod key_list;
pub mod keys;
pub mod office;
pub mod open;
mod paths;
pub mod register;
pub mod rotate;
pub mod surroundings;
pub mod tls_files;
pub mod trust_list;
pub mod verify;
