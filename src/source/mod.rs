//! Where records come from: files as offices export them, and departments' own systems.
//!
//! A [`config::Source`] says where the records of one type live and how they become fields. What
//! is asked is a [`question::Question`], what comes is a [`record::Record`], and what it means is
//! the mapping's ([`fields`]). HTTP and files are asked here; a view of a database is read by the
//! store, where the databases are.

pub mod config;
pub mod fields;
pub mod file;
pub mod http;
pub mod national;
pub mod question;
pub mod record;
pub mod secrets;
pub mod sheet;
