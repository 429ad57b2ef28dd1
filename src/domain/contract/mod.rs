//! What follows from a definition for the world outside: schemas, type metadata, the contract
//! of its interface, file templates, rules in words. None of it is written by hand, so a new
//! type has it all the moment it is loaded.

pub mod address;
pub mod claim;
pub mod example;
mod facts;
pub mod form;
pub mod interface;
pub mod json_draft;
pub mod json_schema;
pub mod openapi;
pub mod rules;
pub mod sample;
pub mod sample_request;
pub mod template;
pub mod type_metadata;

#[cfg(test)]
mod tests;
