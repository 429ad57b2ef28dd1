//! What tests stand on.

pub(crate) mod database;
pub(crate) mod forge;
pub(crate) mod office;
mod postgres;
pub(crate) mod rows;
pub(crate) mod scratch;
