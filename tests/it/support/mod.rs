//! What tests stand on.

pub(crate) mod database;
pub(crate) mod office;
mod postgres;
pub(crate) mod rows;
pub(crate) mod scratch;
pub(crate) mod server;
