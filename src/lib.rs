//! mianzheng (免证办): electronic certificates that replace paper.

pub mod cli;
pub mod codec;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod flow;
pub mod http;
pub mod source;
pub mod store;
