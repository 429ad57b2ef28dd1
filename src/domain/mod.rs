//! Nouns and rules: no input or output, no clock but the one handed in, no database.

pub mod agency;
pub mod caller;
pub mod certificate;
pub mod check_character;
pub mod citizen_id;
pub mod contract;
pub mod definition;
pub mod division;
pub mod draft;
pub mod event;
pub mod finding;
pub mod heading;
pub mod holder;
pub mod identifier;
pub mod normalise;
pub mod problem;
pub mod reserved;
pub mod said;
pub mod settings;
pub mod standing;
pub mod time;
pub mod type_facts;
pub mod uscc;
pub mod value;
pub mod verdict;
pub mod words;
