//! Verbs: one file, one thing a person can do.

pub mod anchors;
pub mod batch;
pub mod catalogue;
pub mod failure;
pub mod init;
pub mod issue;
pub mod keys;
pub mod office;
pub mod open;
mod paths;
pub mod register;
pub mod surroundings;
pub mod trust_list;
pub mod verify;
