//! What tests stand on.

pub(crate) mod database;
mod postgres;
pub(crate) mod rows;
pub(crate) mod scratch;
