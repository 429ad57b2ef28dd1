//! The head and data of the national operations; `docs/national.md` tells every member.

pub(crate) mod answers;
pub(crate) mod requests;
