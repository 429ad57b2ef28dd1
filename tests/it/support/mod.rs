//! What tests stand on.

mod asking;
pub(crate) mod authority;
pub(crate) mod built;
pub(crate) mod cases;
pub(crate) mod client;
pub(crate) mod credentials;
pub(crate) mod database;
pub(crate) mod department;
mod drafts;
mod edits;
pub(crate) mod figures;
pub(crate) mod forge;
mod issuing;
mod items;
pub(crate) mod liar;
pub(crate) mod line;
pub(crate) mod log;
pub(crate) mod office;
pub(crate) mod pdf;
pub(crate) mod people;
pub(crate) mod pictures;
mod postgres;
pub(crate) mod records;
pub(crate) mod rows;
pub(crate) mod scratch;
pub(crate) mod server;
pub(crate) mod sheets;
