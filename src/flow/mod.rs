//! Verbs: one file, one thing a person can do.

pub mod verify;
